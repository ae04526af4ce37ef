"""What stands in a row of the model list; no widget, so that it can be tested alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from gesture_app.ui.checking.check_words import for_you_words
from gesture_app.ui.wording import NO_BREAK, alias_name, champion_meaning, counted, share, tr
from models.gesture.gestures import GESTURES, NO_GESTURE

if TYPE_CHECKING:
    from gesture_app.live.check_score import CheckScore
    from models.gesture.catalog import ModelEntry

NOT_KNOWN = "\N{EN DASH}"


def family_name(family: str) -> str:
    """Write a family of models for people."""
    known = {
        "mlp": tr("MLP"),
        "guarded network": tr("Guarded network"),
        "svm": tr("SVM"),
        "knn": tr("KNN"),
        "forest": tr("Forest"),
        "random_forest": tr("Random forest"),
        "extra_trees": tr("Extra trees"),
        "logistic": tr("Logistic"),
        "lda": tr("LDA"),
    }
    return known.get(family, family.replace("_", " "))


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
    before
        Of the champion, the number of the one that it can be rolled back to; None where there is none.
    """

    name: str
    title: str
    badges: tuple[str, ...]
    detail: str
    usable: bool
    number: int | None = None
    before: int | None = None


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
        words = tr("Comes with the program"), _gestures_words(len(GESTURES), 0)
        detail = " · ".join(part for part in (for_you_words(score), *words) if part)
        return VersionRow(entry.name, tr("Shipped model"), (), detail, usable=True)
    title = tr("v{number}").format(number=version.number)
    if entry.unusable:
        return VersionRow(
            entry.name,
            title,
            version.aliases,
            entry.unusable,
            usable=False,
            number=version.number,
            before=version.before,
        )
    parts = [for_you_words(score), family_name(version.family)]
    if version.macro_f1 is not None:
        parts.append(tr("F1 {score}").format(score=f"{version.macro_f1:.3f}").replace(" ", NO_BREAK))
    gestures = sum(label != NO_GESTURE for label in version.classes)
    if gestures:
        parts.append(_gestures_words(gestures, len(set(version.classes) - set(GESTURES) - {NO_GESTURE})))
    parts.append(day_words(datetime.fromtimestamp(version.created).astimezone(), now))
    detail = " · ".join(part for part in parts if part)
    return VersionRow(
        entry.name, title, version.aliases, detail, usable=True, number=version.number, before=version.before
    )


def rollback_meaning(before: int | None) -> str:
    """Say what rolling back does, or why there is nothing to roll back to.

    Parameters
    ----------
    before
        Number of the champion before the present one; None where there is none.
    """
    if before is None:
        return tr("This is the first champion: there is none before it to go back to.")
    return tr("v{number}, the champion before this one, becomes champion again").format(number=before)


def _gestures_words(number: int, own: int) -> str:
    if own:
        return counted("%n gesture(s), {own} of yours", number).format(own=own)
    return counted("%n gesture(s)", number)


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """Everything that is known of a version, in words.

    Attributes
    ----------
    name, title, badges, number, usable, before
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
    hints
        Of cells by their place: what a value means where it is not what its neighbours are, or why there is none.
    """

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
    hints: Mapping[int, str] = field(default_factory=dict)
    before: int | None = None

    def cells(self, *, using: bool) -> tuple[str, ...]:
        """Give the cells of its row.

        Parameters
        ----------
        using
            Whether it is in use.
        """
        badges = map(alias_name, self.badges)
        states = [*([tr("in use")] if using else []), *badges, *([] if self.usable else [tr("not usable")])]
        count = str(len(self.gestures)) if self.gestures else ""
        known = (self.family, self.for_you, self.score, count, self.latency, self.size, self.made)
        return (self.title, ", ".join(states), *(text or NOT_KNOWN for text in known))

    def hint(self, column: int) -> str:
        """Say what a cell means, or why it says nothing; empty where it speaks for itself.

        Parameters
        ----------
        column
            Its place.
        """
        if self.hints.get(column):
            return self.hints[column]
        if column == STATE and "champion" in self.badges:
            return champion_meaning()
        shown = self.cells(using=False)[column]
        return tr("Not known of this version") if shown == NOT_KNOWN else ""


STATE, FOR_YOU, SCORE, COUNT, TIME, SIZE, MADE = 1, 3, 4, 5, 6, 7, 8
"""Places of cells."""


