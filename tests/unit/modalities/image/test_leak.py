"""The probe that sees formats alone: near chance on equal files, caught where quality, size or container differ."""

import numpy as np
import pytest
from tests.unit.modalities.image.pictures import camera, encoded

from springhead.modalities.image.leak import SIZE, pack_traits, probe, unpack_traits

N = 80


def payloads(files):
    return [b"xx" + one for one in pack_traits(files)]


@pytest.fixture(scope="module")
def scenes():
    rng = np.random.default_rng(3)
    return [camera(40, rng) for _ in range(2 * N)]


def areas(scenes, first, second, seeds=4):
    sides = [[encoded(one, **kind) for one in part] for one_part in [(scenes[:N], first), (scenes[N:], second)]
             for part, kind in [one_part]]  # fmt: skip
    packed = [payloads(side) for side in sides]
    return [probe(*packed, np.random.default_rng(seed)) for seed in range(seeds)]


def test_equal_formats_are_near_chance(scenes):
    same = {"kind": "JPEG", "quality": 85}
    found = areas(scenes, same, same)
    # AUROC of 80 against 80 has a standard error of 0.046 at chance; 3.3 of them miss in 1 of 1,000.
    assert abs(found[0].auroc - 0.5) < 3.3 * 0.046
    assert found[0].low < 0.55


def test_bytes_per_pixel_count_apart():
    """Noise compresses worse than flat colour: that is content, told beside the format and not as it."""
    rng = np.random.default_rng(2)
    noisy = [encoded(rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)) for _ in range(60)]
    flat = [encoded(np.full((32, 32, 3), i, np.uint8)) for i in range(60)]
    found = probe(payloads(noisy), payloads(flat), rng)
    assert found.with_size > 0.99 and found.auroc == 0.5


@pytest.mark.parametrize(
    "second",
    [{"kind": "JPEG", "quality": 70}, {"kind": "PNG"}, {"kind": "WEBP"}],
)
def test_other_quality_or_container_is_caught(scenes, second):
    for one in areas(scenes, {"kind": "JPEG", "quality": 85}, second):
        assert one.auroc > 0.99 and 0.9 < one.low < one.auroc and one.high <= 1.0


def test_other_size_is_caught():
    rng = np.random.default_rng(4)
    sides = [payloads([encoded(camera(size, rng)) for _ in range(40)]) for size in (40, 48)]
    assert probe(*sides, rng).auroc > 0.99


def test_the_interval_covers_chance_as_often_as_it_says():
    """60 probes of two samples of one law: the 95 % interval holds 0.5 in at least 50 (p < 0.001 else)."""
    held = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        sides = [
            payloads(
                [encoded(np.zeros((16, int(width), 3), np.uint8)) for width in rng.integers(16, 60, 100)]
            )
            for _ in range(2)
        ]
        one = probe(*sides, rng)
        held += one.low <= 0.5 <= one.high
    assert held >= 50


def test_damaged_files_and_few_images():
    assert probe(payloads([b"no image"] * 5), payloads([b""] * 30), np.random.default_rng(0)) is None
    same = probe(payloads([b"no image"] * 30), payloads([b""] * 30), np.random.default_rng(0))
    assert same.auroc == 0.5
    assert np.isnan(unpack_traits([b"short", "text"])).all()
    assert len(pack_traits([b""])[0]) == SIZE
