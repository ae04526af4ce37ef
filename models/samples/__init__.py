"""Recorded samples: what was captured, under which gesture, in which take; kept in one SQLite file."""

from models.samples.errors import SampleStoreError
from models.samples.filtering import SampleCounts, SampleFilter, SampleOrder
from models.samples.sample import (
    BroughtSession,
    BroughtTake,
    NewSample,
    Opinion,
    Sample,
    SampleColumns,
    Session,
    Take,
    is_picture_name,
)
from models.samples.store import SampleStore

__all__ = [
    "BroughtSession",
    "BroughtTake",
    "NewSample",
    "Opinion",
    "Sample",
    "SampleColumns",
    "SampleCounts",
    "SampleFilter",
    "SampleOrder",
    "SampleStore",
    "SampleStoreError",
    "Session",
    "Take",
    "is_picture_name",
]
