"""`start.py record --check` on real HTTP: it compares shapes, asks each error once, writes nothing, shows no key."""

import json
import sys

import pytest

import helpers.settings
import tools.check_errors
import tools.record
from helpers.course import ROOT
from helpers.errors import SettingsError
from helpers.replay import load_cassette
from tests.live.sessions import OPENAI_HTTP
from tests.loopback import KEY
from tests.tools.small_course import Told, files, settings
from tools.check_errors import PROVOCATIONS, WRONG_KEY, check, shape
from tools.notebooks import cassette_paths
from tools.recordings import RecordError

ASKED = [f"{one.lesson} {one.id}" for one in PROVOCATIONS]


@pytest.fixture
def told(tmp_path, as_openai, monkeypatch):
    """A folder with the course's own cassettes and a key, OpenAI's host being the loopback server, and what is said."""
    settings(tmp_path, OPENAI_HTTP)
    # There is no TLS here.
    monkeypatch.setattr(helpers.settings, "is_local", lambda base_url: True)
    folder = tmp_path / "helpers" / "cassettes"
    folder.mkdir(parents=True)
    for path in cassette_paths():
        (folder / path.name).write_bytes(path.read_bytes())
    return Told()


def refusing(status, **error):
    fields = {"message": "m", "type": "invalid_request_error", "param": None, "code": None, **error}
    return lambda handler, body: handler.reply(status, {"error": fields})


def test_a_server_that_refuses_as_staged_finds_nothing_changed(tmp_path, told, as_openai):
    before = files(tmp_path)
    assert check(tmp_path, told.append)
    assert [line for line in told if line.startswith("같음")] == [f"같음  {name}" for name in ASKED]
    assert "api.openai.com" in told[0] and "4번" in told[0] and "$0.0000" in told[0]
    assert "묻지 않음" in told[-1] and "03_tokens rate_limit" in told[-1] and "wrong_key" not in told[-1]
    assert files(tmp_path) == before


def test_each_error_is_asked_once_as_it_is_and_the_key_only_where_it_belongs(tmp_path, told, as_openai):
    check(tmp_path, told.append)
    assert as_openai.bodies == [dict(one.body) for one in PROVOCATIONS], (
        "nothing adapted, nothing asked twice"
    )
    sent = [one["headers"]["authorization"] for one in as_openai.requests]
    assert sent == [f"Bearer {WRONG_KEY}"] + [f"Bearer {KEY}"] * 3
    assert all(one["target"].endswith("/v1/chat/completions") for one in as_openai.requests)
    assert KEY not in told.text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refusing(404, code="model_gone"), 'error.code: 준비해 둔 것 "model_not_found" → 지금 "model_gone"'),
        (
            refusing(404, code="model_not_found", type=None),
            'error.type: 준비해 둔 것 "invalid_request_error" → 지금 null',
        ),
        (
            refusing(404, code="model_not_found", param="model"),
            'error.param: 준비해 둔 것 null → 지금 "model"',
        ),
        (refusing(404, code="model_not_found", doc="x"), "error.doc: 준비해 둔 것 없음 → 지금 문자열"),
        (
            refusing(404, code="model_not_found", message=["x"]),
            "error.message: 준비해 둔 것 문자열 → 지금 리스트",
        ),
        (refusing(400, code="model_not_found"), "HTTP: 준비해 둔 것 404 → 지금 400"),
        (
            lambda handler, body: handler.reply(404, {"detail": "x"}),
            'error.code: 준비해 둔 것 "model_not_found" → 지금 없음',
        ),
        (lambda handler, body: handler.reply(404, "<html>"), "body: 준비해 둔 것 없음 → 지금 null"),
        (lambda handler, body: handler.reply(200, {"id": "x"}), "거절하지 않고 답했습니다"),
    ],
)
def test_another_shape_is_told_field_by_field(tmp_path, told, as_openai, answer, said):
    as_openai.script = [None, answer]
    before = files(tmp_path)
    assert not check(tmp_path, told.append)
    assert said in told[2] and told[2].startswith("다름  01_roles unknown_model (준비한 날 2026-11-22)")
    assert [line[:2] for line in told[1:5]] == ["같음", "다름", "같음", "같음"], (
        "the others are asked all the same"
    )
    assert files(tmp_path) == before


