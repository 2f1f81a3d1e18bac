"""Banks of a few requests, a stand-in for who answers them, and a model that answers at once."""

from contextlib import contextmanager
from dataclasses import replace

from helpers.models import local_models
from tests.tools.tiny_model import write_tiny_model
from tools.banks import BankError, Variation, bank_path
from tools.model_file import sha256_of

ORIGIN = {
    "kind": "open-model",
    "date": "2026-11-25",
    "model": "tiny",
    "file": "tiny.gguf",
    "sha256": "0123456789ab",
    "runtime": "xllamacpp 1, x86_64",
    "settings": "threads 1",
}
# Three requests, five answers; `die` can be repeated, and `sky` only as a whole.
BANKS = """
[[bank]]
id = "die"
title = "주사위"
times = 2
values = ["하나", "둘"]

[bank.request]
temperature = 0
max_completion_tokens = 4
messages = [{ role = "user", content = "{value}" }]

[[bank]]
id = "plain"
title = "그냥"
request.max_completion_tokens = 4
request.messages = [{ role = "user", content = "말해 보세요." }]
"""
SKY = """
[[bank]]
id = "sky"
title = "하늘"
cache = true
times = 2
request.seed = 1
request.max_completion_tokens = 4
request.messages = [{ role = "user", content = "하늘" }]
"""
REFUSED = """
[[bank]]
id = "refused"
title = "거절되는 것"
request.max_completion_tokens = 4
request.messages = [{ role = "nobody" }]
"""


def write_banks(course, lesson, text):
    path = bank_path(course, lesson)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def tiny_model(folder):
    """Write the tiny model and return it as the course would know it, with its file."""
    path = folder / "tiny.gguf"
    write_tiny_model(path)
    size = path.stat().st_size
    row = {"title": "Tiny", "file": path.name, "bytes": size, "sha256": sha256_of(path), "memory_mb": 1}
    return replace(local_models()[0], name="tiny", **row), path


def variation(id, times=1, bank="one", cache=False, **body):
    body = {"model": "{lesson.model}", "messages": [{"role": "user", "content": id}], **body}
    request = {"method": "POST", "path": "chat/completions", "body": body}
    return Variation(bank, id, f"제목 {id}", request, times, cache)


def response(text, number=0):
    message = {"role": "assistant", "content": text}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    return {"status": 200, "body": {"id": f"chatcmpl-{number}", "model": "tiny", "choices": choices}}


class Answers:
    """Answers each request with its number; which ones it refuses, and with which settings it works, can be changed."""

    def __init__(self):
        self.asked, self.served, self.refused, self.settings = [], 0, (), {}
        self.given = 0

    @contextmanager
    def serve(self):
        self.served += 1
        yield self

    def origin(self, one):
        return ORIGIN | self.settings

    def ask(self, one):
        if one.id in self.refused:
            raise BankError(f"{one.id}: 거절")
        self.asked.append(one.id)
        self.given += 1
        return response(f"{one.id}의 답", self.given)
