"""The table of what a sweep tried: best first, with what separates one from another."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from models.gesture.versions import Version
from trainer.figures import Bar, leaderboard_picture
from trainer.measuring import intervals, metrics
from trainer.sweeping.families import FAMILIES

BOOTSTRAP_DRAWS = 1000
FILE = "leaderboard.json"
"""Of the parent run: what the sweep concluded."""
LINES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One configuration of a leaderboard.

    Attributes
    ----------
    family, params, shown
        What was tried; the parameters also in one line for people.
    macro_f1, accuracy, precision, recall
        On the validation part; all averages over classes.
    run_id
        Of its run in MLflow.
    latency_us
        Microseconds a hand, features included, in a large batch.
    fit_s
        Seconds that fitting it takes.
    interval
        95 % bootstrap interval of ``macro_f1``.
    behind
        95 % bootstrap interval of how far it is behind the best on the same draws; None where it was not computed.
    """

    family: str
    params: Mapping[str, Any]
    shown: str
    macro_f1: float
    accuracy: float
    precision: float
    recall: float
    run_id: str
    latency_us: float
    fit_s: float = 0.0
    interval: tuple[float, float] | None = None
    behind: tuple[float, float] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the entry as the contract's JSON has it, and more."""
        return {
            "family": self.family,
            "params": dict(self.params),
            "macro_f1": self.macro_f1,
            "accuracy": self.accuracy,
            "precision": self.precision,
            "recall": self.recall,
            "run_id": self.run_id,
            "latency_us": self.latency_us,
            "fit_s": self.fit_s,
            "interval": self.interval,
            "behind": self.behind,
        }


def ranked(entries: Sequence[Entry]) -> list[Entry]:
    """Order by macro F1, then by speed; nothing is left to the order of coming."""
    return sorted(entries, key=lambda entry: (-entry.macro_f1, entry.latency_us, entry.run_id))


def best_of_families(entries: Sequence[Entry]) -> list[Entry]:
    """Give the best entry of each family, best first."""
    found: dict[str, Entry] = {}
    for entry in ranked(entries):
        found.setdefault(entry.family, entry)
    return list(found.values())


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """The validation part and what everybody answered there.

    Attributes
    ----------
    truth
        ``(V,)`` places among the classes.
    groups
        ``(V,)`` names of persons, sessions or takes; "" where not known.
    classes
        How many classes there are.
    answers
        ``(V,)`` answers of each run, by run id.
    """

    truth: NDArray[np.intp]
    groups: NDArray[np.str_]
    classes: int
    answers: Mapping[str, NDArray[np.intp]]

    def draws(self, run_ids: Sequence[str], count: int = BOOTSTRAP_DRAWS, seed: int = 0) -> NDArray[np.float64]:
        """Score runs on the same bootstrap draws of whole groups, ``(runs, count)``."""
        members = intervals.group_numbers(self.groups)
        groups = int(members.max()) + 1
        rng = np.random.default_rng(seed)
        drawn = np.empty((len(run_ids), count))
        for draw in range(count):
            weights = np.bincount(rng.integers(0, groups, groups), minlength=groups).astype(np.float64)[members]
            for line, run_id in enumerate(run_ids):
                drawn[line, draw] = metrics.macro_f1(self.truth, self.answers[run_id], self.classes, weights)
        return drawn

    def interval(self, run_id: str, drawn: NDArray[np.float64]) -> tuple[float, float]:
        """Give the interval of a run's macro F1: of its draws, and where they have no spread, of its shares."""
        low, high = _middle(drawn)
        if low < high:
            return low, high
        found = intervals.macro_f1_interval(self.truth, self.answers[run_id], self.classes, self.groups)
        return found.low, found.high


def with_intervals(entries: Sequence[Entry], held: Held) -> tuple[list[Entry], float]:
    """Add intervals to the best of each family, and give the standard error of the very best.

    Parameters
    ----------
    entries
        At least one.
    held
        Answers on the validation part; entries without answers get no interval.

    Returns
    -------
    list of Entry
        All entries, best first.
    float
        Of the best one's macro F1: its standard deviation over bootstrap draws; where they have no spread, that of a
        normal distribution with the interval of rows that stand for themselves.
    """
    order = ranked(entries)
    known = [entry for entry in best_of_families(order) if entry.run_id in held.answers]
    if not known:
        return order, 0.0
    drawn = held.draws([entry.run_id for entry in known])
    added = {}
    for line, entry in enumerate(known):
        behind = drawn[0] - drawn[line]
        added[entry.run_id] = replace(
            entry, interval=held.interval(entry.run_id, drawn[line]), behind=_middle(behind) if line else (0.0, 0.0)
        )
    error = float(drawn[0].std(ddof=1))
    if not error:
        each = [""] * len(held.truth)
        sure = intervals.macro_f1_interval(held.truth, held.answers[known[0].run_id], held.classes, each)
        error = (sure.high - sure.low) / (2 * intervals.DEVIATIONS)
    return [added.get(entry.run_id, entry) for entry in order], error


