import json
import os
import subprocess
import sys
from pathlib import Path

import openai
import pytest
from openai import OpenAI

from helpers import course, open_lesson
from helpers.course import CASSETTES, lessons
from helpers.errors import CassetteError, LessonError, SettingsError, VocabularyError
from helpers.replay import Cassette, Interaction, load_cassette, save_cassette
from helpers.show import origin_line

LESSONS = list(lessons())

ROOT = Path(__file__).parents[1]
ORIGINAL = json.loads((ROOT / "tests" / "data" / "original_exchanges.json").read_text(encoding="utf-8"))
ROLES = ORIGINAL["exchanges"][0]
# Put together here, so that no file of the course holds anything that looks like a key.
KEY = "sk-" + "proj-" + "Zq7xW2" * 6

WRITTEN = {"kind": "written", "date": "2026-11-22", "source": "https://example.com/errors"}
EXAMPLE = {
    "id": "written-example",
    "object": "chat.completion",
    "model": "written-by-authors",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "예시입니다."}}
    ],
}
QUOTA = {
    "error": {
        "message": "You exceeded your current quota.",
        "type": "insufficient_quota",
        "param": None,
        "code": "insufficient_quota",
    }
}


@pytest.fixture(autouse=True)
def own_vocabulary_setting(monkeypatch):
    """Opening a lesson may set the variable: put back what was there."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", os.environ.get("TIKTOKEN_CACHE_DIR", ""))


@pytest.fixture
def roles():
    return open_lesson("01_roles")


@pytest.fixture
def staging(tmp_path, monkeypatch):
    """A copy of lesson 01 with staged answers of its own."""
    original = load_cassette(CASSETTES / "01_roles.json")
    staged = [
        Interaction("example", WRITTEN, None, [{"status": 200, "body": EXAMPLE}]),
        Interaction("no_credit", WRITTEN, None, [{"status": 429, "body": QUOTA}]),
        Interaction("offline", WRITTEN, None, [{"fault": "refused"}]),
        Interaction("slow", WRITTEN, None, [{"fault": "timeout"}]),
    ]
    save_cassette(
        Cassette("01_roles", original.model, original.interactions, staged), tmp_path / "01_roles.json"
    )
    monkeypatch.setattr(course, "CASSETTES", tmp_path)
    return open_lesson("01_roles")


def ask(connection: dict, **changes):
    client = OpenAI(**connection, max_retries=0)
    return client.chat.completions.create(**(ROLES["request"] | changes))


@pytest.mark.parametrize("name", LESSONS)
def test_every_lesson_opens_in_replay(name):
    lesson = open_lesson(name)
    cassette = load_cassette(CASSETTES / f"{name}.json")
    assert (lesson.name, lesson.mode, lesson.model) == (name, "replay", cassette.model)
    assert "재생 모드" in lesson.banner().text and lesson.model in lesson.banner().text


@pytest.mark.parametrize("name", LESSONS)
def test_every_recorded_request_is_answered_through_the_sdk(name):
    lesson = open_lesson(name)
    client = OpenAI(**lesson.connection)
    for one in load_cassette(CASSETTES / f"{name}.json").interactions:
        body = one.request["body"] | {
            "model": lesson.model if "{" in one.request["body"]["model"] else one.request["body"]["model"]
        }
        path = one.request["path"]
        send = client.responses.create if path == "responses" else client.chat.completions.create
        for response in [*one.responses, one.responses[0]]:
            got = send(**body)
            if "events" in response:
                got = list(got)
                assert [chunk.to_dict(exclude_unset=True) for chunk in got] == response["events"], one.id
            else:
                assert got.to_dict(exclude_unset=True) == response["body"], one.id
            asked = {"asked": lesson.model} if one.origin["kind"] == "open-model" else {}
            assert lesson.origin(got) == one.origin | asked
            assert origin_line(one.origin | asked) in lesson.show(got).text


def test_the_recorded_exchange_word_for_word(roles):
    completion = ask(roles.connection, model=roles.model)
    assert completion.to_dict() == ROLES["response"]
    assert roles.last_request() == ROLES["request"]


def test_the_last_request_may_be_no_json(roles):
    with OpenAI(**roles.connection, max_retries=0) as client, pytest.raises(openai.NotFoundError):
        client.models.list()
    assert roles.last_request() is None


def test_a_setting_that_is_refused_leaves_the_vocabulary_at_hand(tmp_path, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    monkeypatch.setenv("LESSON_MODE", "no such mode")
    with pytest.raises(SettingsError):
        open_lesson("03_tokens")
    assert os.environ["TIKTOKEN_CACHE_DIR"]


def test_fields_that_the_original_did_not_show_are_none():
    lesson = open_lesson("05_math_helper")
    completion = lesson.recorded("two-plus-two")
    assert (completion.id, completion.created, completion.usage, completion.system_fingerprint) == (None,) * 4
    assert completion.choices[0].message.content.startswith("안녕하세요")


@pytest.mark.parametrize(
    "name", ["", "01", "1_roles", "../01_roles", "01_roles.json", "../../pyproject", "06_more"]
)
def test_an_unknown_lesson_is_refused_with_the_known_ones(name):
    with pytest.raises(LessonError, match="01_roles, 02_structured_outputs"):
        open_lesson(name)


def test_recorded_gives_the_same_whatever_was_asked(roles):
    first = roles.recorded("korean-series")
    ask(roles.connection, model=roles.model)
    again = roles.recorded("korean-series")
    assert first.choices[0].message.content == again.choices[0].message.content
    assert first.usage.prompt_tokens == 81
    assert roles.origin(first)["kind"] == "original-notebook"
    assert ROLES["response"]["choices"][0]["message"]["content"] in roles.show(first).text


def test_recorded_reaches_into_another_lesson(roles):
    story = roles.recorded("mars-story", lesson="04_seeds")
    assert story.usage.completion_tokens == 588
    assert roles.origin(story)["kind"] == "original-notebook"
    assert "2025-02-01" in roles.show(story).text


@pytest.mark.parametrize(
    ("id", "lesson"),
    [("nothing", None), ("mars-story", None), ("korean-series", "09_more"), ("korean-series", "../x")],
)
def test_what_is_not_recorded_is_refused(roles, id, lesson):
    with pytest.raises(LessonError):
        roles.recorded(id, lesson=lesson)


def test_recorded_and_staged_do_not_answer_for_each_other(staging):
    with pytest.raises(LessonError, match="korean-series"):
        staging.recorded("no_credit")
    with pytest.raises(
        LessonError, match=r"비슷한 이름: (?=.*example)(?=.*no_credit)(?=.*offline)(?=.*slow)"
    ):
        staging.staged("korean-series")


def test_staged_answers_come_whatever_is_asked_and_as_often_as_asked(staging):
    connection = staging.staged("no_credit")
    for content in ("가", "나"):
        with pytest.raises(openai.RateLimitError) as caught:
            ask(connection, messages=[{"role": "user", "content": content}])
        assert caught.value.code == "insufficient_quota"
    with pytest.raises(openai.APITimeoutError):
        ask(staging.staged("slow"))
    with pytest.raises(openai.APIConnectionError):
        ask(staging.staged("offline"))
    assert ask(staging.staged("example"), model="any").choices[0].message.content == "예시입니다."


def test_a_staged_answer_leaves_the_recorded_ones_where_they_were(staging):
    with pytest.raises(openai.RateLimitError):
        ask(staging.staged("no_credit"))
    assert staging.last_request() is None
    assert ask(staging.connection).id == ROLES["response"]["id"]


def test_a_written_answer_is_always_shown_as_one(staging):
    completion = ask(staging.staged("example"))
    assert staging.origin(completion) == WRITTEN
    for shown in (staging.show(completion).text, staging.show(completion).html):
        assert "예시 답변: 모델이 아니라 저자가 쓴 답변입니다." in shown


def test_an_answer_from_elsewhere_has_no_origin(roles):
    completion = roles.recorded("korean-series")
    completion.choices[0].message.content += " (바꿈)"
    assert roles.origin(completion) == {"kind": "unknown"}
    assert "알 수 없음" in roles.show(completion).text


def test_a_connection_is_made_anew_each_time(roles):
    first, second = roles.connection, roles.connection
    assert first["http_client"] is not second["http_client"]
    with OpenAI(**first) as one:
        one.chat.completions.create(**ROLES["request"])
    assert first["http_client"].is_closed and not second["http_client"].is_closed
    assert ask(second).id == ROLES["response"]["id"]


def test_a_connection_holds_the_sdks_own_arguments_and_no_secret(roles, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    connection = roles.connection
    assert set(connection) == {"api_key", "base_url", "http_client"}
    assert ".invalid/" in connection["base_url"]
    client = OpenAI(**connection)
    shown = " ".join(
        map(repr, [connection, client, vars(client), roles, vars(roles), client.default_headers])
    )
    assert KEY not in shown
    assert client.api_key == connection["api_key"]


def test_a_miss_is_told_once_and_not_tried_again(roles):
    client = OpenAI(**roles.connection)
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(**(ROLES["request"] | {"temperature": 0.7}))
    assert caught.value.code == "recording_not_found"
    assert "temperature: 녹화 없음 → 지금 0.7" in caught.value.body["message"]
    assert "retry-count" not in caught.value.response.request.headers or (
        caught.value.response.request.headers["x-stainless-retry-count"] == "0"
    )


def test_a_damaged_cassette_stops_the_lesson(tmp_path, monkeypatch):
    path = tmp_path / "01_roles.json"
    text = (CASSETTES / path.name).read_text(encoding="utf-8")
    monkeypatch.setattr(course, "CASSETTES", tmp_path)
    with pytest.raises(CassetteError, match=r"01_roles\.json"):
        open_lesson("01_roles")
    path.write_text(text.replace("창원", "서울", 1), encoding="utf-8", newline="\n")
    before = path.read_bytes()
    with pytest.raises(CassetteError, match=r"01_roles\.json"):
        open_lesson("01_roles")
    assert path.read_bytes() == before


def test_a_damaged_vocabulary_stops_the_lesson(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "helpers.vocabulary.check_bundled", lambda: (_ for _ in ()).throw(VocabularyError("x.tiktoken"))
    )
    with pytest.raises(VocabularyError):
        open_lesson("03_tokens")


def test_before_any_error_there_is_nothing_to_trace(roles, capsys):
    roles.traceback()
    assert "아직 오류가 없습니다" in capsys.readouterr().out


SCRIPT = """
import os
before = dict(os.environ)
from openai import OpenAI
from helpers import open_lesson

