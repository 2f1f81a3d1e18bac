"""What comes back: answers with their origin, told of and reported; an interruption breaks nothing."""

import _thread
import gzip
import json
import threading

import openai
import pytest
from openai import OpenAI

from helpers.course import CASSETTES
from helpers.lesson import Lesson
from helpers.live.metering import Meter
from helpers.live.session import LiveSession
from helpers.replay import load_cassette
from helpers.settings import Settings
from helpers.show import TroubleBox
from tests.live.sessions import ask, open_live, open_replay, session_at
from tests.loopback import ANSWER, KEY, Loopback, chunks, completion

pytestmark = pytest.mark.usefixtures("no_ambient_proxy")


def test_an_answer_shows_that_it_came_live(server: Loopback) -> None:
    lesson = open_live(server.base_url)
    with OpenAI(**lesson.connection) as client:
        shown = lesson.show(ask(client)).text
    assert "출처: 라이브" in shown
    assert f"gpt-6-luna · 127.0.0.1:{server.server_port}" in shown


def test_an_answer_in_parts_reaches_the_lesson(server: Loopback) -> None:
    def in_parts(handler, body) -> None:
        answer = completion(body, 1)
        answer["choices"][0]["message"]["content"] = [{"type": "text", "text": ANSWER}]
        handler.reply(200, answer)

    server.script = [in_parts]
    lesson = open_live(server.base_url)
    with OpenAI(**lesson.connection) as client:
        answer = ask(client)
    assert answer.choices[0].message.content == [{"type": "text", "text": ANSWER}]
    assert "출처: 라이브" in lesson.show(answer).text


def test_running_the_first_cell_again_keeps_the_origin_of_earlier_answers(server: Loopback) -> None:
    with OpenAI(**open_live(server.base_url).connection) as client:
        answer = ask(client)
    assert "출처: 라이브" in open_live(server.base_url).show(answer).text


def test_recorded_and_staged_answers_are_the_same_in_live(server: Loopback) -> None:
    live, replay = open_live(server.base_url), open_replay()
    for one in load_cassette(CASSETTES / "01_roles.json").interactions:
        assert live.recorded(one.id) == replay.recorded(one.id)
        assert live.origin(live.recorded(one.id)) == replay.origin(replay.recorded(one.id))
    seeds = Lesson(
        load_cassette(CASSETTES / "04_seeds.json"),
        Settings("live", KEY, server.base_url, "m"),
        TroubleBox(str),
    )
    for staged in load_cassette(CASSETTES / "04_seeds.json").staged:
        with OpenAI(**seeds.staged(staged.id), max_retries=0) as client:
            with pytest.raises(openai.APIError):
                ask(client)
    assert server.bodies == []
    assert "아직 셀 요청이 없습니다" in seeds.cost().text


def test_each_answer_is_reported_with_the_body_as_the_lesson_sent_it(server: Loopback) -> None:
    seen = []
    settings = Settings("live", KEY, server.base_url, "gpt-6-luna")
    session = LiveSession(settings, Meter(), on_answer=lambda *answer: seen.append(answer))
    with OpenAI(**session.connection, max_retries=0) as client:
        ask(client, temperature=1)
        with pytest.raises(openai.BadRequestError):
            ask(client, temperature=7)
        client.models.list()
    told = [(path, body["temperature"], response["status"]) for path, body, response in seen]
    assert told == [("chat/completions", 1, 200), ("chat/completions", 7, 400)]
    assert "reasoning_effort" not in seen[0][1]
    assert seen[0][2]["body"]["choices"][0]["message"]["content"] == ANSWER


def test_a_retry_is_announced_before_it_is_waited_for(server: Loopback) -> None:
    told = []

    def later(handler, body) -> None:
        told.append("answered 429")
        handler.reply(429, {"error": {"message": "slow"}}, {"retry-after-ms": "30"})

    server.script = [later]
    with OpenAI(**session_at(server.base_url, told=told).connection) as client:
        ask(client)
    assert told == ["answered 429", "0.0초 뒤에 다시 시도합니다. (1/2)"]
    assert len(server.bodies) == 2


def test_an_interrupted_call_leaves_the_client_usable(server: Loopback) -> None:
    done = threading.Event()

    def interrupt(handler, body) -> None:
        handler.start(100)
        handler.wfile.flush()
        _thread.interrupt_main()
        handler.wfile.write(b"{")
        done.wait(20)
        handler.close_connection = True

    server.script = [interrupt]
    session = session_at(server.base_url)
    with OpenAI(**session.connection) as client:
        with pytest.raises(KeyboardInterrupt) as caught:
            ask(client)
        done.set()
        # A verbose traceback prints variables: the frames whose variables hold the header are not in it.
        trace, modules = caught.value.__traceback__, []
        while trace:
            modules.append(trace.tb_frame.f_globals["__name__"].partition(".")[0])
            trace = trace.tb_next
        assert modules[-1] == "helpers"
        assert "httpcore2" not in modules
        assert ask(client).choices[0].message.content == ANSWER
    assert [call.usage.estimated for call in session.meter.calls] == [True, False]


def test_a_stream_and_an_answer_by_another_model_have_an_origin(server: Loopback) -> None:
    lesson = open_live(server.base_url)
    with OpenAI(**lesson.connection) as client:
        chunks = list(ask(client, stream=True))
        server.script = [lambda handler, body: handler.reply(200, completion(body | {"model": "small"}, 7))]
        other = ask(client)
    assert lesson.origin(chunks[0])["kind"] == "live" and "asked" not in lesson.origin(chunks)
    assert "출처: 라이브" in lesson.show(chunks).text and KEY not in lesson.show(chunks).html
    assert "(물은 모델은 gpt-6-luna)" in lesson.show(other).text


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_comes_compressed_is_read_whatever_was_asked(server: Loopback, stream) -> None:
    def zipped(handler, body) -> None:
        answer = completion(body, 1)
        whole = "".join(f"data: {json.dumps(one)}\n\n" for one in chunks(answer, True)) + "data: [DONE]\n\n"
        content = gzip.compress((whole if stream else json.dumps(answer)).encode())
        kind = "text/event-stream" if stream else "application/json"
        handler.send_response(200)
        for name, value in (("content-type", kind), ("content-encoding", "gzip")):
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    server.script = [zipped]
    session = session_at(server.base_url)
    with OpenAI(**session.connection) as client:
        found = ask(client, stream=stream)
        said = [one.choices[0].delta.content or "" for one in found if one.choices] if stream else []
    assert ("".join(said).strip() if stream else found.choices[0].message.content) == ANSWER
    assert not session.meter.calls[0].usage.estimated


@pytest.mark.parametrize(
    ("kind", "content"), [("audio/mpeg", b"\xff\xfb\0"), ("text/plain", b'{"custom_id": 1}\n{}')]
)
def test_a_file_comes_through_as_it_is(server: Loopback, kind, content) -> None:
    def give(handler, body) -> None:
        handler.start(len(content), kind)
        handler.wfile.write(content)

    server.script = [give]
    with OpenAI(**session_at(server.base_url).connection, max_retries=0) as client:
        assert client.files.content("file-1").read() == content
