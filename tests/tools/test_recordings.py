"""New cassettes from journals, and what is said of them."""

import json

import pytest

from helpers.live import LiveSession, Meter, recorded_calls
from helpers.replay import Cassette, Interaction, load_cassette, save_cassette
from helpers.settings import Settings
from tools.recordings import RecordError, read_journal, renew, report, rows, spent, texts

OPENAI = "https://api.openai.com/v1"
MODEL = "gpt-6-luna"


def session(base_url=OPENAI, model=MODEL):
    return LiveSession(Settings("record", "none", base_url, model), Meter())


def body(text):
    return {"model": "{lesson.model}", "messages": [{"role": "user", "content": text}]}


def answer(text, id="chatcmpl-1", **more):
    message = {"role": "assistant", "content": text}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    usage = {"prompt_tokens": 1000, "completion_tokens": 200}
    return {"id": id, "model": f"{MODEL}-2026-09-01", "choices": choices, "usage": usage, **more}


def interaction(id, kind, asked, *texts):
    request = {"method": "POST", "path": "chat/completions", "body": body(asked)}
    label = {"id": f"written-{id}", "model": "written-by-authors"} if kind == "written" else {}
    responses = [{"status": 200, "body": answer(text) | label} for text in texts]
    return Interaction(id, {"kind": kind, "date": "2025-02-01", "note": "옛 메모"}, request, responses)


def staged(id):
    origin = {"kind": "written", "date": "2026-11-22", "source": "https://example.com/errors"}
    return Interaction(id, origin, None, [{"fault": "timeout"}])


def old(*interactions, model="gpt-4o-mini"):
    return Cassette("05_math_helper", model, list(interactions), [staged("slow")])


ORIGINAL = interaction("original", "original-notebook", "원본", "옛 답변")
WRITTEN = interaction("example", "written", "예시", "저자의 답변")
API = interaction("fact", "api", "사실", "같은 답변")


@pytest.fixture
def journal(tmp_path):
    def written(cassette, *entries):
        path = tmp_path / "journal.jsonl"
        lines = [json.dumps({"spent_usd": 0.001 * place, **one}) for place, one in enumerate(entries)]
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        return read_journal(path, cassette)

    return written


def answered(text, *texts):
    return [{"event": "answered", "body": body(text), "answer": answer(one)} for one in texts]


REPLAYED = {"event": "replayed", "id": "original"}


def test_written_and_recorded_answers_are_replaced_and_the_original_is_left(journal, tmp_path):
    cassette = old(API, ORIGINAL, WRITTEN)
    cassette.live_calls["example"] = 1
    entries = [
        REPLAYED,
        *answered("예시", "새 답변"),
        *answered("사실", "같은 답변"),
        *answered("처음", "나"),
    ]
    new = renew(cassette, journal(cassette, *entries), session())
    assert [one.id for one in new.interactions] == ["original", "example", "fact", "request-4"]
    assert new.interactions[0] is ORIGINAL
    origin = {key: value for key, value in new.interactions[1].origin.items() if key != "date"}
    assert origin == {"kind": "api", "model": f"{MODEL}-2026-09-01", "host": "api.openai.com"}
    assert new.interactions[1].request == WRITTEN.request
    assert new.interactions[1].responses == [{"status": 200, "body": answer("새 답변")}]
    assert (new.staged, new.live_calls) == (cassette.staged, {"example": 1})
    save_cassette(new, tmp_path / "05_math_helper.json")
    assert load_cassette(tmp_path / "05_math_helper.json") == new


def test_the_same_request_asked_again_has_an_answer_for_each_time(journal):
    cassette = old(WRITTEN)
    new = renew(cassette, journal(cassette, *answered("예시", "하나", "둘")), session())
    texts = [one["body"]["choices"][0]["message"]["content"] for one in new.interactions[0].responses]
    assert texts == ["하나", "둘"]


def test_the_lesson_replays_as_the_original_model_while_anything_of_it_is_there(journal):
    entries = answered("예시", "새 답변")
    assert renew(old(ORIGINAL, WRITTEN), journal(old(ORIGINAL), *entries), session()).model == "gpt-4o-mini"
    assert renew(old(WRITTEN), journal(old(WRITTEN), *entries), session()).model == MODEL
    assert renew(old(), journal(old()), session()).model == "gpt-4o-mini"


