"""Measures the pipeline against MediaPipe alone."""
