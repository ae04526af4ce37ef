"""``gesture-train ship``: remakes the shipped model, its prior and its model card from data."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from models.gesture.catalog import MODEL_FILE, shipped_folder
from models.gesture.prior import PRIOR_FILE
from trainer.card.card_figures import FIGURES, draw_figures
from trainer.card.model_card import CARD_FILE, card, worst_confusions, write_card
from trainer.commands.reading_arguments import add_data, add_reading_arguments, read_sources, tell_refused
from trainer.progress import add_progress_arguments, progress_from
from trainer.readers.recorded import without_check_set
from trainer.recognition.recogniser_training import Recipe
from trainer.shipping import make_shipment, measure


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_data(parser, "--data", "hands to train on", required=True)
    add_data(parser, "--test", "hands to measure on; they choose nothing")
    parser.add_argument("--into", type=Path, metavar="DIR", help="where to (default: the package itself)")
    parser.add_argument("--passes", type=int, default=Recipe().passes, metavar="N", help="passes over the data")
    parser.add_argument("--made", type=int, metavar="N", help="made-up hands that are no gesture, in each pass")
    parser.add_argument("--no-leave-out", action="store_true", help="do not train without each gesture in turn")
    add_reading_arguments(parser)
    add_progress_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train, measure, write, and give the exit code."""
    folder = arguments.into or shipped_folder()
    recipe = _recipe(arguments.passes, arguments.made)
    with progress_from(arguments) as progress:
        data = without_check_set(read_sources(arguments.data, arguments, progress))
        tell_refused(data, progress)
        test = read_sources(arguments.test, arguments, progress) if arguments.test else None
        shipment = make_shipment(data, test, progress, recipe)
        measured = None
        if test is not None:
            measured = measure(
                shipment,
                data=data,
                test=test,
                recipe=recipe,
                progress=progress,
                leave_out=not arguments.no_leave_out,
                jobs=arguments.jobs or os.cpu_count() or 1,
            )
        folder.mkdir(parents=True, exist_ok=True)
        # Card and figures of an earlier model go first, and the card comes last: broken off here, no figure is false.
        for name in (CARD_FILE, *FIGURES):
            (folder / name).unlink(missing_ok=True)
        (folder / MODEL_FILE).write_bytes(shipment.content)
        shipment.prior.save(folder / PRIOR_FILE)
        if measured is not None:
            draw_figures(measured, shipment, worst_confusions(measured), folder)
        command = "gesture-train ship --data ... --test ..." if test is not None else "gesture-train ship --data ..."
        write_card(folder, card(shipment, measured, data, command))
        progress.message(f"Wrote model, prior and card into {folder}; threshold {shipment.info.threshold:.2f}.")
        if measured is None:
            progress.message("Nothing was measured, so the card has no figures; --test names hands to measure on.")
    sys.stdout.write(f"{folder / MODEL_FILE}\n")
    return 0


def _recipe(passes: int, made: int | None) -> Recipe:
    """Give the usual recipe with other numbers of passes and of made-up hands; their kinds keep their shares."""
    usual = replace(Recipe(), passes=passes)
    if made is None:
        return usual
    share = made / (usual.recombined + usual.articulated)
    return replace(usual, recombined=round(share * usual.recombined), articulated=round(share * usual.articulated))
