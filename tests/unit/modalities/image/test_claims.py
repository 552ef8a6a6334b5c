"""Every convention is found with its model and prompt; where nothing is declared, nothing is found."""

import hashlib

import numpy as np
import pytest
from tests.unit.modalities.image.conventions import (
    A1111,
    AIGC,
    NOVEL,
    PROMPT,
    TRAINED,
    aigc_xmp,
    all_files,
    camera,
    encoded,
    exif,
    jpeg,
    jpeg_exif,
    jpeg_xmp,
    labelled_files,
    picture,
    plain_files,
    png,
    segment,
    stealth,
    text,
    xmp,
)

from springhead.core.nouns import Origin, Trust
from springhead.modalities.image.batch import ImageBatch
from springhead.modalities.image.declared import read
from springhead.modalities.image.detectors import DatedDetector, DeclaredDetector, WatermarkDetector
from springhead.modalities.source_types import TERMS

FILES, LABELLED, PLAIN = all_files(), labelled_files(), plain_files()
IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def batch(*files, **columns):
    return ImageBatch(tuple(files), ("",) * len(files), columns)


def values(found, kind):
    return [one.value for one in found if one.kind == kind]


@pytest.mark.parametrize("name", FILES)
def test_every_convention_is_found(name):
    data, tool, prompt = FILES[name]
    found = read(data).statements
    assert tool in values(found, "generator")
    assert {one.origin for one in found if one.kind == "generator"} == {Origin.SYNTHETIC}
    hashes = values(found, "prompt-hash")
    if prompt is None:
        assert hashes == []
    else:
        assert hashes[0] == "sha256:" + hashlib.sha256(prompt.encode()).hexdigest()
    assert not any("lighthouse" in one.value for one in found), "a prompt is never kept"
    assert all(one.trust is Trust.DECLARED for one in found)


@pytest.mark.parametrize(
    ("name", "model", "seed"),
    [
        ("a1111.png", "v1-5-pruned-emaonly", "1234567890"),
        ("comfyui.png", "sd_xl_base_1.0.safetensors", "8566257"),
        ("comfyui.webp", "sd_xl_base_1.0.safetensors", "8566257"),
        ("invokeai.png", "stable-diffusion-xl-base-1-0", "3141592"),
        ("invokeai 2.png", "stable-diffusion-1.5", "3141592"),
        ("novelai.png", "NovelAI Diffusion V4.5 4BDE2A90", "77"),
        ("swarmui.png", "Flux/flux1-dev-fp8", "2042464333"),
        ("fooocus.png", "juggernautXL_v8Rundiffusion", "8142132"),
        ("draw things.png", "flux_1_schnell_q5p.ckpt", "1172910896"),
        ("midjourney.png", "Midjourney 6.1", None),
    ],
)
def test_model_and_seed_are_kept(name, model, seed):
    found = read(FILES[name][0]).statements
    assert model in values(found, "model")
    assert seed is None or seed in values(found, "seed")


@pytest.mark.parametrize("name", LABELLED)
def test_chinas_label_is_found_in_every_carrier(name):
    found = read(LABELLED[name]).statements
    assert ("aigc", "Label 1", Origin.SYNTHETIC) in {(one.kind, one.value, one.origin) for one in found}
    assert values(found, "producer") in ([AIGC["ContentProducer"]], ["somebody"])


def test_a_suspected_label_decides_nothing():
    found = read(jpeg_xmp(aigc_xmp("3"))).statements
    assert [(one.value, one.origin) for one in found if one.kind == "aigc"] == [("Label 3", Origin.UNKNOWN)]


@pytest.mark.parametrize("name", PLAIN)
def test_nothing_is_found_where_nothing_is_declared(name):
    found = read(PLAIN[name])
    assert found.statements == []
    assert found.faults == []
    assert found.format == {"jpg": "jpeg", "tif": "tiff"}.get(name[-3:], name.rpartition(".")[2])


