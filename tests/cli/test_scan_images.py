"""Images and captioned images through the command: evidence, counts, duplicates, groups, cells, the page."""

import io
import json
import re
import tarfile

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL.PngImagePlugin import PngInfo

from springhead.cli.main import main
from springhead.testing.pictures import encoded, hostile_files, picture

PARAMETERS = "a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 64x64, Model: sd15"


def generated(rng, side=64):
    info = PngInfo()
    info.add_text("parameters", PARAMETERS)
    return encoded(picture(rng, side), "png", pnginfo=info)


def fill(folder, captions=False):
    """Ten plain JPEGs with a small copy of each, five generated PNGs."""
    rng = np.random.default_rng(3)
    for name in ("plain", "copies", "made"):
        (folder / name).mkdir(parents=True)
    for row in range(10):
        image = picture(rng, 300)
        (folder / "plain" / f"{row}.jpg").write_bytes(encoded(image, "jpeg", quality=92))
        (folder / "copies" / f"c{row}.jpg").write_bytes(encoded(image.resize((150, 150)), "jpeg", quality=50))
        if captions:
            (folder / "plain" / f"{row}.txt").write_text("a small house by the river in spring")
            (folder / "copies" / f"c{row}.txt").write_text(f"view {row} of a small house by the river")
    for row in range(5):
        (folder / "made" / f"g{row}.png").write_bytes(generated(rng))
        if captions:
            (folder / "made" / f"g{row}.txt").write_text(
                "As an AI language model, I cannot see images, sorry."
            )


def scan(*arguments):
    assert main(["scan", *map(str, arguments), "--quiet", "--engine", "serial"]) == 0


def result(out):
    return json.loads((out / "result.json").read_bytes())


def evidence(out):
    return pl.read_parquet(out / "evidence" / "*.parquet")


def test_a_folder_of_images(tmp_path):
    fill(tmp_path / "corpus")
    for row, data in enumerate(hostile_files(np.random.default_rng(0))):
        (tmp_path / "corpus" / f"h{row:02d}.png").write_bytes(data)
    scan(tmp_path / "corpus", "--out", tmp_path / "out", "--group", "class")
    found, table = result(tmp_path / "out"), evidence(tmp_path / "out")
    assert found["modality"] == "image"
    records = found["records"]
    assert records["read"] == 25 + 17
    assert records["quarantined"] == 12
    assert records["kept"] == table.height == 30
    reasons = [
        json.loads(line)["reason"]
        for line in (tmp_path / "out" / "quarantine.jsonl").read_text().splitlines()
    ]
    assert len(reasons) == 12
    for word in ("empty", "truncated", "more than", "beyond 65535", "not an image"):
        assert any(word in reason for reason in reasons), word
    made = table.filter(pl.col("group_class") == "made")
    assert (made["nats"] > 0).all()
    assert (made["origin"] == "synthetic").all()
    assert table.filter(pl.col("group_class").is_in(["plain", "copies"]))["nats"].is_null().all()
    plain = table.filter(pl.col("group_class") == "plain")
    assert plain["fact_width"].to_list() == ["300"] * 10
    assert plain["language"].to_list() == ["jpeg"] * 10
    assert plain["words"].to_list() == [90_000] * 10
    both = table.filter(pl.col("group_class").is_in(["plain", "copies"]))
    sizes = both.group_by("near_cluster").agg(
        pl.len(), pl.col("position").str.extract(r"(\d+)\.jpg").n_unique()
    )
    assert sizes["len"].to_list() == [2] * 10
    assert sizes["position"].to_list() == [1] * 10
    shares = {tuple(one["group"].items()): one for one in found["prevalence"] if one["unit"] == "records"}
    assert shares[()]["verdict"] == "bounded"
    assert shares[("class", "made"),]["estimate"] == 1.0
    assert (("resolution", "257-512"),) in shares


def test_the_page_shows_pictures_made_anew_and_no_script(tmp_path):
    fill(tmp_path / "corpus")
    rng = np.random.default_rng(1)
    (tmp_path / "corpus" / "<img src=x onerror=alert(1)>.png").write_bytes(generated(rng))
    scan(tmp_path / "corpus", "--out", tmp_path / "out", "--group", "class")
    page = (tmp_path / "out" / "report.html").read_text()
    addresses = re.findall(r'<img src="([^"]*)"', page)
    assert addresses
    assert all(re.fullmatch(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=]+", one) for one in addresses)
    assert "<img src=x" not in page
    assert "<script" not in page
    assert "AUTOMATIC1111" in page
    assert "By format" in page
    assert "class made" in page


@pytest.mark.parametrize("kind", ["tar", "parquet", "arrow", "jsonl"])
def test_the_same_images_from_any_container(tmp_path, kind):
    rng = np.random.default_rng(5)
    files = {f"{row}.png": generated(rng) if row % 2 else encoded(picture(rng)) for row in range(8)}
    path = tmp_path / "in" / f"images.{kind}"
    path.parent.mkdir()
    if kind == "tar":
        with tarfile.open(path, "w") as tar:
            for name, data in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    elif kind == "jsonl":
        for name, data in files.items():
            (path.parent / name).write_bytes(data)
        path.write_text("".join(json.dumps({"file_name": name, "class": "x"}) + "\n" for name in files))
    else:
        rows = pa.table({"image": [{"bytes": data, "path": name} for name, data in files.items()]})
        if kind == "parquet":
            pq.write_table(rows, path)
        else:
            with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, rows.schema) as writer:
                writer.write_table(rows)
    scan(path if kind != "jsonl" else path.parent, "--out", tmp_path / "out")
    found, table = result(tmp_path / "out"), evidence(tmp_path / "out")
    assert found["modality"] == "image"
    assert found["records"]["kept"] == found["records"]["read"] == 8
    assert (table["nats"] > 0).sum() == 4


