"""Asks an open model on this machine one request at a time, and says how it was asked: what a recording needs to know."""

import json
import platform
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import httpx2

from helpers.live import DEFAULT_CAP
from helpers.models import LocalModel
from helpers.replay import CHAT, MODEL_PLACEHOLDER
from tools.banks import ASKS, LIMIT, BankError, Variation
from tools.model_runner import ModelRunner

# Fixed, so that a repetition on another machine starts from the same: see `start.py verify`.
THREADS, SLOTS = 1, 1
SETTINGS = "threads {threads}, context {context}, slots {slots}, prompt cache {cache}, temperature {temperature:g}, top_k {top_k}, top_p {top_p:g}, min_p {min_p:g}"

LOST = "모델의 서버가 도중에 끝났거나 알아듣지 못했습니다({problem})."
REFUSED = "{id}: 모델이 답하지 않았습니다(HTTP {status}): {text}"
BROKEN = "{id}: 답을 읽을 수 없습니다: {problem}"


@dataclass(frozen=True)
class Rates:
    """How many tokens a second the model reads and writes on this machine."""

    read: float
    write: float


class ModelAnswers:
    """Asks one open model; made by `asking`."""

    def __init__(self, runner: ModelRunner, model: LocalModel) -> None:
        headers = {"Authorization": f"Bearer {runner.api_key}"}
        # Nobody knows how long a slow machine reads; a server that is gone closes the connection.
        self._client = httpx2.Client(headers=headers, timeout=None, trust_env=False)
        self._api = runner.base_url
        self._server = runner.base_url.removesuffix("/v1")
        self._model = model
        self._defaults = self._told("GET", "props")["default_generation_settings"]

    def _told(self, method: str, path: str, body: dict | None = None) -> dict:
        """Return what the server says of itself, beside the OpenAI-compatible part."""
        return self._whole(self._sent(method, f"{self._server}/{path}", body))

    @staticmethod
    def _whole(response: httpx2.Response) -> dict:
        if response.status_code != 200:
            raise BankError(LOST.format(problem=f"HTTP {response.status_code}"))
        return response.json()

    def _sent(self, method: str, url: str, body: dict | None) -> httpx2.Response:
        """Send a request and return the response, whatever its status.

        Raises:
            BankError: the server is gone.
        """
        try:
            return self._client.request(method, url, json=body)
        except httpx2.HTTPError as error:
            raise BankError(LOST.format(problem=type(error).__name__)) from error

    def origin(self, one: Variation) -> dict:
        """Return the origin of an answer given today."""
        params = self._defaults["params"]
        told = {name: params[name] for name in ("temperature", "top_k", "top_p", "min_p")}
        origin = {
            "kind": "open-model",
            "date": date.today().isoformat(),
            "model": self._model.name,
            "file": self._model.file,
            "sha256": self._model.sha256[:12],
            "runtime": f"xllamacpp {version('xllamacpp')}, {platform.machine()}",
            "settings": SETTINGS.format(
                threads=THREADS,
                context=self._defaults["n_ctx"],
                slots=SLOTS,
                cache="on" if one.cache else "off",
                **told,
            ),
        }
        added = self._added_system(one.request)
        return origin | ({"added_system": added} if added else {})

    def _added_system(self, request: dict) -> str | None:
        """Return the system message that the model's template adds where a conversation has none of its own."""
        body = request["body"]
        messages = body.get("messages") or body["input"]
        if isinstance(messages, str):
            messages = [{"role": "user", "content": messages}]
        if body.get("instructions") or messages[0]["role"] in ("developer", "system"):
            return None
        prompt = self._told("POST", "apply-template", {"messages": messages[:1]})["prompt"]
        _, _, after = prompt.partition("system\n")
        return after.partition("<|im_end|>")[0] or None

    def ask(self, one: Variation) -> dict:
        """Ask a request once, and return the response as cassettes hold it.

        Raises:
            BankError: the server is gone or refused it, or its answer cannot be read.
        """
        body = dict(one.request["body"], model=self._model.name, cache_prompt=one.cache)
        # As in live mode; a small model may repeat itself for ever.
        body.setdefault(LIMIT[one.request["path"]], DEFAULT_CAP)
        answer = self._sent("POST", f"{self._api}/{one.request['path']}", body)
        if answer.status_code != 200:
            text = answer.text[:200]
            raise BankError(REFUSED.format(id=one.id, status=answer.status_code, text=text))
        try:
            if body.get("stream"):
                return {"status": 200, "events": read_events(answer.text)}
            return {"status": 200, "body": answer.json()}
        except ValueError as error:
            raise BankError(BROKEN.format(id=one.id, problem=error)) from error

    def count(self, one: Variation) -> int:
        """Return about how many tokens the model reads of a request."""
        body = one.request["body"]
        read = {name: body.get(name) for name in (ASKS[one.request["path"]], "instructions", "tools")}
        text = json.dumps({name: part for name, part in read.items() if part}, ensure_ascii=False)
        return len(self._told("POST", "tokenize", {"content": text})["tokens"])

    def rates(self) -> Rates:
        """Measure how fast the model reads and writes."""
        text = "바다 밑의 도시에 관한 짧은 이야기를 한국어로 들려주세요. " * 4
        body = {"model": MODEL_PLACEHOLDER, "messages": [{"role": "user", "content": text}]}
        body |= {"max_completion_tokens": 16, "cache_prompt": False}
        answer = self._sent("POST", f"{self._api}/{CHAT}", body)
        timings = self._whole(answer)["timings"]
        return Rates(timings["prompt_per_second"], timings["predicted_per_second"])

    def close(self) -> None:
        """Let go of the server."""
        self._client.close()


def read_events(text: str) -> list[dict]:
    """Return the events of a stream, without its last line that says that it is done.

    Raises:
        ValueError: one is not JSON.
    """
    lines = [line.removeprefix("data:").strip() for line in text.splitlines() if line.startswith("data:")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


@contextmanager
def asking(path: Path, model: LocalModel, log: Path, say: Callable[[str], object]) -> Iterator[ModelAnswers]:
    """Serve a model's file for as long as it is asked; each time a server that remembers nothing.

    Raises:
        ModelServerError: it cannot be served.
    """
    runner = ModelRunner(path, model.name, THREADS, log, say, SLOTS)
    try:
        with closing(ModelAnswers(runner, model)) as answers:
            yield answers
    finally:
        runner.close()
