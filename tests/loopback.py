"""A server on this machine that answers Chat Completions and checks each request as the API would.

It is a proxy as well: a request whose target is a whole address is answered as that address would. What it refuses
follows the API's documentation and the refusals reported of it; its answers are made up.
"""

import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from openai.types.chat.completion_create_params import CompletionCreateParamsBase

KEY = "sk-proj-" + "Q7vXk2mR9tLwZ4bN8cYd" + "WXYZ"
ANSWER = "이 답변은 시험용 서버가 지어낸 것입니다."
EFFORTS = ("none", "low", "medium", "high", "xhigh", "max")
# Model: the reasoning efforts that it takes (none for a model that does not reason) and the one that it has unasked.
MODELS = {
    "gpt-4o-mini": ((), None),
    "gpt-4o-2024-08-06": ((), None),
    "gpt-6-luna": (EFFORTS, "medium"),
    "gpt-6.1-terra": (EFFORTS, "medium"),
    "gpt-6.1-sol": (EFFORTS[1:], "medium"),
    "gpt-5.4-mini": (EFFORTS, "none"),
}
ROLES = ("developer", "system", "user", "assistant", "tool")
SAMPLING = {"temperature": 1, "top_p": 1, "logprobs": False, "top_logprobs": 0}
FIELDS = {*CompletionCreateParamsBase.__annotations__, "stream"}
NUMBERS = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
}
WHOLE_NUMBERS = ("seed", "n", "max_tokens", "max_completion_tokens", "top_logprobs")


class RefusedError(Exception):
    """The request is not one that the API takes."""

    def __init__(self, status: int, message: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}


def check(body: object, models=MODELS) -> None:
    """Check the body of a chat completion as the API would.

    Raises:
        RefusedError: with the status and the error that the API would answer.
    """
    if not isinstance(body, dict):
        raise RefusedError(400, "We could not parse the JSON body of your request.")
    for name in body:
        if name not in FIELDS:
            raise RefusedError(400, f"Unknown parameter: '{name}'.", name, "unknown_parameter")
    if not isinstance(body.get("model"), str):
        raise RefusedError(400, "you must provide a model parameter")
    if body["model"] not in models:
        message = f"The model `{body['model']}` does not exist or you do not have access to it."
        raise RefusedError(404, message, None, "model_not_found")
    _check_messages(body.get("messages"))
    for name, (low, high) in NUMBERS.items():
        value = body.get(name)
        if value is not None and (type(value) not in (int, float) or not low <= value <= high):
            raise RefusedError(400, f"Invalid '{name}'.", name, "invalid_type")
    for name in WHOLE_NUMBERS:
        if body.get(name) is not None and type(body[name]) is not int:
            raise RefusedError(400, f"Invalid type for '{name}'.", name, "invalid_type")
    _check_family(body, *models[body["model"]])
    if isinstance(body.get("response_format"), dict) and body["response_format"].get("type") == "json_schema":
        _check_schema(body["response_format"]["json_schema"])


def _check_messages(messages: object) -> None:
    if not isinstance(messages, list) or not messages:
        raise RefusedError(400, "Invalid 'messages': empty array.", "messages", "empty_array")
    for place, message in enumerate(messages):
        where = f"messages[{place}]"
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            raise RefusedError(400, f"Invalid value: '{where}.role'.", f"{where}.role", "invalid_value")
        if set(message) - {"role", "content", "name", "tool_calls", "tool_call_id", "refusal"}:
            raise RefusedError(400, f"Unknown parameter in '{where}'.", where, "unknown_parameter")
        content = message.get("content")
        if not isinstance(content, str | list) and not (content is None and message["role"] == "assistant"):
            raise RefusedError(
                400, f"Invalid type for '{where}.content'.", f"{where}.content", "invalid_type"
            )


