"""All six notebooks, unchanged, in live mode against a server that checks each request as the API would."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers.course import CASSETTES, NOTEBOOKS, ROOT, lessons
from helpers.replay import load_cassette
from helpers.show import TRACEBACK_HINT
from tests.live.echoes import DRESSES, PLACES, echo
from tests.loopback import KEY, Loopback
from tools.notebooks import execute_all, lesson_paths, read

LEFT_OUT = shutil.ignore_patterns("*.ipynb", "__pycache__")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course, whose `.env` can be written without touching the learner's own."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "requirements.txt", folder)
    shutil.copytree(ROOT / "helpers", folder / "helpers", ignore=LEFT_OUT)
    shutil.copytree(NOTEBOOKS, folder / "notebooks", ignore=LEFT_OUT)
    return folder


def run_live(course: Path, settings: dict[str, str], lessons: str = "", **environ: str) -> dict:
    """Execute the notebooks in live mode, all or those named, and return them by name."""
    lines = "".join(f"{name}={value}\n" for name, value in settings.items())
    (course / ".env").write_text(lines, encoding="utf-8", newline="\n")
    notebooks = {path.stem: read(path) for path in lesson_paths() if path.stem[:2] in lessons or not lessons}
    for notebook in notebooks.values():
        notebook.cells.append(new_code_cell("lesson.cost()"))
    # The copy comes first on the path, before the installed course.
    path = os.pathsep.join([str(course), str(ROOT)])
    execute_all(
        list(notebooks.values()), course / "notebooks", LESSON_MODE="live", PYTHONPATH=path, **environ
    )
    return notebooks


def check_saved(notebooks: dict, model: str) -> None:
    """Make sure that each notebook ran live, without an error that a box hides, and holds nothing of the key."""
    for name, notebook in notebooks.items():
        saved = json.dumps(notebook, ensure_ascii=False)
        assert f"라이브 모드 · {name} · 모델 {model}" in saved
        assert not [part for part in (KEY, KEY[:12], KEY[-12:], KEY[-4:]) if part in saved], name
        for cell in notebook.cells:
            if cell.cell_type == "code" and "raises-exception" not in cell.metadata.get("tags", []):
                assert TRACEBACK_HINT not in json.dumps(cell.outputs, ensure_ascii=False), cell.source


def test_lessons_that_set_parameters_run_on_a_model_that_refuses_them(course: Path) -> None:
    with Loopback() as server:
        settings = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url, "LESSON_MODEL": "gpt-6.1-sol"}
        check_saved(run_live(course, settings, "02 04"), "gpt-6.1-sol")
        assert server.bodies, "no lesson called the server"
        assert not [
            body for body in server.bodies if "temperature" in body and body["model"] == "gpt-6.1-sol"
        ]


def test_every_notebook_runs_through_a_gateway_within_the_ceiling(course: Path) -> None:
    with Loopback() as server:
        settings = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://gateway.internal/v1"}
        settings |= {"LESSON_MODEL": "gpt-6-luna", "LESSON_BUDGET_USD": "0.05"}
        proxies = {"HTTP_PROXY": server.address, "http_proxy": server.address, "NO_PROXY": "", "no_proxy": ""}
        notebooks = run_live(course, settings, **proxies)
        assert len(notebooks) == len(lessons())
        check_saved(notebooks, "gpt-6-luna")
        for name, notebook in notebooks.items():
            paid = re.search(
                r"^gpt-6-luna \| (\d+) \|", notebook.cells[-1].outputs[0].data["text/plain"], re.M
            )
            calls = load_cassette(CASSETTES / f"{name}.json").live_calls
            assert sum(calls.values()) == int(paid[1] if paid else 0), name
        assert server.bodies, "no lesson called the server"
        # The proxy passes on what would have gone to the gateway, each request with a limit to its length.
        assert {one["target"] for one in server.requests} == {"http://gateway.internal/v1/chat/completions"}
        assert all(body["max_completion_tokens"] <= 2000 for body in server.bodies)
        assert all(body["reasoning_effort"] == "none" for body in server.bodies)


PRYING = (
    (
        "from openai import OpenAI\nfrom helpers import open_lesson\n"
        'lesson = open_lesson("01_roles")\nclient = OpenAI(**lesson.connection, max_retries=0)\n'
        'ask = dict(model=lesson.model, messages=[{"role": "user", "content": "안녕"}])'
    ),
    "client.chat.completions.create(**ask)",
    "lesson.traceback()",
    "client, lesson.connection, lesson, vars(lesson), vars(client), client.api_key",
    "try:\n    client.chat.completions.create(**ask)\nexcept Exception as error:\n"
    "    print(error, repr(error), error.body, dict(error.request.headers), dict(error.response.headers))",
    "%xmode Verbose\ndef fail(client, lesson):\n    return client.chat.completions.create(**ask) / 0\nfail(client, lesson)",
    "import os, sys\nsys.argv, dict(os.environ)",
)


def test_a_notebook_that_pries_saves_nothing_of_the_key(course: Path) -> None:
    echo = f"Incorrect API key provided: {KEY[:8]}{'*' * 20}{KEY[-4:]} ({KEY})"
    with Loopback() as server:
        server.script = [
            lambda handler, body: handler.reply(401, {"error": {"message": echo}}, {"x-echo": KEY})
        ] * 2
        settings = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url, "LESSON_MODEL": "gpt-6-luna"}
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        (course / ".env").write_text(lines, encoding="utf-8", newline="\n")
        notebook = new_notebook(cells=[new_code_cell(source) for source in PRYING])
        for place in (1, 5):
            notebook.cells[place].metadata["tags"] = ["raises-exception"]
        execute_all([notebook], course / "notebooks", LESSON_MODE="live", PYTHONPATH=str(course))
    saved = json.dumps(notebook, ensure_ascii=False)
    assert "(가린 키)" in saved
    assert "ZeroDivisionError" in saved or "TypeError" in saved
    assert not [part for part in (KEY, KEY[:12], KEY[8:16], KEY[-8:], KEY[-4:]) if part in saved]


LOOKING = """import traceback
def look(stream):
    try:
        found = client.chat.completions.create(**ask, stream=stream)
        found = list(found) if stream else found
        print(found, repr(found), "".join(str(one) for one in found) if stream else found.to_json(warnings=False))
        lesson.show(found)
    except Exception as error:
        print(error, repr(error), vars(error), error.args, repr(error.__cause__), repr(error.__context__))
        traceback.print_exception(error)
    print(vars(client), vars(client._client), client._client.cookies, lesson.last_request())"""


def test_a_notebook_at_a_server_that_repeats_the_key_saves_nothing_of_it(course: Path) -> None:
    dresses = ("plain", "JSON escapes", "Bearer", "address")
    with Loopback(key=None) as server:
        server.script = [
            echo(place, DRESSES[dresses[number % len(dresses)]](KEY))
            for number, place in enumerate(PLACES)
            for stream in (True, False)
        ]
        settings = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url, "LESSON_MODEL": "gpt-6-luna"}
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        (course / ".env").write_text(lines, encoding="utf-8", newline="\n")
        cells = [PRYING[0], LOOKING, *["look(True)\nlook(False)"] * len(PLACES), PRYING[1]]
        notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
        # The last one asks once more and is answered.
        execute_all([notebook], course / "notebooks", LESSON_MODE="live", PYTHONPATH=str(course))
        assert len(server.bodies) > 2 * len(PLACES)
    saved = json.dumps(notebook, ensure_ascii=False)
    assert "(가린 키)" in saved
    assert not [part for part in (KEY, KEY.lower(), KEY[8:16], KEY[-8:]) if part in saved]
