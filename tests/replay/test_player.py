"""Recorded answers in their order, and the transport that brings them to the SDK."""

import json
import threading

import httpx2
import openai
import pytest

from helpers.replay.cassette import load_cassette
from helpers.replay.player import Player
from tests.replay.cassettes import MODEL, ask, cassette, client, completion

# --- the player ---------------------------------------------------------------------------------------------------


def test_the_nth_request_gets_the_nth_answer_and_then_the_first_again(path):
    one = client(Player(load_cassette(path), MODEL).answer)
    assert [ask(one) for _ in range(7)] == ["하나", "둘", "셋", "하나", "둘", "셋", "하나"]


def test_clients_share_their_places_and_requests_do_not(path):
    player = Player(load_cassette(path), MODEL)
    left, right = client(player.answer), client(player.answer)
    got = [ask(left), ask(left, "라마바"), ask(right), ask(right, "라마바"), ask(left)]
    assert got == ["하나", "넷", "둘", "넷", "셋"]


def test_a_player_of_its_own_starts_anew(path):
    loaded = load_cassette(path)
    assert ask(client(Player(loaded, MODEL).answer)) == ask(client(Player(loaded, MODEL).answer)) == "하나"


def test_closing_a_client_closes_no_other(path):
    player = Player(load_cassette(path), MODEL)
    left, right = client(player.answer), client(player.answer)
    with left:
        assert ask(left) == "하나"
    assert left.is_closed() and not right.is_closed()
    assert ask(right) == "둘"


def test_a_miss_takes_no_place(path):
    one = client(Player(load_cassette(path), MODEL).answer)
    with pytest.raises(openai.NotFoundError):
        ask(one, "없는 것")
    assert ask(one) == "하나"


def test_the_model_may_change_and_the_recordings_go_on(path):
    player = Player(load_cassette(path), "gpt-6-luna")
    one = client(player.answer)
    messages = [{"role": "user", "content": "가나다"}]
    got = one.chat.completions.create(model="gpt-6-luna", messages=messages)
    assert (got.choices[0].message.content, got.model) == ("하나", MODEL)
    with pytest.raises(openai.NotFoundError):
        one.chat.completions.create(model=MODEL, messages=messages)


def test_eight_threads_get_right_answers_and_none_is_lost(path):
    player = Player(load_cassette(path), MODEL)
    got: list[list[str]] = [[] for _ in range(8)]
    barrier = threading.Barrier(8, timeout=60)

    def work(mine: list[str]) -> None:
        one = client(player.answer)
        barrier.wait()
        for turn in range(250):
            if turn % 5 == 0:
                assert ask(one, "라마바") == "넷"
                mine.append("넷")
            else:
                mine.append(ask(one))

    threads = [threading.Thread(target=work, args=(mine,), daemon=True) for mine in got]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert [len(mine) for mine in got] == [250] * 8
    every = [text for mine in got for text in mine]
    assert every.count("넷") == 400
    # 1,600 turns through three answers.
    assert sorted(every.count(text) for text in ("하나", "둘", "셋")) == [533, 533, 534]


# --- the transport ------------------------------------------------------------------------------------------------


def test_status_headers_and_body_reach_the_sdk():
    response = cassette().staged[0].responses[0]
    one = client(lambda method, path, raw: response)
    with pytest.raises(openai.RateLimitError) as caught:
        ask(one.with_options(max_retries=0))
    assert caught.value.code == "y"
    assert caught.value.response.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("fault", "kind"), [("refused", openai.APIConnectionError), ("timeout", openai.APITimeoutError)]
)
def test_faults_are_the_sdks_own_errors(fault, kind):
    one = client(lambda method, path, raw: {"fault": fault})
    with pytest.raises(openai.APIConnectionError) as caught:
        ask(one.with_options(max_retries=0))
    assert type(caught.value) is kind


def test_the_path_is_relative_to_the_base_url():
    seen = []

    def answer(method: str, path: str, raw: bytes) -> dict:
        seen.append((method, path, json.loads(raw or b"null")))
        return {"status": 200, "body": {"object": "list", "data": []}}

    client(answer).models.list(extra_query={"가": "1"})
    assert seen == [("GET", "models?%EA%B0%80=1", None)]


def test_an_answer_is_recorded_text_to_the_letter():
    text = 'ㅋㅋ ㎏ é é "quoted" <b> \\ \t\n\u2028\u202e\x00 😀'
    response = {"status": 200, "body": completion(text)}
    assert ask(client(lambda method, path, raw: response)) == text


def test_no_connection_is_opened(path, monkeypatch):
    import socket

    def refuse(*arguments, **named):
        raise AssertionError("replay reached for the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert ask(client(Player(load_cassette(path), MODEL).answer)) == "하나"
    with pytest.raises(AssertionError):
        httpx2.get("http://127.0.0.1:9/")
