"""Beginners' slips are told in Korean where the cell is to blame, and nobody else's errors are touched."""

import json
import subprocess
import sys

import nbformat
import pytest
from ipykernel.kernelspec import get_kernel_dict
from openai import OpenAI
from openai.types.chat import ParsedChatCompletion

from helpers import open_lesson
from helpers.course import NOTEBOOKS, ROOT
from helpers.show import TRACEBACK_HINT, notice
from helpers.show.beginners import SENTENCES, explain_slip
from tools.notebooks import execute_all

# Runs the cells that come as JSON in one shell each, as they would follow each other in a notebook.
SHELL = """
import json, sys
from traitlets.config import Config
from IPython.core.interactiveshell import InteractiveShell
from helpers.show import TRACEBACK_HINT, TroubleBox

quiet = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}})
with_box, cells = json.load(sys.stdin)
shell = InteractiveShell.instance(config=quiet)
box = TroubleBox()
box.hints = (TRACEBACK_HINT,)
if with_box:
    box.install(shell)
for cell in cells:
    print("==", flush=True)
    result = shell.run_cell(cell, store_history=True)
    print("failed" if not result.success else "passed", flush=True)
print("==")
print(box.traceback)
"""
OPENED = """
import httpx2, openai
from openai import OpenAI
from pydantic import BaseModel

def answer(request):
    message = {"role": "assistant", "content": "네"}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return httpx2.Response(200, json={"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})

http = openai.DefaultHttpxClient(transport=httpx2.MockTransport(answer))
connection = {"api_key": "none", "base_url": "https://replay.invalid/v1/", "http_client": http}
client = OpenAI(**connection)
chat = client.chat.completions
messages = [{"role": "user", "content": "안녕"}]
asked = {"model": "m", "messages": messages}
completion = chat.create(**asked)
MODEL = "m"

class Event(BaseModel):
    title: str
    count: int

class Plain:
    title: str

class Choice:
    pass
"""


def outputs(*cells: str, with_box: bool = True) -> list[str]:
    """Return what each cell showed, then what `lesson.traceback()` would print."""
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", SHELL],
        input=json.dumps([with_box, cells]),
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return [part.strip("\n") for part in run.stdout.split("==\n")[1:]]


# What a learner writes, the sentence, what goes into it, and the line of hers that is shown.
SLIPS = {
    "class A(BaseModel):\n    title = str": ("no_type", ["title", "str"], "class A(BaseModel):"),
    "class A(BaseModel):\n    count = 3": ("no_type", ["count", "str"], "class A(BaseModel):"),
    "class A(BaseModel):\n    all: list[Plain]": ("no_base_model", ["Plain"], "class A(BaseModel):"),
    "class A(BaseModel):\n    all: [str]": ("unknown_type", ["[<class 'str'>]"], "class A(BaseModel):"),
    "class A(BaseModel):\n    x: 'Foo'\nA(x=1)": ("type_comes_later", ["A", "Foo"], "A(x=1)"),
    "from pydantic import field_validator\n@field_validator\ndef check(cls, value): ...": (
        "class",
        ["decorator-missing-arguments"],
        "@field_validator",
    ),
    "chat.create(**asked, response_format=Event)": ("class_in_create", [], None),
    "chat.create(**asked, response_format=Plain)": ("not_json", ["type"], None),
    "chat.create(model=MODEL, messages=[object()])": ("not_json", ["object"], None),
    "chat.parse(**asked, response_format=Plain)": ("no_base_model", ["Plain"], None),
    "chat.create(model=MODEL)": ("missing", ["messages"], None),
    "chat.create()": ("missing", ["messages, model"], None),
    "chat.create(model=MODEL, message=messages)": ("missing", ["messages"], None),
    "chat.parse(messages=messages)": ("missing", ["model"], None),
    "chat.create(**asked, temprature=1)": (
        "unknown",
        ["temprature", "create", "비슷한 이름의 인수가 있습니다: temperature"],
        None,
    ),
    "chat.parse(**asked, zzz=1)": ("unknown", ["zzz", "parse", "인수의 이름을 확인하세요."], None),
    "OpenAI(apikey='x')": ("unknown", ["apikey", "OpenAI", "비슷한 이름의 인수가 있습니다: api_key"], None),
    "OpenAI(connection)": ("unnamed", [], None),
    "chat.create(MODEL, messages)": ("unnamed", [], None),
    "chat.parse(MODEL, messages)": ("unnamed", [], None),
    "x = 1\ncompletion['choices']": (
        "brackets",
        ["ChatCompletion", "답변의 글은 completion.choices[0].message.content에 있습니다."],
        "completion['choices']",
    ),
    "chat.parse(**asked)['choices']": (
        "brackets",
        ["ParsedChatCompletion", "답변의 글은 completion.choices[0].message.content에 있습니다."],
        None,
    ),
    "Event(title='a', count=1)['title']": ("brackets", ["Event", "있는 이름: title, count"], None),
    "completion.choices.message": ("list", ["message"], None),
    "Event(title='a', count=1).titel": ("attribute", ["titel", "Event", "title", ""], None),
    "client.chat.completion": (
        "attribute",
        ["completion", "Chat", "completions", ""],
        None,
    ),
    "[{'type': 'text', 'text': '서울'}].split": ("parts", ["split"], None),
    "chat.create(model=MODEL, messages=[{'role': 'user', 'content': '\\ud83d'}])": (
        "half_letter",
        ["\\ud83d"],
        None,
    ),
    "def f():\n    return mesages\nf()": ("misspelt", ["mesages", "messages"], "return mesages"),
    "model": ("misspelt", ["model", "MODEL"], None),
    "pritn('x')": ("misspelt", ["pritn", "print"], None),
    "reply": ("unrun", ["reply"], None),
}


