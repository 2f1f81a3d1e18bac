"""What Windows does otherwise, with stand-ins at the edge of the operating system; docs/windows.md says what is left."""

import ast
import errno
import importlib
import json
import ntpath
import os
import re
import subprocess
import types

import pytest

from helpers.course import ROOT
from helpers.exercises.exercise import Exercise
from helpers.progress import FILE, Progress
from helpers.show import notice
from tests.tools.windows import DIFFERENCES, PAGES, page
from tools import originals, programs, swap
from tools.originals import find_lesson
from tools.trouble import explain

# Where a learner unpacks the course: an account with a long name, OneDrive, and a folder of its own.
DEEP = r"C:\Users\name-of-twenty-chars\OneDrive - School Name\Documents\chat-api-lab-main\chat-api-lab-main"
MOST = 259
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)
# Of os and signal, what Windows has not.
POSIX_ONLY = {
    *(
        "fork",
        "forkpty",
        "getuid",
        "geteuid",
        "getgid",
        "getegid",
        "getpgid",
        "getpgrp",
        "setsid",
        "setuid",
        "setpgid",
    ),
    *(
        "killpg",
        "chown",
        "lchown",
        "chroot",
        "mkfifo",
        "mknod",
        "uname",
        "statvfs",
        "getloadavg",
        "nice",
        "openpty",
    ),
    *(
        "sched_getaffinity",
        "sysconf",
        "wait",
        "wait3",
        "wait4",
        "WEXITSTATUS",
        "O_NOFOLLOW",
        "O_DIRECTORY",
        "ttyname",
    ),
    *(
        "SIGKILL",
        "SIGHUP",
        "SIGALRM",
        "SIGCHLD",
        "SIGQUIT",
        "SIGUSR1",
        "SIGUSR2",
        "SIGPIPE",
        "alarm",
        "pause",
    ),
    *("sigwait", "pthread_sigmask", "setitimer", "execve", "execv"),
}
POSIX_MODULES = {"fcntl", "pwd", "grp", "resource", "termios", "pty", "tty", "syslog", "crypt"}
ASKED = re.compile(r"hasattr\(|os\.name|sys\.platform|getattr\(|except \(?ImportError")


def tracked():
    shown = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8")
    return [name for name in shown.stdout.split("\0") if name]


def sources():
    return [
        ROOT / "start.py",
        *(path for one in ("helpers", "tools") for path in sorted((ROOT / one).rglob("*.py"))),
    ]


@pytest.fixture
def as_windows(monkeypatch):
    """Let a module see an os that is Windows': pathlib must not."""

    def change(module, **more):
        stand_in = types.SimpleNamespace(**vars(os) | {"name": "nt"} | more)
        del stand_in.execve
        monkeypatch.setattr(module, "os", stand_in)
        return stand_in

    return change


def test_every_path_of_the_course_fits_below_a_long_home_folder():
    too_long = [name for name in tracked() if len(ntpath.join(DEEP, *name.split("/"))) > MOST]
    assert too_long == []


def test_no_path_of_the_course_is_one_that_windows_refuses():
    names = tracked()
    assert len({name.casefold() for name in names}) == len(names)
    parts = {part for name in names for part in name.split("/")}
    assert [part for part in parts if RESERVED.fullmatch(part) or re.search(r'[<>:"\\|?*]|[ .]$', part)] == []


def spoken():
    """Yield every Korean sentence of the commands, as a terminal gets it, with where it stands."""
    for path in sources():
        if path.parent.name in ("tools", ROOT.name):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
                if re.search("[가-힣]", text):
                    yield path.name, text


def test_what_a_command_says_can_be_written_on_a_korean_console():
    sentences = list(spoken())
    assert len(sentences) > 100
    assert [one for one in sentences if one[1] != one[1].encode("cp949", "replace").decode("cp949")] == []


WINDOWS_PATH = r"C:\Users\나\lab {1}\$new\01_roles.ipynb"


def test_paths_of_windows_are_read_and_shown():
    assert find_lesson(WINDOWS_PATH, ["00_start_here", "01_roles"]) == "01_roles"
    box = notice("파일", [WINDOWS_PATH])
    assert WINDOWS_PATH in box.text and re.sub(r"</?span[^>]*>", "", box.html).count(WINDOWS_PATH) == 1
    problem = OSError(errno.EACCES, "액세스가 거부되었습니다", WINDOWS_PATH)
    assert explain(f"[WinError 5] {problem}", "file_trouble").key == "not_permitted"


