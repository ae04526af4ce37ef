"""The command ``gesture-app bench``."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from contextlib import closing
from typing import Any

import numpy as np

from gesture_app.arguments import add_recognition_arguments, positive
from gesture_app.bench.painting import Painting, make_painter
from gesture_app.bench.resized import ResizedSource
from gesture_app.bench.start import measure_start
from gesture_app.bench.turns import Side, classify_again, take_turns
from gesture_app.capture.choose import make_source
from gesture_app.capture.source import Source
from gesture_app.capture.source_words import DEMO
from gesture_app.exit_codes import DONE
from gesture_app.live import Recogniser, RecogniserOptions
from gesture_app.live.process_memory import settle_memory
from gesture_app.live.short_turns import take_short_turns
from gesture_app.output.fetch_line import FetchLine
from gesture_app.starting_source import starting_source
from models.gesture.catalog import load_model
from models.hand.bare import BareLandmarker
from models.hand.landmarker import find_landmarker
from models.home import find_home

ENDLESS_S = 20.0
STAGES = ("read", "detect", "classify", "smooth", "paint")


def main(words: list[str]) -> int:
    """Measure and print; give the exit code."""
    parsed = _parser().parse_args(words)
    settle_memory()  # this and the next as the window does
    take_short_turns()
    home = find_home()
    spec = starting_source(home, sys.stderr) if parsed.source is None else parsed.source
    hands, model = parsed.hands or 2, parsed.model or "shipped"

    def make() -> Source:
        source = make_source(spec, camera_size=parsed.size, paced=False)
        return ResizedSource(source, parsed.size) if parsed.size else source

    make()  # what cannot be a source is told before anything is fetched
    landmarker = find_landmarker(home, parsed.landmarker, FetchLine(sys.stderr))
    classifier = load_model(model, home)
    options = RecogniserOptions(hands=hands, sparing=True)  # as the window has it
    paints: list[tuple[float, float]] = []
    with (
        BareLandmarker(landmarker, hands) as bare_landmarker,
        Recogniser(classifier, landmarker=landmarker, options=options) as recogniser,
        closing(make_painter()) as painter,
    ):
        painting = Painting(painter, lambda clock_ms, worked_ms: paints.append((clock_ms, worked_ms)))
        seconds = parsed.seconds or _usual_seconds(spec, make())
        bare, pipeline = painting.while_running(
            lambda: take_turns(make, (bare_landmarker, recogniser), painting, seconds)
        )
    pipeline.stages["paint"] = [clock_ms for clock_ms, _ in paints]
    pipeline.stages["paint_cpu"] = [worked_ms for _, worked_ms in paints]
    again = classify_again(classifier, pipeline.rows)
    start = measure_start(make, landmarker, hands, model, parsed.starts)
    figures = _figures(bare, pipeline) | {
        "classify_us_per_hand": round(float(np.median(again)), 1) if again else None,
        "start_s": {"first_frame": round(start.first_frame, 3), "bare": round(start.bare, 3)},
    }
    sys.stdout.write(json.dumps(figures) + "\n" if parsed.json else _table(spec, figures))
    return DONE


def _usual_seconds(spec: str, source: Source) -> float | None:
    # A file is read once; what has no end needs one.
    return ENDLESS_S if source.live or spec.startswith(DEMO) else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gesture-app bench",
        description="Measures the whole pipeline against MediaPipe's landmarker alone, in turns on the same source.",
    )
    add_recognition_arguments(parser)
    parser.add_argument("--size", metavar="WxH", type=_size, help="bring every frame to this size")
    parser.add_argument(
        "--seconds", metavar="S", type=positive, help="how long; by default a file once, anything live for 20 seconds"
    )
    parser.add_argument(
        "--starts", metavar="N", type=int, default=3, choices=range(1, 100), help="fresh starts of each"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser


def _figures(bare: Side, pipeline: Side) -> dict[str, Any]:
    seen = [ours > 0 for theirs, ours in zip(bare.hands, pipeline.hands, strict=False) if theirs > 0]
    return {
        "frames": len(pipeline.hands),
        "bare_fps": round(bare.fps, 2),
        "pipeline_fps": round(pipeline.fps, 2),
        "ratio": round(pipeline.fps / bare.fps, 3) if bare.fps else None,
        "dropped": pipeline.dropped,
        "hands_found": _counts(pipeline.hands),
        "bare_hands_found": _counts(bare.hands),
        "found_where_bare_found": round(float(np.mean(seen)), 4) if seen else None,
        "stage_ms": {stage: _spread(pipeline.stages.get(stage, [])) for stage in STAGES},
        "bare_stage_ms": {stage: _spread(bare.stages.get(stage, [])) for stage in ("read", "detect")},
        "after_detect_ms": _spread(pipeline.stages.get("after_detect", [])),
        "paint_cpu_ms": _spread(pipeline.stages.get("paint_cpu", [])),
        "cpu_ms_per_frame": {"bare": _cpu_ms(bare), "pipeline": _cpu_ms(pipeline)},
        "turns": {"bare_fps": _rounded(bare.rates), "pipeline_fps": _rounded(pipeline.rates)},
    }


def _counts(hands: list[int]) -> list[int]:
    counted = Counter(hands)
    return [counted[number] for number in range(max(counted, default=0) + 1)]


def _spread(values: list[float]) -> dict[str, float | None]:
    if not values:
        return {"p50": None, "p95": None}
    middle, high = np.percentile(values, (50, 95))
    return {"p50": round(float(middle), 3), "p95": round(float(high), 3)}


def _cpu_ms(side: Side) -> float | None:
    return round(side.cpu_s / len(side.hands) * 1e3, 2) if side.hands else None


def _rounded(values: list[float]) -> list[float]:
    return [round(value, 2) for value in values]


def _table(spec: str, figures: dict[str, Any]) -> str:
    lines = [
        f"{spec}: {figures['frames']} frames on each side, in turns",
        f"  whole pipeline   {figures['pipeline_fps']:.1f} frames a second",
        f"  MediaPipe alone  {figures['bare_fps']:.1f} frames a second (ratio {figures['ratio']})",
        "  (alone it searches every frame while hands are missing, and looks at one hand after the other; the pipeline",
        "  searches where something stirs, and looks at hands that are apart at the same time)",
        f"  frames with 0, 1, 2 ... hands: {figures['hands_found']}, MediaPipe alone {figures['bare_hands_found']}",
        f"  dropped of a live source: {figures['dropped']}",
        "  milliseconds a frame    p50     p95",
    ]
    for stage, spread in figures["stage_ms"].items():
        if spread["p50"] is not None:
            lines.append(f"    {stage:<16}{spread['p50']:>9.2f}{spread['p95']:>8.2f}")
    start, after, cpu = figures["start_s"], figures["after_detect_ms"], figures["cpu_ms_per_frame"]
    painting = figures["paint_cpu_ms"]
    if after["p95"] is not None:
        lines.append(f"  all that follows detection: {after['p50']:.2f} ms, 95 % within {after['p95']:.2f} ms")
    if painting["p95"] is not None:
        lines.append(
            f"  processor time of the painting thread: {painting['p50']:.2f} ms, 95 % within {painting['p95']:.2f} ms"
        )
    lines.append(f"  processor time a frame: {cpu['pipeline']} ms, MediaPipe alone {cpu['bare']} ms")
    lines.append(f"  one hand classified, again and again, in {figures['classify_us_per_hand']} microseconds")
    lines.append(f"  start to first frame {start['first_frame']} s, a bare script {start['bare']} s")
    return "\n".join(lines) + "\n"


def _size(text: str) -> tuple[int, int]:
    parts = re.fullmatch(r"(\d{1,5})[xX](\d{1,5})", text)
    if parts is None or not int(parts[1]) or not int(parts[2]):
        raise argparse.ArgumentTypeError(f"must look like 640x480, but {text} came")
    return int(parts[1]), int(parts[2])
