"""No command ends in a bare traceback where a table of the course is damaged: it names the file and what to do."""

import os
import shutil
import subprocess
import sys

import pytest

from helpers.course import ROOT

TABLES = ("helpers/models.toml", "helpers/course.toml")
# Every module that start.py hands over to, and which of the tables it reads; a new one is one line.
COMMANDS = {
    "doctor": ([], TABLES),
    "facts": ([], TABLES[:1]),
    "local": (["--model", "no-such-model"], TABLES[:1]),
    "new": (["90_mine", "제목"], TABLES[1:]),
    "record": (["01_roles"], TABLES[1:]),
    "refresh": (["--check", "01_roles"], TABLES[1:]),
    "seal": (["01_roles"], TABLES[1:]),
    "verify": (["01_roles"], TABLES),
}


PAIRS = [(command, table) for command, (_, tables) in COMMANDS.items() for table in tables]


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """Return by the damaged table a course in which it is cut short."""
    found = {}
    for table in TABLES:
        found[table] = tmp_path_factory.mktemp("damaged") / "course"
        for name in ("helpers", "tools", "notebooks", "tests", "docs"):
            shutil.copytree(ROOT / name, found[table] / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "requirements.txt", "README.md"):
            shutil.copyfile(ROOT / name, found[table] / name)
        (found[table] / table).write_bytes((ROOT / table).read_bytes()[:2000] + b"[[")
    return found


@pytest.mark.parametrize(("command", "table"), PAIRS)
def test_a_command_names_the_damaged_table(courses, tmp_path, command, table):
    course, arguments = courses[table], COMMANDS[command][0]
    environ = os.environ | {
        "PYTHONPATH": str(course),
        "LESSON_WORK": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", f"tools.{command}", *arguments],
        cwd=course,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    shown = done.stdout + done.stderr
    assert done.returncode and "Traceback" not in shown, shown
    assert table in shown and f"git checkout -- {table}" in shown
