"""What stands in a row of the model list; no widget, so that it can be tested alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gesture_app.ui.wording import NO_BREAK, tr
from models.gesture.gestures import GESTURES, NO_GESTURE

if TYPE_CHECKING:
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


def row_of(entry: ModelEntry, now: datetime) -> VersionRow:
    """Describe a model that can be chosen.

    Parameters
    ----------
    entry
        As the catalogue lists it.
    now
        For days that are called by a word.
    """
    version = entry.version
    if version is None:
        detail = tr("Comes with the program · {count} gestures").format(count=len(GESTURES))
        return VersionRow(entry.name, tr("Shipped model"), (), detail, usable=True)
    if entry.unusable:
        return VersionRow(entry.name, f"v{version.number}", version.aliases, entry.unusable, False, version.number)  # noqa: FBT003
    parts = [FAMILIES.get(version.family, version.family)]
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


def day_words(moment: datetime, now: datetime) -> str:
    """Write a moment as people say it: today and yesterday by name, older days by date."""
    days = (now.date() - moment.date()).days
    clock = moment.strftime("%H:%M")
    if days == 0:
        return tr("today {time}").format(time=clock)
    if days == 1:
        return tr("yesterday {time}").format(time=clock)
    return moment.strftime("%Y-%m-%d")