@pytest.mark.parametrize(
    "name", ["C:\\outside", "C:outside", "..\\outside", "notebooks\\..\\..\\outside", "\\\\server\\share\\x"]
)
def test_a_list_with_paths_of_windows_touches_nothing(tmp_path, name):
    folder = tmp_path / swap.FOLDER
    folder.mkdir()
    (folder / swap.LIST).write_text(json.dumps({name: False}), encoding="utf-8")
    with pytest.raises(swap.UndoError):
        swap.recover(tmp_path)


def in_use(*_, **__):
    """Refuse as Windows does where another program has the file open."""
    raise PermissionError(
        errno.EACCES, "[WinError 32] 다른 프로세스가 파일을 사용 중이기 때문에 액세스 할 수 없습니다"
    )


def test_a_file_that_is_open_elsewhere_is_kept_and_told(tmp_path, monkeypatch):
    path = tmp_path / FILE
    Progress(path).add("01_roles", "q1")
    before = path.read_bytes()
    monkeypatch.setenv("LESSON_WORK", str(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", in_use)
        view = Exercise("01_roles", "q2", lambda answer: None, (), "answer = 1").check(1)
        assert "맞았습니다" in view.text and "기록하지 못했습니다" in view.text
        with pytest.raises(PermissionError) as caught:
            originals.replace_file(tmp_path / "notebook", b"new")
        assert explain(str(caught.value), "file_trouble").key == "not_permitted"
        with pytest.raises(PermissionError):
            swap.swap(tmp_path, {FILE: b"new"})
    assert path.read_bytes() == before and not (tmp_path / "notebook").exists()
    assert not [one.name for one in tmp_path.iterdir() if one.name.endswith(".tmp")]


class Program:
    """Stands in for a process that is under way."""

    def __init__(self, *ends):
        self.ends, self.waits = list(ends), 0

    def wait(self):
        self.waits += 1
        end = self.ends.pop(0)
        if isinstance(end, BaseException):
            raise end
        return end


@pytest.fixture
def started(as_windows, monkeypatch):
    def start(*ends):
        program = Program(*ends)
        as_windows(programs, chdir=lambda path: None)
        monkeypatch.setattr(
            programs.subprocess, "Popen", lambda command, env: commands.append(command) or program
        )
        return program

    commands = []
    start.commands = commands
    return start


def test_without_exec_the_command_waits_and_returns_the_code(started):
    started(7)
    assert programs.hand_over(["-m", "tools.lab"]) == 7
    (command,) = started.commands
    assert command[0].endswith(os.path.join("Scripts", "python.exe")) and command[1:] == ["-m", "tools.lab"]


def test_ctrl_c_leaves_the_decision_to_the_program(started):
    program = started(KeyboardInterrupt(), KeyboardInterrupt(), 130)
    assert programs.hand_over(["-m", "tools.lab"]) == 130 and program.waits == 3


def test_what_only_posix_has_is_asked_for_first():
    unasked = []
    for path in sources():
        source = path.read_text(encoding="utf-8")
        for function in [
            one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.FunctionDef | ast.Module)
        ]:
            inside = (
                [function]
                if isinstance(function, ast.FunctionDef)
                else [one for one in function.body if not isinstance(one, ast.FunctionDef | ast.ClassDef)]
            )
            text = "\n".join(ast.get_source_segment(source, one) or "" for one in inside)
            used = {
                node.attr
                for one in inside
                for node in ast.walk(one)
                if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in ("os", "signal")
            } & POSIX_ONLY
            used |= {
                name.name
                for one in inside
                for node in ast.walk(one)
                if isinstance(node, ast.Import)
                for name in node.names
                if name.name in POSIX_MODULES
            }
            if used and not ASKED.search(text):
                unasked.append((path.name, getattr(function, "name", ""), sorted(used)))
    assert unasked == []


def test_the_pages_are_the_table_and_name_tests_that_are_there():
    for language, path in PAGES.items():
        assert path.read_text(encoding="utf-8") == page(language), "run: python -m tests.tools.windows"
    here = importlib.import_module(__name__)
    assert [one.test for one in DIFFERENCES if not hasattr(here, one.test)] == []
