"""The notebooks as they run: offline, unmoved by what is set on the machine, without an error behind a box."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import openai
import pytest

from helpers.course import CASSETTES, ROOT, lessons
from helpers.live import DEFAULT_MODEL, OPENAI_BASE_URL, figures, notebook_calls
from helpers.replay import Cassette, Interaction, load_cassette
from tools.notebooks import execute_all, lesson_paths, normalise, read
from tools.refresh import refresh

# A kernel in which every attempt to reach another machine, or to look one up, fails.
CUT_OFF = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise RuntimeError("the network was used: " + event)
sys.addaudithook(refuse)
"""
HOSTILE = {
    "OPENAI_API_KEY": "planted-key-of-the-test",
    "OPENAI_ADMIN_KEY": "planted-admin-key",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    "OPENAI_ORG_ID": "한글",
    "OPENAI_PROJECT_ID": "planted-project",
    "OPENAI_WEBHOOK_SECRET": "planted",
    "OPENAI_CUSTOM_HEADERS": "x-planted: 한글",
    "OPENAI_LOG": "debug",
    "OPENAI_API_TYPE": "azure",
    "OPENAI_API_VERSION": "1999-01-01",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "socks5://127.0.0.1:9",
    "SSL_CERT_FILE": "nothing-is-here.pem",
}


def run_behind(first_cell, notebooks, folder, last_cell="", **environ):
    """Execute notebooks between cells of the test's own, and return what the last ones printed, and remove both."""
    for notebook in notebooks:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(first_cell, id="test-first"))
        notebook.cells.append(nbformat.v4.new_code_cell(last_cell, id="test-last"))
    execute_all(notebooks, folder, **environ)
    printed = [
        "".join(output.get("text", "") for output in notebook.cells[-1].outputs) for notebook in notebooks
    ]
    for notebook in notebooks:
        del notebook.cells[0], notebook.cells[-1]
    return printed


def test_refresh_changes_nothing():
    assert refresh(lesson_paths(), check=True) == []


def test_nothing_on_the_machine_changes_an_output_and_no_cell_reaches_out_and_no_recording_is_left_over(
    tmp_path,
):
    course = tmp_path / "코스 사본"
    shutil.copytree(
        ROOT,
        course,
        ignore=shutil.ignore_patterns(".*", "tests", "docs", "__pycache__", "*.mine*", "*.egg-info"),
    )
    (course / ".env").write_bytes(
        "\ufeffOPENAI_API_KEY=“키”\r\nLESSON_MODE=live\r\nthis is no setting\r\n".encode()
    )
    paths = lesson_paths(course)
    notebooks = [read(path) for path in paths]
    environ = {"PYTHONPATH": str(course), **HOSTILE}
    printed = run_behind(
        CUT_OFF, notebooks, course / "notebooks", "print(lesson.used)\nprint(lesson.cost().text)", **environ
    )
    for path, notebook in zip(paths, notebooks, strict=True):
        assert normalise(notebook) == path.read_text(encoding="utf-8"), path.stem

    used = {one for text in printed for one in ast.literal_eval(text.partition("\n")[0])}
    for path, text in zip(paths, printed, strict=True):
        calls = notebook_calls(load_cassette(CASSETTES / f"{path.stem}.json"), DEFAULT_MODEL, OPENAI_BASE_URL)
        total = " | ".join([DEFAULT_MODEL, *figures(calls)])
        assert total in text or not calls, f"{path.stem}: live_calls say {total}, a whole replay {text}"
    for path, notebook in zip(paths, notebooks, strict=True):
        cassette = load_cassette(CASSETTES / f"{path.stem}.json")
        texts = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        assert not left_over(cassette, used, texts), f"neither cells nor text of {path.stem} use these"


def left_over(cassette, used, texts):
    """Return the ids of recordings that no lesson uses, and the banks of which a lesson itself uses nothing.

    A bank is used where a cell asks or names one of its recordings, or where the text names one, by its id in quotes or
    by the exact change that asks it.

    Args:
        cassette: of one lesson.
        used: what the cells of all lessons asked or named, as `lesson.used` tells it.
        texts: of the lesson's notebook.
    """
    recordings = [*cassette.interactions, *cassette.staged]
    own = {id for lesson, id, _ in used if lesson == cassette.lesson}
    sent = [one for one in cassette.interactions if one.id in own]
    seen = {piece for one in sent for piece in pieces(one.request["body"])}
    offered = {one.id for one in recordings if one.title and is_named(one, seen, texts)}
    single = {one.id for one in recordings if not one.title} - {id for _, id, _ in used}
    return single | ({bank(one.id) for one in recordings if one.title} - {bank(id) for id in own | offered})


