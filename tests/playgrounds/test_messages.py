"""The message builder: editing the list, showing and counting it, and what Send brings in each case."""

import ast
import html
import json
import re

import httpx2
import ipywidgets
import openai
import pytest

from helpers import open_lesson
from helpers.playgrounds.message_views import MOST_SHOWN, NOT_COUNTED, json_source, python_source
from helpers.playgrounds.messages import (
    ADD,
    DOWN,
    EARLIER,
    NEAREST,
    NOT_SENT,
    RECORDED,
    REMOVE,
    SEND,
    START,
    STOPPED,
    UP,
    MessageBuilder,
)
from helpers.playgrounds.recorded import BACK, LOAD, conversations
from helpers.replay import Interaction
from helpers.show import notice, visible
from helpers.tokens import load_encoding


@pytest.fixture
def lesson(monkeypatch):
    monkeypatch.setenv("LESSON_MODE", "replay")
    return open_lesson("01_roles")


@pytest.fixture
def builder(lesson):
    return MessageBuilder(lesson)


class OtherLesson:
    """A lesson whose client gets what the test says, in live mode."""

    name, mode, model = "01_roles", "live", "gpt-6-luna"

    def __init__(self, handle):
        transport = httpx2.MockTransport(handle)
        self.connection = {
            "api_key": "test",
            "base_url": "https://live.invalid/v1/",
            "http_client": openai.DefaultHttpxClient(transport=transport),
            "max_retries": 0,
        }

    def recorded_requests(self):
        return {}

    def show(self, completion):
        return notice("live", [completion.choices[0].message.content])


def contents(builder):
    return [message["content"] for message in builder.messages]


def press(builder, name, place):
    builder.rows.children[place - 1].buttons[name].click()


def source_in(widget):
    return html.unescape(re.search(r"<pre>(.*)</pre>", widget.value, re.S).group(1))


def interactive(widget):
    if isinstance(widget, ipywidgets.Box):
        return [found for child in widget.children for found in interactive(child)]
    return [] if isinstance(widget, ipywidgets.HTML) else [widget]


def test_it_opens_with_a_recorded_conversation_which_can_be_sent_as_it_is(builder, lesson):
    assert builder.messages == lesson.recorded_requests()["korean-series"].request["body"]["messages"]
    builder.send.click()
    assert "출처: 녹화" in builder.answer.value


def test_where_nothing_is_recorded_it_opens_with_an_example():
    assert MessageBuilder(OtherLesson(lambda request: httpx2.Response(500))).messages == list(START)


def test_a_message_is_added(builder):
    before = builder.messages
    builder.add.click()
    assert builder.messages == [*before, {"role": "assistant", "content": ""}]
    builder.add.click()
    assert [message["role"] for message in builder.messages][4:] == ["assistant", "user"]


def test_messages_move_up_and_down(builder):
    builder.recordings.load.click()
    first, second, third, fourth = contents(builder)
    press(builder, DOWN, 1)
    assert contents(builder) == [second, first, third, fourth]
    press(builder, UP, 4)
    assert contents(builder) == [second, first, fourth, third]
    assert [message["role"] for message in builder.messages] == ["user", "developer", "user", "assistant"]


def test_a_message_is_removed_and_the_last_one_stays(builder):
    builder.recordings.load.click()
    second, fourth = contents(builder)[1], contents(builder)[3]
    press(builder, REMOVE, 3)
    press(builder, REMOVE, 1)
    assert contents(builder) == [second, fourth]
    press(builder, REMOVE, 2)
    assert contents(builder) == [second]
    assert builder.rows.children[0].buttons[REMOVE].disabled


def test_buttons_that_lead_nowhere_are_off(builder):
    builder.recordings.load.click()
    rows = builder.rows.children
    assert [row.buttons[UP].disabled for row in rows] == [True, False, False, False]
    assert [row.buttons[DOWN].disabled for row in rows] == [False, False, False, True]
    assert not any(row.buttons[REMOVE].disabled for row in rows)


