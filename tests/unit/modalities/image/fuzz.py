"""A small coverage-guided fuzzer: inputs that reach a new pair of lines are kept and mutated further."""

import random
import struct
import sys
import time
from pathlib import Path

import springhead.modalities.image as package

FOLDER = str(Path(package.__file__).parent)
WORDS = [b"\0", b"\xff" * 4, b"\x7f\xff\xff\xff", b"Exif\0\0", b"II*\0", b"tEXt", b"iTXt", b"meta", b"<", b"&lt;",
         b'{"', b"[" * 200, b"Steps: 1, Seed: 1", b"\0" * 40]  # fmt: skip


def edges(target, data):
    """Pairs of successive lines of the package that a call passes; what it raises goes through."""
    seen, last = set(), 0

    def local(frame, event, _):
        nonlocal last
        here = hash((frame.f_code.co_filename, frame.f_lineno))
        seen.add(last ^ here << 1)
        last = here
        return local

    def begin(frame, _event, _):
        return local if frame.f_code.co_filename.startswith(FOLDER) else None

    sys.settrace(begin)
    try:
        target(data)
    finally:
        sys.settrace(None)
    return seen


def mutate(data, others, rng):
    data = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(6)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at:at] = rng.choice(WORDS)
        elif kind == 2:
            del data[at : at + rng.randint(1, 40)]
        elif kind == 3:
            data[at : at + 4] = struct.pack(
                rng.choice("<>") + "I", rng.choice([0, 1, 8, 255, 65535, 2**31, 2**32 - 1])
            )
        elif kind == 4:
            other = rng.choice(others)
            start = rng.randrange(len(other) + 1)
            data[at:at] = other[start : start + rng.randint(1, 200)]
        else:
            del data[at:]
    return bytes(data[:20_000])


def fuzz(target, seeds, seconds, slowest=2.0):
    """Run for so many seconds; return (inputs run, edges seen). A call that raises or is slow is a failure."""
    rng = random.Random(1)
    corpus, seen, runs = list(seeds), set(), 0
    for one in corpus:
        seen |= edges(target, one)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        data = mutate(rng.choice(corpus), corpus, rng)
        began = time.process_time()
        try:
            found = edges(target, data)
        except Exception as error:
            raise AssertionError(f"{type(error).__name__} for {data.hex()}") from error
        assert time.process_time() - began < slowest, f"slow: {data.hex()}"
        runs += 1
        if found - seen:
            seen |= found
            corpus.append(data)
    return runs, len(seen)