def bank(id):
    return id.split("/")[0]


def is_named(one, seen, texts):
    """Say whether a text names a recording, or everything in which its request differs from those that the cells send."""
    change = pieces(one.request["body"]) - seen
    return f'"{one.id}"' in texts or (bool(change) and all(piece in texts for piece in change))


def pieces(body):
    """Return the texts of a request, and its numbers as a cell writes them."""
    if isinstance(body, str):
        return {body}
    if isinstance(body, list):
        return {piece for one in body for piece in pieces(one)}
    if isinstance(body, dict):
        numbers = {f"{name}={one}" for name, one in body.items() if isinstance(one, int | float)}
        return numbers | {piece for one in body.values() for piece in pieces(one)}
    return set()


def recording(id, question, title="제목", **more):
    messages = [{"role": "user", "content": question}]
    body = {"model": "{lesson.model}", "messages": messages, **more}
    return Interaction(id, {}, {"method": "POST", "path": "chat/completions", "body": body}, [], title)


@pytest.mark.parametrize(
    ("used", "texts", "found"),
    [
        ({("x", "own", "asked")}, "", {"a", "b"}),
        ({("x", "own", "asked"), ("x", "a/1", "asked"), ("x", "b/1", "named")}, "", set()),
        ({("x", "own", "asked"), ("y", "a/1", "named")}, "", {"a", "b"}),
        ({("x", "own", "asked")}, "`다른 질문`으로 바꾸고, `temperature=0.5`를 더해 보세요.", set()),
        ({("x", "own", "asked")}, "다른 질문 temperature=0", {"b"}),
        ({("x", "own", "asked")}, '`lesson.recorded("b/1")`을 실행해 보세요.', {"a"}),
        (set(), "다른 질문", {"own", "a", "b"}),
    ],
)
def test_a_recording_is_used_by_itself_and_a_bank_by_one_of_its_own(used, texts, found):
    own = recording("own", "질문", title="")
    banks = [
        recording("a/1", "다른 질문"),
        recording("a/2", "또 다른 것"),
        recording("b/1", "질문", temperature=0.5),
    ]
    assert left_over(Cassette("x", "m", [own, *banks]), used, texts) == found


def test_every_variable_that_the_sdk_reads_is_among_the_hostile_ones():
    sources = [path.read_text(encoding="utf-8") for path in Path(openai.__file__).parent.rglob("*.py")]
    read = {name for text in sources for name in re.findall(r"environ(?:\.get)?[(\[]\s*\"(OPENAI_\w+)", text)}
    assert len(read) > 5
    assert read <= set(HOSTILE)


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.getaddrinfo('example.com', 443)",
        "import socket; socket.socket().connect(('127.0.0.1', 9))",
        "import httpx2; httpx2.get('http://127.0.0.1:9/')",
    ],
)
def test_the_cut_is_real(attempt):
    cell = nbformat.v4.new_code_cell(
        f"try:\n    {attempt.replace('; ', chr(10) + '    ')}\nexcept RuntimeError as e:\n    print(e)"
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    run_behind(CUT_OFF, [notebook], ROOT)
    assert "the network was used" in notebook.cells[0].outputs[0].text


def test_an_error_behind_a_box_is_an_error():
    from nbclient.exceptions import CellExecutionError

    lines = 'from helpers import open_lesson\nlesson = open_lesson("01_roles")\nlesson.recorded("nothing")'
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(lines)])
    with pytest.raises(CellExecutionError):
        execute_all([notebook])
    shown = notebook.cells[0].outputs
    assert [output.output_type for output in shown] == ["display_data", "display_data"]
    assert "카세트에 없는 이름입니다: nothing" in shown[1].data["text/plain"]


@pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(), reason="needs git and a clone"
)
def test_a_clone_on_windows_is_whole(tmp_path):
    clone = tmp_path / "clone"
    command = [
        "git",
        "-c",
        "core.autocrlf=true",
        "-c",
        "core.eol=crlf",
        "clone",
        "-q",
        ROOT.as_uri(),
        str(clone),
    ]
    subprocess.run(command, check=True, capture_output=True)
    check = "from helpers.vocabulary import check_bundled; check_bundled()"
    subprocess.run(
        [sys.executable, "-c", check], cwd=clone, check=True, env={**os.environ, "PYTHONPATH": str(clone)}
    )
    files = [*clone.glob("notebooks/*.ipynb"), *clone.glob("helpers/cassettes/*.json")]
    assert len(files) == 2 * len(lessons())
    assert not any(b"\r" in path.read_bytes() for path in files)
