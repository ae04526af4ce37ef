"""``gesture-train leaderboard``: best runs of a sweep, by family and overall."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from models.errors import GestureError
from models.gesture.store import find_store
from models.home import find_home
from trainer.commands.listed_versions import listed_versions
from trainer.progress import Progress, add_progress_arguments, progress_from
from trainer.runs.run_facts import DEFAULT_EXPERIMENT, PARENT_TAG, Run

if TYPE_CHECKING:
    from trainer.tracking import Tracker

# MLflow takes seconds to import, which an empty store need not cost.


class NoSweepError(GestureError):
    """No sweep to show."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--sweep", metavar="RUN", help="parent run of a sweep (default: the newest)")
    parser.add_argument("--experiment", default=DEFAULT_EXPERIMENT, help="name of the experiment in MLflow")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of the table")
    add_progress_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the leaderboard of one sweep; scores of different sweeps are on different rows and stand apart."""
    store = find_store(find_home())
    store.demand()
    with progress_from(arguments) as progress:
        progress.message("Reading the runs ...")
        from trainer.tracking import Tracker  # noqa: PLC0415 - see above

        tracker = Tracker.open(arguments.experiment, store, make=False)
        _show(tracker, chosen_sweep(tracker, arguments.sweep), progress, as_json=arguments.json)
    return 0


def _show(tracker: Tracker, parent: Run, progress: Progress, *, as_json: bool) -> None:
    from trainer import leaderboard  # noqa: PLC0415 - as above
    from trainer.sweeping.journal import entry_of  # noqa: PLC0415

    children = tracker.runs({PARENT_TAG: parent.run_id})
    entries = leaderboard.ranked([entry for child in children if (entry := entry_of(child)) is not None])
    if parent.status == "FINISHED":
        concluded = json.loads(tracker.fetch(parent.run_id, leaderboard.FILE))
        entries = leaderboard.with_known_intervals(entries, concluded["leaderboard"])
    failed = sum(child.status == "FAILED" for child in children)
    if as_json:
        content = {
            "experiment": tracker.experiment,
            "parent_run": parent.run_id,
            "status": parent.status,
            "configurations": int(parent.params.get("configurations", len(children))),
            "finished": len(entries),
            "failed": failed,
            "leaderboard": [entry.to_dict() for entry in entries],
        }
        sys.stdout.write(json.dumps(content) + "\n")
    else:
        title = f"{parent.name}, {parent.status.lower()}: {len(entries)} finished, {failed} failed"
        leaderboard.show(entries, title, listed_versions(progress))


def chosen_sweep(tracker: Tracker, run_id: str | None) -> Run:
    """Find the parent run that is meant: the named one, or the newest.

    Raises
    ------
    NoSweepError
        When there is none.
    """
    if run_id is not None:
        return tracker.run(run_id)
    sweeps = tracker.runs({"gesture.kind": "sweep"})
    if not sweeps:
        raise NoSweepError(
            f"There is no sweep in the experiment {tracker.experiment!r} yet. 'gesture-train sweep' makes one."
        )
    return sweeps[0]
