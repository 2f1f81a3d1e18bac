"""The key in pieces of JSON: it is put together and taken out, and everything else comes through as it was."""

import json

import pytest

from helpers.key import HIDDEN, Key
from helpers.live.cleaning import Body, Events

KEY = "sk-proj-" + "Q7vXk2mR9tLwZ4bN8cYd" + "WXYZ"


def streamed(*texts: str, done: bool = True) -> tuple[list[bytes], str]:
    """Return what is shown after each event of a stream, and its whole text."""
    events, shown = Events(Key(KEY)), []
    for text in texts:
        event = {"choices": [{"index": 0, "delta": {"content": text}}]}
        shown.append(events.pass_on(f"data: {json.dumps(event)}\n\n".encode()))
    shown.append(events.pass_on(b"data: [DONE]\n\n") if done else b"")
    shown.append(events.end())
    lines = [json.loads(line[6:]) for line in b"".join(shown).split(b"\n\n") if line.startswith(b"data: {")]
    assert len(lines) == len(texts)
    return shown, "".join(one["choices"][0]["delta"]["content"] for one in lines)


def test_an_event_waits_only_while_it_may_be_the_beginning_of_the_key() -> None:
    shown, text = streamed("안녕", "하 s", "k-", "pro", "file", "s", " 끝")
    assert [bool(one) for one in shown[:7]] == [True, False, False, False, True, False, True]
    assert text == "안녕하 sk-profiles 끝"


def test_a_text_that_ends_like_the_key_holds_up_the_other_texts_for_one_event_only() -> None:
    events = Events(Key(KEY))
    deltas = [{"reasoning": "yes"}, *[{"content": one} for one in ("가", "나", "다")], {"reasoning": KEY[1:]}]
    shown = [
        events.pass_on(f"data: {json.dumps({'choices': [{'index': 0, 'delta': delta}]})}\n\n".encode())
        for delta in deltas
    ]
    assert [one.count(b"data:") for one in shown] == [0, 2, 1, 1, 1]
    assert KEY[1:].encode() not in b"".join(shown)


@pytest.mark.parametrize(
    "form", ["%25{:02x}", "&amp;#{};", "&#{}", "\\{:03o}", "\\u{:04x}", "\\u{{{:x}}}", "&#x{:x};"]
)
def test_a_dress_may_be_cut_anywhere(form) -> None:
    dressed = "".join(form.format(ord(one)) for one in KEY)
    for cut in range(1, len(dressed)):
        text = streamed("키: " + dressed[:cut], dressed[cut:] + " 끝")[1]
        # An end of the last character's dress may be left.
        assert text in [f"키: {HIDDEN}{end} 끝" for end in ("", ";", "}")], dressed[:cut]


@pytest.mark.parametrize("name", ["role", "id"])
def test_a_field_of_a_delta_may_hold_the_key_in_pieces(name) -> None:
    events = Events(Key(KEY))
    shown = b"".join(
        events.pass_on(f"data: {json.dumps({'choices': [{'index': 0, 'delta': {name: one}}]})}\n\n".encode())
        for one in (KEY[:9], KEY[9:])
    )
    assert KEY[:9].encode() not in shown and KEY[9:].encode() not in shown


def test_a_mark_before_a_stream_takes_no_event_away() -> None:
    event = b'data: {"a": "b"}\n\n'
    assert Events(Key(KEY)).pass_on(b"\xef\xbb\xbf" + event) == event


def test_the_key_is_taken_out_of_the_events_that_hold_it() -> None:
    for cut in range(1, len(KEY)):
        assert streamed("키: " + KEY[:cut], KEY[cut:] + "입니다")[1] == f"키: {HIDDEN}입니다"
    assert streamed(*KEY, " ", *KEY)[1] == f"{HIDDEN} {HIDDEN}"


@pytest.mark.parametrize("done", [True, False])
def test_half_of_a_key_at_the_end_is_hidden_and_less_is_not(done) -> None:
    assert streamed("키: ", KEY[:10], KEY[10:20], done=done)[1] == f"키: {HIDDEN}"
    assert streamed("sk-", "proj-", done=done)[1] == "sk-proj-"


def test_what_nobody_touches_comes_through_byte_by_byte() -> None:
    raw = b'data: {"a":  "\\ud83d", "b": 1e400, "a": [1, null], "c": "\\u2028"}'
    assert Events(Key(KEY)).pass_on(raw + b"\r\n\r\n") == raw + b"\n\n"
    body = Body(Key(KEY), "utf-8", with_parts=False)
    body.pass_on(raw[6:])
    assert body.end() == raw[6:]
    pictures = bytes(range(256)) * 9
    body = Body(Key(KEY), None, with_parts=True)
    body.pass_on(pictures)
    assert body.end() == pictures


def test_the_bytes_of_tokens_are_taken_out_too() -> None:
    body = Body(Key(KEY), None, with_parts=False)
    body.pass_on(
        json.dumps(
            {"tokens": [{"bytes": list(KEY[:9].encode())}, {"bytes": list(KEY[9:].encode())}]}
        ).encode()
    )
    first, second = json.loads(body.end())["tokens"]
    assert (bytes(first["bytes"]).decode(), second["bytes"]) == (HIDDEN, [])


@pytest.mark.parametrize("beside", [b"\0", "가".encode()])
def test_bytes_of_a_token_beside_the_key_are_no_cover(beside) -> None:
    body = Body(Key(KEY), None, with_parts=False)
    body.pass_on(json.dumps({"bytes": list(beside + KEY.encode() + beside)}).encode())
    assert bytes(json.loads(body.end())["bytes"]) == beside + HIDDEN.encode() + beside


def test_deep_nesting_is_no_trouble() -> None:
    body = Body(Key(KEY), None, with_parts=False)
    body.pass_on(b"[" * 900 + json.dumps(KEY).encode() + b"]" * 900)
    assert KEY.encode() not in body.end()
