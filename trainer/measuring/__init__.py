"""Scores, their intervals, and what answers should not depend on."""
