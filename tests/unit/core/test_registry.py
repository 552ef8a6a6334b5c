"""The registry: built-in names, third parties through entry points, and errors that say what to install."""

import re
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from springhead.core import registry
from springhead.errors import BadComponent, MissingExtra, UnknownName

ROOT = Path(__file__).parents[3]


@pytest.fixture
def third_party(monkeypatch, tmp_path):
    """A distribution on the path that registers detectors, without being installed."""
    (tmp_path / "elsewhere.py").write_text("class Good:\n    class Inner: ...\n", "utf-8")
    (tmp_path / "needs_torch.py").write_text("import torch_that_is_not_there\n", "utf-8")
    (tmp_path / "needs_scipy.py").write_text(
        "raise ModuleNotFoundError('no scipy', name='scipy.stats')\n", "utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    values = {
        "vector/good": "elsewhere:Good",
        "vector/nested": "elsewhere:Good.Inner [extra]",
        "vector/torch": "needs_torch:Model",
        "vector/scipy": "needs_scipy:Model",
        "vector/absent": "elsewhere:Bad",
        "text/residue": "elsewhere:Good",
    }
    points = [EntryPoint(name, value, "springhead.detector") for name, value in values.items()]
    monkeypatch.setattr(
        registry, "entry_points", lambda group: [point for point in points if point.group == group]
    )
    yield
    for module in ("elsewhere", "needs_torch", "needs_scipy"):
        sys.modules.pop(module, None)


def test_third_parties_stand_beside_built_in_ones(third_party):
    found = registry.names("detector")
    assert {"vector/good", "text/statistical"} <= set(found)
    assert found == sorted(set(found))
    assert registry.load("detector", "vector/good").__name__ == "Good"
    assert registry.load("detector", "vector/nested").__name__ == "Inner"


def test_a_third_party_cannot_replace_a_built_in_component(third_party, monkeypatch):
    monkeypatch.setitem(registry.BUILT_IN["detector"], "text/residue", "collections:OrderedDict")
    assert registry.load("detector", "text/residue").__name__ == "OrderedDict"


def test_third_parties_are_found_by_kind(third_party):
    assert "vector/good" not in registry.names("modality")
    with pytest.raises(UnknownName):
        registry.load("modality", "vector/good")


def test_a_missing_library_is_named(third_party):
    with pytest.raises(MissingExtra, match="pip install torch_that_is_not_there") as caught:
        registry.load("detector", "vector/torch")
    assert caught.value.library == "torch_that_is_not_there"
    with pytest.raises(MissingExtra, match=re.escape("'springhead[train]'")):
        registry.load("detector", "vector/scipy")


def test_a_missing_attribute_is_a_clear_error(third_party):
    with pytest.raises(BadComponent, match="elsewhere:Bad") as caught:
        registry.load("detector", "vector/absent")
    assert caught.value.exit_code == 2


def test_a_missing_module_of_our_own_is_no_missing_extra(monkeypatch):
    monkeypatch.setitem(registry.BUILT_IN["detector"], "text/broken", "springhead.core.nowhere:Thing")
    with pytest.raises(ModuleNotFoundError):
        registry.load("detector", "text/broken")


def test_an_unknown_name_gets_a_hint():
    with pytest.raises(UnknownName, match="Did you mean 'text/residue'") as caught:
        registry.load("detector", "text/residu")
    assert caught.value.kind == "detector"
    with pytest.raises(UnknownName, match="Known: none"):
        registry.load("no such kind", "x")


def test_every_extra_that_is_advised_exists():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert set(registry.EXTRAS.values()) <= set(declared)


def test_built_in_targets_are_import_strings():
    for kind, components in registry.BUILT_IN.items():
        for name, target in components.items():
            assert re.fullmatch(r"springhead(\.\w+)+:\w+", target), (kind, name)