def _check_family(body: dict, efforts: tuple, unasked: str | None) -> None:
    effort = body.get("reasoning_effort") or unasked
    if not efforts:
        if body.get("reasoning_effort"):
            message = "Unrecognized request argument supplied: reasoning_effort"
            raise RefusedError(400, message, "reasoning_effort", "unsupported_parameter")
        return
    if "max_tokens" in body:
        message = "Unsupported parameter: 'max_tokens' is not supported with this model."
        raise RefusedError(
            400, f"{message} Use 'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter"
        )
    if effort not in efforts:
        raise RefusedError(400, f"Unsupported value: '{effort}'.", "reasoning_effort", "unsupported_value")
    for name, default in SAMPLING.items():
        if effort != "none" and body.get(name) not in (None, default):
            message = f"Unsupported value: '{name}' does not support {body[name]} with this model."
            raise RefusedError(400, message, name, "unsupported_value")
    if effort != "none" and body.get("tools"):
        message = "Function tools with reasoning_effort are not supported in /v1/chat/completions."
        raise RefusedError(400, message, "reasoning_effort")


def _check_schema(named: dict) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(named.get("name"))):
        raise RefusedError(400, "Invalid name.", "response_format.json_schema.name", "invalid_value")
    schema = named.get("schema")
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise RefusedError(400, "schema must be an object", "response_format", "invalid_json_schema")
    for part in _objects(schema):
        whole = set(part.get("required", [])) == set(part.get("properties", {}))
        if part.get("additionalProperties") is not False or not whole:
            message = f"Invalid schema for response_format '{named['name']}'"
            raise RefusedError(400, message, "response_format", "invalid_json_schema")


def _objects(schema: object):
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from _objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _objects(value)


