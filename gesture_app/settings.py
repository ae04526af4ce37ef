"""The settings: a plain file in the home folder, readable without Qt, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from gesture_app.shortcuts import SHORTCUTS
from models.errors import GestureError

Theme = Literal["system", "light", "dark"]
THEMES: tuple[Theme, ...] = ("system", "light", "dark")
MOST_HANDS = 4
FONT_SCALES = (0.75, 3.0)
MOST_RECENT = 8
LARGEST_SIDE = 32_768


class SettingsError(GestureError):
    """Settings that cannot be written."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user has set; every field has the value of a fresh start.

    Attributes
    ----------
    source
        The source used last, as ``--source`` takes it; empty for none.
    model
        The model used last, as ``--model`` takes it.
    hands
        Most hands that are looked for, 1 to 4.
    camera_size
        Width and height that are asked of webcams.
    mirror
        Whether the view is mirrored; recognition never is.
    threshold
        Probability from which a gesture is accepted; None takes the model's own.
    smoothing
        Whether labels are kept steady over time.
    light
        Whether MediaPipe's light hand model is used, which is faster and a little less exact.
    theme
        ``system``, ``light`` or ``dark``.
    font_scale
        Size of all text, 1.0 as the system has it.
    keep_pictures
        Whether recorded samples keep their picture.
    welcomed
        Whether the first-run page was seen.
    language
        Code of the language of all texts, such as ``de``; empty takes the system's.
    recent_sources
        Files, folders and addresses that were open, the last first.
    shortcuts
        Keys that differ from :data:`gesture_app.shortcuts.SHORTCUTS`, by name; an empty one is no key.
    window
        Left, top, width and height of the window; None for a place of the system's choice.
    maximized
        Whether the window fills the screen, its frame included.
    """

    source: str = ""
    model: str = "shipped"
    hands: int = 2
    camera_size: tuple[int, int] = (640, 480)
    mirror: bool = True
    threshold: float | None = None
    smoothing: bool = True
    light: bool = False
    theme: Theme = "system"
    font_scale: float = 1.0
    keep_pictures: bool = False
    welcomed: bool = False
    language: str = ""
    recent_sources: tuple[str, ...] = ()
    shortcuts: Mapping[str, str] = field(default_factory=dict)
    window: tuple[int, int, int, int] | None = None
    maximized: bool = False

    def with_recent(self, spec: str) -> Settings:
        """Give these settings with one source more among the recent ones, in front and no more often than once."""
        rest = (one for one in self.recent_sources if one != spec)
        return replace(self, recent_sources=(spec, *rest)[:MOST_RECENT])

    def fresh(self) -> Settings:
        """Give the settings of a fresh start, which still know what was used last and where the window stood."""
        kept = ("source", "model", "welcomed", "recent_sources", "window", "maximized")
        return replace(Settings(), **{name: getattr(self, name) for name in kept})


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings and what is to be said about the file they came from, a sentence each."""

    settings: Settings
    notes: tuple[str, ...] = ()


def load_settings(path: Path) -> LoadedSettings:
    """Read the settings; whatever cannot be used has its value of a fresh start, and is told.

    Parameters
    ----------
    path
        The file; an absent one is a fresh start.
    """
    try:
        content = _content(path)
    except _BrokenSettingsError as error:
        aside = _free_name(path).name
        note = f"{error} The settings of a fresh start are used; the file is set aside as {aside} when one is changed."
        return LoadedSettings(Settings(), (note,))
    values: dict[str, Any] = {}
    notes = []
    for key, value in content.items():
        if key not in _FIELDS:
            notes.append(f"The setting {key!r} in {path} is not known to this version; it is kept as it is.")
            continue
        try:
            values[key] = _checked(key, value)
        except (TypeError, ValueError) as error:
            notes.append(f"The setting {key!r} in {path} {error}; {_shown_default(key)} is used instead.")
    notes.extend(
        f"The key for {name!r} in {path} {problem}."
        for name, problem in _wrong_shortcuts(content.get("shortcuts")).items()
    )
    return LoadedSettings(replace(Settings(), **values), tuple(notes))


def save_settings(settings: Settings, path: Path) -> None:
    """Write the settings, keeping what this version does not know; a broken file is set aside, not overwritten.

    Raises
    ------
    SettingsError
        When the file cannot be written; the one before stays as it was.
    """
    import tomli_w  # noqa: PLC0415 - most runs only read

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            before = _content(path)
        except _BrokenSettingsError:
            path.replace(_free_name(path))
            before = {}
        content = {key: value for key, value in before.items() if key not in _FIELDS}
        own = {field.name: getattr(settings, field.name) for field in fields(settings)}
        own = {key: list(value) if isinstance(value, tuple) else value for key, value in own.items()}
        own["shortcuts"] = _foreign_shortcuts(before) | dict(settings.shortcuts) or None
        content = {key: value for key, value in own.items() if value is not None} | content
        _write_whole(path, tomli_w.dumps(content).encode())
    except OSError as error:
        raise SettingsError(
            f"The settings cannot be written to {path}: {error.strerror or error}. Check the folder's permissions and"
            " the space left."
        ) from error


