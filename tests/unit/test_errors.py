"""Errors: built from facts, with an exit code, whole across a process boundary."""

import inspect
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead import errors
from springhead.errors import SpringheadError, UsageError, did_you_mean

KINDS = [
    kind
    for kind in vars(errors).values()
    if inspect.isclass(kind)
    and issubclass(kind, SpringheadError)
    and kind not in (SpringheadError, UsageError)
]
FACTS = {
    "str": "fact-of-it",
    "Iterable[str]": ("one", "two"),
    "int": 7,
    "str | None": "train",
    "Mapping[str, float]": {"text": 12.0},
}


def build(kind):
    parameters = list(inspect.signature(kind.__init__).parameters.values())[1:]
    return kind(*(FACTS[parameter.annotation] for parameter in parameters))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_says_what_was_found_expected_and_to_do(kind):
    error = build(kind)
    assert error.found
    assert error.expected
    assert error.action[0].isupper() or error.action == "fact-of-it"
    assert str(error) == f"{error.found}; expected {error.expected}. {error.action}"
    assert "\n" not in str(error)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_shows_the_facts_it_was_given(kind):
    message = str(build(kind))
    for parameter in list(inspect.signature(kind.__init__).parameters.values())[1:]:
        fact = FACTS[parameter.annotation]
        shown = (
            fact if isinstance(fact, str) else next(iter(fact)) if not isinstance(fact, int) else str(fact)
        )
        assert shown in message, parameter.name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_crosses_a_process_boundary(kind):
    error = build(kind)
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert str(back) == str(error)
    assert vars(back) == vars(error)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_exit_codes(kind):
    assert kind.exit_code == (2 if issubclass(kind, UsageError) else 1)


def test_the_nearest_name_is_offered():
    assert did_you_mean("langauge", ["language", "host"]) == "Did you mean 'language'?"


def test_without_a_near_name_what_is_known_is_listed_at_most_twelve():
    hint = did_you_mean("zzz", [f"name{index:02d}" for index in range(20)])
    assert hint.startswith("Known: name00, ")
    assert hint.endswith("name11, ....")
    assert did_you_mean("zzz", []) == "Known: none."


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=30))
def test_any_name_gets_a_hint(name, known):
    hint = did_you_mean(name, known)
    assert hint.startswith(("Did you mean ", "Known: "))