def test_the_python_and_the_json_follow_every_edit(builder):
    builder.rows.children[1].content.value = '따옴표 " 와 \\ 그리고\n줄바꿈'
    builder.rows.children[0].role.value = "system"
    assert ast.literal_eval(source_in(builder.python).removeprefix("messages = ")) == builder.messages
    body = json.loads(source_in(builder.json))
    assert body == {"model": "gpt-4o-mini", "messages": builder.messages}


@pytest.mark.parametrize(
    "text", ["", "'\"\\", "\\u0041", "\u202e", "\x00\x7f", "한국어 🙂", "\ud83d", "a\r\nb", "\u2028"]
)
def test_both_sources_mean_the_same_messages(text):
    messages = [{"role": "user", "content": text}]
    shown = visible(python_source(messages))
    assert ast.literal_eval(shown.removeprefix("messages = ")) == messages
    assert json.loads(visible(json_source("m", messages)))["messages"] == messages


def test_no_vocabulary_is_loaded_before_the_learner_plays(lesson, monkeypatch) -> None:
    loaded = []

    def load(name):
        loaded.append(name)
        return load_encoding(name)

    monkeypatch.setattr("helpers.playgrounds.message_views.load_encoding", load)
    builder = MessageBuilder(lesson)
    assert builder.count.value in builder.still.html and loaded == []
    builder.add.click()
    assert loaded and "입력 토큰" in builder.count.value


def test_tokens_are_counted_as_the_recording_counted_them(builder, lesson):
    builder.recordings.load.click()
    assert f"{lesson.recorded('korean-series').usage.prompt_tokens}개" in builder.count.value
    builder.rows.children[0].content.value += " 짧게."
    assert "81개" not in builder.count.value


def test_an_assumed_vocabulary_is_said():
    builder = MessageBuilder(OtherLesson(lambda request: httpx2.Response(500)))
    builder.add.click()
    assert "가정" in builder.count.value


def test_send_answers_from_the_recording_with_its_origin(builder, lesson):
    builder.recordings.load.click()
    builder.send.click()
    assert builder.answer.value == lesson.show(lesson.recorded("korean-series")).html
    assert "출처: 녹화 2025-02-01" in builder.answer.value


def test_a_miss_says_what_can_be_done_here_and_its_button_leads_to_a_recorded_answer(builder, lesson):
    builder.rows.children[3].content.value += "?"
    builder.send.click()
    for part in ("녹화에 없는 요청", "라이브 모드", "korean-series", RECORDED, NEAREST):
        assert part in builder.answer.value
    assert "셀을 다시" not in builder.answer.value and not builder.send.disabled
    assert builder.nearest.layout.display != "none"
    builder.nearest.click()
    assert builder.nearest.layout.display == "none" and builder.recordings.choice.value == "korean-series"
    builder.send.click()
    assert builder.answer.value == lesson.show(lesson.recorded("korean-series")).html


def test_the_button_is_there_as_long_as_the_miss_that_speaks_of_it(builder):
    builder.rows.children[3].content.value += "?"
    builder.send.click()
    builder.rows.children[3].content.value += "?"
    assert NEAREST in builder.answer.value and builder.nearest.layout.display != "none"
    builder.recordings.load.click()
    assert NEAREST not in builder.answer.value and builder.nearest.layout.display == "none"
    builder.rows.children[3].content.value += "?"
    builder.send.click()
    builder.nearest.click()
    builder.nearest.click()  # a second click that was queued
    assert builder.recordings.choice.value == "korean-series"
    asked = builder.rows.children[3].content.value
    for text, display in ((asked + "?", None), (asked, "none")):
        builder.rows.children[3].content.value = text
        builder.send.click()
        assert builder.nearest.layout.display == display
    assert "출처: 녹화" in builder.answer.value


def test_a_nearest_recording_that_cannot_be_sent_from_here_is_not_offered(builder, lesson):
    whole = lesson.recorded_requests()["stream"].request["body"]["messages"][0]["content"]
    builder._load([{"role": "user", "content": whole + " "}])
    del builder._recorded["seasons"]
    builder.send.click()
    assert "녹화에 없는 요청" in builder.answer.value and NEAREST not in builder.answer.value
    assert builder.nearest.layout.display == "none" and f"1. &#x27;{RECORDED}" in builder.answer.value


