"""Finds every text of the window that can be translated, and keeps a translator's file up to date with them.

Qt's own tool would file texts under the class that they stand in, while Qt looks them up under the class that runs:
texts of a base class would be lost. All texts are of one context here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from gesture_app.ui.wording import CONTEXT

UI = Path(__file__).resolve().parent.parent
MARKS = frozenset({"tr", "counted", "noted"})
"""Functions whose first argument is a text."""

PLURAL_FORMS = 2
"""Begun with; a language that has more gets them from the translator's program."""


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """A text to translate.

    Attributes
    ----------
    source
        In English.
    counts
        Whether it has plural forms.
    """

    source: str
    counts: bool = False


class UnreadableTextError(Exception):
    """A call whose text only the running program knows, so that nobody could translate it."""


def texts(folder: Path = UI) -> tuple[Text, ...]:
    """Give all texts of the window, each once, in the order of the alphabet.

    Raises
    ------
    UnreadableTextError
        When a text is put together before it is translated.
    """
    found = {text for path in folder.rglob("*.py") for text in _texts_of(path)}
    return tuple(sorted(found))


def renew(path: Path, language: str, known: Sequence[Text]) -> int:
    """Write a translator's file anew: what was translated stays, what is gone goes; give how many are to be done.

    Parameters
    ----------
    path
        The ``.ts`` file; begun where it is not there.
    language
        Its code.
    known
        All texts.
    """
    done = _translated(path)
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    open_ones = 0
    for text in known:
        message = ET.SubElement(context, "message", {"numerus": "yes"} if text.counts else {})
        ET.SubElement(message, "source").text = text.source
        before = done.get(text)
        if before is not None:
            message.append(before)
            continue
        open_ones += 1
        empty = ET.SubElement(message, "translation", type="unfinished")
        for _ in range(PLURAL_FORMS if text.counts else 0):
            ET.SubElement(empty, "numerusform")
    ET.indent(root)
    content = ET.tostring(root, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{content}\n', encoding="utf-8")
    return open_ones


def _texts_of(path: Path) -> Iterator[Text]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in MARKS:
            continue
        source = node.args[0] if node.args else None
        if not isinstance(source, ast.Constant) or not isinstance(source.value, str):
            raise UnreadableTextError(
                f"{path}, line {node.lineno}: expected a text in quotes, so that it can be found."
            )
        yield Text(source.value, name == "counted")


def _translated(path: Path) -> dict[Text, ET.Element]:
    if not path.exists():
        return {}
    messages: Iterable[ET.Element] = ET.parse(path).getroot().iter("message")  # noqa: S314 - our own
    return {
        Text(message.findtext("source", ""), message.get("numerus") == "yes"): translation
        for message in messages
        if (translation := message.find("translation")) is not None and translation.get("type") is None
    }
