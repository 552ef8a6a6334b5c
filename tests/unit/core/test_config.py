"""Configuration: strict, frozen, and every mistake names the file, the line and the nearest name."""

import datetime
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.core.config import apply_assignments, decode, read_toml
from springhead.errors import BadConfiguration


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    size: int = 1
    strength: float = 2.0


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    seed: int = 0
    name: str = ""
    since: datetime.date | None = None
    inner: Inner = Inner()
    maybe: Inner | None = None
    parts: tuple[Inner, ...] = ()


def failing(path, text):
    path.write_text(text, "utf-8")
    with pytest.raises(BadConfiguration) as caught:
        decode(read_toml(path), Outer, str(path))
    return str(caught.value)


def test_a_file_decodes(tmp_path):
    file = tmp_path / "run.toml"
    file.write_text("seed = 3\nsince = 2019-01-31\n[inner]\nsize = 4\n[[parts]]\nsize = 5\n", "utf-8")
    assert decode(read_toml(file), Outer) == Outer(
        seed=3, since=datetime.date(2019, 1, 31), inner=Inner(4), parts=(Inner(5),)
    )


def test_a_file_with_a_byte_order_mark_decodes(tmp_path):
    file = tmp_path / "run.toml"
    file.write_bytes(b"\xef\xbb\xbfseed = 3\n")
    assert decode(read_toml(file), Outer).seed == 3


def test_unknown_field_names_file_line_and_nearest_name(tmp_path):
    message = failing(tmp_path / "run.toml", "# first\n\nsede = 3\n")
    assert "run.toml, line 3" in message
    assert "Did you mean 'seed'?" in message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("seed = 1\n[inner]\nsize = 2\nstrenght = 3\n", 4),
        ("[maybe]\nstrenght = 3\n", 2),
        ("[[parts]]\nsize = 1\n[[parts]]\nstrenght = 3\n", 4),
        ("inner.strenght = 3\n", 1),
        ("seed = 1\ninner = { strenght = 3 }\n", 2),
        ('["inner"]\n"strenght" = 3\n', 2),
    ],
)
def test_unknown_field_of_a_part_is_matched_with_the_names_of_that_part(tmp_path, text, line):
    message = failing(tmp_path / "run.toml", text)
    assert f"line {line}:" in message
    assert "Did you mean 'strength'?" in message


def test_the_line_is_that_of_the_right_table(tmp_path):
    message = failing(tmp_path / "run.toml", "seed = 1\n\n[inner]\nseed = 2\n")
    assert "line 4" in message


def test_a_wrong_type_names_its_line(tmp_path):
    message = failing(tmp_path / "run.toml", 'name = "a"\nseed = "three"\n')
    assert "line 2" in message
    assert "int" in message


def test_a_wrong_type_is_never_coerced(tmp_path):
    for value in ("1.5", '"3"', "true"):
        assert "line 1" in failing(tmp_path / "run.toml", f"seed = {value}\n")


def test_a_name_like_nothing_lists_what_is_known(tmp_path):
    assert "Known: inner, maybe, name, parts, seed, since" in failing(tmp_path / "run.toml", "qqq = 1\n")


def test_broken_toml_names_the_line(tmp_path):
    assert "line 2" in failing(tmp_path / "run.toml", "seed = 1\nname =\n")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_an_unreadable_file_is_a_clear_error(tmp_path, content):
    file = tmp_path / "run.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadConfiguration, match=r"run\.toml"):
        read_toml(file)


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("seed=3", {"seed": 3}),
        ("inner.size=3", {"inner": {"size": 3}}),
        (" inner . size = 3", {"inner": {"size": 3}}),
        ("name=plain words", {"name": "plain words"}),
        ('name="3"', {"name": "3"}),
        ("name=a=b", {"name": "a=b"}),
        ("name=", {"name": ""}),
        ("since=2019-01-31", {"since": "2019-01-31"}),
        ("parts=[{size = 2}]", {"parts": [{"size": 2}]}),
        ("name=1\nseed=2", {"name": "1\nseed=2"}),
    ],
)
def test_assignments(assignment, expected):
    assert apply_assignments({}, [assignment]) == expected


def test_an_assigned_date_decodes():
    assert decode(apply_assignments({}, ["since=2019-01-31"]), Outer).since == datetime.date(2019, 1, 31)
    assert decode(apply_assignments({}, ["name=2019-01-31"]), Outer).name == "2019-01-31"


def test_assignments_keep_their_neighbours_and_the_original():
    original = {"inner": {"size": 1, "strength": 3.0}, "seed": 1}
    changed = apply_assignments(original, ["inner.size=9"])
    assert changed == {"inner": {"size": 9, "strength": 3.0}, "seed": 1}
    assert original["inner"]["size"] == 1


@pytest.mark.parametrize("assignment", ["seed", "=3", "  =3", ""])
def test_an_assignment_without_name_or_value_is_refused(assignment):
    with pytest.raises(BadConfiguration, match="--set name=value"):
        apply_assignments({}, [assignment])


def test_the_last_assignment_wins():
    assert apply_assignments({}, ["seed=1", "seed=2"]) == {"seed": 2}


@given(st.text(min_size=1, max_size=40))
def test_any_text_gives_a_value_or_a_clear_error(text):
    try:
        decode(apply_assignments({}, [text]), Outer)
    except BadConfiguration as error:
        assert error.exit_code == 2


@given(st.integers(-(2**62), 2**62), st.integers(-(2**62), 2**62))
def test_integers_survive(seed, size):
    settings = decode(apply_assignments({}, [f"seed={seed}", f"inner.size={size}"]), Outer)
    assert (settings.seed, settings.inner.size) == (seed, size)


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    engine: Literal["local", "serial"] = "local"
    inner: Inner = Inner()


def test_a_wrong_choice_names_the_nearest():
    with pytest.raises(BadConfiguration) as caught:
        decode({"engine": "seriell"}, Chosen)
    assert "serial" in str(caught.value)