@pytest.fixture(scope="module")
def boxes():
    _, *shown, kept = outputs(OPENED, *SLIPS)
    return dict(zip(SLIPS, shown, strict=True)), kept


@pytest.mark.parametrize("cell", SLIPS)
def test_a_slip_is_told_in_korean_with_the_line_it_is_in(boxes, cell):
    name, gaps, line = SLIPS[cell]
    title, *lines = SENTENCES[name].format(*gaps).split("\n")
    wanted = notice(title, [*lines, f"오류가 난 줄: {line or cell}", TRACEBACK_HINT], "error").text
    assert boxes[0][cell] == f"{wanted}\nfailed"
    assert len(wanted.splitlines()) <= 12


def test_the_last_traceback_is_kept(boxes):
    assert boxes[1].endswith("NameError: name 'reply' is not defined")


def test_every_sentence_is_shown_somewhere():
    below = {"unmade", "shadow", "none"}
    assert {name for name, *_ in SLIPS.values()} | below == set(SENTENCES)


def test_of_an_answer_the_names_are_told_and_where_its_text_is():
    _, shown, _ = outputs(OPENED, "completion.content")
    assert "ChatCompletion 객체에 있는 이름: id, choices, created, model" in shown
    assert "답변의 글은 completion.choices[0].message.content에 있습니다." in shown


AFTER = ("reply", "text", "later")


@pytest.mark.parametrize(
    "failed",
    [
        "reply = chat.create(model=MODEL)\ntext = reply.choices[0].message.content\nlater = 1",
        "reply = 1 / 0\nimport json as text\ndef later(): ...",
        "1 / 0\nfor reply in [1]: ...\nwith open('x') as text: ...\n(later, x) = 1, 2",
        "reply = (1\ntext: int = 2\nclass later:",
    ],
)
def test_below_a_cell_that_failed_a_short_box_names_it_and_no_new_wall_stands(failed):
    shown = outputs(OPENED, failed, "2", *AFTER)[3:-1]
    for name, box in zip(AFTER, shown, strict=True):
        assert box.startswith(f"! 아직 만들어지지 않은 이름입니다: {name}\n")
        assert "셀 [2]부터 고쳐서 다시 실행하세요." in box and "Traceback" not in box
        assert len(box.splitlines()) == 6


def test_a_cell_that_was_mended_is_not_blamed():
    shown = outputs("reply = 1 / 0", "reply = 1", "reply", "def f():\n    other = 1", "other")
    assert shown[2] == "Out[3]: 1\npassed"
    # A name inside a function is none of the notebook's, and the cell itself is not above itself.
    assert "없는 이름입니다: other" in shown[4]
    assert "없는 이름입니다: total" in outputs("print(total)\ntotal = 1")[0]


