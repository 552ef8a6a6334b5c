# ruff: noqa: E501 (files are written as tools write them, in long lines)
"""Writers of every convention, as the real tools write it: files made at run time from one small picture.

Each writer returns bytes of a whole file. Chunks, segments and directories are written by hand where Pillow
would not write them as the tool does.
"""

import gzip
import io
import json
import struct
import zlib

import numpy as np
from PIL import Image, PngImagePlugin

TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
PROMPT = "a lighthouse at dusk, oil on canvas"


def picture(size=(64, 48), mode="RGB", seed=0):
    rng = np.random.default_rng(seed)
    channels = {"L": 1, "RGB": 3, "RGBA": 4, "CMYK": 4}[mode]
    small = rng.integers(0, 255, (6, 8, channels), np.uint8)
    if mode == "RGBA":
        small[:, :, 3] = 255
    return Image.fromarray(small.squeeze(), mode).resize(size, Image.Resampling.BICUBIC)


def encoded(kind="PNG", image=None, **options):
    out = io.BytesIO()
    (image or picture()).save(out, kind, **options)
    return out.getvalue()


# --- PNG -------------------------------------------------------------------------------------------------------


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks, after=False, base=None):
    """A PNG with further chunks before its pixels, or after them."""
    base = base or encoded("PNG")
    at = base.index(b"IEND") - 4 if after else base.index(b"IDAT") - 4
    return base[:at] + b"".join(chunks) + base[at:]


def text(key, value):
    return chunk(b"tEXt", key.encode("latin-1") + b"\0" + value.encode("latin-1"))


def packed(key, value):
    return chunk(b"zTXt", key.encode("latin-1") + b"\0\0" + zlib.compress(value.encode("latin-1")))


def international(key, value, *, compress=False):
    body = value.encode()
    body = zlib.compress(body) if compress else body
    return chunk(b"iTXt", key.encode("latin-1") + b"\0" + bytes([compress, 0]) + b"\0\0" + body)


# --- EXIF ------------------------------------------------------------------------------------------------------


def exif(main=(), inner=(), big=False):
    """A TIFF block; entries are (tag, bytes as ASCII, or ("undefined", bytes), or an int)."""
    order = ">" if big else "<"
    start = (b"MM\0*" if big else b"II*\0") + struct.pack(order + "I", 8)
    first = list(main) + ([(0x8769, "pointer")] if inner else [])
    block = _directory(first, 8, order, None)
    place = 8 + len(block)
    if inner:
        block = _directory(first, 8, order, place)
        block += _directory(list(inner), place, order, None)
    return start + block


def _directory(entries, at, order, pointer):
    heap_at = at + 2 + 12 * len(entries) + 4
    lines, heap = b"", b""
    for tag, value in sorted(entries, key=lambda entry: entry[0]):
        if value == "pointer":
            lines += struct.pack(order + "HHII", tag, 4, 1, pointer or 0)
            continue
        if isinstance(value, int):
            lines += struct.pack(order + "HHII", tag, 4, 1, value)
            continue
        kind = 7 if isinstance(value, tuple) else 2
        raw = value[1] if isinstance(value, tuple) else value.encode() + b"\0"
        body = raw.ljust(4, b"\0") if len(raw) <= 4 else struct.pack(order + "I", heap_at + len(heap))
        lines += struct.pack(order + "HHI", tag, kind, len(raw)) + body
        if len(raw) > 4:
            heap += raw + b"\0" * (len(raw) % 2)
    return struct.pack(order + "H", len(entries)) + lines + b"\0\0\0\0" + heap


def comment(value, code="UNICODE", order="be"):
    if code == "UNICODE":
        return ("undefined", b"UNICODE\0" + value.encode(f"utf-16-{order}"))
    return ("undefined", b"ASCII\0\0\0" + value.encode())


def camera():
    return exif(
        [(0x010F, "Canon"), (0x0110, "Canon EOS 80D"), (0x0131, "Adobe Photoshop Lightroom 6.1")],
        [(0x829A, 125), (0x9003, "2012:05:17 09:30:00"), (0x8827, 200)],
    )


# --- other containers ------------------------------------------------------------------------------------------


def segment(marker, data):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


