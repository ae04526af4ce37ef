"""Takes of a gesture: recorded, undone, redone."""
