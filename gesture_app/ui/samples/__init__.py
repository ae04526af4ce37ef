"""Recorded samples: listed, changed, brought in and out."""
