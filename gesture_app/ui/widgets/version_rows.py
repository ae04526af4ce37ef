"""What stands in a row of the model list; no widget, so that it can be tested alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from gesture_app.ui.checking.check_words import for_you_words
from gesture_app.ui.wording import NO_BREAK, share, tr
from models.gesture.gestures import GESTURES, NO_GESTURE

if TYPE_CHECKING:
    from gesture_app.live.check_score import CheckScore
    from models.gesture.catalog import ModelEntry

FAMILIES = {
    "mlp": "MLP",
    "svm": "SVM",
    "knn": "KNN",
    "forest": "Forest",
    "random_forest": "Random forest",
    "extra_trees": "Extra trees",
    "logistic": "Logistic",
}


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One row.

    Attributes
    ----------
    name
        What is loaded when it is chosen.
    title
        ``v12``, or what a model without a number is called.
    badges
        Its aliases.
    detail
        Kind, score, gestures and date in one line; why it cannot be used where it cannot.
    usable
        Whether it can be chosen.
    number
        Its version number, None for the shipped model.
    """

    name: str
    title: str
    badges: tuple[str, ...]
    detail: str
    usable: bool
    number: int | None = None


def row_of(entry: ModelEntry, now: datetime, score: CheckScore | None = None) -> VersionRow:
    """Describe a model that can be chosen.

    Parameters
    ----------
    entry
        As the catalogue lists it.
    now
        For days that are called by a word.
    score
        On the user's own check; None where that is not known.
    """
    version = entry.version
    if version is None:
        words = tr("Comes with the program · {count} gestures").format(count=len(GESTURES))
        detail = " · ".join(part for part in (for_you_words(score), words) if part)
        return VersionRow(entry.name, tr("Shipped model"), (), detail, usable=True)
    if entry.unusable:
        return VersionRow(entry.name, f"v{version.number}", version.aliases, entry.unusable, False, version.number)  # noqa: FBT003
    parts = [for_you_words(score), FAMILIES.get(version.family, version.family)]
    if version.macro_f1 is not None:
        parts.append(f"F1{NO_BREAK}{version.macro_f1:.3f}")
    gestures = sum(label != NO_GESTURE for label in version.classes)
    if gestures:
        own = len(set(version.classes) - set(GESTURES) - {NO_GESTURE})
        words = tr("{count} gestures, {own} of yours") if own else tr("{count} gestures")
        parts.append(words.format(count=gestures, own=own))
    parts.append(day_words(datetime.fromtimestamp(version.created).astimezone(), now))
    detail = " · ".join(part for part in parts if part)
    return VersionRow(entry.name, f"v{version.number}", version.aliases, detail, True, version.number)  # noqa: FBT003


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """Everything that is known of a version, in words.

    Attributes
    ----------
    name, title, badges, number, usable
        As in :class:`VersionRow`.
    reason
        Why it cannot be used, empty where it can.
    family, score, latency, size, made
        Cells of the table; empty where not known.
    for_you
        The score on the user's own check, a cell too.
    gestures
        Labels that are gestures.
    lines
        Further facts: what it is and the value.
    """

    TITLES: ClassVar[tuple[str, ...]] = (
        "Version",
        "State",
        "Kind",
        "For you",
        "F1",
        "Gestures",
        "Time",
        "Size",
        "Made",
    )

    name: str
    title: str
    badges: tuple[str, ...] = ()
    number: int | None = None
    usable: bool = True
    reason: str = ""
    family: str = ""
    for_you: str = ""
    score: str = ""
    latency: str = ""
    size: str = ""
    made: str = ""
    gestures: tuple[str, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()

    def cells(self, *, using: bool) -> tuple[str, ...]:
        """Give the cells of its row.

        Parameters
        ----------
        using
            Whether it is in use.
        """
        states = [*([tr("in use")] if using else []), *self.badges, *([] if self.usable else [tr("not usable")])]
        count = str(len(self.gestures)) if self.gestures else ""
        return (
            self.title,
            ", ".join(states),
            self.family,
            self.for_you,
            self.score,
            count,
            self.latency,
            self.size,
            self.made,
        )


_TAG_WORDS = {
    "test_macro_f1": "F1 on test rows",
    "test_rows": "Test rows",
    "agreement": "Agreement with scikit-learn",
    "features_version": "Features version",
    "dataset_digest": "Data set",
}


def facts_of(entry: ModelEntry, now: datetime, own: CheckScore | None = None) -> VersionFacts:
    """Describe a model in full.

    Parameters
    ----------
    entry
        As the catalogue lists it.
    now
        For days that are called by a word.
    own
        The score on the user's own check; None where that is not known.
    """
    for_you = "" if own is None else share(own.share)
    version = entry.version
    if version is None:
        line = (tr("Where from"), tr("comes with the program; needs no registry"))
        return VersionFacts(entry.name, tr("Shipped model"), for_you=for_you, gestures=GESTURES, lines=(line,))
    tags = version.tags
    lines = [(tr(words), tags[tag][:24]) for tag, words in _TAG_WORDS.items() if tags.get(tag)]
    lines.append((tr("Run"), version.run_id[:12]))
    lines.append((tr("Kept on this computer"), tr("yes") if entry.local else tr("when it is used first")))
    return VersionFacts(
        name=entry.name,
        title=f"v{version.number}",
        badges=version.aliases,
        number=version.number,
        usable=not entry.unusable,
        reason=entry.unusable,
        family=FAMILIES.get(version.family, version.family),
        for_you=for_you,
        score="" if version.macro_f1 is None else f"{version.macro_f1:.3f}",
        latency=_measured(tags.get("latency_us"), 1e-3, "ms", 3),
        size=_measured(tags.get("model_bytes"), 1e-6, "MB", 2),
        made=day_words(datetime.fromtimestamp(version.created).astimezone(), now),
        gestures=tuple(label for label in version.classes if label != NO_GESTURE),
        lines=tuple(lines),
    )


def _measured(text: str | None, factor: float, unit: str, places: int) -> str:
    try:
        return "" if text is None else f"{float(text) * factor:.{places}f}{NO_BREAK}{unit}"
    except ValueError:
        return ""


def day_words(moment: datetime, now: datetime) -> str:
    """Write a moment as people say it: today and yesterday by name, older days by date."""
    days = (now.date() - moment.date()).days
    clock = moment.strftime("%H:%M")
    if days == 0:
        return tr("today {time}").format(time=clock)
    if days == 1:
        return tr("yesterday {time}").format(time=clock)
    return moment.strftime("%Y-%m-%d")
