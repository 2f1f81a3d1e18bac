"""A server that repeats the key: in which place, in which dress, and by which way it is asked. A new one is a line here."""

import gzip
import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pydantic
from openai import OpenAI

from helpers.live.metering import Meter
from helpers.live.recording import RecordingSession
from helpers.live.session import LiveSession
from helpers.replay import Cassette
from helpers.settings import Settings
from tests.live.sessions import MESSAGES
from tests.loopback import Handler, completion

MODEL = "gpt-6-luna"


class Found(pydantic.BaseModel):
    """What `parse` asks for."""

    value: str


def each(form: str) -> Callable[[str], str]:
    """Return what dresses every character by a format of its code."""
    return lambda key: "".join(form.format(ord(one)) for one in key)


def wrapped(key: str) -> str:
    """Return a key as a mail or a terminal breaks it."""
    return f"{key[:9]}\n    {key[9:]}"


# What somebody sees as the key, or what becomes it by reading JSON, an address, HTML or Python's own notation.
DRESSES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "Bearer": "Bearer {}".format,
    "in a word": "key={};".format,
    "upper case": str.upper,
    "JSON escapes": each("\\u{:04x}"),
    "JSON escapes in capitals": each("\\u{:04X}"),
    "one JSON escape": lambda key: f"\\u{ord(key[0]):04x}{key[1:]}",
    "JSON escapes in JSON": each("\\\\u{:04x}"),
    "JSON in JSON": lambda key: json.dumps(json.dumps({"k": key}))[1:-1],
    "braced escapes": each("\\u{{{:x}}}"),
    "Python escapes": each("\\x{:02x}"),
    "address": each("%{:02X}"),
    "address in an address": each("%25{:02x}"),
    "HTML numbers": each("&#{};"),
    "HTML hexadecimal": each("&#x{:x};"),
    "HTML": html.escape,
    "Markdown": lambda key: key.replace("-", "\\-").replace("_", "\\_"),
    "spaced": " ".join,
    "zero-width": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "wrapped": wrapped,
}


def quoted(shown: str) -> str:
    """Return a dress as it stands in a JSON text: escapes stay escapes of that JSON."""
    return re.sub(r'(?<!\\)"', '\\\\"', shown).replace("\n", "\\n")


def put(body: dict, path: tuple, text: str) -> str:
    """Return a body as JSON, with a text in one place, where its escapes are those of the JSON."""
    node = body
    for one in path[:-1]:
        node = node[one]
    node[path[-1]] = "@@@"
    return json.dumps(body, ensure_ascii=False).replace("@@@", quoted(text))


def send(
    handler: Handler, content: bytes, kind: str = "application/json", status: int = 200, *headers: tuple
) -> None:
    """Answer with these bytes, and close."""
    handler.send_response(status)
    handler.send_header("connection", "close")
    for name, value in (("content-type", kind), ("content-length", str(len(content))), *headers):
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(content)
    handler.close_connection = True


def answer(body: dict, *path: object, text: str) -> str:
    """Return an answer with a text in one place of it."""
    return put({"extra": {}, **completion({"messages": [], "model": MODEL, **body}, 1)}, path, text)


def in_answer(*path: object) -> Callable:
    """Answer as always, with the key in one place of the JSON."""
    return lambda handler, body, shown: send(handler, answer(body, *path, text=shown).encode())


def in_error(status: int, *path: object) -> Callable:
    """Answer with an error that holds the key."""
    error = {"error": {"message": "no", "type": "invalid_request_error", "param": None, "code": None}}
    return lambda handler, body, shown: send(
        handler, put(json.loads(json.dumps(error)), path, shown).encode(), status=status
    )


def raw(form: str, body: bytes = b"") -> Callable:
    """Write these bytes on the line, whatever they are, and close."""

    def step(handler: Handler, asked: dict, shown: str) -> None:
        head = form.replace("@", shown.replace("\n", " ")).replace("\n", "\r\n")
        handler.wfile.write(head.encode("utf-8") + body)
        handler.close_connection = True

    return step


def in_header(name: str, value: str = "{}", status: int = 200) -> Callable:
    """Answer as always with a header that holds the key."""

    def step(handler: Handler, body: dict, shown: str) -> None:
        line = value.format(shown.replace("\n", " ").encode("utf-8").decode("latin-1"))
        send(handler, json.dumps(completion(body, 1)).encode(), "application/json", status, (name, line))

    return step


