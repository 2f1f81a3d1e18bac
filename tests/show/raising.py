"""The exceptions of the SDK, raised by servers that repeat a key."""

import httpx2
import openai
import pytest
from pydantic import BaseModel

# Put together here, so that no file of the course holds anything that looks like a key.
KEY = "sk-" + "proj-" + "Zq7xW2" * 6
SECRET = "Zq7x"
MESSAGE = f"Incorrect credentials provided: {KEY}. Visit https://example.com/\n" * 3


class Event(BaseModel):
    name: str
    count: int


def client(handler) -> openai.OpenAI:
    http = openai.DefaultHttpxClient(transport=httpx2.MockTransport(handler))
    return openai.OpenAI(api_key=KEY, base_url="https://server.invalid/v1/", http_client=http, max_retries=0)


def raised(handler, parse: bool = False, **arguments) -> Exception:
    one = client(handler)
    call = one.chat.completions.parse if parse else one.chat.completions.create
    asked = {"model": "m", "messages": [{"role": "user", "content": "가"}]}
    with pytest.raises(Exception) as caught:
        call(**asked | arguments)
    return caught.value


def error_body(status: int, asked: object = None, **fields) -> Exception:
    body = {"error": {"message": MESSAGE, "type": "x", "param": None, "code": None} | fields}
    messages = {} if asked is None else {"messages": asked}
    return raised(lambda request: httpx2.Response(status, json=body), **messages)


def fails(kind: type[Exception]) -> Exception:
    def handler(request):
        raise kind(MESSAGE, request=request)

    return raised(handler)


def parsed(finish_reason: str, content: str) -> Exception:
    message = {"role": "assistant", "content": content}
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m"}
    body["choices"] = [{"index": 0, "finish_reason": finish_reason, "message": message, "logprobs": None}]
    return raised(lambda request: httpx2.Response(200, json=body), parse=True, response_format=Event)


def no_key() -> Exception:
    with pytest.raises(openai.OpenAIError) as caught:
        openai.OpenAI(api_key="")
    return caught.value


def not_understood() -> Exception:
    http = openai.DefaultHttpxClient(
        transport=httpx2.MockTransport(
            lambda request: httpx2.Response(
                200, headers={"content-type": "text/html"}, text=f"<html>{MESSAGE}"
            )
        )
    )
    one = openai.OpenAI(
        api_key=KEY, base_url="https://server.invalid/v1/", http_client=http, _strict_response_validation=True
    )
    with pytest.raises(openai.APIResponseValidationError) as caught:
        one.chat.completions.create(model="m", messages=[])
    return caught.value
