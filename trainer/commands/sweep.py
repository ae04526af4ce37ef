"""``gesture-train sweep``: trains and compares model families, registers the champion."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from trainer.commands.listed_versions import listed_versions
from trainer.commands.reading_arguments import add_data, add_reading_arguments, whole_number
from trainer.progress import add_progress_arguments, progress_from
from trainer.runs.run_facts import DEFAULT_EXPERIMENT
from trainer.sweeping.scheduling import LocalWorkers
from trainer.sweeping.warming import get_ready

if TYPE_CHECKING:
    from trainer.sweeping.sweep_facts import SweepOptions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_data(parser, "--data", "any supported source, or the words prior and samples; both words by default")
    add_data(parser, "--test", "a separate test set (default: a part of the data is set aside)")
    parser.add_argument("--space", default="default", help="default, classic, quick, or a TOML file")
    parser.add_argument("--dask", metavar="ADDRESS", help="run on the workers of this Dask scheduler, tcp://...")
    parser.add_argument("--seed", type=whole_number(0), default=0, help="of split, augmentation and models")
    parser.add_argument("--experiment", default=DEFAULT_EXPERIMENT, help="name of the experiment in MLflow")
    parser.add_argument("--fresh", action="store_true", help="begin anew instead of going on with an earlier sweep")
    parser.add_argument("--no-register", action="store_true", help="register no versions at the end")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of the table")
    add_reading_arguments(parser)
    add_progress_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Sweep, and print the leaderboard."""
    with progress_from(arguments) as progress, ended_in_good_order(), ExitStack() as ends:
        workers = None
        if arguments.dask is None:
            workers = ends.enter_context(closing(LocalWorkers(arguments.jobs)))
            workers.warm_up(get_ready)
        # Seconds, in which the workers start.
        from trainer import leaderboard  # noqa: PLC0415
        from trainer.sweep import sweep  # noqa: PLC0415

        report = sweep(_options(arguments), progress, workers)
        versions = None if arguments.json or arguments.no_register else listed_versions(progress)
    if arguments.json:
        sys.stdout.write(json.dumps(report.content) + "\n")
        return 0
    leaderboard.show(report.entries, report.title, versions)
    for note in report.notes:
        sys.stdout.write(note + "\n")
    return 0


def _options(arguments: argparse.Namespace) -> SweepOptions:
    from trainer.sweeping.sweep_facts import SweepOptions  # noqa: PLC0415 - as above

    return SweepOptions(
        data=tuple(arguments.data or ()),
        test=tuple(arguments.test or ()),
        space=arguments.space,
        jobs=arguments.jobs,
        dask=arguments.dask,
        seed=arguments.seed,
        experiment=arguments.experiment,
        resume=not arguments.fresh,
        register=not arguments.no_register,
        reading={
            name: getattr(arguments, name) for name in ("label", "images", "aspect", "labels", "landmarker", "jobs")
        },
    )


@contextmanager
def ended_in_good_order() -> Iterator[None]:
    """Take a request to end, as a system sends it at shutdown, for ``Ctrl-C``."""

    def interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of signal handlers
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
