"""One price for a notebook: in its text, on the map, in the live banner, and after a whole replay."""

import pytest

from helpers.course import NOTEBOOKS, cassette_path, describe, lessons
from helpers.lesson import Lesson
from helpers.live import DEFAULT_MODEL, OPENAI_BASE_URL, figures, notebook_calls, whole_cost
from helpers.models import price_for
from helpers.replay import MODEL_PLACEHOLDER, Cassette, load_cassette
from helpers.settings import Settings
from helpers.show import TroubleBox
from tests.loopback import KEY
from tools.notebooks import read

ANOTHER = "gpt-4o"


@pytest.fixture(params=list(lessons()))
def cassette(request: pytest.FixtureRequest) -> Cassette:
    return load_cassette(cassette_path(request.param))


def banner(cassette: Cassette, model: str | None) -> str:
    return Lesson(cassette, Settings("live", KEY, model=model), TroubleBox(str)).banner().text


def replayed(cassette: Cassette) -> str:
    """Make every call of the notebook in replay, and return what `lesson.cost()` says then."""
    lesson = Lesson(cassette, Settings("replay"), TroubleBox(str))
    connection = lesson.connection
    with connection["http_client"] as client:
        for id, count in cassette.live_calls.items():
            request = cassette.find(id).request
            asked = request["body"]["model"]
            body = request["body"] | {"model": lesson.model if asked == MODEL_PLACEHOLDER else asked}
            for _ in range(count):
                client.post(f"{connection['base_url'].rstrip('/')}/{request['path']}", json=body)
    return lesson.cost().text


def test_text_map_banner_and_a_whole_replay_tell_one_price(cassette: Cassette) -> None:
    calls = notebook_calls(cassette, DEFAULT_MODEL, OPENAI_BASE_URL)
    top = read(NOTEBOOKS / f"{cassette.lesson}.ipynb").cells[0].source
    start = "\n".join(cell.source for cell in read(NOTEBOOKS / "00_start_here.ipynb").cells)
    (row,) = [
        line
        for line in start.splitlines()
        if line.startswith("| ") and describe(cassette.lesson).question in line
    ]
    if not calls:
        assert "\n- 라이브 비용: 없음." in top and row.endswith("| 없음 |")
        return
    price = whole_cost(calls)
    assert f"\n- 라이브 비용: {price}." in top
    assert row.endswith(f"| {price} |")
    assert f"이 노트북을 모두 실행하면 {price}입니다." in banner(cassette, None)
    # The table after a replay has more digits of the same number.
    assert " | ".join([DEFAULT_MODEL, *figures(calls)]) in replayed(cassette)


def test_with_another_model_the_banner_tells_the_same_calls_at_its_price(cassette: Cassette) -> None:
    calls = notebook_calls(cassette, ANOTHER, OPENAI_BASE_URL)
    if calls:
        assert {call.price for call in calls} == {price_for(ANOTHER, OPENAI_BASE_URL)}
        assert whole_cost(calls) in banner(cassette, ANOTHER)
        assert whole_cost(calls) != whole_cost(notebook_calls(cassette, DEFAULT_MODEL, OPENAI_BASE_URL))
