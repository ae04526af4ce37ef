from __future__ import annotations

from pathlib import Path

from models.gesture.catalog import MODEL_FILE, ModelCatalog, shipped_folder
from models.gesture.gestures import GESTURES
from models.gesture.shipped_facts import read_facts
from models.home import Home


def test_file_and_card_tell_what_the_list_shows() -> None:
    facts = read_facts(shipped_folder(), MODEL_FILE)
    assert facts.family
    assert facts.gestures == GESTURES
    assert facts.model_bytes == (shipped_folder() / MODEL_FILE).stat().st_size
    assert len(facts.created) == len("2026-11-23")
    assert facts.macro_f1 is not None
    assert f"| macro_f1 | {facts.macro_f1:.4f} |" in (shipped_folder() / "MODEL_CARD.md").read_text("utf-8")


def test_a_card_that_is_missing_is_no_error(tmp_path: Path) -> None:
    (tmp_path / MODEL_FILE).write_bytes((shipped_folder() / MODEL_FILE).read_bytes())
    facts = read_facts(tmp_path, MODEL_FILE)
    assert facts.macro_f1 is None
    assert facts.test_rows is None


def test_the_catalogue_lists_them(home: Home) -> None:
    with ModelCatalog(home) as catalog:
        (shipped,) = catalog.entries()
        assert shipped.shipped == read_facts(shipped_folder(), MODEL_FILE)
