"""start.py itself: old Pythons, consoles, what it says when something fails, and what it runs. Nothing is installed."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import start
from tools import programs
from tools.trouble import StartError

START = Path(start.__file__)


# ---------------------------------------------------------------- old Pythons, consoles


def test_an_old_python_is_told_in_two_languages():
    problem = start.python_problem((3, 10, 13, "final", 0))
    assert "Python 3.11 이상이 필요합니다" in problem and "3.10.13" in problem
    assert "Python 3.11 or newer is needed" in problem
    assert start.python_problem((3, 11, 0)) == ""
    assert start.python_problem((4, 0, 0)) == ""


def test_start_parses_under_very_old_pythons():
    nodes = list(ast.walk(ast.parse(START.read_text(encoding="utf-8"), feature_version=(3, 7))))
    starred_arguments = {argument for node in nodes if isinstance(node, ast.Call) for argument in node.args}
    newer = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Starred, ast.Nonlocal, ast.AsyncFunctionDef)
    assert [node.lineno for node in nodes if isinstance(node, newer) and node not in starred_arguments] == []
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None and not node.args.kwonlyargs, node.name
            assert all(argument.annotation is None for argument in node.args.args), node.name
        assert not (isinstance(node, ast.Raise) and node.cause), node.lineno


@pytest.mark.parametrize("encoding", ["cp949", "ascii", "utf-8"])
def test_messages_pass_through_any_console(encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run([sys.executable, str(START), "tset"], capture_output=True, env=environment)
    assert done.returncode == 2
    text = done.stderr.decode(encoding)
    assert "Did you mean test?" in text
    assert ("알 수 없는 명령입니다: tset" in text) == (encoding != "ascii")


def test_help_names_every_command(capsys):
    for arguments in (["help"], ["--help"], ["-h"]):
        assert start.main(arguments) == 0
        shown = capsys.readouterr().out
        assert all("start.py " + command in shown for command in start.COMMANDS if command != "help")


@pytest.mark.parametrize(
    ("options", "variables"),
    [(["-P"], {}), (["-I"], {}), ([], {"PYTHONSAFEPATH": "1"})],
    ids=["-P", "-I", "PYTHONSAFEPATH"],
)
def test_the_tools_are_found_where_python_leaves_the_folder_out(tmp_path, options, variables):
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "__init__.py").touch()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONIOENCODING": "utf-8", **variables}
    command = [sys.executable, *options, str(START), "tset"]
    done = subprocess.run(command, capture_output=True, env=environment, cwd=tmp_path, encoding="utf-8")
    assert done.returncode == 2 and "Did you mean test?" in done.stderr, done.stderr


def test_every_message_has_korean_and_english():
    for key, (korean, english) in start.MESSAGES.items():
        assert any("가" <= letter <= "힣" for letter in korean), key
        assert not any("가" <= letter <= "힣" for letter in english), key


# ---------------------------------------------------------------- explanations


def test_errors_of_the_file_system_are_explained(monkeypatch, capsys):
    for error, expected in (
        (OSError(28, "No space left on device"), "디스크에 남은 공간이 없습니다"),
        (PermissionError(13, "Permission denied"), "이 폴더에 쓸 수 없습니다"),
        (FileNotFoundError(2, "No such file or directory", "requirements.txt"), "requirements.txt"),
    ):

        def fail(arguments, error=error):
            raise error

        monkeypatch.setattr(start, "run", fail)
        assert start.main([]) == 1
        assert expected in capsys.readouterr().err


@pytest.fixture
def failing(monkeypatch):
    """Makes the set-up end in an exception."""

    def fail(error):
        def prepare(group=None):
            raise error

        monkeypatch.setattr(start, "prepare", prepare)

    return fail


def test_the_end_of_the_output_stands_under_the_explanation(failing, capsys):
    noise = "\n".join(f"line {number}" for number in range(100))
    failing(
        start.explain(
            noise + "\nhttps://user:hunter2@pypi.example [Errno 28] No space left", "install_failed"
        )
    )
    assert start.main(["doctor"]) == 1
    shown = capsys.readouterr().err
    assert "디스크에 남은 공간이 없습니다" in shown and "The disk is full" in shown
    assert "line 99" in shown and "line 50\n" not in shown and "hunter2" not in shown


@pytest.mark.parametrize(
    ("key", "values", "said"),
    [
        ("path_separator", {"path": "/a:b", "sign": ":"}, "/a:b"),
        ("pip_settings", {"path": "/home/a/pip.conf"}, "/home/a/pip.conf"),
        ("uv_settings", {}, "uv의 설정을 읽지 못했습니다"),
        ("wrong_hash", {}, "시험한 파일과 다릅니다"),
    ],
)
def test_a_cause_that_was_named_is_said(failing, capsys, key, values, said):
    failing(StartError(key, **values))
    assert start.main(["doctor"]) == 1
    assert said in capsys.readouterr().err


def test_ctrl_c_says_that_the_next_start_goes_on(failing, capsys):
    failing(KeyboardInterrupt())
    assert start.main(["doctor"]) == 130
    assert "다음에 시작하면 설치를 다시 합니다" in capsys.readouterr().err


# ---------------------------------------------------------------- what is run


@pytest.fixture
def handed(monkeypatch):
    """The commands that were handed the terminal; each ends with exit code 7."""
    commands = []
    monkeypatch.setattr(start, "prepare", lambda group=None: None)
    monkeypatch.setattr(start, "hand_over", lambda command: commands.append(command) or 7)
    return commands


def test_pytest_keeps_a_notebook_on_one_worker_and_passes_its_exit_code_on(handed):
    assert start.main(["test", "-k", "roles"]) == 7
    assert handed[0][:2] == ["-m", "pytest"] and handed[0][-2:] == ["-k", "roles"]
    assert handed[0][handed[0].index("--dist") + 1] == "loadfile"


@pytest.mark.parametrize("name", start.TOOLS)
def test_tools_run_as_modules(handed, name):
    assert start.main([name, "01_roles"]) == 7
    assert handed[0] == ["-m", "tools." + name, "01_roles"]


@pytest.fixture
def her_folder(handed, tmp_path, monkeypatch):
    """An empty work folder, and nothing laid into it."""
    monkeypatch.setattr(start, "bring_over", lambda root, work: None)
    monkeypatch.setattr(start, "lay_out", lambda root, work, version: None)
    monkeypatch.setattr(start, "venv_version", lambda: "3.11.7")
    monkeypatch.setenv("LESSON_WORK", str(tmp_path / "내 폴더"))
    monkeypatch.setenv("JUPYTERLAB_WORKSPACES_DIR", str(tmp_path))  # else start.py sets it for all tests
    return tmp_path / "내 폴더"


def test_jupyterlab_gets_her_folder_the_first_page_and_her_options(her_folder, handed):
    assert start.main(["--no-browser", "--port", "9999"]) == 7
    assert handed[0][:4] == ["-m", "tools.lab", str(her_folder), start.FIRST_PAGE]
    assert handed[0][-3:] == ["--no-browser", "--port", "9999"]


def test_a_missing_first_page_is_said_before_the_course_opens(her_folder, handed, capsys):
    start.main([])
    assert "restore 00_start_here" in capsys.readouterr().err
    (her_folder / start.FIRST_PAGE).touch()
    start.main([])
    assert capsys.readouterr().err == ""


def test_jupyterlab_asks_no_question_about_news(tmp_path, monkeypatch):
    """JupyterLab itself says what it would show, with the settings that start.py leads it to."""
    script = (
        "import pathlib, sys\n"
        "from jupyterlab_server.settings_utils import get_settings\n"
        "lab = pathlib.Path(sys.prefix, 'share', 'jupyter', 'lab')\n"
        "name = '@jupyterlab/apputils-extension:notification'\n"
        "shown, _ = get_settings(lab / 'settings', lab / 'schemas', sys.argv[1], schema_name=name)\n"
        "defaults = shown['schema']['properties']\n"
        "print(defaults['fetchNews']['default'], defaults['checkForUpdates']['default'])\n"
    )
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))  # the author's own settings must not decide
    command = [sys.executable, "-c", script, str(tmp_path)]

    def asks(environment):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.split()

    assert asks(programs.child_environment()) == ["false", "False"]
    plain = {name: value for name, value in os.environ.items() if name != "JUPYTER_CONFIG_PATH"}
    assert asks(plain) == ["none", "True"], "without them it would ask"
