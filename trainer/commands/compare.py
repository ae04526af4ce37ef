"""``gesture-train compare``: a version beside another model on the same hands, gesture by gesture."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from models.gesture.catalog import SHIPPED
from models.gesture.registry import Registry
from models.home import find_home
from trainer.measuring.comparing import compare
from trainer.progress import add_progress_arguments, progress_from
from trainer.tracking import Tracker

PARTS = {"check": "your check set", "test": "test rows of the sweep"}
ONE_SIDED = {"lost": "no longer known", "unmeasured": "known now, but shown by none of these hands"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("version", metavar="VERSION", help="number or alias of a version that a sweep made")
    parser.add_argument(
        "--with", dest="other", default=SHIPPED, metavar="M", help="shipped (default), a version, an alias, or a folder"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of the tables")
    add_progress_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compare, print, and give the exit code."""
    with progress_from(arguments) as progress:
        registry = Registry(find_home())
        version = registry.find(arguments.version)
        progress.message(f"Comparing version {version.number} with {arguments.other} ...")
        found = compare(Tracker.open(), registry, version, arguments.other)
        for note in dict.fromkeys(note for part in found["parts"] for note in part["notes"]):
            progress.message(note)
    sys.stdout.write(json.dumps(found) + "\n" if arguments.json else _as_text(found))
    return 0


def _as_text(found: dict[str, Any]) -> str:
    lines = []
    for part in found["parts"]:
        new, old = part["macro_f1"]["new"], part["macro_f1"]["old"]
        low, high = part["interval"]
        lines.append(f"{part['rows']} hands ({PARTS[part['part']]}): macro F1 {new:.4f} against {old:.4f}")
        lines.append(
            f"  difference {new - old:+.4f} (95 %: {low:+.4f} to {high:+.4f}), over the gestures that both know"
        )
        lines += [f"  {words}: {', '.join(part[key])}" for key, words in ONE_SIDED.items() if part[key]]
        lines.append(f"  {'gesture':20s} {'hands':>6s} {'v' + found['new']:>8s} {found['old']:>8s}")
        lines += [
            f"  {one['label']:20s} {one['rows']:6d} {one['new']:8.4f} {one['old']:8.4f}" for one in part["classes"]
        ]
    return "\n".join(lines) + "\n"