lesson = open_lesson("01_roles")
client = OpenAI(**lesson.connection)
MODEL = lesson.model
after = dict(os.environ)
after.pop("TIKTOKEN_CACHE_DIR"), before.pop("TIKTOKEN_CACHE_DIR", None)
assert after == before, "the environment was changed"

import json
from pathlib import Path
original = json.loads(Path("tests/data/original_exchanges.json").read_text(encoding="utf-8"))
messages = original["exchanges"][0]["request"]["messages"]
raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=messages)
completion = raw.parse()
print(lesson.mode, MODEL, lesson.banner())
print(json.dumps(completion.to_dict(), ensure_ascii=False))
print(lesson.show(completion))
print(raw.http_request.url, sorted((k, v) for k, v in raw.http_request.headers.items() if "stainless" not in k and k != "user-agent"))
print(json.dumps(json.loads(raw.http_request.content), ensure_ascii=False))
try:
    client.chat.completions.create(model=MODEL, messages=messages, temperature=0.1)
except Exception as error:
    print(type(error).__name__, error.body["message"])
import tiktoken
print(len(tiktoken.encoding_for_model("gpt-4o-mini").encode("ChatGPT is great!")))
print(repr(lesson.connection["base_url"]), repr(client.api_key))
"""

HOSTILE = {
    "OPENAI_API_KEY": KEY,
    "OPENAI_ADMIN_KEY": KEY,
    "OPENAI_ORG_ID": "한글",
    "OPENAI_PROJECT_ID": "한글\n두 줄",
    "OPENAI_WEBHOOK_SECRET": "한글",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/elsewhere",
    "OPENAI_CUSTOM_HEADERS": "X-Hangul: 한글\nAuthorization: Bearer elsewhere\nno colon\n: empty\n한글: x",
    "OPENAI_LOG": "debug",
    "OPENAI_API_VERSION": "x",
    "OPENAI_API_TYPE": "azure",
    "AZURE_OPENAI_ENDPOINT": "http://127.0.0.1:9/azure",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "nonsense://proxy",
    "NO_PROXY": "[::::",
    "SSL_CERT_FILE": "/nonexistent/한글.pem",
    "SSL_CERT_DIR": "/nonexistent",
    "LESSON_MODEL": "elsewhere",
    "LESSON_BUDGET_USD": "nonsense",
    "DATA_GYM_CACHE_DIR": "/nonexistent",
    "TIKTOKEN_CACHE_DIR": "",
}


def run(environ: dict[str, str]) -> subprocess.CompletedProcess:
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in HOSTILE and "PROXY" not in name.upper()
    }
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-W", "error", "-c", SCRIPT],
        cwd=ROOT,
        env=clean | {"LESSON_MODE": "replay"} | environ,
        capture_output=True,
        encoding="utf-8",
        timeout=180,
    )


def test_no_environment_changes_a_request_or_an_answer():
    plain, hostile = run({}), run(HOSTILE)
    assert (plain.returncode, plain.stderr) == (0, "")
    assert (hostile.returncode, hostile.stderr) == (0, ""), hostile.stderr[-2000:]
    assert hostile.stdout == plain.stdout
    assert ROLES["response"]["choices"][0]["message"]["content"] in plain.stdout
    assert "녹화에 없는 요청입니다" in plain.stdout
    assert KEY not in hostile.stdout


SHELL = """
from traitlets.config import Config
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
for code in [
    "from openai import OpenAI\\nfrom helpers import open_lesson\\nlesson = open_lesson('01_roles')",
    "asked = [{'role': 'user', 'content': 'x'}]",
    "OpenAI(**lesson.connection).chat.completions.create(model=lesson.model, messages=asked)",
    "lesson.traceback()",
    "open_lesson('09_more')",
    "print('still here')",
]:
    print("== ", flush=True)
    shell.run_cell(code)
