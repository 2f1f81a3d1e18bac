import copy
import json
import os
import threading
from pathlib import Path

import httpx2
import openai
import pytest
from openai.lib._parsing import type_to_response_format_param
from pydantic import BaseModel

from helpers.cassettes import (
    Cassette,
    Interaction,
    Player,
    ReplayTransport,
    checksum,
    load_cassette,
    save_cassette,
)
from helpers.errors import CassetteError
from helpers.lesson import LESSONS

CASSETTES = Path(__file__).parents[1] / "notebooks" / "cassettes"
ORIGINAL = json.loads(
    (Path(__file__).parent / "data" / "original_exchanges.json").read_text(encoding="utf-8")
)
MODEL = "gpt-4o-mini"
API = {"kind": "api", "date": "2026-11-22", "model": MODEL, "host": "api.openai.com"}
WRITTEN = {"kind": "written", "date": "2026-11-22"}


def completion(content: str, id: str = "chatcmpl-1", model: str = MODEL) -> dict:
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return {"id": id, "object": "chat.completion", "model": model, "choices": [choice]}


def answers(*contents: str) -> list[dict]:
    return [{"status": 200, "body": completion(content)} for content in contents]


def recorded(id: str, content: str, *contents: str) -> Interaction:
    body = {"model": "{lesson.model}", "messages": [{"role": "user", "content": content}]}
    return Interaction(
        id, API, {"method": "POST", "path": "chat/completions", "body": body}, answers(*contents)
    )


def staged(id: str, **response) -> Interaction:
    return Interaction(id, WRITTEN, None, [response])


def cassette() -> Cassette:
    return Cassette(
        "04_seeds",
        MODEL,
        [recorded("first", "가나다", "하나", "둘", "셋"), recorded("second", "라마바", "넷")],
        [
            staged(
                "no_credit",
                status=429,
                headers={"retry-after": "1"},
                body={"error": {"message": "x", "code": "y"}},
            ),
            staged("offline", fault="refused"),
            staged("example", status=200, body=completion("예시", "written-example", "written-by-authors")),
        ],
        live_calls=7,
    )


@pytest.fixture
def path(tmp_path) -> Path:
    path = tmp_path / "04_seeds.json"
    save_cassette(cassette(), path)
    return path


def client(answer) -> openai.OpenAI:
    http = openai.DefaultHttpxClient(transport=ReplayTransport(answer, "/v1/"), trust_env=False)
    return openai.OpenAI(api_key="none", base_url="https://replay.invalid/v1/", http_client=http)


def ask(one: openai.OpenAI, content: str = "가나다") -> str:
    messages = [{"role": "user", "content": content}]
    return one.chat.completions.create(model=MODEL, messages=messages).choices[0].message.content


# --- loading and saving -------------------------------------------------------------------------------------------


def test_a_cassette_comes_back_as_it_was_saved(path, tmp_path):
    loaded = load_cassette(path)
    assert loaded == cassette()
    again = tmp_path / "again" / path.name
    again.parent.mkdir()
    save_cassette(loaded, again)
    assert again.read_bytes() == path.read_bytes()


def test_the_file_is_for_people_to_read(path):
    raw = path.read_bytes()
    text = raw.decode("utf-8")
    assert "가나다" in text and "\\u" not in text
    assert b"\r" not in raw and raw.endswith(b"}\n")
    assert '\n  "lesson": "04_seeds"' in text
    assert text.index('"first"') < text.index('"second"')


def test_half_a_surrogate_pair_survives(tmp_path):
    path = tmp_path / "04_seeds.json"
    save_cassette(Cassette("04_seeds", MODEL, [recorded("half", "가", "cut \ud83d off \\")]), path)
    loaded = load_cassette(path)
    assert (
        loaded.interactions[0].responses[0]["body"]["choices"][0]["message"]["content"] == "cut \ud83d off \\"
    )
    assert ask(client(Player(loaded, MODEL).answer), "가") == "cut \ud83d off \\"


def test_find_gives_recorded_and_staged_ones():
    whole = cassette()
    assert whole.find("second") is whole.interactions[1]
    assert whole.find("offline") is whole.staged[1]
    assert whole.find("nothing") is None


