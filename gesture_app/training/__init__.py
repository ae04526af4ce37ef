"""Training from the app: the trainer runs as a process of its own, and tells how far it is. No Qt."""
