"""What a learner sees of recordings: the list of them, answers in every form, who made them; hostile text included."""

import re

import pytest
from openai.types.chat import ChatCompletion

from helpers.replay import Cassette, Interaction, read_answer
from helpers.show import banners, views
from helpers.show.banners import recordings_table, replay_banner
from tests.show.test_views import HOSTILE, flat, read, readable

OPEN = {
    "kind": "open-model",
    "date": "2026-11-25",
    "model": "small-1b",
    "file": "small.gguf",
    "sha256": "abc",
    "runtime": "r 1",
    "settings": "threads 1",
}
REQUEST = {"method": "POST", "path": "chat/completions", "body": {"model": "{lesson.model}", "messages": []}}


def interaction(id="bank/way/01", title="은행 · 방식", origin=OPEN, answers=2):
    return Interaction(id, origin, REQUEST, [{"status": 200, "body": {}}] * answers, title)


def cassette(*interactions):
    return Cassette("04_seeds", "gpt-4o-mini", list(interactions))


def completion(text):
    message = {"role": "assistant", "content": text}
    return ChatCompletion.construct(choices=[{"index": 0, "finish_reason": "stop", "message": message}])


def stream(*texts, reason="stop"):
    events = [{"id": "x", "choices": [{"index": 0, "delta": {"content": one}}]} for one in texts]
    events += [{"id": "x", "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}]
    return read_answer({"events": [*events, {"id": "x", "choices": [], "usage": {}}]}, "chat/completions")


def response(*parts, **more):
    message = {"type": "message", "content": list(parts)}
    return read_answer({"body": {"id": "x", "output": [message], **more}}, "responses")


# --- the list -----------------------------------------------------------------------------------------------------


def test_the_list_names_each_recording_what_it_varies_and_how_many_answers_it_has():
    lines = recordings_table(
        cassette(interaction(), interaction("first", "", {"kind": "original-notebook", "date": "x"}, 1))
    ).text.splitlines()
    assert 'lesson.recorded("이름")' in lines[0] and 'lesson.answers("이름")' in lines[0]
    assert lines[1:] == [
        "녹화 | 무엇을 바꾸었는가 | 응답",
        "bank/way/01 | 은행 · 방식 | 2",
        f"first | {banners.LESSON_OWN} | 1",
    ]
    assert len(recordings_table(cassette()).text.splitlines()) == 2


# --- who answered -------------------------------------------------------------------------------------------------


def test_a_replay_names_the_models_that_answered_in_place_of_the_one_that_was_asked():
    text = replay_banner(
        cassette(interaction(), interaction("b", origin={**OPEN, "model": "another-2b"})), []
    ).text
    assert "2026-11-25 공개 모델의 응답 4개" in text
    assert "물은 모델(gpt-4o-mini)이 아니라 작은 공개 모델(another-2b, small-1b)" in text
    other = {"kind": "api", "date": "2026-11-25", "model": "gpt-4o-mini", "host": "api.openai.com"}
    assert "공개 모델" not in replay_banner(cassette(interaction(origin=other)), []).text


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("api.openai.com", True),
        ("eu.api.openai.com", True),
        ("us.api.openai.com", True),
        ("openai.com", False),
        ("myapi.openai.com.example.net", False),
        ("notapi.openai.com", False),
        ("api.openai.com@example.net", False),
        ("localhost:11434", False),
        ("", False),
        (None, False),
    ],
)
def test_only_openai_s_own_host_is_called_the_real_api(host, ours):
    origin = {"kind": "api", "date": "2026-11-25", "model": "gpt-4o-mini", "host": host}
    line = views.origin_line(origin)
    assert ("실제 API" in line) is ours and ("호환 서버" in line) is not ours
    banner = replay_banner(cassette(interaction(origin=origin)), []).text
    assert ("OpenAI API의 응답" in banner) is ours and ("호환 서버의 응답" in banner) is not ours


@pytest.mark.parametrize("kind", ["open-model", "live", "written", "unknown"])
def test_no_other_kind_is_ever_called_the_real_api(kind):
    origin = {**OPEN, "kind": kind, "host": "api.openai.com"}
    assert "실제 API" not in views.answer(completion("답"), origin).text


