"""Broken files of settings."""

from __future__ import annotations

from broken_files import Broken

SETTINGS: tuple[Broken, ...] = (
    Broken("no TOML", "settings.toml", b"hands = = 2", "cannot be read"),
    Broken("bytes that are no text", "settings.toml", b"\xff\xfe\x00", "cannot be read"),
    Broken(
        "nested without end",
        "settings.toml",
        b"x = " + b"[" * 5000,
        "cannot be read (it is nested too deeply). The settings of a fresh start are used",
    ),
    Broken("a key twice", "settings.toml", b"hands = 1\nhands = 2", "cannot be read"),
    Broken("too many hands", "settings.toml", b"hands = 9", "must be 1 to 4, but 9 came; 2 is used instead"),
    Broken(
        "a word for a number",
        "settings.toml",
        b'hands = "two"',
        "must be of type int, but 'two' came; 2 is used instead",
    ),
    Broken(
        "a theme that is not there",
        "settings.toml",
        b'theme = "pink"',
        "must be one of system, light, dark, but 'pink' came; 'system' is used instead",
    ),
    Broken(
        "a threshold above one",
        "settings.toml",
        b"threshold = 7",
        "must be 0 to 1, but 7 came; that of a fresh start is used instead",
    ),
    Broken(
        "a size of one number",
        "settings.toml",
        b"camera_size = [640]",
        "must be a width and a height such as [640, 480], but [640] came; (640, 480) is used instead",
    ),
    Broken(
        "a window of nowhere",
        "settings.toml",
        b"window = [1, 2, 0, 0]",
        "must be left, top, width and height such as [40, 40, 1280, 800], but [1, 2, 0, 0] came; that of a",
    ),
    Broken(
        "keys that are a list",
        "settings.toml",
        b"shortcuts = [1]",
        "must be a table of keys such as mirror = 'M', but [1] came; that of a fresh start is used instead",
    ),
    Broken(
        "a key of nothing",
        "settings.toml",
        b"shortcuts = { fly = 'F' }",
        "is kept, but does nothing in this version, where these have keys",
    ),
    Broken(
        "recent sources of numbers",
        "settings.toml",
        b"recent_sources = [1, 2]",
        "must be a list of sources, but [1, 2] came; that of a fresh start is used instead",
    ),
    Broken(
        "a setting of the future",
        "settings.toml",
        b"telepathy = true",
        "is not known to this version; it is kept as it is",
    ),
    Broken(
        "a language of numbers",
        "settings.toml",
        b"language = '12'",
        "must be the code of a language such as 'de', but '12' came; that of a fresh start is used instead",
    ),
)
"""For the settings."""
