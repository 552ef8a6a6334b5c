"""Images as a modality: decoding under caps, hashes, and what scan is told of each file."""

import io
import tracemalloc

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from springhead.modalities.image.decode import decoded
from springhead.modalities.image.hashes import hash_of, perceptual_bits, signatures
from springhead.modalities.image.modality import ImageModality, resolution, thumbnail
from springhead.modalities.pair.modality import PairModality, opening
from springhead.testing.pictures import FORMATS, encoded, hostile_files, picture


def rng(seed=0):
    return np.random.default_rng(seed)


def detailed(seed, side=512):
    """A picture with detail at several scales, as photographs have."""
    r = rng(seed)
    total = np.zeros((side, side, 3))
    for cells, weight in ((4, 60), (8, 40), (16, 25), (48, 12)):
        part = Image.fromarray(r.integers(0, 256, (cells, cells, 3)).astype(np.uint8))
        total += (np.asarray(part.resize((side, side), Image.Resampling.BICUBIC), float) - 128) * weight / 90
    return Image.fromarray((total + 128).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_told_by_content(kind):
    image = picture(rng(), 80)
    seen = decoded(encoded(image, kind, **({"quality": 95} if kind in ("jpeg", "webp", "avif") else {})))
    assert (seen.format, seen.width, seen.height, seen.error) == (kind, 80, 80, "")
    assert seen.pixels.shape == (80, 80, 3)
    assert np.abs(seen.pixels.astype(int) - np.asarray(image)).mean() < (12 if kind == "gif" else 6)


def test_reduced_decode_keeps_the_picture_and_the_stated_size():
    image = detailed(1, 1024)
    for kind in ("jpeg", "png"):
        seen = decoded(encoded(image, kind), side=256)
        assert seen.pixels.shape == (256, 256, 3)
        assert (seen.width, seen.height) == (1024, 1024)
        small = np.asarray(image.resize((256, 256), Image.Resampling.BOX), int)
        assert np.abs(seen.pixels - small).mean() < 4


def test_caps_come_before_pixels():
    bomb = encoded(Image.new("1", (20_000, 20_000)))
    tracemalloc.start()
    assert "more than" in decoded(bomb).error
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert "a side is beyond 65535" in decoded(encoded(Image.new("1", (100_000, 3)))).error
    assert "more than 99" in decoded(encoded(picture(rng(), 10)), pixels=99).error
    assert decoded(encoded(picture(rng(), 10)), pixels=100).error == ""


def test_modes_are_brought_to_rgb():
    image = picture(rng(3), 40)
    plain = np.asarray(image, int)
    cmyk = decoded(encoded(image.convert("CMYK"), "tiff"))
    assert cmyk.mode == "CMYK"
    assert np.abs(cmyk.pixels - plain).mean() < 3
    grey = np.asarray(image.convert("L"))
    deep = decoded(encoded(Image.fromarray(grey.astype(np.uint16) * 257)))
    assert np.abs(deep.pixels[..., 0].astype(int) - grey).max() <= 1
    clear = decoded(encoded(Image.new("RGBA", (8, 8), (10, 20, 30, 0))))
    assert (clear.pixels == 255).all()
    assert clear.rgba.shape == (8, 8, 4)
    assert tuple(clear.rgba[0, 0]) == (10, 20, 30, 0)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "avif", "gif", "tiff"])
