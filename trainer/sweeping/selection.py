"""Which model goes live: the rule, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainer.leaderboard import Entry, best_of_families, ranked

SLOWEST_US = 2000.0
LARGEST_BYTES = 50_000_000
TOLD_APART_US = 10.0
"""Models whose speeds differ by less are as fast as each other: measuring twice differs as much."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A configuration that was written as a model file and measured.

    Attributes
    ----------
    run_id, family
        Whose it is.
    score
        Macro F1 on the validation part.
    latency_us
        Microseconds for one hand through the model file.
    model_bytes
        Size of the model file.
    agrees
        Whether the file says what the pipeline says.
    problem
        Why there is no file, when there is none.
    """

    run_id: str
    family: str
    score: float
    latency_us: float = 0.0
    model_bytes: int = 0
    agrees: bool = False
    problem: str = ""

    @property
    def unusable(self) -> str:
        """Why the app cannot load it, in one sentence; empty when it can."""
        if self.problem:
            return self.problem
        if not self.agrees:
            return "Its model file gives other probabilities than the pipeline that it was made of."
        if self.latency_us > SLOWEST_US:
            return f"It takes {self.latency_us / 1000:.1f} ms a hand; the app takes at most {SLOWEST_US / 1000:g} ms."
        if self.model_bytes > LARGEST_BYTES:
            return f"It has {self.model_bytes / 1e6:.0f} MB; the app takes at most {LARGEST_BYTES / 1e6:g} MB."
        return ""


def finalists(entries: Sequence[Entry], standard_error: float) -> list[Entry]:
    """Choose what is worth writing as a model file, best first.

    These are the best of each family, and of those within one standard error of the very best the one of each family
    that answers fastest.

    Parameters
    ----------
    entries
        All that finished.
    standard_error
        Of the best one's macro F1.
    """
    order = ranked(entries)
    close = [entry for entry in order if entry.macro_f1 >= order[0].macro_f1 - standard_error]
    fastest: dict[str, Entry] = {}
    for entry in sorted(close, key=lambda entry: entry.latency_us):
        fastest.setdefault(entry.family, entry)
    wanted = {entry.run_id for entry in (*best_of_families(order), *fastest.values())}
    return [entry for entry in order if entry.run_id in wanted]


def champion(exported: Sequence[Exported], best_score: float, standard_error: float) -> Exported | None:
    """Choose the fastest that the app can load among those within one standard error of the best.

    Of equally fast ones the one with the better score is chosen; where none of them can be loaded, the best one that
    can be.

    Parameters
    ----------
    exported
        What was written as model files.
    best_score
        Highest score of the whole sweep, exported or not.
    standard_error
        Of that score.
    """
    usable = [model for model in exported if not model.unusable]
    close = [model for model in usable if model.score >= best_score - standard_error]
    if close:
        return min(close, key=lambda model: (round(model.latency_us / TOLD_APART_US), -model.score, model.run_id))
    return max(usable, key=lambda model: (model.score, -model.latency_us), default=None)