def events(
    *pieces: str, form: Callable[[str], dict] | None = None, after: str = "data: [DONE]\n\n"
) -> Callable:
    """Answer with a stream, with parts of the key in pieces: "0" for the first third, "01" for two, any other text as it is."""

    def step(handler: Handler, body: dict, shown: str) -> None:
        third = max(1, len(shown) // 3)
        thirds = {"0": shown[:third], "1": shown[third : 2 * third], "2": shown[2 * third :]}
        lines = []
        for piece in pieces:
            text = "".join(thirds.get(one, one) for one in piece)
            event = (form or delta)(piece)
            lines.append("data: " + json.dumps(event).replace("@@@", quoted(text)) + "\n\n")
        send_stream(handler, "".join(lines) + after.replace("@", shown.replace("\n", " ")))

    return step


def send_stream(handler: Handler, text: str, *headers: tuple) -> None:
    """Answer with server-sent events, and close."""
    send(handler, text.encode(), "text/event-stream", 200, *headers)


def delta(piece: str, **more: object) -> dict:
    """Return an event with a piece of a text."""
    choice = {"index": 0, "delta": {"content": "@@@", **more}, "finish_reason": None}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [choice]}


def call_delta(piece: str) -> dict:
    """Return an event with a piece of a tool call's arguments."""
    event = delta(piece)
    function = {"index": 0, "function": {"arguments": "@@@"}}
    event["choices"][0]["delta"] = {"tool_calls": [function]}
    return event


def second_choice(piece: str) -> dict:
    """Return an event of the first or, between its pieces, of another choice."""
    event = delta(piece)
    event["choices"][0]["index"] = 1 if piece == "between" else 0
    return event


def response_delta(piece: str) -> dict:
    """Return an event of the Responses API with a piece of a text."""
    return {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "@@@"}


def error_event(piece: str) -> dict:
    """Return an error inside a stream."""
    return {"error": {"message": "@@@", "code": "invalid_api_key"}}


def zipped(kind: str, form: Callable[[dict, str], str]) -> Callable:
    """Answer compressed, whatever was asked."""
    return lambda handler, body, shown: send(
        handler, gzip.compress(form(body, shown).encode()), kind, 200, ("content-encoding", "gzip")
    )


def encoded(charset: str, named: str, status: int, kind: str = "application/json") -> Callable:
    """Answer in an encoding, and name one that may be another."""

    def step(handler: Handler, body: dict, shown: str) -> None:
        text = answer(body, "extra", "key", text=shown) if kind != "text/plain" else shown
        send(handler, text.encode(charset, "replace"), f"{kind}; charset={named}", status)

    return step


def logprob_tokens(handler: Handler, body: dict, shown: str) -> None:
    """Answer with the key cut into tokens, and each token's bytes."""
    whole = completion(body, 1)
    pieces = [shown[place : place + 4] for place in range(0, len(shown), 4)]
    tokens = [
        {"token": one, "logprob": -0.1, "bytes": list(one.encode()), "top_logprobs": []} for one in pieces
    ]
    whole["choices"][0]["logprobs"] = {"content": tokens, "refusal": None}
    send(handler, json.dumps(whole).encode())


def in_parts(handler: Handler, body: dict, shown: str) -> None:
    """Answer in parts that together are the key."""
    whole = completion(body, 1)
    middle = len(shown) // 2
    parts = [{"type": "text", "text": one} for one in (shown[:middle], shown[middle:])]
    whole["choices"][0]["message"]["content"] = parts
    send(handler, json.dumps(whole).encode())


def twice(handler: Handler, body: dict, shown: str) -> None:
    """Answer with a name that comes twice, of which parsed JSON keeps the last."""
    text = answer(body, "extra", "key", text="b")
    send(handler, text.replace('"key":', f'"key": "{quoted(shown)}", "key":').encode())


def in_name(handler: Handler, body: dict, shown: str) -> None:
    """Answer with the key as the name of a field."""
    text = answer(body, "extra", "key", text="b")
    send(handler, text.replace('"key"', f'"{quoted(shown)}"').encode())


def cut_off(handler: Handler, body: dict, shown: str) -> None:
    """Answer with JSON that ends behind the key."""
    send(handler, answer(body, "id", text=shown).encode().partition(b'"object"')[0])


