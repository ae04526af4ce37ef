"""A sweep: many configurations fitted and logged, as far as they are not done yet."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.gesture.features import Recipe, features
from models.gesture.store import held
from models.home import find_home
from trainer.progress import Progress
from trainer.spaces import Configuration, Space, load_space
from trainer.sweeping.concluding import conclude
from trainer.sweeping.context import SweepContext
from trainer.sweeping.fitting import Outcome, bundle, fit_bundle
from trainer.sweeping.journal import Journal, fingerprint
from trainer.sweeping.judged import JUDGED_FILE
from trainer.sweeping.material import make_materials
from trainer.sweeping.scheduling import LocalWorkers, Lost, Workers, run_all
from trainer.sweeping.sweep_data import read_sweep_data
from trainer.sweeping.sweep_facts import SweepOptions, SweepReport, Tally
from trainer.sweeping.warming import get_ready
from trainer.tracking import Tracker

EVENT = "sweep"


def sweep(options: SweepOptions, progress: Progress, workers: Workers | None = None) -> SweepReport:
    """Run a sweep, or go on with one that was interrupted.

    Parameters
    ----------
    options
        What is asked for.
    progress
        Where progress is told.
    workers
        Where configurations are fitted; what ``options`` ask for by default.

    Raises
    ------
    GestureError
        When data, space, store or workers cannot be used, or every configuration failed.
    KeyboardInterrupt
        When it was cancelled; open runs are closed as KILLED.
    """
    begun = time.perf_counter()
    if workers is None:
        workers = _workers(options)
    try:
        space = load_space(options.space)
        home = find_home()
        if isinstance(workers, LocalWorkers):
            workers.warm_up(get_ready)  # they import scikit-learn while this process reads the data
        data = read_sweep_data(options.data, options.test, options.seed, progress, **options.reading)
        data = data.limited(space.rows).exposed()
        tracker = Tracker.open(options.experiment)
        mark = fingerprint(data.digest, data.how, data.parts, space, options.seed)
        with held(home.root / "sweeps" / f"{mark}.lock", 0) as mine:
            if not mine:
                progress.message("The same sweep is running already; this one runs beside it, in runs of its own.")
            journal = Journal.open(tracker, mark, f"sweep {space.name}", resume=mine and options.resume)
            return _run(SweepContext(options, home, space, data, workers, journal, progress, begun))
    finally:
        workers.close()


def _run(context: SweepContext) -> SweepReport:
    """Do what is missing, and conclude; the parent run is closed whatever happens."""
    status: Any = "FAILED"
    try:
        tally = Tally(context.journal.entries(context.space))
        missing = context.journal.missing(context.space)
        _announce(context, len(tally.entries), len(missing))
        _fit(context, missing, tally)
        report = conclude(context, tally, len(context.space.configurations) - len(missing))
        status = "FINISHED"
    except KeyboardInterrupt:
        status = "KILLED"
        raise
    finally:
        context.journal.end(status)
    return report


def _announce(context: SweepContext, done: int, missing: int) -> None:
    data = context.data
    for note in data.notes:
        context.progress.message(note)
    if done:
        context.progress.message(f"{done} configurations were done before; {missing} are missing.")
    context.journal.tracker.write(
        context.journal.parent,
        params={
            "space": context.space.name,
            "configurations": len(context.space.configurations),
            "training_rows": len(data.parts.rows),
            "validation_rows": len(data.parts.held_rows),
            "test_rows": len(data.judged.judged.test_rows),
            "classes": len(data.parts.classes),
            "seed": context.options.seed,
        },
    )
    if not done:
        context.journal.tracker.use_data(context.journal.parent, data.used)
        context.journal.tracker.attach_content(
            context.journal.parent,
            {
                JUDGED_FILE: data.judged.to_bytes(),
                "space.json": json.dumps(_space_content(context.space), indent=1).encode(),
                "data.txt": ("\n".join((data.how, *data.notes)) + "\n").encode(),
            },
        )


def _fit(context: SweepContext, missing: Sequence[Configuration], tally: Tally) -> None:
    total = len(context.space.configurations)
    context.progress.advance(EVENT, total - len(missing), total, "making features")
    if not missing:
        return
    bundles = bundle(missing, len(context.data.parts.rows))
    # Workers on other machines cannot open files of this one.
    with tempfile.TemporaryDirectory(prefix="gesture-sweep-", ignore_cleanup_errors=True) as folder:
        local = isinstance(context.workers, LocalWorkers)
        materials = make_materials(context.data.parts, bundles, Path(folder) if local else None)
        feature_us = {recipe: _feature_us(recipe, context.data.parts.held_rows) for recipe, _ in materials}
        tasks = [(todo, materials[todo.recipe, todo.augment]) for todo in bundles]
        with closing(run_all(context.workers, fit_bundle, tasks)) as answers:
            for done in answers:
                if isinstance(done, Lost):
                    outcomes = [Outcome(one, error=done.reason) for one in bundles[done.place].configurations]
                else:
                    outcomes = done.answer
                for outcome in outcomes:
                    _log(context, outcome, feature_us[outcome.configuration.recipe], tally)
                    _tell(context, outcome, tally)


def _log(context: SweepContext, outcome: Outcome, feature_us: float, tally: Tally) -> None:
    begun = time.perf_counter()
    tally.spent_s += outcome.spent_s
    if outcome.error:
        tally.failed.append(context.journal.log_failure(outcome.configuration, outcome.error))
    else:
        example = context.data.parts.held_rows[:2]
        entry = context.journal.log(outcome, feature_us, context.data.used, example, context.options.seed)
        tally.entries.append(entry)
        tally.answers[entry.run_id] = outcome.answers.astype(np.intp)
    tally.logging_s += time.perf_counter() - begun


def _tell(context: SweepContext, outcome: Outcome, tally: Tally) -> None:
    configuration = outcome.configuration
    done = len(tally.entries) + len(tally.failed)
    best = max(tally.entries, key=lambda entry: entry.macro_f1, default=None)
    message = "" if best is None else f"best so far: {best.family} {best.macro_f1:.4f}"
    if outcome.error:
        context.progress.message(f"{configuration.family} {configuration.shown} failed: {_last_line(outcome.error)}")
    entry = None if outcome.error else tally.entries[-1]
    context.progress.advance(
        EVENT,
        done,
        len(context.space.configurations),
        message,
        family=configuration.family,
        params=configuration.to_dict(),
        macro_f1=None if entry is None else entry.macro_f1,
        accuracy=None if entry is None else entry.accuracy,
        latency_us=None if entry is None else entry.latency_us,
        error=_last_line(outcome.error) if outcome.error else None,
    )


def _workers(options: SweepOptions) -> Workers:
    if options.dask is None:
        return LocalWorkers(options.jobs)
    from trainer.sweeping.dask_workers import DaskWorkers  # noqa: PLC0415 - Dask is imported for those who ask for a cluster

    return DaskWorkers(options.dask)


def _feature_us(recipe: Recipe, rows: NDArray[np.float32]) -> float:
    """Measure microseconds a hand that the features of a recipe take in a large batch."""
    some = rows[:2000]
    begun = time.perf_counter()
    features(some, recipe)
    return (time.perf_counter() - begun) / max(len(some), 1) * 1e6


def _space_content(space: Space) -> dict[str, Any]:
    return {
        "name": space.name,
        "rows": space.rows,
        "configurations": [
            {"family": one.family, "params": one.to_dict(), "recipe": one.recipe} for one in space.configurations
        ],
    }


def _last_line(error: str) -> str:
    lines = error.strip().splitlines()
    return lines[-1][:300] if lines else ""
