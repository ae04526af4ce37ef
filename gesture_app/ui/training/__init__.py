"""Training runs, and what came of them in plain words."""
