"""What the samples page lists and offers to choose from, read in one go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gesture_app.ui.samples.samples_model import Ids, moment
from gesture_app.ui.wording import gesture_name, tr
from models.samples.filtering import SampleCounts, SampleFilter, SampleOrder

if TYPE_CHECKING:
    from models.samples.store import SampleStore

NOTHING = SampleCounts(0, {}, {}, {}, {}, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """What is listed, and what there is to choose from.

    Attributes
    ----------
    chosen, order
        What was asked for.
    ids
        Numbers of the samples, in order.
    whole
        Counts of all samples that are not in the bin, or of all in the bin when that was asked for.
    beside
        Counts of what was asked for, but of any gesture.
    kept, binned
        How many samples are not in the bin, and how many are.
    takes, sessions
        Numbers and what is shown for them, newest first.
    """

    chosen: SampleFilter
    order: SampleOrder
    ids: Ids
    whole: SampleCounts = NOTHING
    beside: SampleCounts = NOTHING
    kept: int = 0
    binned: int = 0
    takes: tuple[tuple[int, str], ...] = ()
    sessions: tuple[tuple[int, str], ...] = ()


def read_listing(store: SampleStore, chosen: SampleFilter, order: SampleOrder, ids: Ids) -> Listing:
    """Count what there is beside the samples that are listed; not in the window's thread."""
    whole = store.counts(SampleFilter(binned=chosen.binned))
    others = store.count(SampleFilter(binned=not chosen.binned))
    kept, binned = (others, whole.total) if chosen.binned else (whole.total, others)
    any_gesture = replace(chosen, gesture=None)
    beside = whole if any_gesture == SampleFilter(binned=chosen.binned) else store.counts(any_gesture)
    take_text, session_text = tr("Take {number} · {gesture} · {time}"), tr("Session {number} · {name}")
    takes = (
        (
            take.id,
            take_text.format(
                number=take.id, gesture=gesture_name(take.gesture) or tr("several"), time=moment(take.started)
            ),
        )
        for take in store.takes(chosen.session)
    )
    sessions = (
        (session.id, session_text.format(number=session.id, name=session.name or moment(session.started)))
        for session in store.sessions()
    )
    return Listing(chosen, order, ids, whole, beside, kept, binned, tuple(takes), tuple(sessions))
