import numpy as np
import pytest
from tests.unit.modalities.image.pictures import camera, encoded, generated

from springhead.modalities.image import features as f
from springhead.modalities.image.kernels import BLOCK, block_cosines, cosine_basis, pairs, planes, residual


def test_vector_is_finite_and_of_fixed_length_for_any_size():
    rng = np.random.default_rng(1)
    shapes = [(16, 16), (17, 300), (32, 32), (33, 40), (255, 257), (600, 40), (512, 700)]
    images = [rng.integers(0, 256, (*shape, 3), dtype=np.uint8) for shape in shapes]
    found = f.features(images)
    assert found.shape == (len(shapes), f.NUMBERS)
    assert np.isfinite(found).all()


def test_nothing_and_tiny_images_are_not_described():
    flat = np.full((64, 64, 3), 9, np.uint8)
    found = f.features([None, np.zeros((15, 400, 3), np.uint8), flat])
    assert np.isnan(found[:2]).all()
    assert np.isfinite(found[2]).all()
    assert f.features([]).shape == (0, f.NUMBERS)


def test_a_row_does_not_depend_on_its_batch():
    rng = np.random.default_rng(2)
    images = [camera(int(side), rng) for side in rng.integers(20, 90, 40)]
    together = f.features(images)
    alone = np.concatenate([f.features([one]) for one in images])
    assert np.abs(together - alone).max() < 1e-3


def test_no_more_than_four_tiles_are_looked_at():
    assert len(f.blocks_of(np.zeros((5000, 4000, 3), np.uint8))) == 4 * f.BLOCKS_OF_TILE
    assert len(f.blocks_of(np.zeros((32, 32, 3), np.uint8))) == 1
    corners = set(f._tiles(5000, 4000))
    assert all(top % 8 == 0 and left % 8 == 0 for top, left in corners)


def test_large_files_are_read_reduced_and_damaged_ones_not_at_all():
    rng = np.random.default_rng(3)
    large = encoded(camera(1100, rng), "JPEG", quality=90)
    found = f.features_of([large, b"", b"not an image", large[:300]])
    assert np.isfinite(found[0]).all()
    assert np.isnan(found[1:]).all()


def test_cosines_are_those_of_scipy():
    fft = pytest.importorskip("scipy.fft")
    rng = np.random.default_rng(4)
    plane = rng.normal(size=(3, BLOCK, BLOCK)).astype(np.float32)
    tiles = plane.reshape(3, 4, 8, 4, 8).transpose(0, 1, 3, 2, 4).astype(float)
    expected = np.abs(fft.dctn(tiles, axes=(3, 4), norm="ortho")).mean(axis=(1, 2)).reshape(3, 64)
    assert np.allclose(block_cosines(plane, cosine_basis()), expected, atol=1e-4)


def test_pairs_count_every_place_once_per_direction():
    rng = np.random.default_rng(5)
    luma = planes(rng.integers(0, 256, (2, BLOCK, BLOCK, 3), dtype=np.uint8))[0]
    counted = pairs(luma, residual(luma), 1.0)
    assert np.array_equal(counted.sum(axis=2), np.full((2, 3), 2 * (BLOCK - 3) ** 2))


def test_residual_of_a_slope_is_nothing():
    ramp = np.add.outer(np.arange(BLOCK), 2 * np.arange(BLOCK)).astype(np.float32)[None]
    assert np.abs(residual(ramp)).max() < 1e-4


def test_spectra_tell_upsampled_noise_from_a_sensors():
    rng = np.random.default_rng(6)
    places = {one.name: slice(one.start, one.stop) for one in f.families()}
    real = f.features([camera(64, rng) for _ in range(20)])[:, places["spectrum"]]
    made = f.features([generated(64, rng) for _ in range(20)])[:, places["spectrum"]]
    assert (real[:, -1].mean() - made[:, -1].mean()) > 1.0


def test_families_cover_the_vector():
    edges = [one.start for one in f.families()] + [f.NUMBERS]
    assert edges == [0, *[one.stop for one in f.families()]]