def test_a_new_id_is_never_one_that_is_there(journal):
    cassette = old(interaction("request-1", "api", "하나", "답"))
    entries = [*answered("새것", "가"), *answered("하나", "답")]
    assert [one.id for one in renew(cassette, journal(cassette, *entries), session()).interactions] == [
        "request-2",
        "request-1",
    ]


def test_what_no_cell_asked_for_stands_last_until_it_is_removed(journal):
    cassette = old(API, WRITTEN)
    new = renew(cassette, journal(cassette, *answered("예시", "새 답변")), session())
    assert [one.id for one in new.interactions] == ["example", "fact"]
    assert new.interactions[1] is API


def test_a_request_without_an_answer_stops_the_recording(journal):
    failed = {"event": "failed", "body": body("예시"), "reason": "HTTP 401"}
    with pytest.raises(RecordError, match="HTTP 401"):
        journal(old(WRITTEN), *answered("예시", "답"), failed)
    assert journal(old(WRITTEN), failed, *answered("예시", "답")).answers


def test_a_journal_that_is_cut_off_stops_the_recording(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_text('{"event": "answered", "spent_usd": 0.25}\n{"event": "answ', encoding="utf-8")
    with pytest.raises(RecordError, match="온전하지"):
        read_journal(path, old())
    assert spent(path) == 0.25


def table_of(cassette, journal, *entries, used, banked=(), prune=False, server=None):
    server = server or session()
    notes = journal(cassette, *entries)
    found = rows(cassette, renew(cassette, notes, server), notes, used, set(banked), prune, server)
    return {row.id: row for row in found}, report(found, [notes], server)


def test_the_table_says_what_became_of_each_interaction(journal):
    cassette = old(ORIGINAL, WRITTEN, API, interaction("left", "api", "남음", "답"))
    entries = [
        REPLAYED,
        *answered("예시", "새 | 답변"),
        *answered("사실", "같은 답변"),
        *answered("처음", "나"),
    ]
    used = {"original", "example", "fact", "request-4", "slow"}
    found, text = table_of(cassette, journal, *entries, used=used)
    assert {id: row.status for id, row in found.items()} == {
        "original": "그대로",
        "example": "바뀜",
        "fact": "그대로",
        "request-4": "새로 생김",
        "left": "쓰이지 않음",
    }
    # 1,000 tokens in at $0.10 and 200 out at $0.50 a million, three times.
    assert "| 05_math_helper | fact | 그대로 | gpt-6-luna-2026-09-01 | 1 | 1,000 | 200 | 0.000200 |" in text
    assert "| 합계 |  |  |  | 3 | 3,000 | 600 | 0.000600 |" in text
    assert "| 05_math_helper | original | 그대로 | - | - | - | - | - |" in text
    assert "지출: $0.003000" in text
    assert "## 05_math_helper · example" in text and "{+새 |+}" in text and "[-저자의-]" in text
    assert "## 05_math_helper · fact" not in text
    assert "--prune 05_math_helper" in text


def test_the_table_says_what_prune_removes(journal):
    entries = [REPLAYED, *answered("예시", "새 답변")]
    found, text = table_of(old(ORIGINAL, WRITTEN, API), journal, *entries, used={"example"}, prune=True)
    assert {id: row.status for id, row in found.items()} == {
        "original": "지움",
        "example": "바뀜",
        "fact": "지움",
        "slow": "지움",
    }
    assert "--prune" not in text


def test_a_cost_that_nobody_knows_is_not_invented(journal):
    server = session("http://localhost:11434/v1", "qwen3")
    _, text = table_of(old(WRITTEN), journal, *answered("예시", "답"), used={"example"}, server=server)
    # Tokens of another vocabulary than OpenAI's are counted by its own.
    assert "| 1 | 9 | 1 | 모름 |" in text and "가격표에 없는 모델" in text
    server = session(model="some-new-model")
    _, text = table_of(old(WRITTEN), journal, *answered("예시", "답"), used={"example"}, server=server)
    assert "some-new-model의 가격을 몰라" in text


def test_tokens_that_the_server_did_not_count_are_marked(journal):
    entry = {"event": "answered", "body": body("예시"), "answer": answer("답", usage=None)}
    _, text = table_of(old(WRITTEN), journal, entry, used={"example"})
    assert "어휘 사전으로 셌습니다" in text


def test_no_answer_breaks_out_of_the_report(journal):
    hostile = "```\n# 제목 | 칸\n````\x1b[2J"
    _, text = table_of(old(WRITTEN), journal, *answered("예시", hostile), used={"example"})
    assert "\x1b" not in text
    assert text.endswith("\n" + "`" * 7 + "\n") and text.count("`" * 7) == 2


def test_answers_without_text_are_compared_too(journal):
    refusal = answer(None)
    refusal["choices"][0]["message"]["refusal"] = "답할 수 없습니다."
    tools = answer(None)
    tools["choices"][0]["message"]["tool_calls"] = [{"id": "call-1"}]
    for one, shown in ((refusal, "없습니다"), (tools, "tool_calls")):
        entry = {"event": "answered", "body": body("예시"), "answer": one}
        assert shown in table_of(old(WRITTEN), journal, entry, used={"example"})[1]


def test_the_estimate_takes_the_price_of_the_model_that_is_asked():
    one = interaction("one", "api", "하나", "가", "나")
    one.origin["host"] = "api.openai.com"
    calls = recorded_calls([one], MODEL, session().base_url)
    assert [(call.model, call.usage.prompt, call.picodollars) for call in calls] == [
        (MODEL, 1000, 200_000_000)
    ] * 2


CHUNKS = [
    {"id": "chatcmpl-1", "model": MODEL, "choices": [{"index": 0, "delta": {"content": piece}}]}
    for piece in ("조각", "조각")
]
OUTPUT = [
    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "다른 API의 답"}]}
]
RESPONSE = {"id": "resp_1", "object": "response", "model": MODEL, "output": OUTPUT}