def jpeg(*segments, base=None):
    base = base or encoded("JPEG", quality=90)
    return base[:2] + b"".join(segments) + base[2:]


def jpeg_exif(block):
    return jpeg(segment(0xE1, b"Exif\0\0" + block))


def jpeg_xmp(packet):
    return jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet.encode()))


def jpeg_long_xmp(packet):
    """A packet beyond 64 KB: the rest in extension segments, here in reverse order."""
    body, guid = packet.encode(), b"0" * 32
    step = 60_000
    parts = [
        segment(
            0xE1,
            b"http://ns.adobe.com/xmp/extension/\0"
            + guid
            + struct.pack(">II", len(body), at)
            + body[at : at + step],
        )
        for at in range(0, len(body), step)
    ]
    return jpeg(*reversed(parts))


def webp(exif_block=b"", xmp="", *, lossless=False):
    out = io.BytesIO()
    options = {"exif": b"Exif\0\0" + exif_block} if exif_block else {}
    picture().save(out, "WEBP", lossless=lossless, xmp=xmp.encode(), **options)
    return out.getvalue()


def avif(exif_block=b"", xmp=""):
    out = io.BytesIO()
    picture().save(out, "AVIF", exif=exif_block, xmp=xmp.encode())
    return out.getvalue()


def tiff(**tags):
    out = io.BytesIO()
    picture().save(out, "TIFF", tiffinfo={int(key[1:]): value for key, value in tags.items()})
    return out.getvalue()


def gif(remark=b"", xmp=""):
    base = encoded("GIF", picture(mode="L"))
    at = 13 + 3 * (2 << (base[10] & 7))
    extra = b""
    for start in range(0, len(remark), 255):
        part = remark[start : start + 255]
        extra += (b"" if start else b"\x21\xfe") + bytes([len(part)]) + part
    extra += b"\0" if remark else b""
    if xmp:
        magic = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
        extra += b"\x21\xff\x0bXMP DataXMP" + xmp.encode() + magic
    return base[:at] + extra + base[at:]


def iptc(**datasets):
    numbers = {"program": 65, "caption": 120, "credit": 110}
    block = b"".join(
        b"\x1c\x02" + bytes([numbers[key]]) + struct.pack(">H", len(value)) + value.encode()
        for key, value in datasets.items()
    )
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block + b"\0" * (len(block) % 2)
    return jpeg(segment(0xED, b"Photoshop 3.0\0" + resource))


def xmp(attributes="", elements=""):
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'{attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )


# --- what the tools write --------------------------------------------------------------------------------------

