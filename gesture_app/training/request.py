"""What a training is asked for, and the words that the trainer's command takes for it."""

from __future__ import annotations

from dataclasses import dataclass

PRIOR = "prior"
SAMPLES = "samples"


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """One training.

    Attributes
    ----------
    data
        Sources as ``gesture-train sweep --data`` takes them: words and files.
    space
        ``quick``, ``default``, ``classic``, or a TOML file.
    beside
        The model in use, which the new champion is compared with; empty for no comparison.
    jobs
        Processes of the trainer; None leaves it to the trainer.
    """

    data: tuple[str, ...]
    space: str = "quick"
    beside: str = ""
    jobs: int | None = None

    def sweep_arguments(self) -> list[str]:
        """Give the arguments of the training itself."""
        jobs = [] if self.jobs is None else ["--jobs", str(self.jobs)]
        return ["sweep", "--data", *self.data, "--space", self.space, *jobs, *_SPOKEN]

    def compare_arguments(self, version: int) -> list[str]:
        """Give the arguments of the comparison of a new version with the model in use."""
        return ["compare", str(version), "--with", self.beside, *_SPOKEN]


_SPOKEN = ("--progress", "json", "--json")
