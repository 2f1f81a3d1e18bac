"""A small course of two notebooks to record, and a stand-in that executes them where only files matter."""

import json
import os

import nbformat

from helpers.live import JOURNALS
from helpers.replay import Interaction
from tests.loopback import KEY
from tools.notebooks import normalise

# A gateway of this network that passes on to OpenAI; without TLS no other address may have the key.
GATEWAY = "http://openai.internal/v1"
FIRST = """from openai import NotFoundError, OpenAI
from helpers import open_lesson
lesson = open_lesson("05_math_helper")
client = OpenAI(**lesson.connection, max_retries=0)
def ask(text):
    messages = [{"role": "user", "content": text}]
    return client.chat.completions.create(model=lesson.model, messages=messages)
def tell(text):
    return ask(text).choices[0].message.content"""
SHOWS_A_MISS = 'ask("녹화에 없는 요청")'
HELPER = [
    FIRST,
    'tell("원본")',
    '[tell("예시"), tell("예시")]',
    f"# tag\n{SHOWS_A_MISS}",
    f"try:\n    {SHOWS_A_MISS}\nexcept NotFoundError as error:\n    print(error.code)",
    'tell("새 요청")',
    'print("라이브" if lesson.mode == "live" else "재생", lesson.staged("slow")["api_key"])',
]
# Another lesson that shows the first one's recording.
ROLES = [
    'from helpers import open_lesson\nlesson = open_lesson("01_roles")',
    'lesson.recorded("example", lesson="05_math_helper").choices[0].message.content',
]


def interaction(id, kind, text):
    label = {"id": f"written-{id}", "model": "written-by-authors"}
    message = {"role": "assistant", "content": f"{id}의 옛 답변"}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    body = {"model": "{lesson.model}", "messages": [{"role": "user", "content": text}]}
    request = {"method": "POST", "path": "chat/completions", "body": body}
    response = {"status": 200, "body": {**label, "object": "chat.completion", "choices": choices}}
    return Interaction(id, {"kind": kind, "date": "2025-02-01"}, request, [response])


def cells(sources):
    made = []
    for number, source in enumerate(sources):
        tags = {"tags": ["raises-exception"]} if "# tag" in source else {}
        made.append(nbformat.v4.new_code_cell(source, id=f"cell-{number}", metadata=tags))
    return made


def write_notebook(course, name, sources):
    path = course / "notebooks" / f"{name}.ipynb"
    path.write_text(normalise(nbformat.v4.new_notebook(cells=cells(sources))), encoding="utf-8", newline="\n")


def settings(course, base_url, **more):
    values = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": base_url, "LESSON_MODEL": "gpt-6-luna"}
    if base_url == GATEWAY:
        values["LESSON_BUDGET_USD"] = "0.05"
    values |= more
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    (course / ".env").write_text(text, encoding="utf-8", newline="\n")


def files(course):
    found = {path.relative_to(course).as_posix(): path for path in course.rglob("*") if path.is_file()}
    made = ("__pycache__", ".cache/", ".env")
    return {name: path.read_bytes() for name, path in found.items() if not any(part in name for part in made)}


def outputs(course, name):
    text = (course / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    return [
        "".join(one.get("text", "") or one.get("data", {}).get("text/plain", "") for one in cell.outputs)
        for cell in nbformat.reads(text, as_version=4).cells
    ]


class Told(list):
    """Collects the lines that are said, and agrees."""

    def agree(self, plan):
        self.append(plan)
        return True

    @property
    def text(self):
        return "\n".join(self)


class StandIn:
    """Executes notebooks without a kernel: notes what a lesson asks, and shows what the cassette answers."""

    def __init__(self):
        self.executed = []
        self.answer = "새 답변"
        self.seen = [["05_math_helper", "original", "asked"], ["05_math_helper", "example", "asked"]]
        self.seen.append(["05_math_helper", "slow", "named"])

    def entries(self):
        yield {"event": "replayed", "id": "original"}
        body = {"model": "{lesson.model}", "messages": [{"role": "user", "content": "예시"}]}
        message = {"role": "assistant", "content": self.answer}
        choices = [{"index": 0, "finish_reason": "stop", "message": message}]
        answer = {"id": "chatcmpl-1", "model": "gpt-6-luna", "choices": choices}
        yield {"event": "answered", "body": body, "answer": answer}

    def __call__(self, notebooks, folder, LESSON_MODE="replay", **environ):  # noqa: N803
        self.executed.append(LESSON_MODE)
        source = notebooks[0].cells[0].source
        if LESSON_MODE == "record":
            if "05_math_helper" in source:
                with open(os.path.join(environ[JOURNALS], "05_math_helper.jsonl"), "w") as journal:
                    journal.writelines(json.dumps({**one, "spent_usd": 0.0}) + "\n" for one in self.entries())
            return
        shown = (folder.parent / "helpers" / "cassettes" / "05_math_helper.json").read_text(encoding="utf-8")
        for notebook in notebooks:
            for cell in notebook.cells:
                cell.outputs = [nbformat.v4.new_output("stream", text=shown)]
            notebook.cells[-1].outputs[0].text = (
                json.dumps(self.seen) if "lesson.used" in notebook.cells[-1].source else shown
            )
