"""What a data set holds: counts, groups, digest, copies; as JSON and as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from trainer.data.near_copies import find_copies
from trainer.dataset import Dataset, Rejection
from trainer.progress import Progress

LISTED = 1000
"""Conflicts in the JSON at most."""
SHOWN = 10
"""Conflicts and rejections in the text at most."""
_BAR = 24


def summary(dataset: Dataset) -> dict[str, Any]:
    """Give what is quickly known of a data set, for JSON."""
    hands = dataset.hands
    sides = np.bincount(hands.handedness + 1, minlength=3)
    sizes = dataset.group_column.take(dataset.grouped).counts()
    return {
        "rows": len(dataset),
        "classes": dataset.label_column.counts(),
        "groups": {"count": len(sizes), "hands": int(dataset.grouped.sum()), "largest": max(sizes.values(), default=0)},
        "digest": dataset.digest,
        "sources": dataset.source_column.counts(),
        "handedness": dict(zip(("unknown", "Left", "Right"), sides.tolist(), strict=True)),
        "with_depth": int((~np.isnan(hands.points[:, :, 2])).all(axis=1).sum()),
        "with_picture_size": int((hands.image_size > 0).all(axis=1).sum()),
        "extra_columns": list(dataset.extras),
        "rejected": [asdict(rejection) for rejection in dataset.rejected],
        "notes": list(dataset.notes),
    }


def describe(dataset: Dataset, progress: Progress | None = None) -> dict[str, Any]:
    """Give :func:`summary` and what is there more than once."""
    copies = find_copies(dataset, progress)
    listed = copies.conflicts[:LISTED]
    names = {name: getattr(dataset, f"{name}_column") for name in ("id", "label", "source")}
    columns = {name: column.take(listed.reshape(-1)).decode().reshape(-1, 2).tolist() for name, column in names.items()}
    conflicts = [
        {"ids": ids, "labels": labels, "sources": sources}
        for ids, labels, sources in zip(columns["id"], columns["label"], columns["source"], strict=True)
    ]
    duplicates = {
        "exact": copies.exact,
        "near": copies.near,
        "two_labels": len(copies.conflicts),
        "conflicts": conflicts,
    }
    return {**summary(dataset), "duplicates": duplicates}


def as_text(facts: Mapping[str, Any]) -> str:
    """Lay out what :func:`describe` or :func:`summary` gave, for reading; without the notes, which are no results."""
    groups, hands = facts["groups"], facts["rows"]
    lines = [
        f"hands     {hands:,}",
        f"classes   {len(facts['classes'])}",
        f"groups    {groups['count']:,}" + _about_groups(groups, hands),
        f"digest    {facts['digest']}",
        "sides     " + ", ".join(f"{name} {count:,}" for name, count in facts["handedness"].items() if count),
        f"known of  depth {facts['with_depth']:,}, picture size {facts['with_picture_size']:,}",
    ]
    if "duplicates" in facts:
        lines += _duplicates_text(facts["duplicates"])
    lines += ["", *_classes_text(facts["classes"])]
    rejected = [Rejection(**entry) for entry in facts["rejected"]]
    if rejected:
        lines += ["", f"refused   {sum(entry.count for entry in rejected):,}", *_rejections_text(rejected)]
    return "\n".join(lines) + "\n"


def _about_groups(groups: Mapping[str, int], hands: int) -> str:
    if not groups["count"]:
        return " (not known whose hands they are)"
    known = "" if groups["hands"] == hands else f", {hands - groups['hands']:,} hands without one"
    return f" persons, sessions or takes, the largest of {groups['largest']:,}{known}"


def _duplicates_text(duplicates: Mapping[str, Any]) -> list[str]:
    lines = [f"copies    {duplicates['exact']:,} exact, {duplicates['near']:,} near"]
    if duplicates["two_labels"]:
        lines.append(f"          {duplicates['two_labels']:,} pairs of the same hand have two labels:")
        lines += [
            f"          {a} ({x}) and {b} ({y})"
            for (a, b), (x, y) in ((entry["ids"], entry["labels"]) for entry in duplicates["conflicts"][:SHOWN])
        ]
        if duplicates["two_labels"] > SHOWN:
            lines.append("          ... all of them with --json")
    return lines


def _classes_text(classes: Mapping[str, int]) -> list[str]:
    if not classes:
        return []
    width, most = max(map(len, classes)), max(classes.values())
    return [
        f"{name:{width}}  {count:>9,}  {'█' * max(round(_BAR * count / most), 1)}" for name, count in classes.items()
    ]


def _rejections_text(rejected: list[Rejection]) -> list[str]:
    """Reasons with their numbers, each with the file and place of a few."""
    lines = []
    for reason in dict.fromkeys(entry.reason for entry in rejected):
        same = [entry for entry in rejected if entry.reason == reason]
        lines.append(f"  {sum(entry.count for entry in same):,} because {reason}")
        for entry in same[:SHOWN]:
            shown = ", ".join(entry.places[:3]) + (" ..." if entry.count > 3 else "")
            lines.append(f"    {entry.file}: {shown}")
        if len(same) > SHOWN:
            lines.append(f"    and in {len(same) - SHOWN} more files")
    return lines
