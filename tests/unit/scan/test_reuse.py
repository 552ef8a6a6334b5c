"""Scans in one process, one after the other, into the same place."""

import json
import shutil

import numpy as np

from springhead.scan import scan
from springhead.testing import human_texts, machine_texts, polluted_corpus


def _reference(path, texts):
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
    return path


def test_a_second_scan_into_a_cleared_folder_uses_its_own_references(tmp_path):
    rng = np.random.default_rng(4)
    truth = polluted_corpus(tmp_path / "a.jsonl", 80, 0.3, rng)
    machine = _reference(tmp_path / "machine.jsonl", machine_texts(60, rng))
    human = _reference(tmp_path / "human.jsonl", human_texts(60, rng))
    swapped = {"human_reference": [machine], "synthetic_reference": [human]}
    right = {"human_reference": [human], "synthetic_reference": [machine]}

    def run(out, references):
        shutil.rmtree(out, ignore_errors=True)
        folder = scan(truth.path, out, engine="serial", reference_covers_all=True, **references)
        return folder.result.prevalence, folder.to_polars()["p_value"].to_list()

    fresh = run(tmp_path / "fresh", right)
    assert run(tmp_path / "out", swapped)[0] != fresh[0]
    assert run(tmp_path / "out", right) == fresh