def test_captioned_images_have_four_cells(tmp_path):
    fill(tmp_path / "corpus", captions=True)
    scan(tmp_path / "corpus", "--out", tmp_path / "out")
    found = result(tmp_path / "out")
    assert found["modality"] == "pair"
    assert found["records"]["kept"] == 25
    cells = {tuple(one["parts"].values()): one for one in found["cells"]}
    assert len(cells) == 4
    both = cells["synthetic", "synthetic"]
    assert both["known"] == 5
    assert both["low"] == 0.2
    assert all(one["low"] <= one["high"] for one in cells.values())
    captions = next(one for one in found["sharing"] if one["part"] == "caption")
    assert captions["shared"] >= 1
    assert captions["largest"] == 10
    page = (tmp_path / "out" / "report.html").read_text()
    assert "image synthetic, caption synthetic" in page
    assert {"image_declared", "caption_statistical"} <= {one["name"] for one in found["detectors"]}


def test_known_origins_make_the_cells_exact(tmp_path):
    rng = np.random.default_rng(7)
    rows = pa.table(
        {
            "image": [generated(rng) for _ in range(4)],
            "caption": ["As an AI language model, I cannot see this."] * 4,
        }
    )
    pq.write_table(rows, tmp_path / "a.parquet")
    scan(
        tmp_path / "a.parquet",
        "--out",
        tmp_path / "out",
        "--modality",
        "pair",
        "--image-column",
        "image",
        "--text-column",
        "caption",
    )
    cells = {tuple(one["parts"].values()): one for one in result(tmp_path / "out")["cells"]}
    assert cells["synthetic", "synthetic"]["estimate"] == 1.0
    assert cells["human", "synthetic"]["high"] == 0.0


def test_an_archive_writes_nothing_outside_the_result(tmp_path):
    rng = np.random.default_rng(8)
    inside = tmp_path / "box"
    inside.mkdir()
    with tarfile.open(inside / "a.tar", "w") as tar:
        for name in ("../../out.png", "/tmp/absolute-springhead-test.png", "good.png"):
            data = encoded(picture(rng))
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    before = set(tmp_path.rglob("*"))
    scan(inside / "a.tar", "--out", tmp_path / "result")
    fresh = set(tmp_path.rglob("*")) - before
    assert all(tmp_path / "result" in (one, *one.parents) for one in fresh)
    assert result(tmp_path / "result")["records"] | {} == result(tmp_path / "result")["records"]
    assert result(tmp_path / "result")["records"]["quarantined"] == 2


def test_an_origin_column_declares(tmp_path):
    rng = np.random.default_rng(9)
    rows = pa.table(
        {
            "image": [encoded(picture(rng)) for _ in range(6)],
            "made": ["synthetic", "", "human", "", "mixed", None],
        }
    )
    pq.write_table(rows, tmp_path / "a.parquet")
    scan(tmp_path / "a.parquet", "--out", tmp_path / "out", "--origin-column", "made")
    assert evidence(tmp_path / "out").sort("position")["origin"].to_list() == [
        "synthetic",
        "unknown",
        "human",
        "unknown",
        "mixed",
        "unknown",
    ]


def test_a_folder_of_texts_is_still_text(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("words " * 100)
    (tmp_path / "in" / "b.txt").write_text("other words " * 100)
    (tmp_path / "in" / "logo.png").write_bytes(encoded(picture(np.random.default_rng(0))))
    scan(tmp_path / "in", "--out", tmp_path / "out")
    assert result(tmp_path / "out")["modality"] == "text"


def test_unknown_modality_and_unclear_column(tmp_path, capsys):
    pq.write_table(pa.table({"one": [b"\xff\xd8a"], "two": [b"\xff\xd8b"]}), tmp_path / "a.parquet")
    assert (
        main(["scan", str(tmp_path / "a.parquet"), "--out", str(tmp_path / "o"), "--modality", "video"]) == 2
    )
    assert (
        main(["scan", str(tmp_path / "a.parquet"), "--out", str(tmp_path / "o"), "--modality", "image"]) == 2
    )
    assert "--image-column" in capsys.readouterr().err
