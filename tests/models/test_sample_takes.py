"""Takes and imports: added whole, undone and redone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_samples import record, sample

from models.samples import BroughtSession, BroughtTake, SampleFilter, SampleStore, SampleStoreError


def test_takes_are_undone_and_redone_in_order_also_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "samples.db"
    with SampleStore(path) as store:
        first, second = record(store, "a", 2), record(store, "b", 3)
        assert store.undoable().id == second
        assert store.redoable() is None
        assert store.undo().id == second
    with SampleStore(path) as store:
        assert store.counts().gestures == {"a": 2}
        assert store.undo().id == first
        assert store.undo() is None
        assert store.count() == 0
    with SampleStore(path) as store:
        assert store.redo().id == first
        assert store.redo().id == second
        assert store.redo() is None
        assert store.counts().gestures == {"a": 2, "b": 3}


def test_a_new_take_ends_redo_and_loses_nothing_until_the_bin_is_emptied(store: SampleStore) -> None:
    record(store, "a", 2)
    store.undo()
    record(store, "b", 1)
    assert store.redo() is None
    assert store.undo().gesture == "b"
    assert store.redo().gesture == "b"
    assert store.empty_bin() == 2
    assert store.count() == 1


def test_nothing_can_be_added_to_an_undone_take(store: SampleStore) -> None:
    take = record(store, "a", 1)
    store.undo()
    with pytest.raises(SampleStoreError, match="undone"):
        store.add(take, [sample()])
    with pytest.raises(SampleStoreError, match="not there"):
        store.add(99, [sample()])
    with pytest.raises(SampleStoreError, match="no session"):
        store.start_take(99, "a")


def test_a_failing_add_keeps_nothing_of_the_burst(store: SampleStore) -> None:
    take = store.start_take(store.start_session(), "a")
    with pytest.raises(SampleStoreError, match="name"):
        store.add(take, [sample(1), sample(2, gesture="\n")])
    assert store.count() == 0


def test_a_take_whose_samples_are_all_in_the_bin_is_passed_over_by_undo(store: SampleStore) -> None:
    record(store, "a", 1)
    record(store, "b", 1)
    store.delete(store.ids(SampleFilter(gesture="b")))
    assert store.undo().gesture == "a"


@given(st.lists(st.sampled_from(["record", "undo", "redo", "delete", "restore"]), max_size=25))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_undo_follows_a_plain_model(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    kept: list[int] = []
    undone: list[int] = []
    with SampleStore(tmp_path_factory.mktemp("store") / "samples.db") as store:
        session = store.start_session()
        for step in steps:
            if step == "record":
                take = store.start_take(session, "a")
                store.add(take, [sample()])
                kept.append(take)
                undone.clear()
            elif step == "undo":
                assert (store.undo() is not None) == bool(kept)
                undone += [kept.pop()] if kept else []
            elif step == "redo":
                assert (store.redo() is not None) == bool(undone)
                kept += [undone.pop()] if undone else []
            elif step == "delete":
                store.delete(store.ids())
                store.restore(store.ids(SampleFilter(binned=True)))
            assert [take.id for take in store.takes()] == kept[::-1]


def test_an_import_of_several_takes_is_one_step_and_keeps_free_numbers(store: SampleStore) -> None:
    first = record(store, "a", 2)
    evening = BroughtSession("evening", 7, 5.0)
    takes = [BroughtTake(evening, "b", 9, 6.0), BroughtTake(evening, "c", first, 6.5), BroughtTake(BroughtSession("x"))]
    samples = [(0, sample(1)), (1, sample(2)), (0, sample(3, check=True)), (2, sample(4, gesture="d", check=True))]
    numbers = store.bring_in(takes, samples)
    kept = store.samples(numbers)
    assert [one.gesture for one in kept] == ["b", "c", "b", "d"]
    assert [one.check for one in kept] == [False, False, True, True]
    assert [one.session for one in kept[:3]] == [7, 7, 7]
    assert kept[0].take == kept[2].take == 9
    assert kept[1].take not in {first, 9}
    assert [(one.id, one.check, one.started) for one in store.takes(7)][-1] == (9, False, 6.0)
    assert [one.check for one in store.takes(kept[3].session)] == [True]
    assert {one.id: (one.name, one.started) for one in store.sessions()}[7] == ("evening", 5.0)
    undone = store.undo()
    assert (undone.count, undone.gesture) == (4, "")
    assert store.count() == 2
    assert store.redo().count == 4
    assert store.count() == 6
    assert store.undo().count == 4
    assert store.undo().id == first


def test_an_import_is_whole_or_not_there(store: SampleStore) -> None:
    with pytest.raises(SampleStoreError, match="name"):
        store.bring_in([BroughtTake(BroughtSession("x"))], [(0, sample(1, gesture="a")), (0, sample(2))])
    assert store.count() == 0
    assert store.undoable() is None


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1])
def test_numbers_that_would_leave_none_for_others_are_not_kept(store: SampleStore, number: int) -> None:
    (one,) = store.bring_in([BroughtTake(BroughtSession("x", number), "a", number)], [(0, sample())])
    assert store.samples([one])[0].take == 1
    assert record(store, "b", 1) == 2


def test_an_import_is_undone_with_what_of_it_lies_in_the_bin(store: SampleStore) -> None:
    session = BroughtSession("x")
    takes = [BroughtTake(session, "a"), BroughtTake(session, "b")]
    first, *others = store.bring_in(takes, [(0, sample()), (1, sample()), (1, sample())])
    store.delete([first])
    undone = store.undo()
    assert undone is not None
    assert undone.count == 2
    store.restore([first])
    assert store.count() == 0
    store.redo()
    assert sorted(store.ids()) == [first, *others]
