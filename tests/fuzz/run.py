"""Coverage-guided fuzzing of whatever reads what others wrote; never part of the suite.

    uv run python tests/fuzz/run.py                      every target, 1,000,000 cases in all at least
    uv run python tests/fuzz/run.py --seconds 60 table   one target for a minute

It needs atheris, which is in the group of development packages where it has wheels (Linux, x86-64); elsewhere build it
by ``uv pip install atheris`` with a Clang that has libFuzzer. Inputs that broke something are kept in the folder of
``--keep``.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHARES = {
    "settings_file": 60_000,
    "source_words": 250_000,
    "recorded_landmarks": 90_000,
    "table": 25_000,
    "any_file": 60_000,
    "annotations": 60_000,
    "classifier_input": 200_000,
    "model_info": 250_000,
    "model_file": 25_000,
}
"""Cases of a whole run: the faster a target is, the more."""


def fuzz(name: str, words: list[str]) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["gesture_app", "models", "trainer", "targets"]):
        from targets import TARGETS

    target, _ = TARGETS[name]
    atheris.Setup([sys.argv[0], *words], target)
    atheris.Fuzz()


def started(name: str, cases: int, seconds: float, keep: Path) -> dict[str, object]:
    """Fuzz one target in a process of its own, and say how it went."""
    from targets import TARGETS

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(TARGETS[name][1]):
            (Path(corpus) / f"seed{number}").write_bytes(seed)
        words = [corpus, f"-runs={cases}", "-timeout=20", "-rss_limit_mb=4096", f"-artifact_prefix={keep}/{name}-"]
        words += [f"-max_total_time={seconds:.0f}"] if seconds else []
        words += ["-max_len=8192", "-print_final_stats=1", "-seed=1"]
        command = [sys.executable, __file__, "--one", name, *words]
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    done = re.search(r"stat::number_of_executed_units:\s*(\d+)", ended.stderr) or re.search(r"#(\d+)\s", ended.stderr)
    found = ended.returncode != 0
    if found:
        sys.stderr.write(ended.stderr[-4000:])
    return {
        "target": name,
        "cases": int(done[1]) if done else 0,
        "seconds": round(time.monotonic() - began, 1),
        "found": found,
    }


def main() -> int:
    """Fuzz what was named, or all; one JSON line a target."""
    if sys.argv[1:2] == ["--one"]:
        fuzz(sys.argv[2], sys.argv[3:])
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="*", choices=[*SHARES, []])
    parser.add_argument("--seconds", type=float, default=0, help="for each target; 0 counts cases instead")
    parser.add_argument("--share", type=float, default=1.0, help="of the cases of a whole run")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "fuzz-found")
    arguments = parser.parse_args()
    arguments.keep.mkdir(parents=True, exist_ok=True)
    found = False
    for name in arguments.target or SHARES:
        cases = -1 if arguments.seconds else int(SHARES[name] * arguments.share)
        result = started(name, cases, arguments.seconds, arguments.keep)
        found = found or bool(result["found"])
        print(json.dumps(result), flush=True)
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