def _free_name(path: Path) -> Path:
    """Give a name for a broken file that no earlier one has."""
    names = (path.with_suffix(f".broken{more}.toml") for more in ("", *(f"-{number}" for number in range(2, 100))))
    return next((name for name in names if not name.exists()), path.with_suffix(".broken.toml"))


class _BrokenSettingsError(Exception):
    """A settings file that cannot be read; the text is a sentence."""


_FIELDS = frozenset(field.name for field in fields(Settings))


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:  # a number of thousands of digits is a ValueError
        nested = isinstance(error, RecursionError)
        reason = "it is nested too deeply" if nested else str(error).splitlines()[0].rstrip(".")
        raise _BrokenSettingsError(f"The settings in {path} cannot be read ({reason}).") from error


def _checked(key: str, value: Any) -> Any:  # noqa: ANN401 - anything may stand in a file
    if key == "camera_size":
        return _size(value)
    if key == "threshold":
        return _number(value, 0.0, 1.0)
    if key == "font_scale":
        return _number(value, *FONT_SCALES)
    if key in _OTHERS:
        return _OTHERS[key](value)
    expected = type(getattr(Settings(), key))
    if type(value) is not expected:
        raise TypeError(f"must be of type {expected.__name__}, but {value!r} came")
    if key == "hands" and not 1 <= value <= MOST_HANDS:
        raise ValueError(f"must be 1 to {MOST_HANDS}, but {value} came")
    if key == "theme" and value not in THEMES:
        raise ValueError(f"must be one of {', '.join(THEMES)}, but {value!r} came")
    return value


def _number(value: Any, low: float, high: float) -> float:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"must be a number, but {value!r} came")
    if not low <= value <= high:
        raise ValueError(f"must be {low:g} to {high:g}, but {str(value)[:20]} came")
    return float(value)


def _size(value: Any) -> tuple[int, int]:  # noqa: ANN401
    whole = isinstance(value, list) and len(value) == 2 and all(type(part) is int for part in value)
    if not whole or min(value) <= 0 or max(value) > LARGEST_SIDE:
        raise TypeError(f"must be a width and a height such as [640, 480], but {value!r} came")
    return value[0], value[1]


def _place(value: Any) -> tuple[int, int, int, int]:  # noqa: ANN401
    whole = isinstance(value, list) and len(value) == 4 and all(type(part) is int for part in value)
    if not whole or min(value[2:]) <= 0 or max(map(abs, value)) > 100_000:
        raise TypeError(f"must be left, top, width and height such as [40, 40, 1280, 800], but {value!r} came")
    return value[0], value[1], value[2], value[3]


def _recent(value: Any) -> tuple[str, ...]:  # noqa: ANN401
    if not isinstance(value, list) or not all(isinstance(part, str) and part for part in value):
        raise TypeError(f"must be a list of sources, but {value!r} came")
    return tuple(value[:MOST_RECENT])


def _language(value: Any) -> str:  # noqa: ANN401
    if not isinstance(value, str) or not re.fullmatch(r"([a-z]{2,3}(_[A-Za-z]{2,4})?)?", value):
        raise TypeError(f"must be the code of a language such as 'de', but {value!r} came")
    return value


def _shortcuts(value: Any) -> dict[str, str]:  # noqa: ANN401
    if not isinstance(value, dict):
        raise TypeError(f"must be a table of keys such as mirror = 'M', but {value!r} came")
    wrong = _wrong_shortcuts(value)
    return {name: keys for name, keys in value.items() if name not in wrong}


def _foreign_shortcuts(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give the keys of what this version does not know: another version may."""
    found = content.get("shortcuts")
    return {name: keys for name, keys in found.items() if name not in SHORTCUTS} if isinstance(found, dict) else {}


def _wrong_shortcuts(value: object) -> dict[str, str]:
    """Say what is wrong with each entry that cannot be a key; whether a text is a key, only the window knows."""
    problems = {}
    for name, keys in value.items() if isinstance(value, dict) else ():
        if name not in SHORTCUTS:
            problems[name] = f"is kept, but does nothing in this version, where these have keys: {', '.join(SHORTCUTS)}"
        elif not isinstance(keys, str):
            problems[name] = f"must be a text, but {keys!r} came; {SHORTCUTS[name]!r} is used instead"
    return problems


_OTHERS = {"window": _place, "recent_sources": _recent, "language": _language, "shortcuts": _shortcuts}


def _shown_default(key: str) -> str:
    value = getattr(Settings(), key)
    return repr(value) if value or isinstance(value, bool) else "that of a fresh start"


def _write_whole(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