A1111 = (
    f"{PROMPT}\nNegative prompt: blurry, text\nSteps: 28, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 1234567890, "
    "Size: 512x512, Model hash: 6ce0161689, Model: v1-5-pruned-emaonly, Version: v1.7.0"
)
FORGE = A1111.replace("v1.7.0", "f2.0.1v1.10.1-previous-224-g900196889")
GRAPH = {
    "3": {"class_type": "KSampler", "inputs": {"seed": 8566257, "steps": 20, "cfg": 8, "model": ["4", 0],
          "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}, "is_changed": [float("nan")]},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd_xl_base_1.0.safetensors"}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "watermark", "clip": ["4", 1]}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": PROMPT, "clip": ["4", 1]}},
}  # fmt: skip
WORKFLOW = {
    "last_node_id": 9, "last_link_id": 9, "version": 0.4, "links": [[1, 4, 0, 3, 0, "MODEL"]],
    "nodes": [{"id": 4, "type": "CheckpointLoaderSimple", "widgets_values": ["sd_xl_base_1.0.safetensors"]},
              {"id": 3, "type": "KSampler", "widgets_values": [8566257, "fixed", 20]}],
}  # fmt: skip
INVOKE = {
    "generation_mode": "sdxl_txt2img", "positive_prompt": PROMPT, "negative_prompt": "", "width": 1024, "height": 1024,
    "seed": 3141592, "scheduler": "euler", "app_version": "4.2.9",
    "model": {"key": "a1b2", "hash": "blake3:52a1c6", "name": "stable-diffusion-xl-base-1-0", "base": "sdxl", "type": "main"},
}  # fmt: skip
INVOKE_OLD = {
    "model": "stable diffusion", "model_weights": "stable-diffusion-1.5", "model_hash": "cc6cb27103",
    "app_id": "invoke-ai/InvokeAI", "app_version": "2.3.0",
    "image": {"prompt": [{"prompt": PROMPT, "weight": 1}], "steps": 50, "seed": 3141592, "sampler": "k_lms"},
}  # fmt: skip
NOVEL = {
    "prompt": PROMPT, "steps": 28, "height": 1216, "width": 832, "scale": 5.0, "uncond_scale": 0.0, "seed": 77,
    "n_samples": 1, "sampler": "k_euler_ancestral", "uc": "lowres", "signed_hash": "AbC+/=", "version": 1,
}  # fmt: skip
SWARM = {
    "sui_image_params": {"prompt": PROMPT, "model": "Flux/flux1-dev-fp8", "seed": 2042464333, "steps": 25,
                         "cfgscale": 1.0, "swarm_version": "0.9.1.1", "date": "2024-08-07"},
}  # fmt: skip
FOOOCUS = {
    "adm_guidance": "(1.5, 0.8, 0.3)", "base_model": "juggernautXL_v8Rundiffusion", "base_model_hash": "aeb7e9e689",
    "full_prompt": [PROMPT], "metadata_scheme": "fooocus", "negative_prompt": "", "performance": "Speed",
    "prompt": PROMPT, "seed": "8142132", "version": "Fooocus v2.5.5",
}  # fmt: skip
DRAW = {"c": PROMPT, "uc": "blurry", "model": "flux_1_schnell_q5p.ckpt", "sampler": "Euler A Trailing", "scale": 1,
        "seed": 1172910896, "size": "1024x1024", "steps": 4, "strength": 1}  # fmt: skip
JOURNEY = f"{PROMPT} --ar 2:1 --stylize 80 --v 6.1 Job ID: a7421d2f-b262-44f9-977c-ac23e9c7d3e3"
AIGC = {"Label": "1", "ContentProducer": "001191110108MA01KP2T5U00000", "ProduceID": "p-1",
        "ReservedCode1": "", "ContentPropagator": "", "PropagateID": "", "ReservedCode2": ""}  # fmt: skip


def quoted(value):
    raw = json.dumps(value, ensure_ascii=False)
    return raw.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def draw_xmp():
    item = '<rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>'
    summary = f"{PROMPT}&#xA;-blurry&#xA;Steps: 4, Sampler: Euler A Trailing, Guidance Scale: 1.0, Seed: 1172910896, Size: 1024x1024"
    comment_ = json.dumps(DRAW).replace("&", "&amp;").replace("<", "&lt;")
    return xmp(elements=f"<dc:description>{item.format(summary)}</dc:description>"
               "<xmp:CreatorTool>Draw Things</xmp:CreatorTool>"
               f"<exif:UserComment>{item.format(comment_)}</exif:UserComment>")  # fmt: skip


def midjourney_xmp():
    return xmp(f'Iptc4xmpExt:DigImageGUID="a7421d2f-b262-44f9" Iptc4xmpExt:DigitalSourceType="{TRAINED}"')


def aigc_xmp(label="1"):
    named = 'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"'
    return xmp(named, f"<TC260:AIGC>{quoted({**AIGC, 'Label': label})}</TC260:AIGC>")


def stealth(value, size=(64, 64), compressed=True, rgb=False):
    """Text in the lowest bits of the pixels, columns first, as NovelAI and the web UI's extension write it."""
    pixels = np.asarray(picture(size, "RGBA")).copy()
    body = gzip.compress(value.encode()) if compressed else value.encode()
    name = f"stealth_{'rgb' if rgb else 'png'}{'comp' if compressed else 'info'}".encode()
    raw = name + struct.pack(">I", 8 * len(body)) + body
    bits = np.unpackbits(np.frombuffer(raw, np.uint8))
    part = pixels[:, :, :3] if rgb else pixels[:, :, 3:]
    line = np.ascontiguousarray(part.transpose(1, 0, 2))
    flat = line.reshape(-1)
    flat[: len(bits)] = flat[: len(bits)] & 0xFE | bits
    back = flat.reshape(line.shape).transpose(1, 0, 2)
    if rgb:
        pixels[:, :, :3] = back
    else:
        pixels[:, :, 3:] = back
    return encoded("PNG", Image.fromarray(pixels, "RGBA"))


