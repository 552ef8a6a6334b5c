"""Data-set cards beside a corpus: read as metadata, never as records."""

from __future__ import annotations

import json
from pathlib import Path

from springhead.io.sources import discover
from springhead.scan.cards import read_cards


def _folder(path: Path) -> Path:
    (path / "data.jsonl").write_text('{"text": "a"}\n')
    (path / "README.md").write_text(
        "---\nlanguage_creators:\n- machine-generated\nlicense: mit\n---\n# hello\n"
    )
    (path / "croissant.json").write_text(json.dumps({"rai:hasSyntheticData": True, "name": "x"}))
    return path


def test_a_card_beside_data_is_no_record(tmp_path: Path) -> None:
    found = discover([_folder(tmp_path)])
    assert [source.name for source in found.sources] == ["data.jsonl"]
    assert [Path(card).name for card in found.cards] == ["README.md", "croissant.json"]
    assert not found.skipped


def test_a_folder_of_notes_keeps_its_readme(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("hello")
    (tmp_path / "note.md").write_text("world")
    assert len(discover([tmp_path]).sources) == 2


def test_what_cards_declare(tmp_path: Path) -> None:
    claims = read_cards(discover([_folder(tmp_path)]).cards)
    assert [(one.file, one.kind, one.synthetic) for one in claims] == [
        ("README.md", "language_creators", True),
        ("croissant.json", "rai:hasSyntheticData", True),
    ]


def test_a_card_that_says_no_or_nothing_declares_nothing(tmp_path: Path) -> None:
    no = tmp_path / "croissant.json"
    no.write_text(json.dumps({"rai:hasSyntheticData": False}))
    assert [one.synthetic for one in read_cards([str(no)])] == [False]
    plain = tmp_path / "README.md"
    plain.write_text("---\nlicense: mit\n---\nsynthetic data is discussed here\n")
    assert read_cards([str(plain), str(tmp_path / "absent.md")]) == []
    no.write_text("[" * 100_000)
    assert read_cards([str(no)]) == []