def broken_off(handler: Handler, body: dict, shown: str) -> None:
    """Promise more than comes, and repeat the key in what comes."""
    handler.start(100_000)
    handler.wfile.write(shown.encode())
    handler.close_connection = True


def to_itself(handler: Handler, body: dict, shown: str) -> None:
    """Redirect to the same server, with the key in the address."""
    there = f"/v1/chat/completions?k={shown}".replace("\n", "").encode("utf-8").decode("latin-1")
    send(handler, b"", "text/plain", 307, ("location", there))


STREAM_HEAD = "HTTP/1.1 200 OK\ncontent-type: text/event-stream\n"
CHUNKED = "HTTP/1.1 200 OK\ncontent-type: application/json\ntransfer-encoding: chunked\n\n"
STREAM_END = b"\r\ndata: [DONE]\n\n"
PLACES: dict[str, Callable] = {
    "content": in_answer("choices", 0, "message", "content"),
    "refusal": in_answer("choices", 0, "message", "refusal"),
    "finish_reason": in_answer("choices", 0, "finish_reason"),
    "id": in_answer("id"),
    "model": in_answer("model"),
    "fingerprint": in_answer("system_fingerprint"),
    "tier": in_answer("service_tier"),
    "usage": in_answer("usage"),
    "an unknown field": in_answer("extra", "key"),
    "the name of a field": in_name,
    "a field that comes twice": twice,
    "tokens": logprob_tokens,
    "parts of a content": in_parts,
    "401": in_error(401, "error", "message"),
    "400, code and param": in_error(400, "error", "param"),
    "404, no object": in_error(404, "error"),
    "500": in_error(500, "error", "code"),
    "a page": lambda handler, body, shown: send(handler, f"<p>{shown}</p>".encode(), "text/html"),
    "a page of a proxy": lambda handler, body, shown: send(handler, shown.encode(), "text/html", 502),
    "text": lambda handler, body, shown: send(handler, shown.encode(), "text/plain"),
    "bytes": lambda handler, body, shown: send(handler, b"\xff\xfa" + shown.encode(), "audio/mpeg"),
    "half an answer": cut_off,
    "a body that breaks off": broken_off,
    "a header": in_header("x-echo"),
    "a header of an error": in_header("x-echo", status=403),
    "the content type": in_header("x-content-type", "application/json; key={}"),
    "a request id": in_header("x-request-id"),
    "a cookie": in_header("set-cookie", "k={}; Path=/"),
    "retry-after": in_header("retry-after", status=429),
    "reason": raw("HTTP/1.1 200 @\ncontent-type: application/json\ncontent-length: 2\n\n{}"),
    "reason of an error": raw("HTTP/1.1 401 @\ncontent-type: application/json\ncontent-length: 2\n\n{}"),
    "reason of a stream": raw("HTTP/1.1 200 @\ncontent-type: text/event-stream\n", STREAM_END),
    "a header of a stream": raw(STREAM_HEAD + "x-echo: @\n", STREAM_END),
    "status line": raw("HTTP/1.1 @\n\n"),
    "no HTTP": raw("@\n\n"),
    "header line": raw("HTTP/1.1 200 OK\n@\n\n"),
    "header name": raw("HTTP/1.1 200 OK\nx @: 1\n\n"),
    "content length": raw("HTTP/1.1 200 OK\ncontent-length: @\n\n"),
    "transfer encoding": raw("HTTP/1.1 200 OK\ntransfer-encoding: @\n\n"),
    "chunk": raw(CHUNKED + "@\n"),
    "later chunk": raw(CHUNKED + "2\n{}\n@\n"),
    "chunk of a stream": raw(STREAM_HEAD + "transfer-encoding: chunked\n\n@\n"),
    "redirect": in_header("location", "http://127.0.0.1:9/{}", 307),
    "redirect to nowhere": in_header("location", "http://[{}", 302),
    "redirect to itself": to_itself,
    "delta": events("012", " end"),
    "two deltas": events("a 01", "2 b"),
    "three deltas": events("0", "1", "2"),
    "deltas between others": events("0", "between", "12", form=second_choice),
    "deltas of a call": events("01", "2", form=call_delta),
    "deltas of a response": events("0", "12", form=response_delta),
    "deltas without an end": events("0", "1", "2", after=""),
    "an error in a stream": events("a", form=lambda piece: error_event(piece) if piece else {}),
    "an error with the key": events("012", form=error_event),
    "a comment": events("a", after=": @\n\ndata: [DONE]\n\n"),
    "the name of an event": events("a", after="event: @\ndata: {}\n\ndata: [DONE]\n\n"),
    "no JSON in a stream": events("a", after="data: @\n\n"),
    "half JSON in a stream": events("a", after='data: {"choices": "@\n\n'),
    "text in a stream": events(after="@\n\n"),
    "gzip": zipped("application/json", lambda body, shown: answer(body, "extra", "key", text=shown)),
    "gzip in a stream": zipped(
        "text/event-stream", lambda body, shown: f"data: {put(delta(''), ('id',), shown)}\n\ndata: [DONE]\n\n"
    ),
    "no gzip": lambda handler, body, shown: send(
        handler, shown.encode(), "application/json", 200, ("content-encoding", "gzip")
    ),
    "UTF-16": encoded("utf-16", "utf-16", 200),
    "UTF-16 unsaid": encoded("utf-16-le", "utf-8", 200),
    "UTF-16 of an error": encoded("utf-16", "utf-16", 400),
    "UTF-16 said of UTF-8": encoded("utf-8", "utf-16", 400),
    "a text in UTF-16": encoded("utf-16-be", "utf-16-be", 500, "text/plain"),
    "no charset": encoded("utf-8", "hex", 400),
    "UTF-7": encoded("utf-7", "utf-7", 400, "text/plain"),
    "UTF-16 in a stream": lambda handler, body, shown: send(
        handler, f"data: {answer(body, 'id', text=shown)}\n\n".encode("utf-16-le"), "text/event-stream"
    ),
}


