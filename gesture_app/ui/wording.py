"""How things are called in the window: gestures, hands, versions and numbers, ready for translation."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QCoreApplication, QLocale

from gesture_app.capture.source_words import kind_of
from models.errors import without_secrets
from models.hand.landmarks import Handedness

NO_BREAK = "\N{NARROW NO-BREAK SPACE}"


CONTEXT = "gesture_app"
"""Of all texts: where a text stands in the code says nothing about what it means, so translations do not ask."""


def tr(text: str) -> str:
    """Give a text in the user's language; for code that is no widget."""
    return QCoreApplication.translate(CONTEXT, text)


def noted(text: str) -> str:
    """Mark a text that is kept as it is and shown by :func:`translated`, so that translators find it."""
    return text


def translated(known: str) -> str:
    """Give a text that :func:`noted` marked in the user's language."""
    return QCoreApplication.translate(CONTEXT, known)


def counted(text: str, number: int) -> str:
    """Give a text that counts things, in the user's language and with its plural.

    Parameters
    ----------
    text
        Holds ``%n`` for the number (``%Ln`` to group its digits), and ``(s)`` after a word that takes an s in English.
    number
        How many.
    """
    words = QCoreApplication.translate(CONTEXT, text, "", number)
    return words.replace("(s)", "" if number == 1 else "s")


def with_key(text: str, keys: str) -> str:
    """Add the key that does the same to what a button says of itself."""
    return tr("{text} ({keys})").format(text=text, keys=keys) if keys else text


def gesture_name(label: str) -> str:
    """Write a label as words: ``peace_inverted`` becomes ``peace inverted``."""
    return label.replace("_", " ")


def share(value: float) -> str:
    """Write a share of one as whole per cent; only what is certain is written as 100 %."""
    return f"{min(int(value * 100 + 0.5), 99 if value < 1.0 else 100)}{NO_BREAK}%"


def finding_name(subject: str) -> str:
    """Write for people what the doctor looked at; names of programs stay what they are."""
    return {
        "Cameras": tr("Cameras"),
        "Display": tr("Display"),
        "Hand landmarker": tr("Hand landmarker"),
        "Home folder": tr("Home folder"),
        "Model registry": tr("Model registry"),
        "Recorded samples": tr("Recorded samples"),
        "Settings": tr("Settings"),
        "Shipped model": tr("Shipped model"),
        "System": tr("System"),
        "System libraries": tr("System libraries"),
    }.get(subject, subject)


def hand_name(handedness: Handedness | None) -> str:
    """Say which hand it is."""
    return {"Left": tr("left hand"), "Right": tr("right hand"), None: tr("hand")}[handedness]


def model_name(name: str) -> str:
    """Say which model it is."""
    return tr("Shipped model") if name == "shipped" else name


def alias_name(alias: str) -> str:
    """Write an alias of a version for people."""
    return {"champion": tr("champion"), "challenger": tr("challenger")}.get(alias, alias)


def champion_meaning() -> str:
    """Say what the champion is."""
    return tr(
        "The version that is marked as the live one: whoever asks for “champion” gets it, and it can be rolled back to"
        " the one before. The window itself starts with the version that was used last."
    )


def milliseconds(value: float) -> str:
    """Write milliseconds with as many figures as they deserve."""
    return decimal(value, 0 if value >= 3 else 1)


def decimal(value: float, places: int = 0) -> str:
    """Write a number as the user's language does."""
    return QLocale().toString(float(value), "f", places)


def tip(text: str) -> str:
    """Give a text as a tool tip that shows it as it is, also where it looks like HTML: names come from anybody."""
    return f"<p>{escape(text)}</p>" if "<" in text else text


def source_title(spec: str) -> str:
    """Say what a source is before it is open: by its words."""
    if spec == "demo":
        return tr("Demo hand")
    if spec == "demo:2":
        return tr("Demo, two hands")
    if spec == "demo:new":
        return tr("Demo, a new gesture")
    number = spec.removeprefix("camera:")
    if number != spec and number.isdecimal():
        return tr("Camera {number}").format(number=int(number) + 1)
    if "://" in spec:
        return without_secrets(spec).split("://", 1)[1].split("/", 1)[0]
    return spec.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def source_icon(spec: str) -> str:
    """Give the name of the icon that stands for a source."""
    return {"demo": "hand", "camera": "camera", "stream": "link", "file": "film"}[kind_of(spec)]
