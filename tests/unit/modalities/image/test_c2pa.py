"""Manifests signed with keys made here: every state told apart, whatever is done to the file; parents followed."""

import importlib
import json
import os
from pathlib import Path

import pytest
from tests.unit.modalities.image.conventions import encoded, picture

from springhead.core.nouns import Origin, Trust
from springhead.errors import NotReadable
from springhead.modalities.image import c2pa as ours
from springhead.modalities.image.batch import ImageBatch
from springhead.modalities.image.c2pa import Verifier
from springhead.modalities.image.declared import read
from springhead.modalities.image.decode import decoded
from springhead.modalities.image.detectors import DeclaredDetector

pytest.importorskip("c2pa")
pytest.importorskip("cryptography")
from tests.unit.modalities.image.signing import Authority, made, opened, signed

ROOT, OTHER = Authority(), Authority("another root")
SIGNER, STRANGER = ROOT.signer(), OTHER.signer("Nobody known")
KINDS = {"png": ("PNG", "image/png"), "jpeg": ("JPEG", "image/jpeg")}
EDIT = {"action": "c2pa.color_adjustments"}
BARE = {name: encoded(kind, picture((96, 64))) for name, (kind, _) in KINDS.items()}
MADE = {name: signed(BARE[name], SIGNER, made(), kind=mime) for name, (_, mime) in KINDS.items()}
each_format = pytest.mark.parametrize("name", KINDS)


def told(data, verifier):
    return [(one.kind, one.value, one.origin, one.trust) for one in read(data, verifier).statements]


def state(data, verifier):
    return told(data, verifier)[0][1]


@each_format
@pytest.mark.parametrize(
    ("anchors", "expected", "trust"),
    [
        (ROOT.pem, "trusted", Trust.TRUSTED_SIGNATURE),
        (OTHER.pem + ROOT.pem, "trusted", Trust.TRUSTED_SIGNATURE),
        (OTHER.pem, "valid but untrusted", Trust.VALID_SIGNATURE),
        (None, "valid but untrusted", Trust.VALID_SIGNATURE),
    ],
)
def test_who_signed_decides_the_trust_of_every_claim(name, anchors, expected, trust):
    assert told(MADE[name], Verifier(anchors)) == [
        ("c2pa", expected, Origin.UNKNOWN, trust),
        ("source-type", "trainedAlgorithmicMedia", Origin.SYNTHETIC, trust),
        ("generator", "Imaginer 2", Origin.SYNTHETIC, trust),
        ("software", "Test Tool 1.0", Origin.UNKNOWN, trust),
        ("signer", "Springhead tests", Origin.UNKNOWN, trust),
    ]


def flipped(data):
    # The last quarter of both formats holds pixels: the manifest stands before them.
    place = data.rindex(b"IDAT") + 40 if data.startswith(b"\x89PNG") else len(data) - 40
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def edited(data):
    changed = data.replace(b"trainedAlgorithmicMedia", b"digitalCapture/////////")
    assert len(changed) == len(data)
    assert changed != data
    return changed


@each_format
@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (flipped, "assertion.dataHash.mismatch"),
        (edited, "assertion.hashedURI.mismatch"),
        (lambda data: data[:-20], ""),
        (lambda data: data + b"appended", "assertion.dataHash.mismatch"),
    ],
    ids=["a byte flipped", "an assertion edited", "cut off", "appended"],
)
def test_a_file_that_was_tampered_with_is_invalid(name, harm, code):
    found = told(harm(MADE[name]), Verifier(ROOT.pem))
    assert found[0][:2] == ("c2pa", found[0][1])
    assert found[0][1].startswith("invalid: ")
    assert code in found[0][1]
    assert {one[3] for one in found} == {Trust.DECLARED}
    assert not any(one[2] is Origin.HUMAN for one in found), "a broken manifest makes nothing human"


@each_format
def test_an_assertion_edited_to_a_camera_makes_no_human(name):
    found = DeclaredDetector().examine(ImageBatch((edited(MADE[name]),), ("",), {}))
    assert not any(claim.origin is Origin.HUMAN for claim in found.claims)
    assert found.score[0] != 0.0


@each_format
def test_a_manifest_lost_by_encoding_again_leaves_nothing(name):
    from PIL import Image

    again = encoded(KINDS[name][0], Image.fromarray(decoded(MADE[name]).pixels))
    assert read(again, Verifier(ROOT.pem)).statements == []


@each_format
def test_without_the_library_a_manifest_is_not_verified(name, monkeypatch):
    def missing(module, *_):
        if module == "c2pa":
            raise ImportError(module)
        return importlib.import_module(module)

    monkeypatch.setattr(ours.importlib, "import_module", missing)
    verifier = Verifier(ROOT.pem)
    assert not verifier.installed
    assert told(MADE[name], verifier) == [
        ("c2pa", ours.NOT_INSTALLED, Origin.UNKNOWN, Trust.DECLARED),
        ("source-type", "trainedAlgorithmicMedia", Origin.SYNTHETIC, Trust.DECLARED),
    ]
    camera = signed(BARE[name], SIGNER, made("digitalCapture"), kind=KINDS[name][1])
    assert told(camera, verifier)[1][2] is Origin.UNKNOWN, "an unverified camera is no evidence of a human"


