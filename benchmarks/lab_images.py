"""Speed of image models: draw 5,000 images of 16 x 16 pixels, fit, sample 5,000; CPU and wall seconds, best of 5.

Run with one thread (OPENBLAS_NUM_THREADS=1) on a machine that does other work.
"""

import platform
import time

import numpy as np

from springhead.core.nouns import Request
from springhead.core.protocols import Compute
from springhead.modalities.image.factors import FactorsModel
from springhead.modalities.image.ppca import PpcaModel
from springhead.modalities.image.symbols import SymbolsSource

COUNT = 5000


def seconds(action):
    """Return (CPU seconds, wall seconds, result) of the fastest of five calls."""
    found = []
    for _ in range(5):
        cpu, wall = time.process_time(), time.perf_counter()
        result = action()
        found.append((time.process_time() - cpu, time.perf_counter() - wall))
    return *min(found), result


def main():
    """Print one line for each step."""
    print(f"{platform.machine()}, numpy {np.__version__}, {COUNT} images of 16 x 16 in 11 classes")
    SymbolsSource().draw(1, np.random.default_rng(0))
    cpu, wall, drawn = seconds(lambda: SymbolsSource().draw(COUNT, np.random.default_rng(0)))
    print(f"symbols  draw    {cpu:.3f} s CPU  {wall:.3f} s")
    copies = np.ones(COUNT, np.int64)
    for model in (PpcaModel(), FactorsModel()):

        def fit(model=model):
            return model.fit(drawn.batch, copies, start=None, compute=Compute(), rng=np.random.default_rng(1))

        cpu, wall, fitted = seconds(fit)
        print(f"{model.name:8} fit     {cpu:.3f} s CPU  {wall:.3f} s")
        cpu, wall, _ = seconds(lambda fitted=fitted: fitted.sample(Request(COUNT), np.random.default_rng(2)))
        print(f"{model.name:8} sample  {cpu:.3f} s CPU  {wall:.3f} s")


if __name__ == "__main__":
    main()
