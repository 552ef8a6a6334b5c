"""Scores of a network whose weights the user names: an ONNX file, or TorchScript with the extra `torch`.

The network must hold its own normalisation: it is given RGB in [0, 1], higher scores mean more synthetic. Its scores
are judged by the references like any others, and there is no such detector where no weights are named.
"""

from __future__ import annotations

import importlib
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from springhead.core.nouns import Findings, Floats, Trust
from springhead.errors import MissingExtra, NotReadable
from springhead.modalities.image.batch import ImageBatch
from springhead.modalities.image.decode import decoded
from springhead.modalities.image.onnx import SIDE, OnnxModel

_AT_ONCE = 32


class _Network(Protocol):
    side: int

    def score(self, pixels: NDArray[np.float32], /) -> Floats: ...


class TorchModel:
    """A TorchScript module that maps float32 (n, 3, 224, 224) to a score or a row of them a image, the last counts."""

    side = SIDE

    def __init__(self, path: str) -> None:
        """Load the module for the processor; raises MissingExtra or NotReadable."""
        try:
            self._torch: Any = importlib.import_module("torch")
        except ImportError as error:
            raise MissingExtra("a detector in a TorchScript file", "torch", "torch") from error
        try:
            self._module = self._torch.jit.load(path, map_location="cpu").eval()
        except Exception as error:  # the library raises several unrelated classes
            raise NotReadable(path, str(error).splitlines()[0][:200]) from error

    def score(self, pixels: NDArray[np.float32], /) -> Floats:
        """Score images (n, 3, side, side), float64 (n,)."""
        with self._torch.inference_mode():
            found = self._module(self._torch.from_numpy(pixels)).numpy()
        return np.asarray(found.reshape(len(pixels), -1)[:, -1], np.float64)


class NeuralDetector:
    """Scores images with the user's own network."""

    name = "neural"
    kind = Trust.STATISTICAL
    version = "1"

    def __init__(self, weights: str | None = None) -> None:
        """Load `weights` by their ending: .onnx, else TorchScript; without any, nothing is scored."""
        self._network: _Network | None = None
        if weights is not None:
            self._network = OnnxModel(weights) if weights.lower().endswith(".onnx") else TorchModel(weights)

    @classmethod
    def from_settings(cls, settings: Any) -> NeuralDetector | None:
        """Make it where a scan's settings name weights, else None."""
        weights = getattr(settings, "weights", None)
        return cls(weights) if weights else None

    def examine(self, batch: ImageBatch, /) -> Findings:
        """The network's score of every image, nan where it cannot be decoded."""
        out = np.full(len(batch), np.nan)
        if self._network is None:
            return Findings(out, "raw", (), ())
        for begin in range(0, len(batch), _AT_ONCE):
            shown = [_shown(one, self._network.side) for one in batch.data[begin : begin + _AT_ONCE]]
            rows = [row for row, one in enumerate(shown) if one is not None]
            if rows:
                stack = np.stack([one for one in shown if one is not None])
                out[begin + np.array(rows)] = self._network.score(stack)
        return Findings(out, "raw", (), ())


def _shown(data: bytes, side: int) -> NDArray[np.float32] | None:
    """The image squeezed to a square, float32 (3, side, side) in [0, 1]."""
    pixels = decoded(data, side=side).pixels
    if pixels is None:
        return None
    square = Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)
    return np.ascontiguousarray(np.asarray(square, np.float32).transpose(2, 0, 1) / np.float32(255))