def test_a_miss_where_nothing_is_recorded_says_the_one_way_once(monkeypatch):
    monkeypatch.setenv("LESSON_MODE", "replay")
    builder = MessageBuilder(open_lesson("00_start_here"))
    builder.send.click()
    assert "녹화된 요청이 없습니다" in builder.answer.value
    assert builder.answer.value.count("라이브 모드") == 1 and RECORDED not in builder.answer.value


def test_the_answers_to_one_conversation_come_in_turn(builder, lesson):
    builder.recordings.choice.value = "korean-series-changed/when"
    builder.recordings.load.click()
    shown = []
    for _ in range(3):
        builder.send.click()
        shown.append(builder.answer.value)
    first, second = (lesson.show(one).html for one in lesson.answers("korean-series-changed/when"))
    assert shown == [first, second, first] and first != second


def test_every_recorded_conversation_of_the_lesson_has_an_answer(builder, lesson):
    assert len(builder.recordings.choice.options) > 30
    for _, id in builder.recordings.choice.options:
        builder.recordings.choice.value = id
        builder.recordings.load.click()
        builder.send.click()
        assert "출처: 녹화" in builder.answer.value, id


def test_an_answer_stays_after_an_edit_but_as_that_to_the_earlier_messages(builder, lesson):
    builder.recordings.load.click()
    builder.send.click()
    assert EARLIER not in builder.answer.value
    builder.rows.children[3].content.value += "?"
    answer = lesson.show(lesson.recorded("korean-series")).html
    assert EARLIER in builder.answer.value and builder.answer.value.endswith(answer)
    builder.send.click()
    assert EARLIER not in builder.answer.value and answer not in builder.answer.value
    builder.recordings.load.click()
    assert NOT_SENT in builder.answer.value and "녹화에 없는" not in builder.answer.value


def test_an_edit_that_is_taken_back_leaves_the_answer_the_answer(builder):
    builder.send.click()
    shown, row = builder.answer.value, builder.rows.children[3]
    asked = row.content.value
    row.content.value += "?"
    assert EARLIER in builder.answer.value
    row.content.value = asked
    assert builder.answer.value == shown


def test_sending_counts_the_tokens_too(builder):
    builder.send.click()
    assert "입력 토큰: 81개" in builder.count.value


def test_what_was_typed_comes_back_with_what_came_of_it(builder):
    back = builder.recordings.back
    assert back.disabled and back.description == BACK
    builder.rows.children[3].content.value = "십 분 동안 적은 질문"
    builder.add.click()
    builder.send.click()
    typed, answer = builder.messages, builder.answer.value
    builder.nearest.click()
    assert builder.messages != typed and not back.disabled
    builder.recordings.load.click()  # one loaded over another one: neither was typed
    loaded = builder.messages
    back.click()
    assert builder.messages == typed and builder.answer.value == answer and NEAREST in answer
    assert builder.nearest.layout.display is None
    back.click()
    assert builder.messages == loaded
    back.click()
    assert builder.messages == typed


def test_a_text_that_stops_the_tokenizer_is_told(builder):
    builder.rows.children[1].content.value = " " * 1_000_000
    assert NOT_COUNTED in builder.count.value and "공백" in builder.count.value
    builder.rows.children[1].content.value = "짧게"
    assert "입력 토큰:" in builder.count.value


def test_a_wait_that_is_interrupted_is_said():
    def handle(request):
        raise KeyboardInterrupt

    builder = MessageBuilder(OtherLesson(handle))
    builder.send.click()
    assert STOPPED in builder.answer.value and not builder.send.disabled


def test_clicks_that_were_queued_leave_a_message(builder):
    rows = list(builder.rows.children)
    for _ in range(3):
        rows[0].buttons[REMOVE].click()
    rows[1].buttons[DOWN].click()
    assert len(builder.messages) == 1
    builder.add.click()
    assert len(builder.messages) == 2


