"""What the trainer says while it works: lines of its standard error as values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MESSAGE = "message"
OWN_NAME = "gesture-train: "


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or a line that is none of the contract's, such as one of a traceback.

    Attributes
    ----------
    text
        The line.
    plain
        True where the line was no JSON: the trainer's last words come so.
    """

    text: str
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """How far one kind of work is.

    Attributes
    ----------
    event
        What is done, in a word or two.
    done, total
        In any unit; ``total`` is None where it is not known.
    left_s
        Seconds that this work will still take, None where nobody knows.
    message
        What is being done at this moment.
    """

    event: str
    done: float
    total: float | None = None
    left_s: float | None = None
    message: str = ""

    @property
    def share(self) -> float | None:
        """How much is done, 0 to 1; None where it is not known."""
        return None if not self.total else min(max(self.done / self.total, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Tried:
    """A configuration that is done.

    Attributes
    ----------
    step
        How far the sweep is with it.
    family, params
        What was tried; the parameters in one line for people.
    macro_f1
        On the validation part; None where it failed.
    error
        Why it failed; empty where it did not.
    accuracy
        On the validation part; None where it failed.
    latency_us
        Microseconds a hand, in large batches; None where it failed.
    """

    step: Step
    family: str
    params: str
    macro_f1: float | None = None
    error: str = ""
    accuracy: float | None = None
    latency_us: float | None = None


Event = Said | Step | Tried


def parse(line: str) -> Event | None:
    """Read one line; None for an empty one. A line that is no event is said as it is, never lost."""
    text = line.strip()
    if not text:
        return None
    try:
        content = json.loads(text)
    except ValueError:
        return Said(line.rstrip(), plain=True)
    if not isinstance(content, dict) or not isinstance(content.get("event"), str):
        return Said(line.rstrip(), plain=True)
    done = _number(content.get("done"))
    message = str(content.get("message") or "")
    if content["event"] == MESSAGE or done is None:
        return Said(message) if message else None
    step = Step(content["event"], done, _number(content.get("total")), _number(content.get("eta_s")), message)
    if "family" not in content:
        return step
    error = str(content.get("error") or "")
    params = content.get("params")
    shown = shown_params(params) if isinstance(params, Mapping) else ""
    figures = (_number(content.get(name)) for name in ("macro_f1", "accuracy", "latency_us"))
    macro_f1, accuracy, latency_us = figures
    return Tried(step, str(content["family"]), shown, macro_f1, error, accuracy, latency_us)


def shown_params(params: Mapping[str, Any]) -> str:
    """Write parameters in one line for people."""
    return ", ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in params.items())


def as_log(event: Event) -> str:
    """Write an event as a line of the log; empty where it would only say again how far things are."""
    if isinstance(event, Said):
        return event.text
    if isinstance(event, Tried):
        score = f"failed: {event.error}" if event.macro_f1 is None else f"macro F1 {event.macro_f1:.4f}"
        total = f"/{event.step.total:.0f}" if event.step.total else ""
        return f"{event.step.done:.0f}{total} {event.family} {event.params}: {score}"
    return ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return " x ".join(_plain(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
