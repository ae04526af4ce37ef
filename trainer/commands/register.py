"""``gesture-train register RUN_ID``: registers a run of a sweep as a model version."""

from __future__ import annotations

import argparse
import json
import sys

from models.gesture.registry import Registry
from models.home import find_home
from trainer.runs.registration import measured, register_export
from trainer.runs.run_facts import DEFAULT_EXPERIMENT, PARENT_TAG
from trainer.sweeping.exporting import Finalist, export
from trainer.sweeping.journal import FAMILY_TAG, entry_of
from trainer.sweeping.judged import RegistrationError, stored_judgement
from trainer.tracking import Tracker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run_id", metavar="RUN_ID", help="a finished run of a sweep, from leaderboard --json")
    parser.add_argument("--experiment", default=DEFAULT_EXPERIMENT, help="name of the experiment in MLflow")
    parser.add_argument("--json", action="store_true", help="print the version as one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Write the run's model file, compare it, and register both; a run is registered once."""
    tracker = Tracker.open(arguments.experiment, make=False)
    chosen = tracker.run(arguments.run_id)
    entry = entry_of(chosen)
    if entry is None or chosen.status != "FINISHED":
        raise RegistrationError(
            f"The run {chosen.run_id} is no finished configuration of a sweep. 'gesture-train leaderboard --json' lists"
            " those that are."
        )
    registry = Registry(find_home())
    version = next((known for known in registry.versions() if known.run_id == chosen.run_id), None)
    if version is None:
        data = stored_judgement(tracker, chosen.tags.get(PARENT_TAG, ""))
        finalist = Finalist(chosen.run_id, chosen.tags[FAMILY_TAG], entry.macro_f1, tracker.pipeline(chosen.run_id))
        made = measured(tracker, export(finalist, data.judged))
        version = register_export(tracker, registry, chosen, made, data)
    if arguments.json:
        sys.stdout.write(json.dumps(version.to_dict()) + "\n")
        return 0
    sys.stdout.write(f"Version {version.number}: {entry.family} {entry.shown}, macro F1 {entry.macro_f1:.4f}.\n")
    if version.unusable:
        sys.stdout.write(f"The app cannot load it: {version.unusable}\n")
    return 0