def pillow_png(**texts):
    """As Pillow-based tools write: Latin-1 values as tEXt, others as iTXt."""
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        info.add_text(key, value)
    return encoded("PNG", pnginfo=info)


def all_files():
    """name -> (file, generator that must be found, prompt that must be hashed or None)."""
    dumped = json.dumps
    unicode_exif = exif(inner=[(0x9286, comment(A1111))], big=True)
    files = {
        "a1111.png": (pillow_png(parameters=A1111), "AUTOMATIC1111", PROMPT),
        "a1111 not Latin.png": (pillow_png(parameters=A1111.replace(PROMPT, "灯台、夕暮れ")), "AUTOMATIC1111", "灯台、夕暮れ"),
        "a1111 packed.png": (png(packed("parameters", A1111)), "AUTOMATIC1111", PROMPT),
        "a1111 after pixels.png": (png(international("parameters", A1111, compress=True), after=True), "AUTOMATIC1111", PROMPT),
        "a1111.jpg": (jpeg_exif(unicode_exif), "AUTOMATIC1111", PROMPT),
        "a1111 little.jpg": (jpeg_exif(exif(inner=[(0x9286, comment(A1111, order="le"))])), "AUTOMATIC1111", PROMPT),
        "a1111.webp": (webp(unicode_exif), "AUTOMATIC1111", PROMPT),
        "a1111.avif": (avif(unicode_exif), "AUTOMATIC1111", PROMPT),
        "a1111.gif": (gif(A1111.encode()), "AUTOMATIC1111", PROMPT),
        "forge.png": (pillow_png(parameters=FORGE), "Forge", PROMPT),
        "comfyui.png": (png(text("prompt", dumped(GRAPH)), text("workflow", dumped(WORKFLOW))), "ComfyUI", PROMPT),
        "comfyui workflow.png": (png(text("workflow", dumped(WORKFLOW))), "ComfyUI", None),
        "comfyui.webp": (webp(exif([(0x010F, "workflow:" + dumped(WORKFLOW)), (0x0110, "prompt:" + dumped(GRAPH))])), "ComfyUI", PROMPT),
        "invokeai.png": (png(text("invokeai_metadata", dumped(INVOKE)), text("invokeai_graph", "{}")), "InvokeAI", PROMPT),
        "invokeai 2.png": (png(text("sd-metadata", dumped(INVOKE_OLD)), text("Dream", f'"{PROMPT}" -s 50 -S 3141592 -W 512')), "InvokeAI", PROMPT),
        "dream.png": (png(text("Dream", f'"{PROMPT}" -s 50 -S 3141592 -W 512 -H 512 -C 7.5 -A k_lms')), "InvokeAI", PROMPT),
        "novelai.png": (pillow_png(Title="NovelAI generated image", Description=PROMPT, Software="NovelAI",
                                   Source="NovelAI Diffusion V4.5 4BDE2A90", Comment=dumped(NOVEL)), "NovelAI", PROMPT),
        "swarmui.png": (png(international("parameters", dumped(SWARM, indent=2))), "SwarmUI", PROMPT),
        "swarmui.jpg": (jpeg_exif(exif(inner=[(0x9286, comment(dumped(SWARM, indent=2), order="le"))])), "SwarmUI", PROMPT),
        "fooocus.png": (pillow_png(fooocus_scheme="fooocus", parameters=dumped(FOOOCUS)), "Fooocus", PROMPT),
        "fooocus.jpg": (jpeg_exif(exif([(0x0131, "Fooocus v2.5.5")], [(0x927C, ("undefined", b"fooocus")),
                                  (0x9286, comment(dumped(FOOOCUS), "ASCII"))])), "Fooocus", PROMPT),
        "draw things.png": (png(international("XML:com.adobe.xmp", draw_xmp())), "Draw Things", PROMPT),
        "midjourney.png": (png(text("Description", JOURNEY), text("Author", "somebody"), text("Creation Time", "Thu, 02 May 2024 10:11:12 GMT"),
                               international("XML:com.adobe.xmp", midjourney_xmp())), "Midjourney", PROMPT),
        "midjourney.jpg": (jpeg_xmp(xmp(elements=f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{JOURNEY}</rdf:li></rdf:Alt></dc:description>')), "Midjourney", PROMPT),
        "openai.jpg": (jpeg_xmp(xmp('xmp:CreatorTool="OpenAI DALL·E 3"')), "OpenAI", None),
        "google.jpg": (jpeg_xmp(xmp(f'Iptc4xmpExt:DigitalSourceType="{TRAINED}" photoshop:Credit="Made with Google AI"')), "Google AI", None),
        "firefly.jpg": (jpeg_exif(exif([(0x0131, "Adobe Firefly")])), "Adobe Firefly", None),
        "grok.jpg": (jpeg_exif(exif([(0x010E, "Signature: " + "Ab+/" * 20), (0x013B, "0b8a7c6d-1234-4abc-9def-0123456789ab")])), "xAI", None),
        "iptc program.jpg": (iptc(program="Midjourney", caption="a boat"), "Midjourney", None),
        "draw things.jpg": (jpeg_long_xmp(draw_xmp() + " " * 150_000), "Draw Things", PROMPT),
        "a1111.tif": (tiff(t270=A1111), "AUTOMATIC1111", PROMPT),
    }  # fmt: skip
    return files


def labelled_files():
    """Files with China's label, in every carrier."""
    wrapped = json.dumps({"AIGC": AIGC}, ensure_ascii=False)
    return {
        "aigc.png": png(international("XML:com.adobe.xmp", aigc_xmp())),
        "aigc.jpg": jpeg_xmp(aigc_xmp()),
        "aigc.webp": webp(xmp=aigc_xmp()),
        "aigc.avif": avif(xmp=aigc_xmp()),
        "aigc.gif": gif(xmp=aigc_xmp()),
        "aigc text.png": pillow_png(AIGC=json.dumps(AIGC)),
        "aigc comment.jpg": jpeg_exif(exif(inner=[(0x9286, comment(wrapped, "ASCII"))])),
        "aigc description.jpg": jpeg_exif(exif([(0x010E, wrapped)])),
        "aigc remark.jpg": jpeg(segment(0xFE, wrapped.encode())),
        "aigc attributes.jpg": jpeg_xmp(
            xmp('TC260:Label="1" TC260:ContentProducer="somebody" TC260:ProduceID="x"')
        ),
    }


def plain_files():
    """Files that say nothing of a machine: plain, camera, editors, captions that speak of machines."""
    lightroom = xmp(
        'xmp:CreatorTool="Adobe Photoshop Lightroom 6.1" xmp:Label="Red" photoshop:Credit="J. Doe"'
    )
    made = exif([(0x0131, "GIMP 2.10"), (0x010E, "Steps: the old town at 10, 20 and 30 metres")], [])
    return {
        "plain.png": encoded("PNG"),
        "plain.jpg": encoded("JPEG"),
        "plain.webp": encoded("WEBP"),
        "plain.gif": encoded("GIF", picture(mode="L")),
        "plain.tif": encoded("TIFF"),
        "plain.avif": encoded("AVIF"),
        "grey.png": encoded("PNG", picture(mode="L")),
        "alpha.png": encoded("PNG", picture(mode="RGBA")),
        "camera.jpg": jpeg_exif(camera()),
        "camera.webp": webp(camera()),
        "camera.avif": avif(camera()),
        "lightroom.jpg": jpeg_xmp(lightroom),
        "gimp.jpg": jpeg_exif(made),
        "captioned.png": pillow_png(Description="A talk on Midjourney and Stable Diffusion", Author="J. Doe",
                                    Comment="Created with GIMP", Software="GIMP", prompt="say cheese"),
        "json.png": pillow_png(Comment='{"prompt": "enter a name", "steps": ["a", "b"]}', parameters='{"width": 5}'),
        "captured.jpg": jpeg_xmp(xmp('Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/unheardOf"')),
        "label.jpg": jpeg_xmp(xmp('xmp:Label="1" xmp:CreatorTool="darktable 4.6"')),
        "flux.png": pillow_png(Title="Flux of water, 3d capillary", Author="Imogen Gemini"),
    }  # fmt: skip
