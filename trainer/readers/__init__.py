"""Readers: each turns one kind of source into a data set."""
