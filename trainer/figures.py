"""Pictures that go with a run, drawn with Pillow: a tenth of the time that a plotting library takes for the same."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from trainer.measuring.scores import Scores

SMALLEST_SIDE = 1800
PAPER, INK, PALE, GRID = (255, 255, 255), (25, 28, 33), (110, 116, 125), (226, 229, 233)
RIGHT, WRONG = (22, 105, 176), (208, 70, 28)
Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@lru_cache(maxsize=32)
def font(size: int) -> Font:
    """Give a sans-serif font: matplotlib's own, which knows more alphabets than Pillow's; without importing it."""
    found = importlib.util.find_spec("matplotlib")
    if found is not None and found.origin is not None:
        file = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
        if file.is_file():
            return ImageFont.truetype(str(file), size)
    return ImageFont.load_default(size)


def confusion_picture(scores: Scores, title: str) -> bytes:
    """Draw a confusion matrix as PNG, at least 1800 pixels wide and high.

    Each cell has its count and its share of the row. Right answers are blue by their share; wrong ones are red by the
    square root of theirs, so that one per cent can still be seen.

    Parameters
    ----------
    scores
        What is drawn; classes that neither occur nor are answered are left out.
    title
        First line above the matrix.
    """
    used = np.flatnonzero((scores.counts.sum(axis=0) + scores.counts.sum(axis=1)) > 0)
    counts = scores.counts[np.ix_(used, used)]
    names = [scores.labels[place] for place in used]
    cell = max(52, -(-(SMALLEST_SIDE - 360) // len(names)))
    words = font(min(30, max(16, cell // 3)))
    margin = int(max(words.getlength(name) for name in names)) + 40
    top = margin + 130
    side = cell * len(names)
    width, height = max(SMALLEST_SIDE, margin + side + 60), max(SMALLEST_SIDE, top + side + 50)
    picture = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(picture)
    left = (width - side - margin) // 2 + margin
    _heading(pen, scores, title, (left - margin + 20, width - 20))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    _cells(pen, counts, shares, (left, top), cell)
    for place, name in enumerate(names):
        pen.text((left - 14, top + cell * place + cell / 2), name, INK, words, anchor="rm")
        _upright(picture, name, words, (left + cell * place + cell // 2, top - 14))
    return _png(picture)


def _heading(pen: ImageDraw.ImageDraw, scores: Scores, title: str, between: tuple[int, int]) -> None:
    left, right = between
    numbers = f"{int(scores.counts.sum())} hands, accuracy {scores.accuracy:.4f}, macro F1 {scores.macro_f1:.4f}"
    sizes = (38, 32, 26, 22)
    size = next((size for size in sizes if font(size).getlength(title) <= right - left), sizes[-1])
    pen.text((left, 24), _fitting(title, font(size), right - left), INK, font(size))
    pen.text((left, 78), numbers + "   (rows: true, columns: answered, share of the row)", PALE, font(26))


def _cells(
    pen: ImageDraw.ImageDraw,
    counts: NDArray[np.int64],
    shares: NDArray[np.float64],
    corner: tuple[int, int],
    cell: int,
) -> None:
    left, top = corner
    many, share = font(min(64, max(14, int(cell * 0.30)))), font(min(44, max(12, int(cell * 0.23))))
    side = cell * len(counts)
    for row, column in zip(*np.nonzero(counts), strict=True):
        x, y = left + cell * int(column), top + cell * int(row)
        part = float(shares[row, column])
        strength = part if row == column else part**0.5
        colour = _mix(PAPER, RIGHT if row == column else WRONG, 0.08 + 0.92 * strength)
        pen.rectangle((x, y, x + cell, y + cell), colour)
        ink = PAPER if _luminance(colour) < 0.45 else INK
        pen.text((x + cell / 2, y + cell * 0.36), str(counts[row, column]), ink, many, anchor="mm")
        pen.text((x + cell / 2, y + cell * 0.72), _per_cent(part), ink, share, anchor="mm")
    for line in range(len(counts) + 1):
        pen.line((left, top + cell * line, left + side, top + cell * line), GRID)
        pen.line((left + cell * line, top, left + cell * line, top + side), GRID)


def _upright(picture: Image.Image, text: str, words: Font, foot: tuple[int, int]) -> None:
    """Write a text turned by a quarter, its beginning at ``foot``."""
    box = words.getbbox(text)
    strip = Image.new("L", (int(box[2]) + 2, int(box[3]) + 6), 0)
    ImageDraw.Draw(strip).text((0, 0), text, 255, words)
    turned = strip.transpose(Image.Transpose.ROTATE_90)
    picture.paste(INK, (foot[0] - turned.width // 2, foot[1] - turned.height), turned)


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a leaderboard picture.

    Attributes
    ----------
    name, note
        What it is; the note stands smaller behind it.
    value, low, high
        The score and its interval, 0 to 1.
    marked
        Whether it is the one that was chosen.
    """

    name: str
    note: str
    value: float
    low: float
    high: float
    marked: bool = False


def leaderboard_picture(bars: Sequence[Bar], title: str, subtitle: str) -> bytes:
    """Draw scores as points with intervals, best first, as PNG.

    Parameters
    ----------
    bars
        At least one.
    title, subtitle
        Above the drawing: what was tried, and on which rows the score was taken.
    """
    row, top, left, right = 64, 170, 860, 180
    width, height = 2000, top + row * len(bars) + 90
    picture = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.text((40, 28), title, INK, font(40))
    pen.text((40, 86), subtitle, PALE, font(24))
    low = min(bar.low for bar in bars)
    high = max(bar.high for bar in bars)
    step = _step(high - low)
    first = np.floor(low / step) * step
    last = max(np.ceil(high / step) * step, first + step)

    def across(value: float) -> float:
        return float(left + (value - first) / (last - first) * (width - left - right))

    for tick in np.arange(first, last + step / 2, step):
        pen.line((across(tick), top, across(tick), height - 80), GRID, 2)
        pen.text((across(tick), height - 66), f"{tick:.3f}".rstrip("0").rstrip("."), PALE, font(22), anchor="ma")
    for place, bar in enumerate(bars):
        y = top + row * place + row / 2
        colour = RIGHT if bar.marked else PALE
        pen.text((40, y - 13), bar.name, INK, font(28), anchor="lm")
        pen.text((40, y + 16), _fitting(bar.note, font(18), left - 80), PALE, font(18), anchor="lm")
        pen.line((across(bar.low), y, across(bar.high), y), colour, 5)
        x = across(bar.value)
        pen.ellipse((x - 11, y - 11, x + 11, y + 11), colour)
        pen.text((width - right + 40, y), f"{bar.value:.4f}", INK, font(26), anchor="lm")
    return _png(picture)


def _step(span: float) -> float:
    """Give a round distance between ticks so that about six fit."""
    rough = max(span, 1e-3) / 6
    power = 10.0 ** np.floor(np.log10(rough))
    return float(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough))


def _fitting(text: str, words: Font, width: float) -> str:
    while text and words.getlength(text) > width:
        text = text[: -2 if text.endswith("…") else -1].rstrip(" ,…") + "…"
    return text


def _mix(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    return (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]) / 255


def _per_cent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.995 else f"{100 * share:.1f} %"


def _png(picture: Image.Image) -> bytes:
    """Few colours and much paper: a palette makes the file small and quick to write."""
    file = io.BytesIO()
    picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        file, "PNG", compress_level=2
    )
    return file.getvalue()
