"""A sweep: many configurations fitted, logged and ranked; the best of each family and a champion registered."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.gesture.features import Recipe, features
from models.gesture.registry import Registry
from models.gesture.store import held
from models.home import Home, find_home
from trainer import leaderboard
from trainer.leaderboard import Entry, Held, with_intervals
from trainer.progress import Progress
from trainer.runs.registration import champion_report, crown, measured, register_export, to_register
from trainer.spaces import Configuration, Space, load_space
from trainer.sweeping.exporting import Export, Finalist, export
from trainer.sweeping.fitting import Outcome, bundle, fit_bundle
from trainer.sweeping.journal import Journal, fingerprint
from trainer.sweeping.judged import JUDGED_FILE
from trainer.sweeping.material import make_materials
from trainer.sweeping.scheduling import Done, LocalWorkers, Lost, Workers, run_all
from trainer.sweeping.selection import finalists
from trainer.sweeping.sweep_data import SweepData, read_sweep_data
from trainer.sweeping.sweep_facts import SweepError, SweepOptions, SweepReport, Tally
from trainer.sweeping.worker import get_ready
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
            running = Running(options, home, space, data, workers, journal, progress, begun)
            return running.run()
    finally:
        workers.close()


@dataclass(frozen=True, slots=True)
class Running:
    """One sweep with everything that it needs."""

    options: SweepOptions
    home: Home
    space: Space
    data: SweepData
    workers: Workers
    journal: Journal
    progress: Progress
    begun: float

    def run(self) -> SweepReport:
        """Fit what is missing and conclude; the parent run is closed whatever happens."""
        status: Any = "FAILED"
        try:
            tally = Tally(self.journal.entries(self.space))
            missing = self.journal.missing(self.space)
            self._announce(len(tally.entries), len(missing))
            self._fit(missing, tally)
            report = self._conclude(tally, len(self.space.configurations) - len(missing))
            status = "FINISHED"
        except KeyboardInterrupt:
            status = "KILLED"
            raise
        finally:
            self.journal.end(status)
        return report

    def _announce(self, done: int, missing: int) -> None:
        data = self.data
        for note in data.notes:
            self.progress.message(note)
        if done:
            self.progress.message(f"{done} configurations were done before; {missing} are missing.")
        self.journal.tracker.write(
            self.journal.parent,
            params={
                "space": self.space.name,
                "configurations": len(self.space.configurations),
                "training_rows": len(data.parts.rows),
                "validation_rows": len(data.parts.held_rows),
                "test_rows": len(data.judged.judged.test_rows),
                "classes": len(data.parts.classes),
                "seed": self.options.seed,
            },
        )
        if not done:
            self.journal.tracker.use_data(self.journal.parent, data.used)
            self.journal.tracker.attach_content(
                self.journal.parent,
                {
                    JUDGED_FILE: data.judged.to_bytes(),
                    "space.json": json.dumps(_space_content(self.space), indent=1).encode(),
                    "data.txt": ("\n".join((data.how, *data.notes)) + "\n").encode(),
                },
            )

    def _fit(self, missing: Sequence[Configuration], tally: Tally) -> None:
        total = len(self.space.configurations)
        self.progress.advance(EVENT, total - len(missing), total, "making features")
        if not missing:
            return
        bundles = bundle(missing, len(self.data.parts.rows))
        # Workers on other machines cannot open files of this one.
        with tempfile.TemporaryDirectory(prefix="gesture-sweep-", ignore_cleanup_errors=True) as folder:
            local = isinstance(self.workers, LocalWorkers)
            materials = make_materials(self.data.parts, bundles, Path(folder) if local else None)
            feature_us = {recipe: _feature_us(recipe, self.data.parts.held_rows) for recipe, _ in materials}
            tasks = [(todo, materials[todo.recipe, todo.augment]) for todo in bundles]
            with closing(run_all(self.workers, fit_bundle, tasks)) as answers:
                for done in answers:
                    if isinstance(done, Lost):
                        outcomes = [Outcome(one, error=done.reason) for one in bundles[done.place].configurations]
                    else:
                        outcomes = done.answer
                    for outcome in outcomes:
                        self._log(outcome, feature_us[outcome.configuration.recipe], tally)
                        self._tell(outcome, tally)

    def _log(self, outcome: Outcome, feature_us: float, tally: Tally) -> None:
        begun = time.perf_counter()
        tally.spent_s += outcome.spent_s
        if outcome.error:
            tally.failed.append(self.journal.log_failure(outcome.configuration, outcome.error))
        else:
            example = self.data.parts.held_rows[:2]
            entry = self.journal.log(outcome, feature_us, self.data.used, example, self.options.seed)
            tally.entries.append(entry)
            tally.answers[entry.run_id] = outcome.answers.astype(np.intp)
        tally.logging_s += time.perf_counter() - begun

    def _tell(self, outcome: Outcome, tally: Tally) -> None:
        configuration = outcome.configuration
        done = len(tally.entries) + len(tally.failed)
        best = max(tally.entries, key=lambda entry: entry.macro_f1, default=None)
        message = "" if best is None else f"best so far: {best.family} {best.macro_f1:.4f}"
        if outcome.error:
            self.progress.message(f"{configuration.family} {configuration.shown} failed: {_last_line(outcome.error)}")
        self.progress.advance(
            EVENT,
            done,
            len(self.space.configurations),
            message,
            family=configuration.family,
            params=configuration.to_dict(),
            macro_f1=None if outcome.scores is None else outcome.scores.macro_f1,
            error=_last_line(outcome.error) if outcome.error else None,
        )

    def _conclude(self, tally: Tally, resumed: int) -> SweepReport:
        if not tally.entries:
            raise SweepError(
                f"All {len(tally.failed)} configurations failed; their runs in MLflow hold the errors. Try the space"
                " 'quick', or other data."
            )
        entries, error = self._ranked(tally)
        title, subtitle = self._titles()
        champion: dict[str, Any] | None = None
        notes: list[str] = []
        if self.options.register:
            champion, sentence = self._register(entries, error)
            notes.append(sentence)
        wall_s = time.perf_counter() - self.begun
        content = {
            "experiment": self.journal.tracker.experiment,
            "parent_run": self.journal.parent,
            "space": self.space.name,
            "configurations": len(self.space.configurations),
            "finished": len(entries),
            "failed": len(tally.failed),
            "resumed": resumed,
            "wall_s": wall_s,
            "fit_and_score_s": tally.spent_s,
            "logging_s": tally.logging_s,
            "workers": self.workers.count,
            "split": self.data.how,
            "notes": list(self.data.notes),
            "drawn_from_prior": self.data.judged.drawn,
            "standard_error": error,
            "leaderboard": [entry.to_dict() for entry in entries],
            "champion": champion,
        }
        chosen = "" if champion is None else str(champion["run_id"])
        self.journal.tracker.attach_content(
            self.journal.parent,
            {
                "leaderboard.json": json.dumps(content, indent=1).encode(),
                "leaderboard.txt": leaderboard.text(entries, title).encode(),
                "leaderboard.png": leaderboard.picture(entries, title, subtitle, chosen),
            },
        )
        self.journal.tracker.write(
            self.journal.parent,
            metrics={
                "macro_f1": entries[0].macro_f1,
                "standard_error": error,
                "wall_seconds": wall_s,
                "fit_and_score_seconds": tally.spent_s,
                "failed": len(tally.failed),
            },
        )
        return SweepReport(title, tuple(entries), content, tuple(notes))

    def _ranked(self, tally: Tally) -> tuple[list[Entry], float]:
        self.progress.message("Comparing the families ...")
        best = leaderboard.best_of_families(tally.entries)
        answers = {
            entry.run_id: tally.answers[entry.run_id]
            if entry.run_id in tally.answers
            else self.journal.answers(entry.run_id)
            for entry in best
        }
        parts = self.data.parts
        known = Held(parts.held_codes.astype(np.intp), self.data.held_groups, len(parts.classes), answers)
        return with_intervals(tally.entries, known)

    def _titles(self) -> tuple[str, str]:
        data = self.data
        source = "draws from the prior, not real hands" if data.judged.drawn else data.used[0].name
        title = f"Sweep '{self.space.name}' on {source}"
        return title, f"macro F1 on {len(data.parts.held_rows)} validation rows, 95 % bootstrap intervals"

    def _register(self, entries: Sequence[Entry], error: float) -> tuple[dict[str, Any] | None, str]:
        tracker = self.journal.tracker
        chosen = finalists(entries, error)
        exports: list[Export] = []
        tasks = [
            (
                Finalist(entry.run_id, entry.family, entry.macro_f1, tracker.pipeline(entry.run_id)),
                self.data.judged.judged,
            )
            for entry in chosen
        ]
        event = "exporting"
        self.progress.advance(event, 0, len(tasks), "writing model files")
        with closing(run_all(self.workers, export, tasks)) as answers:
            for number, done in enumerate(answers, start=1):
                if isinstance(done, Done):
                    exports.append(measured(tracker, done.answer))
                self.progress.advance(event, number, len(tasks), "writing model files")
        registered, crowned = to_register(exports, entries[0].macro_f1, error)
        registry = Registry(self.home)
        versions = [
            register_export(tracker, registry, tracker.run(made.facts.run_id), made, self.data.judged)
            for made in registered
        ]
        if crowned is None:
            return None, "No configuration can be loaded by the app; the versions say why not."
        crowning = crown(tracker, registry, versions[-1], self.data.judged)
        params = next(entry.params for entry in entries if entry.run_id == crowned.facts.run_id)
        return champion_report(crowning, crowned, params), crowning.sentence


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