def test_another_message_is_no_difference(tmp_path, told, as_openai):
    as_openai.script = [None, refusing(404, code="model_not_found", message="말을 바꾸었습니다.")]
    assert check(tmp_path, told.append)
    assert "바꾸었습니다" not in told.text


@pytest.mark.parametrize(
    ("status", "code"), [(401, "invalid_api_key"), (403, None), (429, "slow_down"), (503, None)]
)
def test_an_error_of_the_account_or_the_server_says_nothing_of_the_shape(
    tmp_path, told, as_openai, status, code
):
    as_openai.script = [None, refusing(status, code=code)]
    assert not check(tmp_path, told.append)
    assert (
        told[2].startswith("모름  01_roles unknown_model")
        and f"HTTP {status}, code {json.dumps(code)}" in told[2]
    )


def test_a_server_that_says_the_key_back_shows_it_to_nobody(tmp_path, told, as_openai):
    as_openai.script = [None, refusing(404, code=KEY, **{KEY: 1}), refusing(429, code=f"x {KEY}")]
    assert not check(tmp_path, told.append)
    assert KEY not in told.text and KEY[:30] not in told.text


def test_what_a_server_writes_cannot_turn_the_line_around(tmp_path, told, as_openai):
    as_openai.script = [None, refusing(404, code="\u202e", **{"\u202ex\x1b[2J": 1})]
    assert not check(tmp_path, told.append)
    assert "\u202e" not in told.text and "\x1b" not in told.text


def test_a_lost_connection_is_said_without_a_traceback(tmp_path, told, as_openai):
    def close(handler, body):
        handler.close_connection = True

    as_openai.script = [close]
    with pytest.raises(RecordError, match="연결하지 못했거나") as caught:
        check(tmp_path, told.append)
    assert KEY not in str(caught.value) and caught.value.__suppress_context__


def test_no_other_server_and_no_key_is_refused_before_anything_is_asked(tmp_path, told, server, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    settings(tmp_path, server.base_url)
    with pytest.raises(SettingsError, match="OPENAI_BASE_URL"):
        check(tmp_path, told.append)
    settings(tmp_path, OPENAI_HTTP, OPENAI_API_KEY="")
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        check(tmp_path, told.append)
    (tmp_path / ".env").unlink()
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        check(tmp_path, told.append)
    assert server.bodies == [] and told == []


@pytest.mark.parametrize(("script", "code"), [([], 0), ([refusing(404)], 1)])
def test_the_command_tells_the_shell(tmp_path, told, as_openai, monkeypatch, capsys, script, code):
    monkeypatch.setattr(tools.check_errors, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["record", "--check"])
    as_openai.script = script
    assert tools.record.main() == code
    assert ("다름" in capsys.readouterr().out) == bool(code)


def test_a_lesson_beside_check_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["record", "--check", "01_roles"])
    with pytest.raises(SystemExit):
        tools.record.main()


def test_every_staged_error_is_asked_or_left_out_for_a_reason():
    costly = {"rate_limit", "no_credit"}
    staged = {
        one.id
        for path in cassette_paths()
        for one in load_cassette(path).staged
        if one.responses[0].get("status", 200) != 200
    }
    assert staged == {one.id for one in PROVOCATIONS} | costly
    text = (ROOT / "docs" / "recording.md").read_text(encoding="utf-8")
    assert all(f"| `{one.lesson}` `{one.id}` |" in text for one in PROVOCATIONS)


def test_a_shape_holds_no_text_but_what_programs_decide_by():
    body = {
        "error": {"message": "비밀", "code": None, "more": {"type": "x", "count": 1, "open": True}},
        "list": [{}],
    }
    assert shape(400, body) == {
        "HTTP": "400",
        "error.message": "문자열",
        "error.code": "null",
        "error.more.type": '"x"',
        "error.more.count": "수",
        "error.more.open": "참거짓",
        "list": "리스트",
    }