def with_known_intervals(entries: Sequence[Entry], concluded: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Add the intervals that a sweep computed when it ended.

    Parameters
    ----------
    entries
        Of its runs.
    concluded
        Its own leaderboard, as :meth:`Entry.to_dict` gives it.
    """
    known = {row["run_id"]: row for row in concluded if row.get("interval") and row.get("behind")}
    return [
        replace(entry, interval=tuple(known[entry.run_id]["interval"]), behind=tuple(known[entry.run_id]["behind"]))
        if entry.run_id in known
        else entry
        for entry in entries
    ]


def version_words(versions: Sequence[Version]) -> dict[str, str]:
    """Name the versions that were made of runs, by run id: ``5 champion``; those that cannot be used say so."""
    return {
        one.run_id: " ".join([str(one.number), *one.aliases, *(["(not usable)"] if one.unusable else [])])
        for one in reversed(versions)
    }


def table(
    entries: Sequence[Entry], title: str, lines: int = LINES_SHOWN, versions: Mapping[str, str] | None = None
) -> Table:
    """Make the table for the terminal: the best of each family, and the first lines of all.

    Parameters
    ----------
    entries
        In any order.
    title
        What stands above it.
    lines
        How many are shown besides the best of each family.
    versions
        As :func:`version_words` names them; None leaves their column out.
    """
    shown = Table(title=title, title_justify="left", caption=_caption(len(entries), lines), caption_justify="left")
    shown.add_column("family")
    shown.add_column("parameters", overflow="fold")
    if versions is not None:
        shown.add_column("version")
    for heading in ("macro F1", "accuracy", "behind the best", "us/hand", "fit s"):
        shown.add_column(heading, justify="right")
    order = ranked(entries)
    best = {entry.run_id for entry in best_of_families(order)}
    for place, entry in enumerate(order):
        if place >= lines and entry.run_id not in best:
            continue
        shown.add_row(
            entry.family,
            entry.shown,
            *([] if versions is None else [versions.get(entry.run_id, "")]),
            f"{entry.macro_f1:.4f}",
            f"{entry.accuracy:.4f}",
            _behind(entry),
            f"{entry.latency_us:.1f}",
            f"{entry.fit_s:.1f}",
            style="bold" if entry.run_id in best else "",
        )
    return shown


def text(entries: Sequence[Entry], title: str, width: int = 118) -> str:
    """Write the table as plain text."""
    console = Console(width=width, color_system=None, force_terminal=False)
    with console.capture() as captured:
        console.print(table(entries, title))
    return captured.get()


def show(entries: Sequence[Entry], title: str, versions: Sequence[Version] | None) -> None:
    """Print the table on standard output, as wide as the terminal, or for a file as wide as it needs.

    Parameters
    ----------
    entries, title
        As for :func:`table`.
    versions
        All that the registry lists, newest first; None names none.
    """
    console = Console() if sys.stdout.isatty() else Console(width=140, color_system=None)
    console.print(table(entries, title, versions=None if versions is None else version_words(versions)))


def picture(entries: Sequence[Entry], title: str, subtitle: str, chosen: str = "") -> bytes:
    """Draw the best of each family with their intervals, as PNG; ``chosen`` is the run id of the champion."""
    bars = [
        Bar(
            FAMILIES[entry.family].title if entry.family in FAMILIES else entry.family,
            entry.shown,
            entry.macro_f1,
            *(entry.interval or (entry.macro_f1, entry.macro_f1)),
            marked=entry.run_id == chosen,
        )
        for entry in best_of_families(entries)
    ]
    return leaderboard_picture(bars, title, subtitle)


def _caption(count: int, lines: int) -> str:
    rest = f", of {count} the first {lines} and these" if count > lines else ""
    return f"bold: best of its family{rest}; behind the best: 95 % bootstrap interval of the difference in macro F1"


def _behind(entry: Entry) -> str:
    if entry.behind is None:
        return ""
    low, high = entry.behind
    return "best" if low == high == 0 else f"{low:.4f} to {high:.4f}"


def _middle(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
