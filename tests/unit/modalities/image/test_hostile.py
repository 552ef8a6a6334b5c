"""Hostile files: caps hold, nothing is raised, time is bounded; and a coverage-guided fuzz target."""

import os
import struct
import time
import zlib

import pytest
from tests.unit.modalities.image.conventions import (
    all_files,
    chunk,
    encoded,
    jpeg_exif,
    jpeg_xmp,
    labelled_files,
    plain_files,
    png,
    text,
    xmp,
)
from tests.unit.modalities.image.fuzz import fuzz

from springhead.modalities.image.containers import read_header
from springhead.modalities.image.declared import read
from springhead.modalities.image.header import TEXT_BYTES, TOTAL_BYTES

SEEDS = [one for one, *_ in all_files().values()] + [*labelled_files().values(), *plain_files().values()]
SECONDS = float(os.environ.get("SPRINGHEAD_FUZZ_SECONDS", "3"))


def test_every_truncation_is_read():
    for data in SEEDS:
        for end in range(0, min(len(data), 600), 7):
            read(data[:end])


def test_compressed_bombs_are_capped():
    bomb = chunk(b"zTXt", b"parameters\0\0" + zlib.compress(b"A" * 50_000_000, 9))
    header = read_header(png(*[bomb] * 20))
    assert sum(len(value) for _, value in header.texts) <= TOTAL_BYTES
    assert all(len(value) <= TEXT_BYTES for _, value in header.texts)
    assert any("longer than is read" in fault for fault in header.faults)


def test_a_text_of_100_megabytes_is_cut():
    header = read_header(png(text("parameters", "A" * 100_000_000)))
    assert len("parameters") + 1 + len(header.texts[0][1]) == TEXT_BYTES


@pytest.mark.parametrize("big", [False, True])
def test_exif_that_points_in_circles(big):
    order = ">" if big else "<"
    block = (b"MM\0*" if big else b"II*\0") + struct.pack(order + "IHHHIII", 8, 1, 0x8769, 4, 1, 8, 8)
    found = read(jpeg_exif(block))
    assert found.statements == []
    assert any("circle" in fault for fault in found.faults)


def test_entities_of_a_packet_mean_nothing():
    laughs = '<!DOCTYPE x [<!ENTITY a "Midjourney"><!ENTITY b "&a;&a;&a;&a;">]>' + xmp(
        'xmp:CreatorTool="&b;"'
    )
    assert read(jpeg_xmp(laughs)).statements == []
    opened = xmp(elements="<xmp:CreatorTool>" * 3000)
    began = time.process_time()
    read(jpeg_xmp(opened))
    assert time.process_time() - began < 1.0


def test_padding_of_a_packet_costs_little():
    # Writers leave room for changes; read blank by blank, a megabyte of it took 18 ms.
    padded = jpeg_xmp(xmp('xmp:CreatorTool="GIMP"') + " " * 60_000)
    began = time.process_time()
    for _ in range(100):
        assert read(padded).statements == []
    assert time.process_time() - began < 0.05 * (1 + SECONDS / 3)


def test_too_many_chunks_end_the_walk():
    header = read_header(png(chunk(b"tEXt", b"a\0b") * 200_000, base=encoded("PNG")))
    assert len(header.texts) <= 256
    assert "more chunks than are read" in header.faults


def test_fuzz_the_header_reader():
    runs, seen = fuzz(read, [one for one in SEEDS if len(one) < 20_000], SECONDS)
    assert runs > 50
    assert seen > 500
