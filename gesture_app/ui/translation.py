"""The window in the user's language, where there is a translation."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from gesture_app.ui.wording import CONTEXT

FOLDER = Path(__file__).resolve().parent / "translations"
PREFIX = "gesture_app_"
ORIGINAL = "en"


class Translation(QTranslator):
    """Looks all texts up in one context, wherever in the code they stand."""

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """Give a translation; None for none. Called by Qt."""
        del context, disambiguation
        return super().translate(CONTEXT, text, "", n) or None


def file_name(language: str) -> str:
    """Name the file of a language."""
    return f"{PREFIX}{language}.qm"


def languages(folder: Path = FOLDER) -> tuple[str, ...]:
    """Give the codes of the languages that there are, besides English."""
    return tuple(sorted(path.stem.removeprefix(PREFIX) for path in folder.glob(file_name("*"))))


def language_title(code: str) -> str:
    """Name a language in itself."""
    if code == ORIGINAL:
        return "English"
    locale = QLocale(code)
    return locale.nativeLanguageName().capitalize() if locale.language() != QLocale.Language.C else code


def wanted_language(setting: str, there: tuple[str, ...], system: list[str]) -> str:
    """Choose the language of the window.

    Parameters
    ----------
    setting
        The user's choice; empty to go by the system.
    there
        Languages that there are.
    system
        Those of the system, the best first: ``de-AT``, ``de``.
    """
    for code in [setting] if setting else system:
        whole = code.replace("-", "_")
        for choice in (whole, whole.split("_")[0]):
            if choice in there or choice == ORIGINAL:
                return choice
    return ORIGINAL


def install_translation(application: QApplication, setting: str, folder: Path = FOLDER) -> str:
    """Let the application speak a language, before any of its texts is made, and give the language's code.

    Parameters
    ----------
    application
        Gets the window's texts, and Qt's own for its dialogs.
    setting
        The user's choice; empty to go by the system.
    folder
        Where translations are.
    """
    code = wanted_language(setting, languages(folder), QLocale.system().uiLanguages())
    if code == ORIGINAL:
        return code
    locale = QLocale(code)
    if setting:
        QLocale.setDefault(locale)
    own, of_qt = Translation(application), QTranslator(application)
    if of_qt.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(of_qt)
    if own.load(str(folder / file_name(code))):
        application.installTranslator(own)
    application.setLayoutDirection(locale.textDirection())
    return code
