from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading

import pytest

from models.hand.messages import quiet_native_messages

NATIVE = [
    "W0000 00:00:1795406391.831968   13180 inference_feedback_manager.cc:121] Feedback manager requires a model\n",
    "I0000 00:00:1795406391.831968   13180 gl_context.cc:369] GL version: 3.2\n",
    "INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n",
    "INFO: [environment.cc:36] Creating LiteRT environment with options\n",
    "INFO: [accelerator_registry.cc:54] RegisterAccelerator: ptr=0x7f6fa80f0130, name=CpuAccelerator\n",
    "WARNING: Read-only tensor #3 (model_1/model/up_sampling2d_1/mul) has an unaligned buffer\n",
    "WARNING: Logging before InitGoogle() is written to STDERR\n",
]
OWN = [
    "Traceback (most recent call last):\n",
    "ValueError: what was expected\n",
    "Fetching 34 MB\n",
    "warning: mine\n",
    "INFO: [mine] text\n",
]


def test_native_messages_go_to_the_log_and_all_else_to_the_terminal(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "models.hand.messages")
    with quiet_native_messages():
        os.write(2, "".join(NATIVE + OWN).encode())
    assert capfd.readouterr().err == "".join(OWN)
    assert [record.getMessage() + "\n" for record in caplog.records] == NATIVE


def test_lines_of_other_threads_and_of_python_are_not_lost(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_native_messages():
        other = threading.Thread(target=lambda: os.write(2, b"from another thread\n"))
        other.start()
        other.join(10)
        sys.stderr.write("from Python\n")
    assert sorted(capfd.readouterr().err.splitlines()) == ["from Python", "from another thread"]


def test_what_was_said_before_an_error_is_kept_and_the_error_passes(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with quiet_native_messages():
            os.write(2, b"a last word without an end")
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fail()
    assert capfd.readouterr().err == "a last word without an end"
    os.write(2, b"back\n")
    assert capfd.readouterr().err == "back\n"


def test_blocks_within_blocks(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_native_messages(), quiet_native_messages():
        os.write(2, (NATIVE[0] + OWN[0]).encode())
    assert capfd.readouterr().err == OWN[0]


def test_detections_are_quiet_until_the_remark_that_comes_once_was_heard() -> None:
    program = (
        "import os\n"
        "from models.hand.messages import quiet_detection\n"
        "remark = b'W0000 00:00:1795406391.831968   13180 runner.cc:1433] {} Reallocating memory.\\n'\n"
        "def say(number, text):\n"
        "    with quiet_detection(number): os.write(2, remark.replace(b'{}', text))\n"
        "say(0, b'Inference is set up.'); say(1, b'Other.'); say(29, b'Other.'); say(30, b'Too late.')\n"
        "say(2, b'Input tensor memory is not aligned.'); say(3, b'Not quiet any more.')\n"
        "say(0, b'The next landmarker sets up inference.')\n"
    )
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stderr
    assert [line.split("] ")[1] for line in said.splitlines()] == [
        "Too late. Reallocating memory.",
        "Not quiet any more. Reallocating memory.",
    ]


@pytest.mark.skipif(os.name != "posix", reason="counts open files by /proc or /dev/fd")
def test_no_file_stays_open() -> None:
    def open_files() -> int:
        return len(os.listdir("/dev/fd"))  # noqa: PTH208

    before = open_files()
    for _ in range(5):
        with quiet_native_messages():
            pass
    assert open_files() == before


@pytest.mark.skipif(os.name != "posix", reason="closes file descriptors")
def test_process_without_standard_error() -> None:
    program = (
        "import os; os.close(2)\n"
        "from models.hand.messages import quiet_native_messages\n"
        "with quiet_native_messages(): print('went on')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "went on\n"