def titles() -> tuple[tuple[str, str], ...]:
    """Give the heading of each cell, and what is to be said of it."""
    return (
        (tr("Version"), ""),
        (tr("State"), ""),
        (tr("Kind"), tr("The kind of model")),
        (tr("For you"), tr("Share of the hands of your own check that it names rightly")),
        (
            tr("Macro F1"),
            tr(
                "Mean over the gestures, 1 is perfect. Each was measured on other hands: a version on the validation"
                " part of its own data, the shipped model on the test set of its model card. So these figures do not"
                " say which model is better; the check “How good is it for me?” and the Train page compare on the same"
                " hands."
            ),
        ),
        (tr("Gestures"), tr("How many gestures it knows")),
        (tr("Time"), tr("For one hand, measured when it was made")),
        (tr("Size"), tr("Of its file")),
        (tr("Made"), ""),
    )


def _tag_words() -> dict[str, str]:
    return {
        "test_macro_f1": tr("Macro F1 on test hands"),
        "test_rows": tr("Test hands"),
        "agreement": tr("Agreement with scikit-learn"),
        "features_version": tr("Features version"),
        "dataset_digest": tr("Data set"),
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
        return _shipped(entry, for_you)
    tags = version.tags
    lines = (
        [] if version.macro_f1 is None else [(tr("Macro F1 on its own validation hands"), f"{version.macro_f1:.3f}")]
    )
    lines += [
        (words, _figure(tags[tag]) if tag == "test_macro_f1" else tags[tag][:24])
        for tag, words in _tag_words().items()
        if tags.get(tag)
    ]
    lines.append((tr("Run"), version.run_id[:12]))
    lines.append((tr("Kept on this computer"), tr("yes") if entry.local else tr("when it is used first")))
    return VersionFacts(
        name=entry.name,
        title=tr("v{number}").format(number=version.number),
        badges=version.aliases,
        number=version.number,
        usable=not entry.unusable,
        reason=entry.unusable,
        family=family_name(version.family),
        for_you=for_you,
        score="" if version.macro_f1 is None else f"{version.macro_f1:.3f}",
        latency=_latency(tags.get("latency_us")),
        size=_size(tags.get("model_bytes")),
        made=day_words(datetime.fromtimestamp(version.created).astimezone(), now),
        gestures=tuple(label for label in version.classes if label != NO_GESTURE),
        lines=tuple(lines),
        hints={} if for_you else {FOR_YOU: _no_check()},
        before=version.before,
    )


def _shipped(entry: ModelEntry, for_you: str) -> VersionFacts:
    known = entry.shipped
    lines = [(tr("Where from"), tr("comes with the program; needs no registry"))]
    hints = {} if for_you else {FOR_YOU: _no_check()}
    title = tr("Shipped model")
    if known is None:
        return VersionFacts(entry.name, title, for_you=for_you, gestures=GESTURES, lines=tuple(lines), hints=hints)
    score = "" if known.macro_f1 is None else f"{known.macro_f1:.3f}"
    if known.macro_f1 is not None:
        hints[SCORE] = tr("On the test hands of its model card, not on validation hands as of the other versions")
        if known.test_rows is not None:
            lines.append((tr("Macro F1 on test hands"), score))
            lines.append((tr("Test hands"), QLocale().toString(known.test_rows)))
    if known.latency_us is None:
        hints[TIME] = tr("Not measured when it was made; the line below shows how long a frame takes on this computer")
    return VersionFacts(
        name=entry.name,
        title=title,
        family=family_name(known.family),
        for_you=for_you,
        score=score,
        latency=_latency(known.latency_us),
        size=_size(known.model_bytes),
        made=known.created,
        gestures=known.gestures,
        lines=tuple(lines),
        hints=hints,
    )


def _figure(text: str) -> str:
    try:
        return f"{float(text):.3f}"
    except ValueError:
        return text[:24]


def _no_check() -> str:
    return tr("Not known before you made the check “How good is it for me?”")


def _latency(microseconds: float | str | None) -> str:
    return _measured(tr("{value} ms"), microseconds, 1e-3, 3)


def _size(size: float | str | None) -> str:
    return _measured(tr("{value} MB"), size, 1e-6, 2)


def _measured(words: str, value: float | str | None, factor: float, places: int) -> str:
    try:
        return "" if value is None else words.format(value=f"{float(value) * factor:.{places}f}").replace(" ", NO_BREAK)
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
