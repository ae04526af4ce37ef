"""One module a command of ``gesture-train``; each offers ``add_arguments`` and ``run``."""
