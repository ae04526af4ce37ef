"""The steps of a sweep, from its tasks to the version that goes live."""
