"""The shipped folder, made from end to end of a few generated hands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from models.gesture.catalog import load_model
from models.gesture.gestures import NO_GESTURE
from models.gesture.prior import Prior
from models.hand.made_rows import gesture_rows, no_gesture_rows
from models.home import Home
from trainer.cli import main
from trainer.data.writing import write_dataset
from trainer.dataset import Dataset
from trainer.progress import Progress
from trainer.recognition.recogniser_training import Recipe
from trainer.shipping import HELD_OUT_SHAPES, ShipError, make_shipment

LABELS = ("fist", "like", "one", "palm", "peace")
FILES = {"classifier.onnx", "prior.npz", "MODEL_CARD.md", "confusion.png", "trust.png", "weaknesses.png"}
SMALL = ("--passes", "3", "--made", "600", "--no-leave-out")


def made(seed: int, each: int) -> Dataset:
    rng = np.random.default_rng(seed)
    rows = np.concatenate([*(gesture_rows(label, each, rng) for label in LABELS), no_gesture_rows(2 * each, rng)])
    return Dataset.of(rows, np.repeat([*LABELS, NO_GESTURE], [each] * len(LABELS) + [2 * each]))


@pytest.fixture
def sources(tmp_path: Path) -> tuple[str, str]:
    """Hands to train on, and to measure on: of these, four palms are called fists by mistake."""
    test = made(1, 20)
    labels = test.labels.copy()
    labels[np.flatnonzero(labels == "palm")[:4]] = "fist"
    write_dataset(made(0, 60), tmp_path / "train.csv")
    write_dataset(Dataset.of(test.rows, labels), tmp_path / "test.csv")
    return str(tmp_path / "train.csv"), str(tmp_path / "test.csv")


def ship(sources: tuple[str, str], folder: Path, *more: str) -> int:
    return main(["ship", "--data", sources[0], "--test", sources[1], "--into", str(folder), *SMALL, *more])


def test_ship_makes_the_whole_folder_and_the_same_again(
    sources: tuple[str, str], home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, again = tmp_path / "shipped", tmp_path / "again"
    assert ship(sources, folder) == 0
    out, err = capsys.readouterr()
    assert out == f"{folder / 'classifier.onnx'}\n"
    assert "Wrote model, prior and card" in err
    assert {file.name for file in folder.iterdir()} == FILES

    text = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert main(["evaluate", "--data", sources[1], "--model", str(folder), "--json", "--quiet"]) == 0
    scores = json.loads(capsys.readouterr().out)
    low, high = scores["intervals"]["accuracy_all"]
    assert f"| accuracy_all | {scores['accuracy_all']:.4f} | {low:.4f} to {high:.4f} |" in text
    assert 0.8 < scores["accuracy_all"] <= 0.96
    mistaken = scores["confusion"][scores["labels"].index("fist")][scores["labels"].index("palm")]
    assert mistaken >= 2
    assert f"- fist taken for palm: {mistaken} hands" in text
    for shape in HELD_OUT_SHAPES:
        assert re.search(rf"\| {shape} \| \d+\.\d% \|", text)

    classifier = load_model(str(folder), home)
    assert classifier.labels == tuple(sorted([*LABELS, NO_GESTURE]))
    fresh = made(2, 30)
    answers = np.array(classifier.labels)[classifier.predict(fresh.rows).argmax(axis=1)]
    assert (answers == fresh.labels).mean() > 0.9
    assert Prior.load(folder / "prior.npz").labels == classifier.labels

    assert ship(sources, again, "--quiet") == 0
    assert capsys.readouterr().err == ""
    for name in FILES:
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name


def test_what_was_not_measured_keeps_no_figures_of_an_earlier_model(
    sources: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shipped"
    folder.mkdir()
    for name in FILES:
        (folder / name).write_bytes(b"of an earlier model")
    (folder / "notes.txt").write_text("somebody's own", encoding="utf-8")
    assert main(["ship", "--data", sources[0], "--into", str(folder), *SMALL]) == 0
    assert "Nothing was measured, so the card has no figures" in capsys.readouterr().err
    assert {file.name for file in folder.iterdir()} == {"classifier.onnx", "prior.npz", "MODEL_CARD.md", "notes.txt"}
    text = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "No test set was given: nothing was measured." in text
    assert ".png" not in text
    assert b"earlier" not in (folder / "classifier.onnx").read_bytes()


def test_a_model_without_confusions_keeps_no_figure_of_earlier_ones(
    sources: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "weaknesses.png").write_bytes(b"of an earlier model")
    easy = made(3, 4)
    write_dataset(easy.take(np.flatnonzero(np.isin(easy.labels, ["palm", NO_GESTURE]))), tmp_path / "easy.csv")
    assert ship((sources[0], str(tmp_path / "easy.csv")), folder, "--quiet") == 0
    assert capsys.readouterr().err == ""
    shown = set(re.findall(r"\((\w+\.png)\)", (folder / "MODEL_CARD.md").read_text(encoding="utf-8")))
    assert shown == {file.name for file in folder.glob("*.png")} == {"confusion.png", "trust.png"}


def test_hands_that_are_measured_on_too_leave_none_to_train_on(
    sources: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ship((sources[0], sources[0]), tmp_path / "shipped", "--quiet") == 1
    assert "no hands of fist, like, no_gesture, one, palm, peace are left to train on" in capsys.readouterr().err
    assert not (tmp_path / "shipped").exists()


def test_there_is_no_model_without_no_gesture() -> None:
    data = made(0, 10)
    gestures = data.take(np.flatnonzero(data.labels != NO_GESTURE))
    with pytest.raises(ShipError, match="needs hands of no_gesture"):
        make_shipment(gestures, None, Progress("quiet"), Recipe(passes=1))


def test_nothing_is_written_where_the_data_cannot_be_read(
    sources: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ship((sources[0], str(tmp_path / "absent.csv")), tmp_path / "shipped") == 1
    assert "absent.csv is not there" in capsys.readouterr().err
    assert not (tmp_path / "shipped").exists()