def test_every_cut_of_a_file_is_an_image_or_a_reason(kind):
    whole = encoded(picture(rng(), 48), kind)
    for end in range(0, len(whole), max(1, len(whole) // 60)):
        seen = decoded(whole[:end])
        assert (seen.pixels is None) == bool(seen.error)
        assert seen.error.isprintable()


def test_random_damage_is_an_image_or_a_reason():
    r = rng(9)
    for kind in FORMATS:
        whole = np.frombuffer(encoded(picture(r, 48), kind), np.uint8)
        for _ in range(40):
            damaged = whole.copy()
            damaged[r.integers(0, len(whole), 6)] = r.integers(0, 256, 6)
            seen = decoded(damaged.tobytes())
            assert (seen.pixels is None) == bool(seen.error)


def test_a_png_whose_text_is_a_bomb_still_shows_its_pixels():
    info = PngInfo()
    info.add_text("parameters", "x" * 3_000_000, zip=True)
    seen = decoded(encoded(picture(rng(), 32), pnginfo=info))
    assert seen.error == ""
    assert seen.pixels.shape == (32, 32, 3)


def test_hashes_tell_copies_from_other_pictures():
    # Of copies at half size saved as JPEG 50, and of other pictures, as bits of 128 that differ.
    images = [detailed(seed) for seed in range(30)]
    bits = np.stack([perceptual_bits(np.asarray(one))[0] for one in images])
    copies = [encoded(one.resize((256, 256), Image.Resampling.LANCZOS), "jpeg", quality=50) for one in images]
    copied = np.stack([perceptual_bits(decoded(one, side=256).pixels)[0] for one in copies])
    same = (bits != copied).sum(axis=1)
    others = (bits[:, None] != bits[None]).sum(axis=2)[np.triu_indices(30, 1)]
    assert same.max() <= 12
    assert others.min() >= 26
    bands, places = signatures(np.concatenate([bits, copied]), np.ones(60, bool))
    assert (bands[:30] == bands[30:]).any(axis=1).all()
    assert places.shape == (60, 128)


def test_hashes_agree_with_the_usual_implementation():
    imagehash = pytest.importorskip("imagehash")
    images = [detailed(seed) for seed in range(12)]
    for image in images:
        ours = hash_of(perceptual_bits(np.asarray(image))[0])[0]
        theirs = int(str(imagehash.phash(image)), 16)
        assert (ours ^ theirs).bit_count() <= 12


def test_flat_pictures_have_no_signature_and_are_not_judged():
    batch = ImageModality().read(
        {"payload": [encoded(Image.new("RGB", (64, 64), color)) for color in ("red", "blue")]}
    )
    assert not ImageModality().signatures(batch).bands.any()
    assert list(ImageModality().forms(batch).abstain) == ["flat", "flat"]


def test_canonical_form_follows_pixels_not_files():
    image = picture(rng(1), 100)
    files = [
        encoded(image),
        encoded(image, compress_level=1),
        encoded(image, "tiff"),
        encoded(image, "webp", lossless=True),
    ]
    forms = ImageModality().forms(ImageModality().read({"payload": [*files, encoded(image.rotate(90))]}))
    assert len(set(forms.content)) == 5
    assert len(set(forms.canonical[:4])) == 1
    assert len(set(forms.canonical)) == 2
    assert list(forms.words) == [10_000] * 5
    assert list(forms.language) == ["png", "png", "tiff", "webp", "png"]


def test_faults_and_remarks_are_told():
    modality = ImageModality()
    batch = modality.read({"payload": hostile_files(rng()), "payload_name": ["a.jpg"] * 17})
    faults = modality.faults(batch)
    assert all(faults[i] for i in (0, 1, 2, 3, 4, 5, 6, 12, 13, 14, 15, 16))
    assert not any(faults[i] for i in (7, 8, 9, 10, 11))
    said = {}
    for reason in modality.forms(batch).reasons:
        said.setdefault(reason.row, []).append(reason.text)
    assert any("frames" in text for text in said[7])
    assert any("it is gif" in text for text in said[7])
    assert any("CMYK" in text for text in said[8])
    assert any("8 bits" in text for text in said[9])
    assert not any("its name" in text for text in said[8])


def test_thumbnails_are_made_anew():
    info = PngInfo()
    info.add_text("secret", "<script>alert(1)</script>")
    shown = thumbnail(encoded(picture(rng(), 300), pnginfo=info))
    assert b"script" not in shown.data
    assert max(Image.open(io.BytesIO(shown.data)).size) <= 144
    assert thumbnail(b"junk").data == b""


@pytest.mark.parametrize(
    ("size", "name"),
    [
        ((0, 0), ""),
        ((64, 1), "1-64"),
        ((65, 2), "65-128"),
        ((3, 4096), "2049-4096"),
        ((5000, 2), "4097 and more"),
    ],
)
def test_resolution(size, name):
    assert resolution(*size) == name


def test_pairs_hold_both_parts():
    images = [encoded(picture(rng(row), 64)) for row in range(3)]
    batch = PairModality().read(
        {"payload": images, "text": ["A cat on a mat, 12 years old.", "", "the same"]}
    )
    assert PairModality().faults(batch) == ["", "no caption", ""]
    assert len(set(PairModality().contents(batch))) == 3
    facts = PairModality().facts(batch)
    assert facts["caption_opening"] == ["a cat on a", "", ""]
    assert len(set(facts["image_digest"])) == 3
    assert opening("number 17 of 20 things here") == "number 0 of 0"
