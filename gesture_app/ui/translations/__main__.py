"""Begins or renews translations: ``python -m gesture_app.ui.translations CODE [CODE ...]``, such as ``de``."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from gesture_app.ui.translation import FOLDER, file_name
from gesture_app.ui.translations.texts import renew, texts


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the translator's file of each language, and from it the one that the program reads."""
    parser = argparse.ArgumentParser(description="Begins or renews translations of the window's texts.")
    parser.add_argument("language", nargs="+", help="code of a language, such as de or pt_BR")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the files are")
    parsed = parser.parse_args(arguments)
    known = texts()
    for language in parsed.language:
        path = parsed.folder / Path(file_name(language)).with_suffix(".ts")
        left = renew(path, language, known)
        command = [str(Path(sys.executable).with_name("pyside6-lrelease")), "-silent", str(path)]
        subprocess.run([*command, "-qm", str(path.with_suffix(".qm"))], check=True)
        sys.stderr.write(f"{path}: {len(known)} texts, {left} of them not translated yet\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