"""


def test_in_a_notebook_a_banner_greets_and_a_miss_is_a_box():
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", SHELL],
        cwd=ROOT,
        env=os.environ | {"LESSON_MODE": "replay"},
        capture_output=True,
        encoding="utf-8",
        timeout=180,
        check=True,
    )
    banner, _, miss, trace, unknown, last = done.stdout.split("== \n")[1:]
    assert banner.startswith("· 재생 모드 · 01_roles")
    assert miss.startswith("? 녹화에 없는 요청입니다.") and "가장 가까운 녹화는" in miss
    assert len(miss.strip().splitlines()) <= 12
    assert "Traceback" not in miss and "lesson.traceback()" in miss
    assert trace.startswith("Traceback") and "NotFoundError" in trace
    assert "없습니다: 09_more." in unknown and "Traceback" not in unknown
    assert last.strip() == "still here"


def test_a_stream_is_replayed_as_a_stream_and_what_the_sdk_makes_of_it_has_an_origin(roles):
    request = roles.recorded_requests()["stream"].request["body"] | {"model": roles.model}
    client = OpenAI(**roles.connection)
    with client.chat.completions.create(**request) as stream:
        chunks = list(stream)
    assert len(chunks) > 10 and chunks[-1].usage.completion_tokens and not chunks[-1].choices
    words = "".join(one.choices[0].delta.content or "" for one in chunks if one.choices)
    assert roles.show(chunks).text.splitlines()[-1] == words
    del request["stream"]
    with client.chat.completions.stream(**request) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.content == words
    for one in (chunks, chunks[3], final, roles.recorded("stream")):
        assert roles.origin(one)["kind"] == "open-model"


def test_all_answers_to_one_request_come_in_their_order(roles):
    body = roles.recorded_requests()["facts/plain/01"].request["body"] | {"model": roles.model}
    client = OpenAI(**roles.connection)
    asked = [client.chat.completions.create(**body).choices[0].message.content for _ in range(3)]
    assert [one.choices[0].message.content for one in roles.answers("facts/plain/01")] == asked
    assert len(set(asked)) == 3 and roles.recorded("facts/plain/01") == roles.answers("facts/plain/01")[0]


def test_the_list_of_recordings_names_each(roles):
    text = roles.recordings().text
    assert "korean-series | 이 레슨의 셀이 보내는 요청 | 1" in text
    one = roles.recorded_requests()["conflict/laugh"]
    assert f"conflict/laugh | {one.title} | 10" in text


def test_where_another_model_answered_than_was_asked_the_origin_says_so(roles):
    line = roles.show(roles.recorded("capital/none")).text
    assert "공개 모델 (qwen2.5-coder-1.5b)" in line and "(물은 모델은 gpt-4o-mini)" in line
    assert "덧붙인 system 메시지: You are Qwen" in line
    assert "덧붙인 system" not in roles.show(roles.recorded("capital/pirate")).text
    # A dated snapshot of the model that was asked is no other model.
    assert "물은 모델" not in roles.show(roles.recorded("korean-series")).text


def test_an_answer_of_the_responses_api_is_replayed_shown_and_missed(roles):
    client = OpenAI(**roles.connection)
    body = roles.recorded_requests()["responses/plain"].request["body"] | {"model": roles.model}
    answer = client.responses.create(**body)
    assert answer.output_text in roles.show(answer).text and roles.origin(answer)["kind"] == "open-model"
    with pytest.raises(openai.NotFoundError) as caught:
        client.responses.create(**(body | {"input": "대한민국의 수도는요?"}))
    assert "responses/plain" in caught.value.body["message"] and "input: 녹화" in caught.value.body["message"]
