"""A detector's network as an ONNX file on this machine, run by the extra `onnx`; nothing is downloaded."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from springhead.core.nouns import Floats
from springhead.errors import MissingExtra, NotReadable

SIDE = 224


class OnnxModel:
    """One input float32 (n, 3, side, side), RGB in [0, 1]; of its first output the last number a row is the score."""

    def __init__(self, path: str) -> None:
        """Read the file, on one thread; raises MissingExtra or NotReadable."""
        try:
            runtime: Any = importlib.import_module("onnxruntime")
        except ImportError as error:
            raise MissingExtra("a detector in an ONNX file", "onnxruntime", "onnx") from error
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session = runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library raises classes of its own
            raise NotReadable(path, str(error).splitlines()[0][:200]) from error
        self._input = self._session.get_inputs()[0]
        last = self._input.shape[-1] if self._input.shape else None
        self.side = last if isinstance(last, int) else SIDE

    def score(self, pixels: NDArray[np.float32], /) -> Floats:
        """Score images (n, 3, side, side), float64 (n,)."""
        found = np.asarray(self._session.run(None, {self._input.name: pixels})[0], np.float64)
        return np.asarray(found.reshape(len(pixels), -1)[:, -1], np.float64)
