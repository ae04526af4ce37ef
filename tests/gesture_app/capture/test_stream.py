from __future__ import annotations

import pytest

from gesture_app.capture.source import SourceMissingError
from gesture_app.capture.stream import Stream


@pytest.mark.parametrize("host", ["a..b", "a" * 70 + ".example"])
def test_a_name_that_no_host_can_have_is_told(host: str) -> None:
    with pytest.raises(SourceMissingError, match="There is no host a"):
        Stream(f"http://{host}/").open()
