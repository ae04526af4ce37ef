"""The card says what was measured, and only that."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.gesture.classifier import CurvePoint, ModelInfo
from models.gesture.gestures import NO_GESTURE
from models.gesture.prior import Prior
from trainer.card.card_figures import confusion_figure, trust_figure, weakness_figure
from trainer.card.model_card import CONFUSIONS_SHOWN, card, worst_confusions, write_card
from trainer.dataset import Dataset
from trainer.evaluation import Answers, evaluate
from trainer.measuring.leave_one_out import LeftOut
from trainer.measuring.metrics import ReliabilityBin
from trainer.publish import Agreement
from trainer.shipping import Measured, Shipment
from trainer.split import Split

GESTURES = ("fist", "palm", "peace")
CURVE = (CurvePoint(0.3, 0.2, 0.0), CurvePoint(0.5, 0.1, 0.009), CurvePoint(0.9, 0.02, 0.2))


@pytest.fixture(scope="module")
def shipment() -> Shipment:
    nothing = np.zeros(0, np.intp)
    info = ModelInfo(
        labels=("fist", NO_GESTURE, "palm", "peace"), threshold=0.5, curve=CURVE, family="made", created="2026-01-02"
    )
    parts = Split(nothing, nothing, nothing, nothing, "Divided by person.", ("Nobody is known.",), 0)
    return Shipment(b"x" * 12345, Prior.load(), info, Agreement(0.9995, 3e-6, 2000), parts)


def scored(shipment: Shipment, truth: list[str], answers: list[str]) -> dict[str, object]:
    probabilities = np.full((len(truth), 4), 0.25, np.float32)
    made = Answers(
        np.array(truth), np.array(answers), np.ones(len(truth), bool), probabilities, np.full(len(truth), "")
    )
    return evaluate(made, shipment.info, "made", draws=20)


@pytest.fixture(scope="module")
def measured(shipment: Shipment) -> Measured:
    truth = ["fist"] * 10 + ["palm"] * 20 + ["peace"] * 10 + [NO_GESTURE] * 10
    answers = (
        ["palm"] * 3 + ["fist"] * 7 + ["palm"] * 19 + ["none"] + ["peace"] * 9 + ["palm"] + ["none"] * 9 + ["fist"]
    )
    return Measured(
        scores=scored(shipment, truth, answers),
        disturbed={"as they are": (0.9, 0.0), "mirrored": (0.875, 0.025)},
        held_out={"grip": 0.75, "l": 1.0},
        together=(0.0123, 0.456),
        bins=(ReliabilityBin(5, 0.4, 0.5), ReliabilityBin(45, 0.95, 0.9)),
        curve=CURVE,
        from_prior=scored(shipment, truth, truth[:40] + ["none"] * 10),
        left_out=(LeftOut("fist", 10, 0.8, 0.3, 0.02, 0.04), LeftOut("palm", 20, 0.6, 0.5, 0.04, 0.02)),
    )


@pytest.fixture(scope="module")
def data() -> Dataset:
    rows = np.random.default_rng(0).normal(size=(7, 63)).astype(np.float32)
    return Dataset.of(rows, ["fist"] * 7, sources=["a.csv"] * 5 + ["b.csv"] * 2)


def rows_of(text: str) -> dict[str, list[str]]:
    """Lines of all tables, by their first cell."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return {line[0]: line[1:] for line in cells}


def test_every_figure_is_the_measured_one(shipment: Shipment, measured: Measured, data: Dataset) -> None:
    text = card(shipment, measured, data, "gesture-train ship ...")
    table = rows_of(text)
    low, high = measured.scores["intervals"]["accuracy_all"]
    assert table["accuracy_all"] == ["0.8750", f"{low:.4f} to {high:.4f}"]
    assert table["negatives_rejected"][0] == "0.9000"
    # Wilson's interval of 7 of 10.
    assert table["fist"] in (["10", "0.700", "0.397 to 0.892"], ["10", "80.0%", "30.0%", "2.0%", "4.0%"])
    assert "| fist | 10 | 0.700 | 0.397 to 0.892 |" in text
    assert "| fist | 10 | 80.0% | 30.0% | 2.0% | 4.0% |" in text
    assert table["**mean**"] == ["", "70.0%", "40.0%", "3.0%", "3.0%"]
    assert (table["a.csv"], table["b.csv"]) == (["5"], ["2"])
    assert (table["grip"], table["l"]) == (["75.0%"], ["100.0%"])
    assert table["mirrored"] == ["0.8750", "2.50%"]
    for told in (
        "12,345 bytes", "3 gestures and `no_gesture`", "agree on 99.95% of 2,000 hands", "at most 3e-06 apart",
        "threshold (0.50)", "Divided by person.", "Nobody is known.", "Made on 2026-01-02 by `gesture-train ship ...`",
        "Refused: 90.0% of 10 `no_gesture` hands.", "calibration error 0.0123, log loss 0.4560",
        "Accuracy 1.0000 (trained on data: 0.8750)", "- fist taken for palm: 3 hands",
        "- peace taken for palm: 1 hands",
    ):  # fmt: skip
        assert told in text, told
    assert set(re.findall(r"\((\w+\.png)\)", text)) == {"confusion.png", "trust.png", "weaknesses.png"}


def test_confusions_are_the_commonest_among_gestures(measured: Measured) -> None:
    assert worst_confusions(measured) == [("fist", "palm", 3), ("peace", "palm", 1)]
    many = replace(measured, scores={"labels": [*"abcd", "none"], "confusion": (np.arange(25) + 1).reshape(5, 5)})
    counts = [count for _, _, count in worst_confusions(many)]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == CONFUSIONS_SHOWN
    assert worst_confusions(many)[0] == ("d", "c", 18)


def test_without_a_test_set_there_are_no_figures(shipment: Shipment, data: Dataset) -> None:
    text = card(shipment, None, data, "gesture-train ship")
    assert "nothing was measured" in text
    assert ".png" not in text
    assert "accuracy" not in text


def test_a_test_set_without_negatives_or_mistakes(shipment: Shipment, measured: Measured, data: Dataset) -> None:
    truth = ["fist"] * 10 + ["palm"] * 10
    scores = scored(shipment, truth, truth)
    assert scores["negatives_rejected"] is None
    text = card(shipment, replace(measured, scores=scores, from_prior=scores, left_out=()), data, "ship")
    assert "The test set holds no `no_gesture` hands." in text
    assert "negatives_rejected" not in text
    assert "weaknesses.png" not in text
    assert "None" not in text
    # Ten of ten right is no proof that all will be.
    assert "| palm | 10 | 1.000 | 0.722 to 1.000 |" in text


def test_figures_are_pictures_and_the_same_each_time(shipment: Shipment, measured: Measured, tmp_path: Path) -> None:
    for turn in ("a", "b"):
        (tmp_path / turn).mkdir()
        confusion_figure(measured.scores, tmp_path / turn / "confusion.png")
        trust_figure(measured, shipment.info.threshold, tmp_path / turn / "trust.png")
        weakness_figure(shipment.prior, worst_confusions(measured), tmp_path / turn / "weaknesses.png")
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
        with Image.open(file) as picture:
            assert min(picture.size) >= 300
            assert len(picture.convert("RGB").getcolors(1 << 20)) > 20


def test_the_card_is_written_beside_the_model(tmp_path: Path) -> None:
    write_card(tmp_path, "# Käse\n")
    assert (tmp_path / "MODEL_CARD.md").read_text(encoding="utf-8") == "# Käse\n"