@pytest.mark.parametrize(
    ("term", "origin"), [item for item in TERMS.items() if item[0] != "multiframecomputationalcapture"]
)
@pytest.mark.parametrize("form", ["attribute", "element", "resource", "other prefix"])
def test_all_source_types_are_mapped(term, origin, form):
    packet = {
        "attribute": xmp(f'Iptc4xmpExt:DigitalSourceType="{IPTC}{term}"'),
        "element": xmp(
            elements=f"<Iptc4xmpExt:DigitalSourceType>{IPTC}{term}</Iptc4xmpExt:DigitalSourceType>"
        ),
        "resource": xmp(elements=f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{IPTC}{term}"/>'),
        "other prefix": xmp(f"iptcExt:DigitalSourceType='{IPTC}{term}/'"),
    }[form]
    found = read(jpeg_xmp(packet)).statements
    assert [(one.kind, one.origin) for one in found] == [("source-type", Origin(origin))]


def test_a_wrong_extension_or_name_changes_nothing():
    data = FILES["a1111.png"][0]
    found = DeclaredDetector().examine(ImageBatch((data,), ("holiday.jpg",), {}))
    assert found.score.tolist() == [1.0]


def test_findings_of_a_batch():
    files = [
        FILES["midjourney.png"][0],
        PLAIN["camera.jpg"],
        b"",
        b"not an image",
        FILES["a1111.png"][0][:100],
    ]
    found = DeclaredDetector("origin").examine(batch(*files, origin=["", "human", None, "", ""]))
    np.testing.assert_array_equal(found.score, [1.0, 0.0, np.nan, np.nan, np.nan])
    assert {claim.row for claim in found.claims} == {0, 1}
    assert any(reason.row == 0 and "Midjourney" in reason.text for reason in found.reasons)
    human = [claim for claim in found.claims if claim.row == 1]
    assert [(one.kind, one.origin, one.trust) for one in human] == [("origin", Origin.HUMAN, Trust.DECLARED)]


def test_a_cameras_date_counts_only_before_the_limit_and_alone():
    told = exif([(0x0131, "Midjourney"), (0x010F, "Canon")], [(0x829A, 9), (0x9003, "2012:05:17 09:30:00")])
    bare = exif([(0x010F, "Canon")], [(0x9003, "2012:05:17 09:30:00")])
    files = [jpeg_exif(camera()), jpeg_exif(told), jpeg_exif(bare), encoded("JPEG")]
    found = DatedDetector(human_before="2020").examine(batch(*files))
    np.testing.assert_array_equal(found.score, [0.0, np.nan, np.nan, np.nan])
    assert [(one.row, one.value, one.origin) for one in found.claims] == [
        (0, "2012-05-17", Origin.HUMAN), (1, "2012-05-17", Origin.UNKNOWN), (2, "2012-05-17", Origin.UNKNOWN),
    ]  # fmt: skip
    assert "not signed" in found.reasons[0].text
    assert np.isnan(DatedDetector().examine(batch(*files)).score).all(), "without a limit no date is evidence"
    late = DatedDetector(human_before="2010-01-01").examine(batch(*files))
    assert np.isnan(late.score).all()


def test_a_date_column_is_the_users_word():
    found = DatedDetector("taken", "2020-01-01").examine(
        batch(encoded("PNG"), encoded("PNG"), taken=["2015-02-03", "x"])
    )
    np.testing.assert_array_equal(found.score, [0.0, np.nan])


@pytest.mark.parametrize("rgb", [False, True])
@pytest.mark.parametrize("compressed", [False, True])
def test_hidden_text_is_read_from_pixels(compressed, rgb):
    import json

    whole = json.dumps(
        {"Software": "NovelAI", "Source": "NovelAI Diffusion V3", "Comment": json.dumps(NOVEL)}
    )
    for hidden, tool in ((A1111, "AUTOMATIC1111"), (whole, "NovelAI")):
        data = stealth(hidden, (96, 80), compressed, rgb)
        assert read(data).statements == []
        found = WatermarkDetector().examine(batch(data))
        assert found.score.tolist() == [1.0]
        assert tool in [claim.value for claim in found.claims if claim.kind == "generator"]
        assert any(claim.kind == "prompt-hash" for claim in found.claims)


def test_plain_alpha_hides_nothing():
    files = [encoded("PNG", picture((80, 80), "RGBA", seed)) for seed in range(20)]
    found = WatermarkDetector().examine(batch(*files))
    assert found.score.tolist() == [0.0] * 20
    assert found.claims == ()


def test_lossy_files_are_not_decoded_for_marks():
    found = WatermarkDetector().examine(
        batch(encoded("JPEG"), encoded("WEBP", quality=80), PLAIN["plain.avif"])
    )
    assert np.isnan(found.score).all()


def test_two_conventions_in_one_file_are_both_told():
    both = png(text("parameters", A1111), text("Software", "Adobe Firefly"))
    assert values(read(both).statements, "generator") == ["AUTOMATIC1111", "Adobe Firefly"]
    fine = jpeg(segment(0xFE, A1111.encode()))
    assert values(read(fine).statements, "prompt-hash") == [
        "sha256:" + hashlib.sha256(PROMPT.encode()).hexdigest()
    ]
    assert TRAINED.endswith("Media")
