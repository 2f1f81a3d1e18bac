"""Set-up: what start.py says when something fails, and what it trusts. Nothing is installed here."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import start

START = Path(start.__file__)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course folder in a path with a space and 한글, with start.py pointed at it."""
    root = tmp_path / "실습 폴더"
    root.mkdir()
    for name in ("requirements.txt", "constraints.txt", "pyproject.toml", "setup.py"):
        (root / name).write_text("", encoding="utf-8")
    monkeypatch.setattr(start, "ROOT", root)
    monkeypatch.setattr(start, "VENV", root / ".venv")
    monkeypatch.setattr(start, "STAMP", root / ".venv" / "chat-api-lab.json")
    monkeypatch.setattr(start, "ORIGINALS", root / ".venv" / "pristine")
    monkeypatch.setattr(start, "python_in_venv", lambda: [3, 11] if start.venv_python().exists() else None)
    monkeypatch.delenv("CHAT_API_LAB_CONSTRAINTS", raising=False)
    return root


@pytest.fixture
def programs(course, monkeypatch):
    """Stand-ins for venv and pip: the commands that were run, and what pip answers."""

    programs = SimpleNamespace(commands=[], pip_answers=(0, "Installing collected packages: all"))

    def run_quietly(command):
        command = [str(part) for part in command]
        programs.commands.append(command)
        if "venv" in command:
            start.venv_python().parent.mkdir(parents=True)
            start.venv_python().touch()
            (start.VENV / "pyvenv.cfg").touch()
        return programs.pip_answers if "install" in command else (0, "")

    monkeypatch.setattr(start, "run_quietly", run_quietly)
    monkeypatch.setattr(start, "keep_originals", lambda root, copies: None)
    monkeypatch.setattr(start, "lacks_a_package", lambda: False)
    return programs


def steps(programs):
    """What was run since the last look: 'venv', 'install' or 'check', in order."""
    named = ("venv", "install", "check")
    found = [part for command in programs.commands for part in command if part in named]
    programs.commands.clear()
    return found


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


def test_every_message_has_korean_and_english():
    for key, (korean, english) in start.MESSAGES.items():
        assert any("가" <= letter <= "힣" for letter in korean), key
        assert not any("가" <= letter <= "힣" for letter in english), key
    assert all(key in start.MESSAGES for key, pattern in start.CAUSES)


# ---------------------------------------------------------------- explanations


@pytest.mark.parametrize(
    ("output", "key"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "disk_full",
        ),
        ("OSError: [WinError 112] 디스크 공간이 부족합니다", "disk_full"),
        ("[WinError 206] 파일 이름이나 확장명이 너무 깁니다", "path_too_long"),
        ("OSError: [Errno 36] File name too long: 'x'", "path_too_long"),
        (
            "ERROR: [Errno 2] No such file or directory: 'C:\\\\x'\nHINT: This error might have occurred"
            " since this system does not have Windows Long Path support enabled.",
            "path_too_long",
        ),
        (
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate",
            "certificate",
        ),
        ("WARNING: Retrying (Retry(total=4)) after connection broken by 'ProxyError('Cannot", "no_network"),
        ("[Errno 11001] getaddrinfo failed\nERROR: No matching distribution found for openai", "no_network"),
        ("[Errno -3] Temporary failure in name resolution", "no_network"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", "no_network"),
        ("ERROR: [Errno 13] Permission denied: '/x'", "not_permitted"),
        ("PermissionError: [WinError 5] 액세스가 거부되었습니다", "not_permitted"),
        ("ERROR: No matching distribution found for tiktoken<1,>=0.14", "no_package"),
        ("ERROR: Failed building wheel for regex", "no_package"),
        ("The virtual environment was not created because ensurepip is not available.", "no_ensurepip"),
        ("something else", "install_failed"),
    ],
)
def test_the_cause_of_a_failure_is_named(output, key):
    assert start.explain(output, "install_failed").key == key


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


def test_the_debian_package_carries_the_version():
    expected = "sudo apt install python{}.{}-venv".format(*sys.version_info)
    assert expected in start.explain("ensurepip is not available", "install_failed").text