NOT_OURS = [
    "1 / 0",
    "None['x']",
    "None.title",
    "'안녕'.titel",
    "[1].title",
    "[][0]",
    "int('x')",
    "len(3)",
    "import json\njson.dumps(object())",
    "Plain()['title']",
    "Choice()['message']",
    "Plain().titel",
    "raise NameError('mine')",
    "raise AttributeError('mine')",
    "class Mine(TypeError): ...\nraise Mine('x')",
    'raise TypeError("Object of type type is not JSON serializable")',
    "def f():\n    x += 1\nf()",
    # Somebody else's library, which uses the SDK and Pydantic itself.
    "import types\ntheirs = types.ModuleType('theirs')\nexec('def f(g): return g()\\ndef h(): return missing', vars(theirs))",
    "theirs.h()",
    "vars(theirs)['chat'] = chat\nexec('def k(): chat.create()', vars(theirs))\ntheirs.k()",
    "vars(theirs)['BaseModel'] = BaseModel\nexec('class A(BaseModel):\\n    title = str', vars(theirs))",
    "vars(theirs)['completion'] = completion\nexec('def m(): return completion[0]', vars(theirs))\ntheirs.m()",
]


def test_all_other_errors_are_shown_exactly_as_ipython_shows_them():
    ours, plain = (outputs(OPENED, *NOT_OURS, with_box=with_box)[:-1] for with_box in (True, False))
    for cell, with_box, without in zip(NOT_OURS, ours[1:], plain[1:], strict=True):
        assert with_box == without, cell
        assert with_box.endswith("failed") is ("ModuleType" not in cell), cell
        assert "오류가 난 줄" not in with_box


