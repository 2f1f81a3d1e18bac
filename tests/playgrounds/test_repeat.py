"""A slow call repeated: the bar tells the truth, a stop keeps what is there, an error is passed on."""

import pytest

from helpers.playgrounds import repeat as module
from helpers.playgrounds.repeat import repeat


@pytest.fixture
def shown(monkeypatch):
    boxes = []
    monkeypatch.setattr(module, "display", boxes.append)
    return boxes


def parts(shown):
    (box,) = shown
    return box.children


def test_it_counts_up_to_the_end(shown):
    seen = []

    def call():
        seen.append((parts(shown)[0].value, parts(shown)[1].value))
        return len(seen)

    assert repeat(call, 3, "시험") == [1, 2, 3]
    assert [value for value, _ in seen] == [0, 1, 2]
    assert all("■" in text for _, text in seen)
    bar, label = parts(shown)
    assert (bar.value, bar.max, bar.bar_style) == (3, 3, "success") and "3번을 모두" in label.value


def test_stopping_keeps_what_is_there_and_says_so(shown):
    results = iter([1, 2])

    def call():
        for one in results:
            return one
        raise KeyboardInterrupt

    assert repeat(call, 5, "시험") == [1, 2]
    assert "2번 만에 멈추었습니다" in parts(shown)[1].value


def test_any_other_error_is_passed_on(shown):
    def call():
        raise ValueError("시험")

    with pytest.raises(ValueError, match="시험"):
        repeat(call, 2, "시험")