def test_a_stream_and_another_path_are_recorded_as_what_they_are(journal, tmp_path):
    streamed = {"event": "answered", "path": "chat/completions", "body": {**body("흐름"), "stream": True}}
    asked = {"event": "answered", "path": "responses", "body": {"model": "{lesson.model}", "input": "안녕"}}
    entries = [{**streamed, "events": CHUNKS}, {**asked, "answer": RESPONSE}, *answered("예시", "답")]
    new = renew(old(WRITTEN), journal(old(WRITTEN), *entries), session())
    assert [(one.id, one.request["path"]) for one in new.interactions] == [
        ("request-1", "chat/completions"),
        ("request-2", "responses"),
        ("example", "chat/completions"),
    ]
    assert new.interactions[0].responses == [{"status": 200, "events": CHUNKS}]
    assert new.interactions[1].responses == [{"status": 200, "body": RESPONSE}]
    assert {one.origin["model"] for one in new.interactions[:2]} == {MODEL}
    assert {(one.origin["kind"], one.origin["host"]) for one in new.interactions} == {
        ("api", "api.openai.com")
    }
    assert [texts(one) for one in new.interactions] == [["조각조각"], ["다른 API의 답"], ["답"]]
    save_cassette(new, tmp_path / "05_math_helper.json")
    found, text = table_of(new, journal, *entries, used={"request-1", "request-2", "example"})
    assert [row.status for row in found.values()] == ["그대로", "그대로", "그대로", "쓰이지 않음"]
    assert "다른 API의 답" not in text
    found, text = table_of(
        new, journal, {**streamed, "events": CHUNKS[:1]}, used={"request-1"}, banked={"request-2"}
    )
    assert found["request-1"].status == "바뀜" and "조각조각" in text


def open_model(id, asked, *found):
    one = interaction(id, "open-model", asked, *found)
    more = {name: "x" for name in ("model", "file", "sha256", "runtime", "settings")}
    return Interaction(one.id, one.origin | more, one.request, one.responses, "제목")


def test_an_answer_of_an_open_model_gives_way_to_one_of_the_api_and_keeps_its_title(journal):
    bank = open_model("sum/01", "예시", "작은 모델의 답", "또 하나")
    entries = answered("예시", "새 답변")
    new = renew(old(bank), journal(old(bank), *entries), session())
    (one,) = new.interactions
    assert (one.id, one.origin["kind"], one.title, len(one.responses)) == ("sum/01", "api", "제목", 1)
    found, text = table_of(old(bank), journal, *entries, used={"sum/01"}, banked={"sum/01"})
    assert found["sum/01"].status == "바뀜" and "{+새 답변+}" in text


def test_what_a_bank_describes_is_in_no_table_and_never_removed(journal):
    bank = open_model("sum/01", "합", "답")
    entries = [REPLAYED, *answered("예시", "새 답변")]
    used = {"original", "example", "slow"}
    found, text = table_of(
        old(ORIGINAL, WRITTEN, bank), journal, *entries, used=used, banked={"sum/01"}, prune=True
    )
    assert set(found) == {"original", "example"} and "sum/01" not in text