def alter(path: Path, change) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def sealed(path: Path, change) -> None:
    """Change the content and seal it, so that only the rules of cassettes can notice."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    content["checksum"] = checksum(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def cut(share: float):
    def damage(path: Path) -> None:
        raw = path.read_bytes()
        path.write_bytes(raw[: int(len(raw) * share)])

    return damage


def replace(old: str, new: str):
    def damage(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")

    return damage


DAMAGE = {
    "missing": (Path.unlink, "없거나"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "없거나"),
    "empty": (cut(0), "JSON"),
    "cut at the start": (cut(0.01), "JSON"),
    "cut in the middle": (cut(0.5), "JSON"),
    "cut near the end": (cut(0.99), "JSON"),
    "binary": (lambda path: path.write_bytes(b"\xff\xfe\x00\x01"), "JSON"),
    "another encoding": (lambda path: path.write_bytes(path.read_text("utf-8").encode("cp949")), "JSON"),
    "a web page": (lambda path: path.write_text("<html></html>", encoding="utf-8"), "JSON"),
    "nested too deep": (lambda path: path.write_text("[" * 200_000, encoding="utf-8"), "JSON"),
    "a list": (lambda path: path.write_text("[]", encoding="utf-8"), "형식"),
    "an older format": (lambda path: sealed(path, lambda content: content.update(format=0)), "형식"),
    "a newer format": (lambda path: sealed(path, lambda content: content.update(format=2)), "형식"),
    "no format": (lambda path: sealed(path, lambda content: content.pop("format")), "형식"),
    "another lesson": (
        lambda path: sealed(path, lambda content: content.update(lesson="01_roles")),
        "다른 레슨",
    ),
    "one character of an answer": (replace("하나", "하니"), "봉인"),
    "one digit of a date": (
        lambda path: alter(path, lambda c: c["interactions"][0]["origin"].update(date="2026-11-23")),
        "봉인",
    ),
    "an interaction gone": (lambda path: alter(path, lambda content: content["interactions"].pop()), "봉인"),
    "no checksum": (lambda path: alter(path, lambda content: content.pop("checksum")), "봉인"),
    "half a surrogate pair put in": (replace("하나", "\\ud800"), "봉인"),
    "a rule broken": (
        lambda path: sealed(path, lambda content: content["interactions"][0].pop("origin")),
        "출처",
    ),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_cassette_is_named_with_its_remedy_and_left_alone(path, case):
    damage, said = DAMAGE[case]
    damage(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(CassetteError) as caught:
        load_cassette(path)
    message = str(caught.value)
    assert "04_seeds.json" in message
    assert "python start.py restore 04_seeds" in message
    assert said in message
    assert before == (path.read_bytes() if path.is_file() else None)
    assert [one.name for one in path.parent.iterdir()] == ([path.name] if path.exists() else [])


def test_white_space_and_line_ends_are_no_damage(path):
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_bytes(json.dumps(content, indent=4).replace("\n", "\r\n").encode())
    assert load_cassette(path) == cassette()


def test_a_failing_disk_leaves_the_old_file_whole(path, monkeypatch):
    before = path.read_bytes()
    changed = cassette()
    changed.interactions.pop()

    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        save_cassette(changed, path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "broken",
    [
        Cassette("04_seeds", MODEL, [Interaction("a", {}, None, [])]),
        Cassette("04_seeds", MODEL, [], [staged("a", status=200, body=completion("가"))]),
        Cassette("04_seeds", MODEL, [recorded("a", "가", "나"), recorded("b", "가", "다")]),
    ],
)
def test_what_breaks_a_rule_is_not_written(path, broken):
    before = path.read_bytes()
    with pytest.raises(CassetteError, match="04_seeds"):
        save_cassette(broken, path)
    assert path.read_bytes() == before


# --- playing ------------------------------------------------------------------------------------------------------


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


# --- the committed cassettes --------------------------------------------------------------------------------------


def test_every_lesson_has_a_cassette_and_together_they_are_small():
    found = sorted(CASSETTES.glob("*"))
    assert [one.name for one in found] == [f"{name}.json" for name in LESSONS]
    assert sum(one.stat().st_size for one in found) < 1_000_000


@pytest.mark.parametrize("name", LESSONS)
def test_a_committed_cassette_loads_and_is_written_the_same(name, tmp_path):
    path = CASSETTES / f"{name}.json"
    loaded = load_cassette(path)
    assert loaded.lesson == name
    save_cassette(loaded, tmp_path / path.name)
    assert (tmp_path / path.name).read_bytes() == path.read_bytes().replace(b"\r\n", b"\n")


class CalendarEvent(BaseModel):
    name: str
    date: str
    participants: list[str]


HOMES = {
    "roles": ("01_roles", "korean-series"),
    "structured_outputs": ("02_structured_outputs", "calendar-event"),
    "seeds": ("04_seeds", "mars-story"),
    "math_helper": ("05_math_helper", "two-plus-two"),
}


@pytest.mark.parametrize("exchange", ORIGINAL["exchanges"], ids=lambda one: one["lesson"])
def test_the_original_exchanges_are_there_word_for_word_and_nothing_is_invented(exchange):
    lesson, id = HOMES[exchange["lesson"]]
    loaded = load_cassette(CASSETTES / f"{lesson}.json")
    one = loaded.find(id)
    assert one.origin["kind"] == "original-notebook"
    assert one.origin["date"] == "2025-02-01"
    assert one.responses == [{"status": 200, "body": exchange["response"]}]
    wanted = copy.deepcopy(exchange["request"])
    assert loaded.model == wanted["model"]
    wanted["model"] = "{lesson.model}"
    if "max_tokens" in wanted:
        wanted["max_completion_tokens"] = wanted.pop("max_tokens")
        assert "max_tokens" in one.origin["note"] and "max_completion_tokens" in one.origin["note"]
    if "response_format" in wanted:
        wanted["response_format"] = type_to_response_format_param(CalendarEvent)
    assert one.request == {"method": "POST", "path": "chat/completions", "body": wanted}


def test_nothing_else_claims_to_be_original():
    bodies = [exchange["response"] for exchange in ORIGINAL["exchanges"]]
    for name in LESSONS:
        loaded = load_cassette(CASSETTES / f"{name}.json")
        for one in [*loaded.interactions, *loaded.staged]:
            if one.origin["kind"] == "original-notebook":
                assert all(response["body"] in bodies for response in one.responses), one.id


def test_no_recorded_request_depends_on_the_version_of_pydantic():
    def values(part):
        yield part
        for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            yield from values(inner)

    for name in LESSONS:
        for one in load_cassette(CASSETTES / f"{name}.json").interactions:
            for part in values(one.request["body"].get("response_format")):
                if isinstance(part, dict):
                    assert "const" not in part and "pattern" not in part, one.id
                    assert len(part.get("enum", [1, 2])) > 1, one.id
