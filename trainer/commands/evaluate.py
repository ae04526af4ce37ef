"""``gesture-train evaluate``: measures a model on labelled pictures or on rows."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.gesture.catalog import SHIPPED, load_model
from models.hand.landmarker import find_landmarker
from models.hand.landmarks import Hand
from models.home import find_home
from trainer.commands.reading_arguments import add_data, aspect_ratio, read_sources, tell_refused, whole_number
from trainer.dataset import DataError
from trainer.evaluation import answer_pictures, answer_rows, evaluate
from trainer.progress import Progress, add_progress_arguments, progress_from
from trainer.readers.kinds import Kind
from trainer.readers.media import fetching
from trainer.readers.walking import files_of

DESCRIPTION = {
    "accuracy_found": "right, of gestures with a hand",
    "accuracy_all": "right, of all gestures",
    "macro_f1_found": "macro F1, of gestures with a hand",
    "macro_f1": "macro F1, of all gestures",
    "log_loss": "log loss, negatives included",
    "ece": "calibration error, negatives included",
    "negatives_rejected": "negatives with a hand that were refused",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--images", type=Path, metavar="DIR", help="pictures in one folder a label, or of one label")
    add_data(what, "--data", "rows of any supported source")
    parser.add_argument("--model", default=SHIPPED, metavar="M", help="shipped, a version, an alias, or a folder")
    parser.add_argument("--threshold", type=_probability, metavar="P", help="accept from this probability on")
    parser.add_argument("--landmarker", type=Path, metavar="FILE", help="hand_landmarker.task, for pictures and videos")
    parser.add_argument(
        "--jobs", type=whole_number(1), metavar="N", help="worker processes for pictures; one a core by default"
    )
    parser.add_argument(
        "--aspect", type=aspect_ratio, metavar="W:H", help="shape of pictures of unknown size (annotations: 3:4)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    add_progress_arguments(parser)
    parser.set_defaults(label=None, labels=None)


def run(arguments: argparse.Namespace) -> int:
    """Measure, print, and give the exit code."""
    start = time.perf_counter()
    if arguments.images is not None and not arguments.images.is_dir():
        raise DataError(f"--images takes a folder of pictures, but {arguments.images} is none.")
    home = find_home()
    classifier = load_model(arguments.model, home)
    with progress_from(arguments) as progress:
        if arguments.images is not None:
            landmarker = find_landmarker(home, arguments.landmarker, fetching(progress))
            hands = _picture_hands(arguments.images, landmarker, arguments.jobs or os.cpu_count() or 1, progress)
            answers = answer_pictures(classifier, hands, arguments.threshold)
        else:
            data = read_sources(arguments.data, arguments, progress)
            tell_refused(data, progress)
            answers = answer_rows(classifier, data, arguments.threshold)
    result = evaluate(answers, classifier.info, classifier.name)
    result["seconds"] = round(time.perf_counter() - start, 3)
    sys.stdout.write(json.dumps(result) + "\n" if arguments.json else _as_text(result))
    return 0


def _picture_hands(
    folder: Path, landmarker: Path, jobs: int, progress: Progress
) -> Iterator[tuple[str, list[Hand] | None]]:
    """Give the label and the hands of each picture in the folder's folders."""
    from trainer.readers.pictures import hands_of_pictures, only_folder  # noqa: PLC0415 - MediaPipe takes a second to import

    found = [file for file in files_of(folder, progress.message) if file.kind is Kind.PICTURE]
    otherwise = only_folder(found, progress.message)
    files = [file for file in found if file.folder_label or otherwise]
    if not files:
        raise DataError(f"{folder} holds no pictures; expected folders named by gestures, with pictures.")
    if len(files) < len(found):
        progress.message(f"{len(found) - len(files)} pictures lie in no folder named by a gesture and were left out.")
    every = hands_of_pictures([file.path for file in files], landmarker, jobs)
    for done, (file, hands) in enumerate(zip(files, every, strict=True), start=1):
        progress.advance("finding hands", done, len(files), file.name)
        yield file.folder_label or otherwise or "", hands


def _as_text(result: dict[str, Any]) -> str:
    heading = (
        f"{result['model']}: {result['images']} pictures or rows, {result['gesture_images']} of gestures"
        f" ({result['hands_found']} with a hand), {result['negative_images']} negatives"
        f" ({result['negatives_with_hand']} with a hand), {result['unreadable']} unreadable"
    )
    lines = [heading]
    for key, words in DESCRIPTION.items():
        if result[key] is not None:
            low, high = result["intervals"][key]
            lines.append(f"  {words:42s} {result[key]:.4f}  (95 %: {low:.4f} to {high:.4f})")
    lines.append(f"  {'gesture':20s} {'shown':>6s} {'found':>6s} {'right':>6s}")
    lines += [
        f"  {label:20s} {count['images']:6d} {count['found']:6d} {count['correct']:6d}"
        for label, count in result["per_class"].items()
        if count["images"]  # the model knows more gestures than there were pictures of
    ]
    return "\n".join(lines) + "\n"


def _probability(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"expected a probability from 0 to 1, but {word!r} came")
    return value
