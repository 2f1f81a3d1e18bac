"""Binder, dev containers and GitHub Pages, as far as they can be tried without those services."""

import json
import os
import platform
import re
import subprocess
import sys

import pytest
import yaml
from jsonschema import Draft201909Validator

from helpers.course import ROOT, lessons
from tests.browser import copy_course
from tools.site.pages import REPOSITORY_VARIABLE, SITE_VARIABLE
from tools.site.pages_parts import BINDER_PATH

no_bash = pytest.mark.skipif(os.name == "nt", reason="Binder runs on Linux, its scripts in bash")
# What the development container's file may hold, after its documentation (containers.dev); the whole schema of
# devcontainers/spec is not in this repository.
TEXT, TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}


def holding(required=(), **properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


CONTAINER = holding(
    ["image"],
    name=TEXT,
    image=TEXT,
    postCreateCommand=TEXT,
    hostRequirements=holding(memory={"type": "string", "pattern": r"^\d+([tgmk]b)?$"}),
    customizations=holding(
        vscode=holding(extensions=TEXTS, settings={"type": "object"}), codespaces=holding(openFiles=TEXTS)
    ),
)


@no_bash
def test_binder_installs_the_lock_then_the_course_and_nothing_that_hides_it(site_python):
    command = [site_python, "-m", "repo2docker", "--no-build", "--debug", str(ROOT)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    installing = re.findall(r"^RUN .*pip install.*", said, re.M)
    assert len(installing) == 1 and installing[0].endswith(
        'pip install --no-cache-dir -r "binder/requirements.txt"'
    )
    assert said.index(installing[0]) < said.index("RUN ./binder/postBuild")
    assert 'R2D_ENTRYPOINT="${REPO_DIR}/binder/start"' in said
    assert "python=3.13" in said
    lines = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["-r ../requirements.lock"]


@pytest.fixture
def image(tmp_path):
    """A copy of the course as Binder has it, with a pip that notes what it is asked for."""
    course = tmp_path / "코스"
    copy_course(course)
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "pip").write_text('#!/bin/sh\necho "$@" > pip.txt\n', encoding="utf-8")
    (programs / "pip").chmod(0o755)
    (programs / "python").symlink_to(sys.executable)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "REPO_DIR": str(course)}
    return course, environment


@no_bash
def test_what_binder_runs_leaves_the_learners_copies(image):
    course, environment = image
    subprocess.run([course / "binder" / "postBuild"], cwd=course, env=environment, check=True)
    asked = (course / "pip.txt").read_text(encoding="utf-8").split()
    assert asked[0] == "install" and asked[-2:] == ["--editable", "."] and "--no-deps" in asked
    for name in lessons():
        place = BINDER_PATH.format(lesson=name).removeprefix("lab/tree/")
        laid = json.loads((course / place).read_text(encoding="utf-8"))
        assert not [cell for cell in laid["cells"] if cell.get("outputs")]
        assert laid["metadata"]["language_info"]["version"] == platform.python_version()


@no_bash
def test_binder_starts_in_replay_with_the_courses_settings(image):
    course, environment = image
    environment.pop("JUPYTER_PATH", None)
    environment["JUPYTER_CONFIG_PATH"] = "/etc/their own"
    environment["LESSON_MODE"] = "live"
    done = subprocess.run(
        [course / "binder" / "start", "env"],
        env=environment,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    found = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert found["JUPYTER_CONFIG_PATH"] == f"{course}/jupyter:/etc/their own"
    assert found["JUPYTER_PATH"] == f"{course}/jupyter"
    assert found["LESSON_MODE"] == "replay" and found["LESSON_WORK"] == f"{course}/work"


def test_the_development_container_is_described_as_it_must_be():
    described = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    Draft201909Validator(CONTAINER).validate(described)
    assert described["postCreateCommand"] == "python start.py --version"
    (first,) = described["customizations"]["codespaces"]["openFiles"]
    assert first == "work/00_start_here.ipynb"


def test_what_publishes_runs_nothing_and_what_runs_may_not_write():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "site.yml").read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    jobs = workflow["jobs"]
    running = {name for name, job in jobs.items() if any("run" in step for step in job["steps"])}
    writing = {name for name, job in jobs.items() if "write" in job["permissions"].values()}
    assert (running, writing) == ({"switch", "build"}, {"publish"})
    (step,) = [step for step in jobs["build"]["steps"] if "run" in step]
    assert step["run"] == "python start.py site"
    assert step["env"].keys() == {SITE_VARIABLE, REPOSITORY_VARIABLE}
    assert "secrets" not in json.dumps(workflow)
    used = re.findall(
        r"uses: (\S+)", (ROOT / ".github" / "workflows" / "site.yml").read_text(encoding="utf-8")
    )
    assert all(re.fullmatch(r"actions/[\w-]+@(v\d+|[0-9a-f]{40})", one) for one in used)