def test_passwords_in_addresses_are_masked():
    for secret in ("user:hunter2@", "hunter2@", "user:hun@ter2@", "user:hunter2%40@"):
        shown = start.last_lines("Looking in indexes: https://" + secret + "pypi.example/simple\nend")
        assert "hun" not in shown and "ter2" not in shown
        assert "https://***@pypi.example/simple" in shown and shown.endswith("end")


def test_the_end_of_the_output_stands_under_the_explanation(programs, capsys):
    noise = "\n".join(f"line {number}" for number in range(100))
    programs.pip_answers = (1, noise + "\nhttps://user:hunter2@pypi.example [Errno 28] No space left")
    assert start.main(["doctor"]) == 1
    shown = capsys.readouterr().err
    assert "디스크에 남은 공간이 없습니다" in shown and "The disk is full" in shown
    assert "line 99" in shown and "line 50\n" not in shown and "hunter2" not in shown


def test_ctrl_c_says_that_the_next_start_goes_on(programs, capsys):
    programs.pip_answers = (None, "Collecting openai")
    assert start.main(["doctor"]) == 130
    assert "다음에 시작하면 설치를 다시 합니다" in capsys.readouterr().err


# ---------------------------------------------------------------- what is installed when


def test_the_second_start_installs_nothing(programs):
    start.prepare()
    assert steps(programs) == ["venv", "install", "check"]
    start.prepare()
    assert steps(programs) == []


def test_the_test_group_is_added_once_and_serves_the_course_too(programs):
    start.prepare()
    steps(programs)
    start.prepare("test")
    assert programs.commands[0][-2:] == ["-e", ".[test]"]
    assert steps(programs) == ["install", "check"]
    start.prepare("test")
    start.prepare()
    assert steps(programs) == []


def test_a_package_that_was_taken_away_is_installed_again(programs, monkeypatch):
    start.prepare()
    steps(programs)
    monkeypatch.setattr(start, "lacks_a_package", lambda: True)
    start.prepare()
    assert steps(programs) == ["venv", "install", "check"]


def test_a_missing_package_is_noticed(course, monkeypatch):
    monkeypatch.setattr(start, "venv_python", lambda: Path(sys.executable))
    assert not start.lacks_a_package()
    monkeypatch.setattr(start, "MODULES", "openai no_such_module")
    assert start.lacks_a_package()


def test_a_missing_first_page_is_said_before_the_course_opens(course, monkeypatch, capsys):
    monkeypatch.setattr(start, "hand_over", lambda command: 0)
    start.open_lab([])
    assert "restore 00_start_here" in capsys.readouterr().err
    (course / "notebooks").mkdir()
    (course / start.FIRST_PAGE).touch()
    start.open_lab([])
    assert capsys.readouterr().err == ""


def test_the_tested_set_is_installed_unless_the_newest_is_asked_for(programs, monkeypatch):
    start.prepare()
    assert "constraints.txt" in programs.commands[1]
    steps(programs)
    monkeypatch.setenv("CHAT_API_LAB_CONSTRAINTS", "none")
    start.prepare()
    assert "constraints.txt" not in programs.commands[0]
    assert steps(programs) == ["install", "check"]


@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt", "pyproject.toml"])
def test_changed_requirements_are_installed(programs, course, name):
    start.prepare()
    steps(programs)
    (course / name).write_text("changed\n", encoding="utf-8")
    start.prepare()
    assert steps(programs) == ["install", "check"]


def test_an_installation_that_broke_off_is_made_anew(programs):
    programs.pip_answers = (-9, "Collecting openai\nInstalling collected packages: openai")
    with pytest.raises(start.StartError):
        start.prepare()
    (start.VENV / "half.txt").touch()
    programs.pip_answers = (0, "")
    steps(programs)
    start.prepare()
    assert steps(programs) == ["venv", "install", "check"]
    assert not (start.VENV / "half.txt").exists()


def test_a_failed_download_spoils_nothing_that_was_installed(programs):
    start.prepare()
    programs.pip_answers = (1, "getaddrinfo failed")
    with pytest.raises(start.StartError) as caught:
        start.prepare("test")
    assert caught.value.key == "no_network"
    steps(programs)
    start.prepare()
    assert steps(programs) == []


