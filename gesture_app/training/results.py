"""What came of a training: the trainer's JSON as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from gesture_app.training.answers import OTHER_VERSION, understanding
from gesture_app.training.events import shown_params


@dataclass(frozen=True, slots=True)
class LeaderboardRow:
    """One configuration.

    Attributes
    ----------
    family, params
        What was tried; the parameters in one line for people.
    macro_f1, accuracy
        On the validation part; None where it failed.
    latency_us
        Microseconds a hand; None where it failed.
    run_id
        Of its run in MLflow; empty while the training runs.
    error
        Why it failed; empty where it did not.
    """

    family: str
    params: str
    macro_f1: float | None
    accuracy: float | None = None
    latency_us: float | None = None
    run_id: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Champion:
    """The version that a training crowned.

    Attributes
    ----------
    version
        Its number.
    run_id, family, params
        What it is.
    macro_f1
        On the validation part.
    latency_us
        Microseconds a hand, one at a time, as the app asks.
    test_rows, test_macro_f1
        Its score on hands that it never saw; None where there is none.
    """

    version: int
    run_id: str
    family: str
    params: str
    macro_f1: float
    latency_us: float
    test_rows: int = 0
    test_macro_f1: float | None = None


@dataclass(frozen=True, slots=True)
class SweepResult:
    """The answer of ``gesture-train sweep``.

    Attributes
    ----------
    rows
        Best first.
    champion
        None where nothing came out that the app can load.
    failed
        Configurations that failed.
    seconds
        How long it took.
    drawn
        Whether all hands were drawn from the prior, so that none was a real one.
    split
        How the data was divided, in a sentence.
    notes
        What is to be known of the data, a sentence each: what was left out, what could not be tested.
    """

    rows: tuple[LeaderboardRow, ...]
    champion: Champion | None
    failed: int
    seconds: float
    drawn: bool
    split: str
    notes: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read the trainer's document.

        Raises
        ------
        TrainerAnswerError
            When it is something else.
        """
        kept = "The versions that it registered are listed all the same; the log says what it did."
        with understanding("answer", kept):
            champion = content["champion"]
            return cls(
                tuple(
                    LeaderboardRow(
                        str(row["family"]),
                        shown_params(row["params"]),
                        float(row["macro_f1"]),
                        float(row["accuracy"]),
                        float(row["latency_us"]),
                        str(row["run_id"]),
                    )
                    for row in content["leaderboard"]
                ),
                None if champion is None else _champion(champion),
                int(content["failed"]),
                float(content["wall_s"]),
                bool(content.get("drawn_from_prior", False)),
                str(content.get("split", "")),
                tuple(map(str, content.get("notes", ()))),
            )


@dataclass(frozen=True, slots=True)
class ClassComparison:
    """One gesture, two models.

    Attributes
    ----------
    label
        The gesture.
    rows
        Hands of it.
    new, old
        F1 of both.
    low, high
        95 % bootstrap interval of the difference, new minus old.
    known
        Whether the model in use knows the gesture at all.
    """

    label: str
    rows: int
    new: float
    old: float
    low: float
    high: float
    known: bool = True

    @property
    def verdict(self) -> int:
        """1 where the new model is better beyond doubt, -1 where it is worse, else 0."""
        return 1 if self.low > 0 else -1 if self.high < 0 else 0


@dataclass(frozen=True, slots=True)
class PartComparison:
    """Two models on the same hands.

    Attributes
    ----------
    part
        ``check`` for the user's own check set, ``test`` for the test rows of the training.
    rows
        How many hands.
    new, old
        Macro F1 of both over the gestures that both know.
    low, high
        95 % bootstrap interval of the difference, new minus old.
    classes
        Gesture by gesture.
    labels
        Of rows and columns of the matrices.
    new_matrix, old_matrix
        Counts; a row is a true gesture, a column an answer.
    notes
        What the figures cannot say.
    lost
        Gestures that only the model in use knows.
    unmeasured
        Gestures that only the new model knows, and that none of the hands shows.
    """

    part: str
    rows: int
    new: float
    old: float
    low: float
    high: float
    classes: tuple[ClassComparison, ...]
    labels: tuple[str, ...]
    new_matrix: tuple[tuple[int, ...], ...]
    old_matrix: tuple[tuple[int, ...], ...]
    notes: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()

    @property
    def verdict(self) -> int:
        """1 where the new model is better beyond doubt, -1 where it is worse, else 0."""
        return 1 if self.low > 0 else -1 if self.high < 0 else 0

    def count(self, verdict: int) -> int:
        """Count the gestures with a verdict, of those that both models know."""
        return sum(one.known and one.verdict == verdict for one in self.classes)

    @property
    def new_classes(self) -> int:
        """How many gestures the model in use does not know."""
        return sum(not one.known for one in self.classes)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer of ``gesture-train compare``.

    Attributes
    ----------
    new, old
        Names of both models.
    parts
        The user's check set first, where there is one.
    """

    new: str
    old: str
    parts: tuple[PartComparison, ...]

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read the trainer's document.

        Raises
        ------
        TrainerAnswerError
            When it is something else.
        """
        with understanding("comparison", OTHER_VERSION):
            return cls(str(content["new"]), str(content["old"]), tuple(_part(part) for part in content["parts"]))


def _champion(content: Mapping[str, Any]) -> Champion:
    test = content.get("test")
    return Champion(
        int(content["version"]),
        str(content["run_id"]),
        str(content["family"]),
        shown_params(content["params"]),
        float(content["macro_f1"]),
        float(content["latency_us"]),
        0 if test is None else int(test["rows"]),
        None if test is None else float(test["macro_f1"]),
    )


def _part(content: Mapping[str, Any]) -> PartComparison:
    low, high = content["interval"]
    return PartComparison(
        str(content["part"]),
        int(content["rows"]),
        float(content["macro_f1"]["new"]),
        float(content["macro_f1"]["old"]),
        float(low),
        float(high),
        tuple(
            ClassComparison(
                str(one["label"]),
                int(one["rows"]),
                float(one["new"]),
                float(one["old"]),
                float(one["interval"][0]),
                float(one["interval"][1]),
                bool(one["known_to_old"]),
            )
            for one in content["classes"]
        ),
        tuple(map(str, content["labels"])),
        _matrix(content["confusion"]["new"]),
        _matrix(content["confusion"]["old"]),
        tuple(map(str, content["notes"])),
        tuple(map(str, content["lost"])),
        tuple(map(str, content["unmeasured"])),
    )


def _matrix(rows: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(cell) for cell in row) for row in rows)
