"""The keys of the window as they are on a fresh start, by the name of what they do; readable without Qt."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RECENT_GESTURES = 9

SHORTCUTS: Mapping[str, str] = MappingProxyType(
    {
        "pause": "Space",
        "mirror": "M",
        "panel": "P",
        "compare": "C",
        "previous_model": "[",
        "next_model": "]",
        "record": "R",
        "undo": "Ctrl+Z",
        "redo": "Ctrl+Y",
        "snapshot": "Ctrl+S",
        "video": "Ctrl+R",
        "open_file": "Ctrl+O",
        "help": "F1",
        "settings": "Ctrl+,",
        "full_screen": "F11",
    }
)
"""What can be changed, in Qt's portable words. ``Esc`` and the digits are not among it: they always mean the same."""
