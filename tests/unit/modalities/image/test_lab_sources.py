"""Sources of images: what they draw is what they say, and minorities have their shares."""

import importlib.util
import io
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from springhead.errors import BadConfiguration, MissingExtra, NotReadable
from springhead.modalities.image import digits
from springhead.modalities.image.arrays import reduced
from springhead.modalities.image.digits import DigitsSource
from springhead.modalities.image.emoji_images import EmojiImagesSource
from springhead.modalities.image.omniglot import OmniglotSource
from springhead.modalities.image.symbols import BLOCKS, SymbolsSource, _drawings


def rng(seed=0):
    return np.random.default_rng(seed)


def given(name):
    path = Path(os.environ.get("SPRINGHEAD_DATA", "")) / name
    if "SPRINGHEAD_DATA" not in os.environ or not path.is_file():
        pytest.skip("SPRINGHEAD_DATA is not set, or lacks the file")
    return str(path)


def test_shares_of_symbols_are_as_stated():
    groups = SymbolsSource().draw(20_000, rng()).groups
    wanted = np.array([block.share for block in BLOCKS])
    assert np.isclose(wanted.sum(), 1.0)
    # Eleven counts within 4 standard deviations each: fails for 0.07 % of seeds at most.
    spread = np.sqrt(wanted * (1 - wanted) / 20_000)
    assert (np.abs(np.bincount(groups, minlength=11) / 20_000 - wanted) < 4 * spread).all()
    assert (wanted < 0.05).sum() == 3


def test_symbols_are_many_and_all_different():
    drawings, starts = _drawings()
    assert len(drawings) > 1000
    assert (np.diff(starts) >= 6).all()
    assert (drawings.reshape(len(drawings), -1).max(1) > 128).all()
    assert len(np.unique(drawings.reshape(len(drawings), -1), axis=0)) > 0.97 * len(drawings)


def test_an_unmoved_symbol_is_its_drawing_and_a_moved_one_never_repeats():
    still = SymbolsSource(side=48, rotation=0.0, scaling=0.0, shift=0.0).draw(30, rng()).batch.pixels
    seen = (_drawings()[0][:, 8:56, 8:56].reshape(-1, 48 * 48) / 255.0).astype(np.float32)
    assert all(np.abs(seen - image).max(1).min() < 1e-6 for image in still)
    moved = SymbolsSource().draw(3000, rng()).batch.pixels
    assert len(np.unique(moved, axis=0)) > 2970
    same = SymbolsSource(rotation=0.0, scaling=0.0, shift=0.0).draw(3000, rng()).batch.pixels
    assert len(np.unique(same, axis=0)) <= 1273


def test_shifts_move_symbols_by_no_more_than_they_say():
    places = []
    for shift in (0.0, 1.5):
        pixels = SymbolsSource(rotation=0.0, scaling=0.0, shift=shift).draw(500, rng()).batch.pixels
        pixels = pixels.reshape(-1, 16, 16)
        places.append((pixels.sum(1) @ np.arange(16)) / pixels.sum((1, 2)))
    moved = np.abs(places[1] - places[0])
    # Ink that leaves the image and nine points a pixel cost a little.
    assert 0.5 < moved.mean() < 1.0
    assert np.quantile(moved, 0.95) < 1.6


def test_digits_are_those_of_scikit_learn():
    from sklearn.datasets import load_digits

    oracle = load_digits()
    drawn = DigitsSource().draw(None, rng())
    rows = rng().permutation(len(oracle.target))
    assert np.array_equal(drawn.groups, oracle.target[rows])
    assert np.allclose(drawn.batch.pixels * 16, oracle.data[rows])


def test_digits_without_the_library_name_the_extra(monkeypatch):
    digits._digits.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"springhead\[digits\]"):
        DigitsSource().draw(1, rng())


@pytest.mark.parametrize(("size", "side"), [(32, 16), (72, 16), (5, 5), (7, 4)])
def test_reducing_keeps_the_mean_and_what_is_even(size, side):
    picture = rng().random((3, size, size)).astype(np.float32)
    small = reduced(picture, side)
    assert small.shape == (3, side * side)
    assert np.allclose(small.mean(1), picture.mean((1, 2)), atol=1e-5)
    assert np.allclose(reduced(np.full((1, size, size), 0.25, np.float32), side), 0.25)


def test_reducing_by_a_whole_factor_is_the_mean_of_blocks():
    picture = rng().random((2, 32, 32)).astype(np.float32)
    blocks = picture.reshape(2, 16, 2, 16, 2).mean((2, 4)).reshape(2, 256)
    assert np.allclose(reduced(picture, 16), blocks, atol=1e-6)


def png(level, alpha=255):
    data = io.BytesIO()
    Image.new("RGBA", (12, 12), (level, level, level, alpha)).save(data, "PNG")
    return data.getvalue()


def test_files_of_the_stated_form_are_read(tmp_path):
    ink = np.zeros((4, 32, 32), np.uint8)
    ink[1:] = 255
    np.savez(tmp_path / "letters.npz", x=ink, alphabet=np.array(["b", "a", "b", "a"]))
    source = OmniglotSource(str(tmp_path / "letters.npz"), side=8)
    drawn = source.draw(None, rng())
    assert source.groups == ("a", "b")
    assert sorted(zip(drawn.groups, drawn.batch.pixels.mean(1), strict=True)) == [
        (0, 1),
        (0, 1),
        (1, 0),
        (1, 1),
    ]
    table = pl.DataFrame({"png72": [png(255), png(255, 0), png(51)], "skin_tone": ["", "dark", ""]})
    table.write_parquet(tmp_path / "emoji.parquet")
    faces = EmojiImagesSource(str(tmp_path / "emoji.parquet"), side=4)
    found = faces.draw(None, rng())
    assert faces.groups == ("dark", "none")
    brightness = sorted(zip(found.groups, found.batch.pixels.mean(1).round(4), strict=True))
    assert np.allclose(brightness, [(0, 0.0), (1, 0.2), (1, 1.0)])
    with pytest.raises(BadConfiguration):
        faces.draw(4, rng())


@pytest.mark.parametrize("source", [OmniglotSource, EmojiImagesSource])
def test_other_files_are_refused(source, tmp_path):
    path = tmp_path / "file"
    for content in (None, b"not an archive", b"", b"PK\x03\x04 cut short"):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(NotReadable):
            source(str(path)).draw(1, rng())
    np.savez(tmp_path / "objects.npz", x=np.array([{}], object), alphabet=np.array(["a"]))
    with pytest.raises(NotReadable):
        source(str(tmp_path / "objects.npz")).draw(1, rng())


def test_omniglot_as_given():
    source = OmniglotSource(given("omniglot_small32.npz"))
    drawn = source.draw(1000, rng())
    assert source.size == 4840
    assert len(source.groups) == 8
    assert 0.02 < drawn.batch.pixels.mean() < 0.2


def test_emoji_as_given():
    source = EmojiImagesSource(given("emoji_images.parquet"))
    drawn = source.draw(None, rng())
    assert len(drawn.groups) == source.size == 3583
    # People of a darker tone are darker pictures.
    tone = {name: drawn.batch.pixels[drawn.groups == i].mean() for i, name in enumerate(source.groups)}
    assert tone["light"] > tone["medium"] > tone["dark"]


def test_settings_out_of_range_are_refused():
    for make in (
        lambda: SymbolsSource(side=2),
        lambda: SymbolsSource(scaling=1.0),
        lambda: SymbolsSource(shift=-1),
    ):
        with pytest.raises(BadConfiguration):
            make()
