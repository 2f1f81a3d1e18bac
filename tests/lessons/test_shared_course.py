"""One read-only course, owned by somebody else, and two ordinary users who work in it at the same time."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import pytest

from helpers.course import ROOT, lessons

# Numbers that need no account: nobody's rights.
USERS = {65_534: 0o077, 54_321: 0o022}
# What each of them does: lay the folder out, run every lesson, solve an exercise.
WORK = """
import sys
from pathlib import Path
import nbformat
from nbclient import NotebookClient
from tools.work import lay_out
course, work = map(Path, sys.argv[1:])
lay_out(course, work, "3.11.7")
lessons = sorted(work.glob("[0-9]*.ipynb"))
for path in lessons:
    notebook = nbformat.read(path, as_version=4)
    if path.stem == "01_roles":
        right = '[{"role": "developer", "content": "짧게"}, {"role": "user", "content": "하늘은 왜 파란가요?"}]'
        notebook.cells.append(nbformat.v4.new_code_cell(f"print(q1.check({right}))"))
    client = NotebookClient(notebook, kernel_name="python3", timeout=300, startup_timeout=600,
                            extra_arguments=["--IPKernelApp.log_level=ERROR"],
                            resources={"metadata": {"path": str(work)}})
    client.execute()
    if path.stem == "01_roles":
        print(notebook.cells[-1].outputs[0].text)
print("ran", len(lessons))
"""


def python_for(user):
    """Return a Python that this user may start and whose packages she may read, or None."""
    packages = sysconfig.get_path("purelib")
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            command = [python, "-c", "import ipykernel, nbclient, openai, sympy, tiktoken"]
            environ = {"PYTHONPATH": packages, "HOME": "/"}
            subprocess.run(
                command,
                user=user,
                group=user,
                extra_groups=[],
                env=environ,
                cwd="/",
                check=True,
                capture_output=True,
            )
            return python
        except (OSError, subprocess.CalledProcessError):
            continue
    return None


@pytest.fixture
def place():
    """A folder that everybody may enter, which the folders of pytest are not."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


def everything(folder):
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(folder.rglob("*"))}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be two users")
def test_two_users_run_every_lesson_of_one_read_only_course(place):
    pythons = {user: python_for(user) for user in USERS}
    if None in pythons.values():
        pytest.skip("no Python that another user may start")
    course = place / "코스"
    left_out = shutil.ignore_patterns("__pycache__", "*.mine*")
    for name in ("helpers", "tools", "notebooks"):
        shutil.copytree(ROOT / name, course / name, ignore=left_out)
    shutil.copy(ROOT / ".env.example", course)
    for path in [course, *course.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = everything(course)
    running = {}
    for user, mask in USERS.items():
        home = place / f"home {user}"
        home.mkdir()
        os.chown(home, user, user)
        environ = {
            "HOME": str(home),
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": os.pathsep.join([str(course), sysconfig.get_path("purelib")]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LESSON_WORK": str(home / "lab"),
            "TMPDIR": str(home),
        }
        command = [pythons[user], "-c", WORK, str(course), str(home / "lab")]
        running[user] = subprocess.Popen(
            command, user=user, group=user, extra_groups=[], umask=mask, env=environ, cwd=home,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )  # fmt: skip
    for user, process in running.items():
        printed = process.communicate()[0]
        assert process.returncode == 0 and f"ran {len(lessons())}" in printed, printed[-3000:]
        assert "맞았습니다." in printed and "기록하지 못했습니다" not in printed
        progress = place / f"home {user}" / "lab" / ".progress.json"
        assert "q1" in progress.read_text(encoding="utf-8") and progress.stat().st_uid == user
    assert everything(course) == before, "nothing of the course was touched"
