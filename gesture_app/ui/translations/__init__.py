"""The window's texts in other languages: ``gesture_app_CODE.ts`` for translators, ``.qm`` for the program.

``python -m gesture_app.ui.translations de`` begins or renews the German ones; see :mod:`.__main__`.
"""