def test_in_a_kernel_a_failed_call_is_one_box_and_what_builds_on_it_a_short_one():
    cells = [
        "from openai import OpenAI\nfrom helpers import open_lesson\nlesson = open_lesson('01_roles')",
        "client = OpenAI(**lesson.connection)\nreply = client.chat.completions.create(model=lesson.model, messages='안녕')",
        "reply.choices",
        "{}['a']",
        "lesson.traceback()",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    for cell in notebook.cells[1:4]:
        cell.metadata["tags"] = ["raises-exception"]
    execute_all([notebook])
    _, refused, unmade, other, kept = (cell.outputs for cell in notebook.cells)
    assert [len(one) for one in (refused, unmade, other, kept)] == [1, 1, 1, 1]
    assert refused[0].data["text/plain"].startswith("! 요청의 messages가 잘못되었습니다. (400)\n")
    assert "셀 [2]부터 고쳐서" in unmade[0].data["text/plain"]
    assert other[0].output_type == "error" and other[0].ename == "KeyError"
    assert kept[0].text.endswith("NameError: name 'reply' is not defined\n\n")


def run_in_the_courses_kernel(monkeypatch, *cells: str, folder=NOTEBOOKS) -> list[list]:
    monkeypatch.setenv("JUPYTER_PATH", str(ROOT / "jupyter"))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    for cell in notebook.cells:
        cell.metadata["tags"] = ["raises-exception"]
    execute_all([notebook], folder)
    return [cell.outputs for cell in notebook.cells]


def test_after_a_restart_a_missing_name_sends_to_the_cells_above(monkeypatch):
    missing, other, opened, again = run_in_the_courses_kernel(
        monkeypatch,
        "messages",
        "1 / 0",
        "from helpers import open_lesson\nlesson = open_lesson('01_roles')",
        "messages",
    )
    assert [one.output_type for one in missing] == ["error", "display_data"]
    assert missing[0].ename == "NameError" and "위의 모든 셀 실행" in missing[1].data["text/plain"]
    assert "lesson.traceback" not in missing[1].data["text/plain"], "there is no lesson yet"
    assert [one.output_type for one in other] == ["error"]
    assert [one.output_type for one in (*opened, *again)] == ["display_data"] * 2


def test_the_courses_kernel_is_ipykernels_own_but_for_the_box_and_what_it_loads_before_it_looks_into_a_folder():
    mine = json.loads((ROOT / "jupyter" / "kernels" / "python3" / "kernel.json").read_text(encoding="utf-8"))
    theirs = get_kernel_dict()
    _, _, _, *rest = theirs["argv"]
    python, command, code, *mine_rest = mine["argv"]
    assert (python, command) == ("python", "-c") and code.endswith("launch_new_instance()")
    assert mine | {"argv": mine_rest} == theirs | {"argv": [*rest, "--ext=helpers.show.trouble_box"]}


# What a learner calls a file of her own, and what happens then: the course's kernel has loaded what it needs.
FILES_OF_HERS = ("openai.py", "helpers.py", "json.py", "random.py", "typing.py", "pydantic.py", "httpx2.py")


def test_files_of_hers_that_are_called_like_packages_stop_no_lesson(monkeypatch, tmp_path):
    for name in FILES_OF_HERS:
        (tmp_path / name).write_text("print('mine')\n", encoding="utf-8")
    (tmp_path / "mine.py").write_text("word = 'hers'\n", encoding="utf-8")
    first, second, third = run_in_the_courses_kernel(
        monkeypatch,
        "from openai import OpenAI\nfrom helpers import open_lesson\nlesson = open_lesson('01_roles')",
        "print(OpenAI(**lesson.connection).base_url)",
        "import mine\nprint(mine.word)",
        folder=tmp_path,
    )
    assert [one.output_type for one in first] == ["display_data"]
    assert "replay.invalid" in second[0].text
    assert third[0].text == "hers\n", "her own modules are found as ever"


@pytest.mark.parametrize(
    ("name", "content", "cell"),
    [
        ("openai.py", "from openai import OpenAI", "from openai import OpenAI"),
        ("openai.py", "x = 1", "from openai import OpenAI"),
        ("openai.py", "x = 1", "import openai.types.chat"),
        ("helpers.py", "x = 1", "from helpers import open_lesson"),
        ("helpers.py", "x = 1", "import helpers.show"),
        ("wave.py", "x = 1", "import wave\nwave.open"),
        ("colorsys.py", "import no_such_module", "import colorsys"),
    ],
)
def test_a_file_that_hides_a_package_is_named(tmp_path, monkeypatch, name, content, cell):
    """As in another front end, where nothing was loaded before."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    top = name.removesuffix(".py")
    for module in [one for one in sys.modules if one.partition(".")[0] == top]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    notebook = {}
    with pytest.raises((ImportError, AttributeError)) as caught:
        exec(compile(cell, "cell", "exec"), notebook)
    sys.modules.pop(top, None)
    view = explain_slip(caught.value, notebook, "more")
    assert str(tmp_path / name) in view.text and "이름을 바꾸고" in view.text and view.text.endswith("more")


def test_a_missing_package_is_nobodys_file(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text("import no_such_module", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for cell in ("import no_such_module", "import mine"):
        with pytest.raises(ImportError) as caught:
            exec(cell, {})
        assert explain_slip(caught.value, {}) is None


HALF = "반쪽 \ud83d"


@pytest.mark.parametrize("content", [HALF, [HALF], {HALF: 1}])
def test_half_an_emoji_that_cannot_be_sent_is_told(content):
    client = OpenAI(**open_lesson("01_roles").connection)
    notebook = {"client": client, "messages": [{"role": "user", "content": content}]}
    with pytest.raises(UnicodeEncodeError) as caught:
        exec("client.chat.completions.create(model='m', messages=messages)", notebook)
    view = explain_slip(caught.value, notebook)
    assert "\\ud83d" in view.text and "이모지" in view.text
    with pytest.raises(UnicodeEncodeError) as caught:
        exec("'\\ud83d'.encode()", notebook)
    assert explain_slip(caught.value, notebook) is None, "hers, and Python's own words fit"


def test_an_answer_to_parse_without_data_is_told_and_any_other_none_is_not():
    message = {"role": "assistant", "content": "", "parsed": None}
    empty = ParsedChatCompletion.construct(choices=[{"index": 0, "message": message}])
    for notebook, told in (({"event": None, "completion": empty}, True), ({"event": None}, False)):
        with pytest.raises(AttributeError) as caught:
            exec("event.model_dump()", notebook)
        view = explain_slip(caught.value, notebook)
        assert ("lesson.show(completion)" in view.text) if told else view is None


def test_the_sentences_are_short_and_sober():
    for lines in (text.split("\n") for text in SENTENCES.values()):
        assert 2 <= len(lines) <= 4 and "니다" in lines[0]
        assert not any("!" in line for line in lines)