def test_a_recording_without_a_host_is_none_of_openai_s():
    assert "호환 서버" in views.origin_line({"kind": "api", "date": "2026-11-25", "model": "m"})


def test_the_model_that_was_asked_and_the_message_that_was_added_are_said_where_they_are_known():
    added = {**OPEN, "asked": "gpt-4o-mini", "added_system": "You are Q."}
    lines = views.answer(completion("답"), added).text.splitlines()
    assert lines == [
        "[출처: 녹화 (2026-11-25) · 공개 모델 (small-1b) · 저자의 컴퓨터 (물은 모델은 gpt-4o-mini)]",
        "[이 모델의 대화 틀이 스스로 덧붙인 system 메시지: You are Q.]",
        "답",
    ]
    assert len(views.answer(completion("답"), OPEN).text.splitlines()) == 2


# --- every form ---------------------------------------------------------------------------------------------------


def text_part(text):
    return {"type": "output_text", "text": text}


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        (stream("하", "나"), ["하나"]),
        (stream("반", reason="length"), ["[잘린 답변 (finish_reason: length)]", "반"]),
        ([], ["답변 없음"]),
        (stream(), ["답변 없음"]),
        (response(text_part("하나")), ["하나"]),
        (response({"type": "refusal", "refusal": "못 합니다"}), ["[거부]", "못 합니다"]),
        (
            response(text_part("반"), incomplete_details={"reason": "max_output_tokens"}),
            ["[잘린 답변 (incomplete_details: max_output_tokens)]", "반"],
        ),
        (response(), ["답변 없음"]),
    ],
)
def test_an_answer_in_any_form_shows_its_words_and_what_became_of_it(answer, lines):
    assert views.answer(answer, OPEN).text.splitlines()[1:] == lines


PLACES = {
    "title of a recording": lambda text: recordings_table(cassette(interaction(title=text or "x"))),
    "id of a recording": lambda text: recordings_table(cassette(interaction(id=text))),
    "name of a lesson": lambda text: recordings_table(Cassette(text, "m", [interaction()])),
    "open model in the banner": lambda text: replay_banner(
        cassette(interaction(origin={**OPEN, "model": text})), []
    ),
    "asked model in the banner": lambda text: replay_banner(Cassette("04_seeds", text, [interaction()]), []),
    "open model": lambda text: views.answer(completion("x"), {**OPEN, "model": text}),
    "asked model": lambda text: views.answer(completion("x"), {**OPEN, "asked": text}),
    "added system message": lambda text: views.answer(completion("x"), {**OPEN, "added_system": text or "x"}),
    "host of a compatible server": lambda text: views.answer(
        completion("x"), {"kind": "api", "date": "d", "model": "m", "host": text}
    ),
    "stream": lambda text: views.answer(stream(text), OPEN),
    "stream in pieces": lambda text: views.answer(stream(*text or "x"), OPEN),
    "response": lambda text: views.answer(response(text_part(text)), OPEN),
    "refusal of a response": lambda text: views.answer(response({"type": "refusal", "refusal": text}), OPEN),
    "why a response was cut": lambda text: views.answer(
        response(text_part("x"), incomplete_details={"reason": text or "x"}), OPEN
    ),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_text_is_text_wherever_a_recording_brings_it(place, case):
    text = HOSTILE[case]
    view = PLACES[place](text)
    reader = read(view)  # refuses any tag and attribute that the views do not write themselves
    assert reader.styles <= read(PLACES[place]("x")).styles
    if text:
        assert flat(readable(text)) in flat(reader.shown)
    for shown in (view.html, view.text):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)


@pytest.mark.parametrize("name", ["{date}", "{0}", "{host.__class__}", "%s", "{", "}{"])
def test_a_name_with_braces_is_no_place_for_another(name):
    shown = views.answer(completion("x"), {**OPEN, "model": name, "asked": name, "added_system": name}).text
    assert shown.count(name) == 3
    assert name in replay_banner(cassette(interaction(origin={**OPEN, "model": name})), []).text
