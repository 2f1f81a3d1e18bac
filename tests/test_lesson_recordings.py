"""What a lesson says of its recordings: whose they are, all of them in order, and the same in every mode."""

import json

import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletion

from helpers.errors import LessonError
from helpers.lesson import Lesson
from helpers.replay import Cassette, Interaction
from helpers.settings import Settings
from helpers.show import TroubleBox
from tests.loopback import KEY

OPEN = {"kind": "open-model", "date": "2026-11-25", "model": "small-1b"}
OPEN |= {"file": "small.gguf", "sha256": "abc", "runtime": "r 1", "settings": "threads 1"}


def answer(id, text="네", model="small-1b"):
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    return {"status": 200, "body": {"id": id, "model": model, "choices": [choice]}}


def interaction(id, origin=OPEN, asked="{lesson.model}", answers=3, model="small-1b"):
    body = {"model": asked, "messages": [{"role": "user", "content": id}]}
    request = {"method": "POST", "path": "chat/completions", "body": body}
    return Interaction(id, origin, request, [answer(f"{id}-{n}", str(n), model) for n in range(answers)])


API = {"kind": "api", "date": "2026-11-25", "host": "api.openai.com"}
SNAPSHOT = "gpt-4o-mini-2024-07-18"
CASSETTE = Cassette(
    "01_roles",
    "gpt-4o-mini",
    [
        interaction("open"),
        interaction("literal", asked="gpt-4o"),
        interaction("snapshot", {**API, "model": SNAPSHOT}, model=SNAPSHOT),
        interaction("successor", {**API, "model": "gpt-6-luna"}, model="gpt-6-luna"),
        interaction("nameless", {**API, "model": None}, model=None),
    ],
)


@pytest.fixture(params=["replay", "live"])
def lesson(request):
    settings = Settings("replay") if request.param == "replay" else Settings("live", KEY, None, "gpt-6-luna")
    return Lesson(CASSETTE, settings, TroubleBox(str))


@pytest.mark.parametrize(
    ("id", "asked"),
    [
        ("open", "gpt-4o-mini"),
        ("literal", "gpt-4o"),
        ("snapshot", None),
        ("successor", "gpt-4o-mini"),
        ("nameless", None),
    ],
)
def test_the_model_that_was_asked_is_the_one_that_the_recorded_request_named(lesson, id, asked):
    for one in lesson.answers(id):
        assert lesson.origin(one) == CASSETTE.find(id).origin | ({"asked": asked} if asked else {})


def test_answers_are_all_in_their_order_and_recorded_is_the_first(lesson):
    texts = [one.choices[0].message.content for one in lesson.answers("open")]
    assert texts == ["0", "1", "2"] and lesson.recorded("open") == lesson.answers("open")[0]
    assert all(type(one) is ChatCompletion for one in lesson.answers("open"))
    assert lesson.used == [("01_roles", "open", "named")]


def test_an_unknown_name_is_refused_with_the_known_ones(lesson):
    for name in ("nothing", "", "open/01"):
        with pytest.raises(LessonError, match=r"비슷한 이름: (?=.*open)(?=.*literal)"):
            lesson.answers(name)


def test_of_many_names_those_most_like_the_mistyped_one_are_told(lesson):
    with pytest.raises(LessonError, match="비슷한 이름: snapshot"):
        lesson.recorded("snapshto")
    many = Cassette("01_roles", "gpt-4o-mini", [interaction(f"bank/{n}") for n in range(99)])
    with pytest.raises(LessonError) as caught:
        Lesson(many, Settings("replay"), TroubleBox()).recorded("bank/7a")
    assert "비슷한 이름: bank/7" in str(caught.value) and str(caught.value).count("bank/") == 6


def test_looking_at_the_recordings_names_none_of_them(lesson):
    lesson.recordings(), lesson.recorded_requests(), lesson.banner()
    assert lesson.used == []


def test_what_a_learner_does_to_an_answer_reaches_no_recording(lesson):
    lesson.recorded("open").choices[0].message.content = "고침"
    lesson.recorded_requests()["open"].responses[0]["body"]["choices"].clear()
    lesson.recorded_requests()["open"].request["body"]["messages"].clear()
    assert lesson.recorded("open").choices[0].message.content == "0"
    with OpenAI(**Lesson(CASSETTE, Settings("replay"), TroubleBox(str)).connection) as client:
        messages = [{"role": "user", "content": "open"}]
        got = client.chat.completions.create(model="gpt-4o-mini", messages=messages)
    assert got.choices[0].message.content == "0"


def test_of_a_stream_that_gave_nothing_nobody_is_the_author(lesson):
    assert lesson.origin([]) == {"kind": "unknown"}
    assert "알 수 없음" in lesson.show([]).text


def test_nothing_that_a_lesson_says_of_recordings_holds_the_key(lesson):
    said = [lesson.recordings(), lesson.answers("open"), lesson.recorded_requests(), lesson.banner()]
    said += [lesson.show(lesson.recorded("open")), lesson.origin(lesson.recorded("open")), vars(lesson)]
    assert KEY not in " ".join(map(repr, said)) + json.dumps(lesson.origin(lesson.recorded("open")))
