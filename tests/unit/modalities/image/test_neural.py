"""Networks of the user's own: a tiny ONNX model written by hand, and what is refused."""

import importlib.util

import numpy as np
import pytest
from tests.unit.modalities.image.pictures import encoded

from springhead.errors import MissingExtra, NotReadable
from springhead.modalities.image.batch import ImageBatch
from springhead.modalities.image.neural import NeuralDetector
from springhead.scan.observe import load_detectors
from springhead.scan.settings import ScanSettings


def number(field, value):
    return bytes([*varint(field << 3), *varint(value)])


def varint(value):
    out = []
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return [*out, value]


def block(field, content):
    content = content.encode() if isinstance(content, str) else content
    return bytes([*varint(field << 3 | 2), *varint(len(content))]) + content


def tensor(name, sizes):
    shape = b"".join(block(1, block(2, one) if isinstance(one, str) else number(1, one)) for one in sizes)
    return block(1, name) + block(2, block(1, number(1, 1) + block(2, shape)))


def mean_model(side):
    """ModelProto of one ReduceMean over channels and places: the mean brightness of each image."""
    axes = block(1, "axes") + b"".join(number(8, axis) for axis in (1, 2, 3)) + number(20, 7)
    keep = block(1, "keepdims") + number(3, 0) + number(20, 2)
    node = block(1, "x") + block(2, "y") + block(4, "ReduceMean") + block(5, axes) + block(5, keep)
    graph = block(1, node) + block(2, "g")
    graph += block(11, tensor("x", ("n", 3, side, side))) + block(12, tensor("y", ("n",)))
    return number(1, 8) + block(7, graph) + block(8, number(2, 13))


def batch(files):
    return ImageBatch(tuple(files), ("",) * len(files), {})


def test_scores_are_the_networks(tmp_path):
    pytest.importorskip("onnxruntime")
    path = tmp_path / "mean.onnx"
    path.write_bytes(mean_model(16))
    grey = [encoded(np.full((20 + i, 30, 3), 5 * i, np.uint8)) for i in range(40)]
    detector = load_detectors(ScanSettings(modality="image", weights=str(path)))["neural"]
    found = detector.examine(batch([*grey, b"no image"])).score
    assert np.allclose(found[:40], np.arange(40) * 5 / 255, atol=1e-5) and np.isnan(found[40])


def test_without_weights_there_is_no_such_detector():
    assert "neural" not in load_detectors(ScanSettings(modality="image"))
    assert np.isnan(NeuralDetector().examine(batch([b""])).score).all()


def test_files_that_are_no_network_are_refused(tmp_path):
    pytest.importorskip("onnxruntime")
    path = tmp_path / "bad.onnx"
    path.write_bytes(b"no network")
    with pytest.raises(NotReadable):
        NeuralDetector(str(path))
    with pytest.raises(NotReadable if importlib.util.find_spec("torch") else MissingExtra):
        NeuralDetector(str(tmp_path / "missing.pt"))