def test_a_virtual_environment_without_working_pip_is_made_anew(programs):
    start.prepare()
    steps(programs)
    start.venv_python().unlink()
    start.prepare()
    assert steps(programs) == ["venv", "install", "check"]


def test_a_moved_folder_or_another_python_makes_it_anew(programs, course, monkeypatch):
    start.prepare()
    steps(programs)
    monkeypatch.setattr(start, "place", lambda: {"location": "elsewhere", "python": [3, 11]})
    start.prepare()
    assert steps(programs) == ["venv", "install", "check"]
    monkeypatch.setattr(start, "place", lambda: {"location": "elsewhere", "python": [3, 12]})
    start.prepare()
    assert steps(programs) == ["venv", "install", "check"]


def test_rebuilding_keeps_the_originals(programs):
    start.prepare()
    kept = start.ORIGINALS / "notebooks" / "01_roles.ipynb"
    kept.parent.mkdir(parents=True)
    kept.touch()
    start.venv_python().unlink()
    start.prepare()
    assert kept.exists()


def test_a_folder_that_is_no_virtual_environment_is_left_alone(programs):
    treasure = start.VENV / "treasure.txt"
    start.VENV.mkdir()
    treasure.touch()
    with pytest.raises(start.StartError) as caught:
        start.prepare()
    assert caught.value.key == "not_ours" and treasure.exists() and steps(programs) == []


def test_a_damaged_stamp_is_not_trusted(programs):
    for content in ("", "[]", "{", '{"location": 1}'):
        start.prepare()
        steps(programs)
        start.STAMP.write_text(content, encoding="utf-8")
        start.prepare()
        assert steps(programs) == ["venv", "install", "check"]


# ---------------------------------------------------------------- what is run


@pytest.fixture
def handed(programs, monkeypatch):
    """The commands that were handed the terminal; each ends with exit code 7."""
    commands = []
    monkeypatch.setattr(start, "hand_over", lambda command: commands.append(command) or 7)
    return commands


def test_lab_gets_the_first_page_and_the_learners_options(handed, course):
    assert start.main(["--no-browser", "--port", "9999"]) == 7
    assert handed[0][:2] == ["-m", "jupyterlab"] and handed[0][-3:] == ["--no-browser", "--port", "9999"]
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in handed[0]
    assert "--ServerApp.root_dir=" + str(course) in handed[0]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no root")
def test_lab_runs_as_root(handed, monkeypatch):
    for user, expected in ((0, True), (1000, False)):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        start.main([])
        assert ("--allow-root" in handed.pop()) == expected


def test_pytest_keeps_a_notebook_on_one_worker_and_passes_its_exit_code_on(handed):
    assert start.main(["test", "-k", "roles"]) == 7
    assert handed[0][:2] == ["-m", "pytest"] and handed[0][-2:] == ["-k", "roles"]
    assert handed[0][handed[0].index("--dist") + 1] == "loadfile"


@pytest.mark.parametrize("name", start.TOOLS)
def test_tools_run_as_modules(handed, name):
    assert start.main([name, "01_roles"]) == 7
    assert handed[0] == ["-m", "tools." + name, "01_roles"]


def test_children_get_a_clean_environment(course, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "mine")
    environment = start.child_environment()
    assert "PYTHONPATH" not in environment
    assert environment["JUPYTER_CONFIG_PATH"].split(os.pathsep) == [str(course / "jupyter"), "mine"]
    assert environment["PATH"].split(os.pathsep)[0] == str(start.venv_python().parent)


def test_programs_run_in_a_folder_with_spaces_and_hangul(course):
    script = "import os, sys; print(os.path.basename(os.getcwd())); sys.exit(3)"
    assert start.run_quietly([sys.executable, "-c", script]) == (3, "실습 폴더\n")


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

    assert asks(start.child_environment()) == ["false", "False"]
    plain = {name: value for name, value in os.environ.items() if name != "JUPYTER_CONFIG_PATH"}
    assert asks(plain) == ["none", "True"], "without them it would ask"