def test_only_the_button_sends():
    calls = []

    def handle(request):
        calls.append(json.loads(request.content))
        message = {"role": "assistant", "content": "백두산<b>입니다</b>"}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return httpx2.Response(200, json={"id": "1", "model": "gpt-6-luna", "choices": [choice]})

    builder = MessageBuilder(OtherLesson(handle))
    builder.rows.children[1].content.value = "가장 높은 산은?"
    builder.add.click()
    press(builder, REMOVE, 3)
    assert calls == [] and "비용이 들 수 있습니다" in builder.answer.value
    builder.send.click()
    assert calls == [{"model": "gpt-6-luna", "messages": builder.messages}]
    assert "백두산&lt;b&gt;" in builder.answer.value


def test_an_error_of_the_server_is_explained():
    builder = MessageBuilder(
        OtherLesson(lambda request: httpx2.Response(401, json={"error": {"message": "x"}}))
    )
    builder.send.click()
    assert "401" in builder.answer.value and not builder.send.disabled


def test_only_conversations_that_can_be_sent_again_are_offered(builder, lesson):
    assert builder.recordings.choice.options[0] == ("korean-series (응답 1개)", "korean-series")
    ids = [id for _, id in builder.recordings.choice.options]
    requests = {id: one.request["body"] for id, one in lesson.recorded_requests().items()}
    assert ids == [id for id, body in requests.items() if set(body) == {"model", "messages"}]
    assert {"stream", "korean-series-changed/cool", "responses/plain"} <= set(requests) - set(ids)
    told = {"model": "{lesson.model}", "messages": [{"role": "user", "content": "가"}]}
    requests = {
        "plain": told,
        "seeded": {**told, "seed": 1},
        "streamed": {**told, "stream": True},
        "of another model": {**told, "model": "gpt-4o"},
        "empty": {**told, "messages": []},
        "of the Responses API": {"model": "{lesson.model}", "input": "가"},
        "picture": {**told, "messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
        "called": {**told, "messages": [{"role": "tool", "content": "가", "tool_call_id": "1"}]},
    }
    recordings = {id: Interaction(id, {}, {"body": body}, []) for id, body in requests.items()}
    assert conversations(recordings) == {"plain": told["messages"]}


def test_a_lesson_without_conversations_has_nothing_to_load():
    builder = MessageBuilder(OtherLesson(lambda request: httpx2.Response(500)))
    assert builder.recordings.load.disabled


def test_a_recorded_request_is_a_copy(lesson):
    body = lesson.recorded_requests()["korean-series"].request["body"]
    body["messages"].clear()
    assert lesson.recorded_requests()["korean-series"].request["body"]["messages"]


def test_a_long_text_is_shown_in_part_and_sent_whole(builder):
    builder.rows.children[1].content.value = "긴글" * 25_000
    assert f"{50_000 - MOST_SHOWN:,}자" in builder.python.value
    assert len(builder.python.value + builder.json.value) < 10_000
    assert len(builder.messages[1]["content"]) == 50_000


def test_what_is_typed_never_acts(builder):
    builder.rows.children[1].content.value = "</pre><script>alert(1)</script>\u202e"
    builder.send.click()
    page = builder.python.value + builder.json.value + builder.count.value + builder.answer.value
    assert "<script" not in page and "\u202e" not in page


def test_typing_is_never_written_back(builder):
    """An input method loses the syllable being composed when the text is set under it."""
    content, seen = builder.rows.children[1].content, []
    content.observe(lambda change: seen.append(change["new"]), names="value")
    for text in ("ㅎ", "하", "한"):
        content.value = text
    assert seen == ["ㅎ", "하", "한"] and content is builder.rows.children[1].content


def test_everything_that_can_be_used_has_a_name(builder):
    builder.recordings.load.click()
    widgets = interactive(builder)
    assert len(widgets) == 4 * 5 + 6
    assert all(widget.description for widget in widgets)
    places = [row.content.description for row in builder.rows.children]
    assert len(set(places)) == len(places)
    assert {ADD, SEND, LOAD, BACK} <= {widget.description for widget in widgets}


def test_the_preview_stands_still(builder, lesson):
    first = builder._repr_mimebundle_()
    builder.recordings.load.click()
    builder.send.click()
    again = MessageBuilder(lesson)._repr_mimebundle_()
    for kind in ("text/html", "text/plain"):
        assert builder._repr_mimebundle_()[kind] == first[kind] == again[kind]
    assert "마지막 게임이 어디에서 열렸어?" in first["text/html"]
