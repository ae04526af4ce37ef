"""What comes of a sweep once all is fitted: ranked, exported, registered and written into its parent run."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import numpy as np

from models.gesture.registry import Registry
from trainer import leaderboard
from trainer.leaderboard import Entry, Held, with_intervals
from trainer.runs.registration import champion_report, crown, measured, register_export, to_register
from trainer.sweeping.context import SweepContext
from trainer.sweeping.exporting import Export, Finalist, export
from trainer.sweeping.scheduling import Done, run_all
from trainer.sweeping.selection import finalists
from trainer.sweeping.sweep_facts import SweepError, SweepReport, Tally


def conclude(context: SweepContext, tally: Tally, resumed: int) -> SweepReport:
    """Rank what finished, register the best of each family and a champion, and report.

    Parameters
    ----------
    context
        The sweep.
    tally
        What finished, and what it cost.
    resumed
        How many configurations were done before.

    Raises
    ------
    SweepError
        When nothing finished.
    GestureError
        When the store refuses.
    """
    if not tally.entries:
        raise SweepError(
            f"All {len(tally.failed)} configurations failed; their runs in MLflow hold the errors. Try the space"
            " 'quick', or other data."
        )
    entries, error = _ranked(context, tally)
    title, subtitle = _titles(context)
    champion: dict[str, Any] | None = None
    notes: list[str] = []
    if context.options.register:
        champion, sentence = _register(context, entries, error)
        notes.append(sentence)
    wall_s = time.perf_counter() - context.begun
    content = {
        "experiment": context.journal.tracker.experiment,
        "parent_run": context.journal.parent,
        "space": context.space.name,
        "configurations": len(context.space.configurations),
        "finished": len(entries),
        "failed": len(tally.failed),
        "resumed": resumed,
        "wall_s": wall_s,
        "fit_and_score_s": tally.spent_s,
        "logging_s": tally.logging_s,
        "workers": context.workers.count,
        "split": context.data.how,
        "notes": list(context.data.notes),
        "drawn_from_prior": context.data.judged.drawn,
        "standard_error": error,
        "leaderboard": [entry.to_dict() for entry in entries],
        "champion": champion,
    }
    chosen = "" if champion is None else str(champion["run_id"])
    context.journal.tracker.attach_content(
        context.journal.parent,
        {
            leaderboard.FILE: json.dumps(content, indent=1).encode(),
            "leaderboard.txt": leaderboard.text(entries, title).encode(),
            "leaderboard.png": leaderboard.picture(entries, title, subtitle, chosen),
        },
    )
    context.journal.tracker.write(
        context.journal.parent,
        metrics={
            "macro_f1": entries[0].macro_f1,
            "standard_error": error,
            "wall_seconds": wall_s,
            "fit_and_score_seconds": tally.spent_s,
            "failed": len(tally.failed),
        },
    )
    return SweepReport(title, tuple(entries), content, tuple(notes))


def _ranked(context: SweepContext, tally: Tally) -> tuple[list[Entry], float]:
    context.progress.message("Comparing the families ...")
    best = leaderboard.best_of_families(tally.entries)
    answers = {
        entry.run_id: tally.answers[entry.run_id]
        if entry.run_id in tally.answers
        else context.journal.answers(entry.run_id)
        for entry in best
    }
    parts = context.data.parts
    known = Held(parts.held_codes.astype(np.intp), context.data.held_groups, len(parts.classes), answers)
    return with_intervals(tally.entries, known)


def _titles(context: SweepContext) -> tuple[str, str]:
    data = context.data
    source = "draws from the prior, not real hands" if data.judged.drawn else data.used[0].name
    title = f"Sweep '{context.space.name}' on {source}"
    return title, f"macro F1 on {len(data.parts.held_rows)} validation rows, 95 % bootstrap intervals"


def _register(context: SweepContext, entries: Sequence[Entry], error: float) -> tuple[dict[str, Any] | None, str]:
    tracker = context.journal.tracker
    chosen = finalists(entries, error)
    exports: list[Export] = []
    tasks = [
        (
            Finalist(entry.run_id, entry.family, entry.macro_f1, tracker.pipeline(entry.run_id)),
            context.data.judged.judged,
        )
        for entry in chosen
    ]
    event = "exporting"
    context.progress.advance(event, 0, len(tasks), "writing model files")
    with closing(run_all(context.workers, export, tasks)) as answers:
        for number, done in enumerate(answers, start=1):
            if isinstance(done, Done):
                exports.append(measured(tracker, done.answer))
            else:
                lost = chosen[done.place]
                context.progress.message(f"There is no model file of {lost.family} {lost.shown}. {done.reason}")
            context.progress.advance(event, number, len(tasks), "writing model files")
    if not exports:
        return None, "No model file could be made, so no version was registered. The same sweep tries that again."
    registered, crowned = to_register(exports, entries[0].macro_f1, error)
    registry = Registry(context.home)
    versions = [
        register_export(tracker, registry, tracker.run(made.facts.run_id), made, context.data.judged)
        for made in registered
    ]
    if crowned is None:
        return None, "No configuration can be loaded by the app; the versions say why not."
    crowning = crown(tracker, registry, versions[-1], context.data.judged)
    params = next(entry.params for entry in entries if entry.run_id == crowned.facts.run_id)
    return champion_report(crowning, crowned, params), crowning.sentence
