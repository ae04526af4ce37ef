from __future__ import annotations

from gesture_app.training.results import SweepResult

DOCUMENT = {
    "leaderboard": [],
    "champion": None,
    "failed": 0,
    "wall_s": 1.5,
    "split": "Divided by takes.",
    "notes": ["No hands of rock were left for validation."],
}


def test_notes_of_the_trainer_are_kept() -> None:
    assert SweepResult.from_json(DOCUMENT).notes == ("No hands of rock were left for validation.",)


def test_a_trainer_without_notes_is_read_too() -> None:
    without = {name: value for name, value in DOCUMENT.items() if name != "notes"}
    assert SweepResult.from_json(without).notes == ()
