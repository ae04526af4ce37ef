"""Readers: any supported source becomes a :class:`trainer.dataset.Dataset`."""

from trainer.readers.reading import read

__all__ = ["read"]