@each_format
def test_a_manifest_that_stands_elsewhere_is_never_fetched(name, monkeypatch):
    far = signed(BARE[name], SIGNER, made(), kind=KINDS[name][1], remote="https://example.invalid/m.c2pa")

    def refuse(*_):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr("socket.socket.connect", refuse)
    expected = [("c2pa", "must fetch remote", Origin.UNKNOWN, Trust.DECLARED)]
    assert told(far, Verifier(ROOT.pem)) == expected


@each_format
def test_an_edited_file_is_what_its_oldest_parent_was(name):
    mime = KINDS[name][1]
    second = signed(MADE[name], SIGNER, opened(), EDIT, kind=mime, parent=MADE[name], tool="Editor A")
    third = signed(second, SIGNER, opened(), EDIT, kind=mime, parent=second, tool="Editor B")
    found = told(third, Verifier(ROOT.pem))
    sure = Trust.TRUSTED_SIGNATURE
    assert found == [
        ("c2pa", "trusted", Origin.UNKNOWN, sure),
        ("source-type", "trainedAlgorithmicMedia", Origin.SYNTHETIC, sure),
        ("generator", "Imaginer 2", Origin.SYNTHETIC, sure),
        ("software", "Editor B 1.0", Origin.UNKNOWN, sure),
        ("signer", "Springhead tests", Origin.UNKNOWN, sure),
        ("parent", "parentOf parent", Origin.UNKNOWN, sure),
    ]


def test_a_camera_edited_by_a_machine_is_mixed():
    camera = signed(BARE["png"], SIGNER, made("digitalCapture", "Camera"))
    assert told(camera, Verifier(ROOT.pem))[1][2:] == (Origin.HUMAN, Trust.TRUSTED_SIGNATURE)
    filled = {"action": "c2pa.edited", "softwareAgent": {"name": "Filler"},
              "digitalSourceType": made()["digitalSourceType"].replace("trained", "compositeWithTrained")
              .replace("Withtrained", "WithTrained")}  # fmt: skip
    found = told(signed(camera, SIGNER, opened(), filled, parent=camera), Verifier(ROOT.pem))
    assert ("digitalCapture" in found[1][1], found[1][2]) == (True, Origin.MIXED)


def test_a_part_that_a_machine_made_makes_the_whole_mixed():
    placed = {"action": "c2pa.placed", "parameters": {"ingredientIds": ["part0"]}}
    whole = signed(BARE["png"], SIGNER, made("digitalCapture"), placed, parts=(MADE["png"],))
    found = {one[0]: one for one in told(whole, Verifier(ROOT.pem))}
    assert found["source-type"][2] is Origin.MIXED
    assert found["generator"][1] == "Imaginer 2"
    assert found["parent"][1] == "componentOf part0"


@pytest.mark.parametrize(
    ("parent", "origin", "trust"),
    [
        (signed(BARE["png"], STRANGER, made("digitalCapture")), Origin.HUMAN, Trust.VALID_SIGNATURE),
        (flipped(signed(BARE["png"], SIGNER, made("digitalCapture"))), Origin.UNKNOWN, Trust.DECLARED),
        (signed(BARE["png"], SIGNER, made("digitalCapture")), Origin.HUMAN, Trust.TRUSTED_SIGNATURE),
    ],
    ids=["signed by anybody", "broken", "whole"],
)
def test_a_trusted_edit_does_not_lend_its_trust_to_a_parent(parent, origin, trust):
    found = told(signed(BARE["png"], SIGNER, opened(), EDIT, parent=parent), Verifier(ROOT.pem))
    assert found[0][1] == "trusted"
    assert found[1][1:] == ("digitalCapture", origin, trust)


def test_trust_anchors_come_from_a_file(tmp_path):
    (tmp_path / "roots.pem").write_text(ROOT.pem)
    batch = ImageBatch((MADE["png"], BARE["png"]), ("", ""), {})
    found = DeclaredDetector(trust_anchors=str(tmp_path / "roots.pem")).examine(batch)
    assert found.score[0] == 1.0
    assert {claim.trust for claim in found.claims} == {Trust.TRUSTED_SIGNATURE}
    assert any("signed and trusted" in reason.text for reason in found.reasons)
    with pytest.raises(NotReadable):
        DeclaredDetector(trust_anchors=str(tmp_path / "none.pem"))


def test_real_files_have_their_states():
    folder = Path(os.environ.get("SPRINGHEAD_DATA", "")) / "c2pa"
    if not os.environ.get("SPRINGHEAD_DATA") or not folder.is_dir():
        pytest.skip("SPRINGHEAD_DATA names no folder with c2pa/")
    anchors = json.loads((folder / "trust_config_test_settings.json").read_text())["trust"]["trust_anchors"]
    plain = {file.name: read(file.read_bytes(), Verifier()).statements for file in folder.glob("*.*g")}
    plain |= {file.name: read(file.read_bytes(), Verifier()).statements for file in folder.glob("*.webp")}
    plain |= {name: read((folder / name).read_bytes(), Verifier()).statements
              for name in ("sample1.avif", "TUSCANY.TIF")}  # fmt: skip
    assert {name: found[0].value for name, found in plain.items() if found} == {
        "C.jpg": "valid but untrusted",
        "CACAE-uri-CA.jpg": "valid but untrusted",
        "E-sig-CA.jpg": "invalid: claimSignature.mismatch",
        "cloud.jpg": "must fetch remote",
    }
    assert len(plain) == 10
    assert state((folder / "C.jpg").read_bytes(), Verifier(anchors)) == "trusted"
