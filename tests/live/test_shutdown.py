"""A rehearsal of the day on which the models are gone: replay goes on, live mode says where to."""

import os
import shutil

import pytest
from nbclient.exceptions import CellExecutionError

from helpers.course import ROOT
from helpers.models import known_models
from tests.loopback import KEY, Loopback
from tools.notebooks import execute_all, lesson_paths, normalise, read

LESSON = "05_math_helper"


@pytest.fixture
def course(tmp_path):
    """A copy of the course whose `.env` names a server that knows none of the models."""
    copied = shutil.ignore_patterns("__pycache__", "*.mine*")
    for name in ("helpers", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=copied)
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    with Loopback(models={}) as server:
        lines = (
            f"OPENAI_API_KEY={KEY}",
            f"OPENAI_BASE_URL={server.base_url}",
            "LESSON_MODEL=gpt-4o-mini",
            "",
        )
        (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8", newline="\n")
        yield tmp_path, server


def path_of(course):
    return os.pathsep.join([str(course), str(ROOT)])


def test_replay_goes_on_unmoved(course):
    course, server = course
    # The lessons whose every kind of request is answered; the whole suite shuts out `.env` in the same way.
    paths = [path for path in lesson_paths(course) if path.stem in ("01_roles", LESSON)]
    notebooks = [read(path) for path in paths]
    execute_all(notebooks, course / "notebooks", PYTHONPATH=path_of(course))
    for path, notebook in zip(paths, notebooks, strict=True):
        assert normalise(notebook) == path.read_text(encoding="utf-8"), path.stem
    assert server.requests == []


def test_live_mode_names_the_successor(course):
    course, server = course
    notebook = read(course / "notebooks" / f"{LESSON}.ipynb")
    with pytest.raises(CellExecutionError):
        execute_all([notebook], course / "notebooks", LESSON_MODE="live", PYTHONPATH=path_of(course))
    assert [body["model"] for body in server.bodies] == ["gpt-4o-mini"], "it is not asked again"
    boxes = [
        output.data["text/plain"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/plain" in output.get("data", {})
    ]
    told = [box for box in boxes if "(404)" in box]
    assert len(told) == 1
    assert "gpt-4o-mini" in told[0] and "gpt-6-luna" in told[0] and "LESSON_MODEL" in told[0]


def test_every_successor_stays():
    stay = {name for model in known_models() if model.shutdown is None for name in model.names}
    ending = [model for model in known_models() if model.successor]
    assert {"gpt-4o-mini", "gpt-4o", "gpt-5", "gpt-5-mini"} <= {model.name for model in ending}
    assert [model.name for model in ending if model.successor not in stay] == []
