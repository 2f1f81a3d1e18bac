"""What a server does instead of answering: each takes the handler and the request's body."""

import json
import os
import socket
import struct
from collections.abc import Callable

from tests.loopback import KEY, Handler, completion

# Windows has smaller numbers here.
LINGER = "hh" if os.name == "nt" else "ii"
SOON = {"retry-after-ms": "1"}


def status(number: int, error: object, **headers: str) -> Callable:
    """Answer with an error."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, body: handler.reply(number, {"error": error}, named)


def refusal(number: int, message: str = "No.", code: object = None, **more: object) -> Callable:
    """Answer with an error in the API's own form."""
    return status(
        number, {"message": message, "type": "invalid_request_error", "param": None, "code": code, **more}
    )


def again(number: int) -> Callable:
    """Answer with an error after which the SDK may try at once."""
    return lambda handler, body: handler.reply(number, {"error": {"message": "later"}}, SOON)


def page(number: int) -> Callable:
    """Answer with a web page."""
    return lambda handler, body: handler.reply(number, "<html><body>로그인하세요</body></html>")


def altered(**changes: object) -> Callable:
    """Answer as always, with fields of the answer replaced, or left out where they are None."""

    def step(handler: Handler, body: dict) -> None:
        answer = {**completion(body, 1), **changes}
        handler.reply(200, {name: value for name, value in answer.items() if value is not None})

    return step


def ended(reason: str, content: object, refused: str | None = None) -> Callable:
    """Answer with a message that ended for a reason."""
    message = {"role": "assistant", "content": content, "refusal": refused}
    return altered(choices=[{"index": 0, "finish_reason": reason, "message": message}])


def reset(handler: Handler) -> None:
    """Break the connection off, as a cable or a firewall does."""
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(LINGER, 1, 0))
    handler.connection.shutdown(socket.SHUT_RD)
    handler.close_connection = True
    handler.connection.close()


def reset_in_body(handler: Handler, body: dict) -> None:
    """Send half an answer, then break off."""
    handler.start(1000)
    handler.wfile.write(b'{"id": "half')
    reset(handler)


def reset_in_stream(handler: Handler, body: dict) -> None:
    """Send one piece of a stream, then break off."""
    handler.start(100_000, "text/event-stream")
    handler.wfile.write(b'data: {"id":"x","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n')
    reset(handler)


def reset_at_once(handler: Handler, body: dict) -> None:
    """Break off before anything is answered."""
    reset(handler)


def stall(handler: Handler, body: dict) -> None:
    """Say nothing until the client has gone."""
    handler.connection.recv(1)
    handler.close_connection = True


def cut_json(handler: Handler, body: dict) -> None:
    """Answer with half an object that claims to be whole."""
    content = json.dumps(completion(body, 1)).encode()[:80]
    handler.start(len(content))
    handler.wfile.write(content)


def plain_text(handler: Handler, body: dict) -> None:
    """Answer with a word."""
    handler.start(2, "text/plain")
    handler.wfile.write(b"OK")


def key_in_stream(handler: Handler, body: dict) -> None:
    """Start a stream, then repeat the key in an error inside it."""
    handler.stream([{"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}}])


def error_in_stream(handler: Handler, body: dict) -> None:
    """Start a stream, then report an error inside it."""
    handler.stream([{"error": {"message": "overloaded", "code": "server_error"}}])