def instance(schema: dict, root: dict) -> object:
    """Return some value of a JSON schema."""
    if "$ref" in schema:
        return instance(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema:
        return instance(schema["anyOf"][0], root)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    if kind == "object":
        return {name: instance(part, root) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [instance(schema["items"], root)] * max(1, schema.get("minItems", 1))
    values = {"string": "답", "integer": int(schema.get("minimum", 1)), "number": 1.5, "boolean": True}
    return values.get(kind)


def completion(body: dict, number: int) -> dict:
    """Return an answer to a request that has been checked; a token of it is a word."""
    wanted = body.get("response_format") or {}
    text = ANSWER
    if wanted.get("type") == "json_schema":
        schema = wanted["json_schema"]["schema"]
        text = json.dumps(instance(schema, schema), ensure_ascii=False)
    words = text.split(" ")
    cap = body.get("max_completion_tokens") or body.get("max_tokens") or len(words)
    words, reason = words[:cap], "length" if cap < len(words) else "stop"
    message = {"role": "assistant", "content": " ".join(words), "refusal": None}
    logprobs = (
        {"content": [_logprob(word) for word in words], "refusal": None} if body.get("logprobs") else None
    )
    choices = [
        {"index": place, "finish_reason": reason, "logprobs": logprobs, "message": message}
        for place in range(body.get("n") or 1)
    ]
    return {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 1700000000,
        "model": body["model"],
        "choices": choices,
        "system_fingerprint": "fp_loopback",
        "usage": usage(10 * len(body["messages"]), len(words) * len(choices)),
    }


def _logprob(word: str) -> dict:
    one = {"token": word, "logprob": -0.1, "bytes": list(word.encode())}
    return {**one, "top_logprobs": [one]}


def usage(prompt: int, answered: int, cached: int = 0) -> dict:
    """Return the usage field of an answer."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": answered,
        "total_tokens": prompt + answered,
        "prompt_tokens_details": {"cached_tokens": cached},
    }


class Handler(BaseHTTPRequestHandler):
    """Answers one connection; `script` of the server may answer a request in its own way first."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Loopback"

    def log_message(self, *arguments) -> None:
        """Keep quiet."""

    def handle_one_request(self) -> None:
        """Answer the next request; a client that went away is none of our business."""
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def do_CONNECT(self) -> None:
        """Refuse to open a tunnel, unless the script answers."""
        self.server.next_step(self, None) or self.reply(405, {})

    def do_GET(self) -> None:
        """List the models."""
        if self.server.next_step(self, None):
            return
        models = [{"id": name, "object": "model", "created": 0, "owned_by": "nobody"} for name in MODELS]
        self.reply(200, {"object": "list", "data": models})

    def do_POST(self) -> None:
        """Check a chat completion and answer it."""
        raw = self.rfile.read(int(self.headers["content-length"]))
        body = json.loads(raw)
        number = self.server.remember(self, body)
        if self.server.next_step(self, body):
            return
        try:
            if self.server.key and self.headers.get("authorization") != f"Bearer {self.server.key}":
                raise RefusedError(401, "Incorrect API key provided.", None, "invalid_api_key")
            if not self.path.endswith("/v1/chat/completions"):
                raise RefusedError(404, f"Invalid URL (POST {self.path})")
            check(body, self.server.models)
        except RefusedError as refused:
            self.reply(refused.status, {"error": refused.error})
            return
        answer = completion(body, number)
        if body.get("stream"):
            self.stream(chunks(answer, bool((body.get("stream_options") or {}).get("include_usage"))))
        else:
            self.reply(200, answer)

    def reply(self, status: int, body: object, headers: dict | None = None) -> None:
        """Send a whole answer: JSON, or text as it is, which may be a page."""
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        kind = "text/plain" if text is body else "application/json"
        content = text.encode()
        self.send_response(status)
        self.send_header("content-type", "text/html; charset=utf-8" if text.startswith("<") else kind)
        self.send_header("content-length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def start(self, length: int, kind: str = "application/json") -> None:
        """Send the head of an answer, whose body the script sends as it likes."""
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(length))
        self.end_headers()

    def stream(self, events: list[dict]) -> None:
        """Send server-sent events, and close."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for event in events:
            self.wfile.write(b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n")
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True


def chunks(answer: dict, with_usage: bool) -> list[dict]:
    """Return the events of a streamed answer, a word each."""
    head = {"id": answer["id"], "object": "chat.completion.chunk", "created": 1, "model": answer["model"]}
    words = answer["choices"][0]["message"]["content"].split(" ")
    deltas = [({"content": f"{word} "}, None) for word in words]
    deltas.append(({}, answer["choices"][0]["finish_reason"]))
    events: list[dict] = [
        {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
        for delta, reason in deltas
    ]
    return [*events, {**head, "choices": [], "usage": answer["usage"]}] if with_usage else events


class Loopback(ThreadingHTTPServer):
    """The server; use it in a `with` statement.

    Args:
        key: that requests must carry; None takes any.
        script: what answers the first requests instead, one each: takes the handler and the parsed body.
        models: that it knows.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, key: str | None = KEY, script: list[Callable] = (), models: dict = MODELS) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.key, self.models = key, models
        self.script = list(script)
        self.requests: list[dict] = []
        self.bodies: list[dict] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def address(self) -> str:
        """Where it listens, such as http://127.0.0.1:12345; a proxy variable can hold it."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def base_url(self) -> str:
        """The base URL for the SDK."""
        return f"{self.address}/v1"

    def remember(self, handler: Handler, body: dict) -> int:
        """Keep what came in, and number it."""
        with self._lock:
            self.requests.append({"target": handler.path, "headers": dict(handler.headers.items())})
            self.bodies.append(body)
            return len(self.bodies)

    def next_step(self, handler: Handler, body: dict | None) -> bool:
        """Let the script answer, and say whether it did."""
        with self._lock:
            step = self.script.pop(0) if self.script else None
        if step:
            step(handler, body)
        return step is not None

    def handle_error(self, request, client_address) -> None:
        """A client that went away is what many tests are about."""

    def __enter__(self) -> "Loopback":
        self._thread.start()
        return self

    def __exit__(self, *error) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()