def live(base_url: str, key: str, folder: Path) -> LiveSession:
    """Return a live session."""
    return LiveSession(Settings("live", key, base_url, MODEL), Meter(), lambda line: None)


def recording(base_url: str, key: str, folder: Path) -> LiveSession:
    """Return a session that records into a journal."""
    settings = Settings("record", key, base_url, MODEL)
    return RecordingSession(Cassette("echoes", MODEL), settings, folder / "echoes.jsonl")


def create(client: OpenAI, **more: object) -> object:
    """Ask as most lessons do."""
    return client.chat.completions.create(model=MODEL, messages=MESSAGES, **more)


def stream(client: OpenAI) -> object:
    """Read a stream to its end, and give the pieces and what they make."""
    pieces = list(create(client, stream=True))
    texts = [one.choices[0].delta.content or "" for one in pieces if one.choices and one.choices[0].delta]
    return pieces, "".join(map(str, texts))


def streaming_response(client: OpenAI) -> object:
    """Read the bytes of an answer."""
    with client.chat.completions.with_streaming_response.create(model=MODEL, messages=MESSAGES) as raw:
        return raw.headers, raw.http_response, raw.read()


def raw_response(client: OpenAI) -> object:
    """Look at the response itself."""
    found = client.chat.completions.with_raw_response.create(model=MODEL, messages=MESSAGES)
    response = found.http_response
    return found.headers, response, response.cookies, response.reason_phrase, response.text, found.parse()


def stream_helper(client: OpenAI) -> object:
    """Read a stream with the SDK's helper, which puts it together."""
    with client.chat.completions.stream(model=MODEL, messages=MESSAGES) as found:
        return list(found)


# How a cell can ask: the session that the lesson has, and the call.
WAYS: dict[str, tuple[Callable, Callable]] = {
    "create": (live, create),
    "stream": (live, stream),
    "parse": (
        live,
        lambda c: c.chat.completions.parse(model=MODEL, messages=MESSAGES, response_format=Found),
    ),
    "raw response": (live, raw_response),
    "streaming response": (live, streaming_response),
    "stream helper": (live, stream_helper),
    "Responses": (live, lambda c: c.responses.create(model=MODEL, input="?")),
    "Responses, stream": (live, lambda c: list(c.responses.create(model=MODEL, input="?", stream=True))),
    "models": (live, lambda c: list(c.models.list())),
    "recording": (recording, create),
    "recording a stream": (recording, stream),
}


def echo(place: str, shown: str) -> Callable:
    """Return the script of a server that repeats a key in a place."""
    return lambda handler, body: PLACES[place](handler, body or {"messages": []}, shown)
