"""What is kept of a run: its log, its files, its registered version."""
