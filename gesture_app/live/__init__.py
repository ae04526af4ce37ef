"""From frames to labels, live: threads, following, smoothing and what is drawn."""
