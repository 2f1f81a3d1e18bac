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

from helpers.course import ROOT, lessons
from helpers.replay import load_cassette
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
    printed = run_behind(CUT_OFF, notebooks, course / "notebooks", "print(lesson.used)", **environ)
    for path, notebook in zip(paths, notebooks, strict=True):
        assert normalise(notebook) == path.read_text(encoding="utf-8"), path.stem

    used = {id for text in printed for _, id, _ in ast.literal_eval(text)}
    for path in sorted((ROOT / "helpers" / "cassettes").glob("[0-9]*.json")):
        cassette = load_cassette(path)
        unused = {one.id for one in [*cassette.interactions, *cassette.staged]} - used
        assert not unused, f"no cell uses these of {path.name}: {unused}"


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
