"""What the training page says, in words; no widget, so that it can be tested alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLocale

from gesture_app.training.events import Step
from gesture_app.training.results import ClassComparison, Comparison, PartComparison, SweepResult
from gesture_app.ui.widgets.version_rows import family_name
from gesture_app.ui.wording import counted, gesture_name, model_name, tr
from models.gesture.gestures import NO_GESTURE

SHIPPED = "shipped"
UNMEASURED = "No hands of "
"""How the trainer begins the note that a gesture could not be trained or measured."""

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class SpaceWords:
    """A search space that is offered.

    Attributes
    ----------
    name
        As the trainer takes it.
    title, text
        What it is called, and what it does and how long that takes.
    """

    name: str
    title: str
    text: str


def spaces() -> tuple[SpaceWords, ...]:
    """Give the search spaces, the shortest first."""
    return (
        SpaceWords(
            "quick",
            tr("Quick"),
            tr("A first look: one or two models of each common kind on part of the data. A minute or two."),
        ),
        SpaceWords(
            "default",
            tr("Thorough"),
            tr("About thirty models on all of the data, neural networks among them. Many minutes; more data, longer."),
        ),
        SpaceWords(
            "classic",
            tr("Classic"),
            tr("The kinds of model of a classic study, SVM, forest and neighbours, in thirty settings. Many minutes."),
        ),
    )


def count(value: float) -> str:
    """Write a number of things."""
    return QLocale().toString(round(value))


def score(value: float | None) -> str:
    """Write a score between 0 and 1, never rounded up to a perfect one."""
    if value is None:
        return NONE
    return f"{value if value >= 1 else min(value, 0.999):.3f}"


def change(value: float) -> str:
    """Write a difference of scores with its sign."""
    text = f"{abs(value):.3f}"
    if text == "0.000":
        return "0.000"
    return f"+{text}" if value > 0 else f"{MINUS}{text}"


def time_left(seconds: float | None) -> str:
    """Say how long a step will still take; empty where nobody knows."""
    if seconds is None:
        return ""
    if seconds < 5:
        return tr("a few seconds left")
    if seconds < 55:
        return tr("about {count} s left").format(count=5 * max(round(seconds / 5), 1))
    if seconds < 90:
        return tr("about a minute left")
    return tr("about {count} min left").format(count=round(seconds / 60))


def elapsed(seconds: float) -> str:
    """Write a time that has passed: ``1:05``."""
    whole = int(seconds)
    if whole >= 3600:
        return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}"


def step_title(step: Step) -> str:
    """Say what is done at the moment, and how far it is where it counts things."""
    known = {
        "sweep": tr("Trying models"),
        "exporting": tr("Writing model files"),
        "comparing": tr("Comparing with the model in use"),
        "drawing hands": tr("Drawing built-in hands"),
        "looking for copies": tr("Looking for near-copies"),
        "reading samples": tr("Reading your samples"),
        "looking for wrong labels": tr("Looking for wrong labels"),
    }
    title = known.get(step.event, step.event[:1].upper() + step.event[1:])
    if step.event in {"sweep", "exporting"} and step.total:
        return tr("{title}: {done} of {total}").format(title=title, done=count(step.done), total=count(step.total))
    return title


def data_words(samples: int, gestures: int) -> str:
    """Say what recorded samples there are."""
    if not samples:
        return tr("None yet. Record some on the Live page: they make the model yours.")
    if gestures == 1:
        return counted("%Ln hand(s) of one gesture.", samples)
    return counted("%Ln hand(s) of {gestures} gestures.", samples).format(gestures=gestures)


def champion_title(result: SweepResult) -> str:
    """Name what came out."""
    if result.champion is None:
        return tr("No model came out that this app can load")
    words = tr("Version {number} is the best of this training: {family}")
    return words.format(number=result.champion.version, family=family_name(result.champion.family))


def champion_text(result: SweepResult) -> str:
    """Say how good it is, on what."""
    champion = result.champion
    if champion is None:
        return tr("The leaderboard shows what was tried; the log says why none of it can be used.")
    if champion.test_macro_f1 is None:
        return tr("Macro F1 {score} on the validation hands.").format(score=score(champion.macro_f1))
    text = counted(
        "Macro F1 {score} on %Ln test hand(s) that it never saw; in this app it takes {us} microseconds a hand, one at"
        " a time.",
        champion.test_rows,
    )
    words = text.format(score=score(champion.test_macro_f1), us=f"{champion.latency_us:.0f}")
    if len({row.family for row in result.rows if row.macro_f1 is not None}) < 2:
        return words
    others = tr("The versions numbered just before it are the best of the other kinds, to compare with.")
    return f"{words} {others}"


def is_grave(note: str) -> bool:
    """Whether a note of the trainer puts in doubt what the scores are about to say, so that it goes before them."""
    return note.startswith(UNMEASURED)


def comparison_title(comparison: Comparison, part: PartComparison) -> str:
    """Say on which hands two models were compared."""
    old = model_words(comparison.old)
    if part.part == "check":
        return counted("Beside {old}, on your own check set of %Ln hand(s)", part.rows).format(old=old)
    return counted("Beside {old}, on the same %Ln test hand(s)", part.rows).format(old=old)


def comparison_text(part: PartComparison) -> str:
    """Say in plain words which of two models is better, and where."""
    better, worse, alike, unknown = part.count(1), part.count(-1), part.count(0), part.new_classes
    sentences = []
    if part.lost:
        sentences.append(tr("No longer knows {names}.").format(names=_names(part.lost)))
    if unknown:
        sentences.append(counted("Knows %n gesture(s) more.", unknown))
    if part.unmeasured:
        text = tr("Learned {names}, too, but no test hand shows it: record it in more than one take.")
        sentences.append(text.format(names=_names(part.unmeasured)))
    if not better and not worse:
        sentences.append(tr("No gesture is clearly better or worse."))
    else:
        text = tr("Better on {better}, worse on {worse}; {alike} too close to tell.")
        text = text if alike else tr("Better on {better}, worse on {worse}.")
        on = {"better": _gestures(better) or tr("no gesture"), "worse": _gestures(worse) or tr("none")}
        sentences.append(text.format(**on, alike=alike))
    if part.lost or part.new_classes or part.unmeasured:
        overall = {
            1: tr("Better on the gestures that both know: macro F1 {new} against {old}."),
            -1: tr("Worse on the gestures that both know: macro F1 {new} against {old}."),
            0: tr("Too close to tell on the gestures that both know: macro F1 {new} against {old}."),
        }[part.verdict]
    else:
        overall = {
            1: tr("Better overall: macro F1 {new} against {old}."),
            -1: tr("Worse overall: macro F1 {new} against {old}."),
            0: tr("Overall too close to tell: macro F1 {new} against {old}."),
        }[part.verdict]
    return " ".join([*sentences, overall.format(new=score(part.new), old=score(part.old))])


def verdict_words(one: ClassComparison) -> str:
    """Say for one gesture which model is better."""
    if not one.known:
        return tr("new gesture")
    difference = change(one.new - one.old)
    if one.verdict > 0:
        return tr("better {change}").format(change=difference)
    if one.verdict < 0:
        return tr("worse {change}").format(change=difference)
    return tr("alike {change}").format(change=difference)


def class_name(label: str) -> str:
    """Write a class for people."""
    return tr("no gesture") if label == NO_GESTURE else gesture_name(label)


def model_label(name: str) -> str:
    """Say which model it is, as a heading does."""
    return model_name(f"v{name}" if name.isdigit() else name)


def model_words(name: str) -> str:
    """Say which model it is, in the middle of a sentence."""
    if name == SHIPPED:
        return tr("the shipped model")
    return tr("version {number}").format(number=name) if name.isdigit() else name


def _names(labels: Sequence[str]) -> str:
    return ", ".join(f"“{class_name(label)}”" for label in labels)


def _gestures(number: int) -> str:
    return counted("%n gesture(s)", number) if number else ""
