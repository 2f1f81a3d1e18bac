"""A small cassette, and a client that asks what answers in its place."""

import openai

from helpers.replay.cassette import Cassette, Interaction
from helpers.replay.player import ReplayTransport

MODEL = "gpt-4o-mini"
API = {"kind": "api", "date": "2026-11-22", "model": MODEL, "host": "api.openai.com"}
WRITTEN = {"kind": "written", "date": "2026-11-22", "source": "https://example.com/errors"}


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
        live_calls={"first": 6, "second": 1},
    )


def client(answer) -> openai.OpenAI:
    http = openai.DefaultHttpxClient(transport=ReplayTransport(answer, "/v1/"), trust_env=False)
    return openai.OpenAI(api_key="none", base_url="https://replay.invalid/v1/", http_client=http)


def ask(one: openai.OpenAI, content: str = "가나다") -> str:
    messages = [{"role": "user", "content": content}]
    return one.chat.completions.create(model=MODEL, messages=messages).choices[0].message.content
