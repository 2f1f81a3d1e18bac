"""The virtual environment: what is trusted, and what is installed when. Nothing is installed here."""

import functools
import itertools
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import environment, installing, programs
from tools.trouble import StartError

ALL_ANEW = ["venv", "uv", "uv", "check"]


def test_the_second_start_installs_nothing(machine):
    environment.prepare()
    assert machine.steps() == ALL_ANEW
    environment.prepare()
    assert machine.commands == []


def test_the_second_start_runs_one_short_program(machine, monkeypatch):
    environment.prepare()
    looks = []
    monkeypatch.setattr(environment, "look", functools.cache(lambda: looks.append(1) or ("3.11.7", True)))
    environment.prepare()
    assert environment.venv_version() == "3.11.7" and looks == [1]


def test_the_test_group_is_added_once_and_serves_the_course_too(machine):
    environment.prepare()
    machine.steps()
    environment.prepare("test")
    assert machine.commands[1][-2:] == ["-r", "requirements-test.lock"]
    assert machine.steps() == ["uv", "uv", "check"]
    environment.prepare("test")
    environment.prepare()
    assert machine.steps() == []


def test_a_package_that_was_taken_away_is_installed_again(machine, monkeypatch):
    environment.prepare()
    machine.steps()
    whole = itertools.chain([False], itertools.repeat(True))
    monkeypatch.setattr(environment, "look", functools.cache(lambda: ("3.11.7", next(whole))))
    environment.prepare()
    assert machine.steps() == ALL_ANEW


def test_packages_that_went_elsewhere_are_no_installation(machine):
    machine.packages = False
    with pytest.raises(StartError) as caught:
        environment.prepare()
    assert caught.value.key == "install_failed"
    assert "installed" not in environment.read_stamp()


@pytest.mark.parametrize("name", environment.INPUTS)
def test_changed_requirements_are_installed(machine, folder, name):
    environment.prepare()
    machine.steps()
    (folder / name).write_text("changed\n", encoding="utf-8")
    environment.prepare()
    assert machine.steps() == ["uv", "uv", "check"]


def test_the_newest_is_installed_where_it_is_asked_for(machine, monkeypatch):
    environment.prepare()
    machine.steps()
    monkeypatch.setenv("CHAT_API_LAB_CONSTRAINTS", "none")
    environment.prepare("test")
    installs = [command for command in machine.commands if "install" in command]
    assert installs[0][-4:] == ["-r", "requirements.txt", "-e", ".[local,test]"]
    assert not any(part.endswith(".lock") for command in installs for part in command)
    assert machine.steps() == ["uv", "check"]


@pytest.mark.parametrize(
    ("by", "output"),
    [
        ("pip", "Collecting openai\nInstalling collected packages: openai"),
        ("uv", "Resolved 115 packages in 18ms\nInstalled 3 packages"),
        ("uv", "Resolved 115 packages in 18ms\n"),  # killed while it copied what its cache held
    ],
)
def test_an_installation_that_broke_off_is_made_anew(machine, by, output):
    machine.settings = "global.index-url='https://packages.example'" if by == "pip" else ""
    machine.answers[by] = (-9, output)
    with pytest.raises(StartError):
        environment.prepare()
    (programs.VENV / "half.txt").touch()
    machine.answers[by] = (0, "")
    machine.steps()
    environment.prepare()
    assert machine.steps() == ["venv", by, by, "check"]
    assert not (programs.VENV / "half.txt").exists()


@pytest.mark.parametrize("by", ["pip", "uv"])
def test_ctrl_c_during_an_installation_makes_it_anew(machine, by):
    machine.settings = "global.index-url='https://packages.example'" if by == "pip" else ""
    machine.answers[by] = (None, "Collecting openai\nInstalling collected packages: openai")
    with pytest.raises(KeyboardInterrupt):
        environment.prepare()
    machine.answers[by] = (0, "")
    machine.steps()
    environment.prepare()
    assert machine.steps()[0] == "venv"


@pytest.mark.parametrize(
    ("by", "output"),
    [
        ("pip", "getaddrinfo failed"),
        ("uv", "error: Failed to fetch: https://x\n  cause: dns error"),
        ("fetch", "getaddrinfo failed"),
    ],
)
def test_a_failed_download_spoils_nothing_that_was_installed(machine, by, output):
    environment.prepare()
    machine.settings = "global.index-url='https://packages.example'" if by == "pip" else ""
    machine.uv = None if by == "fetch" else machine.uv
    machine.answers[by] = (1, output)
    with pytest.raises(StartError) as caught:
        environment.prepare("test")
    assert caught.value.key == "no_network"
    machine.steps()
    environment.prepare()
    assert machine.steps() == []


def test_settings_of_pip_that_cannot_be_read_spoil_nothing(machine, monkeypatch):
    environment.prepare()

    def unreadable():
        raise StartError("pip_settings", path="pip.ini")

    monkeypatch.setattr(installing, "pip_settings", unreadable)
    with pytest.raises(StartError):
        environment.prepare("test")
    machine.steps()
    environment.prepare()
    assert machine.steps() == []


def test_a_virtual_environment_without_working_pip_is_made_anew(machine):
    environment.prepare()
    machine.steps()
    programs.venv_python().unlink()
    environment.look.cache_clear()
    environment.prepare()
    assert machine.steps() == ALL_ANEW


def test_a_moved_folder_or_another_python_makes_it_anew(machine, monkeypatch):
    environment.prepare()
    machine.steps()
    for here in ({"location": "elsewhere", "python": [3, 11]}, {"location": "elsewhere", "python": [3, 12]}):
        monkeypatch.setattr(environment, "place", lambda here=here: here)
        environment.prepare()
        assert machine.steps() == ALL_ANEW


def test_a_newer_micro_version_of_python_keeps_it(machine):
    environment.prepare()
    machine.steps()
    machine.version = "3.11.14"
    environment.look.cache_clear()
    environment.prepare()
    assert machine.steps() == [] and environment.venv_version() == "3.11.14"


def test_a_python_that_is_too_old_is_replaced(machine):
    environment.prepare()
    machine.steps()
    machine.version = "3.9.18"
    environment.look.cache_clear()
    environment.prepare()
    assert machine.steps() == ALL_ANEW


def test_rebuilding_keeps_the_originals_of_the_first_version(machine):
    environment.prepare()
    kept = environment.KEPT / "notebooks" / "01_roles.ipynb"
    kept.parent.mkdir(parents=True)
    kept.touch()
    programs.venv_python().unlink()
    environment.look.cache_clear()
    environment.prepare()
    assert kept.exists()


def test_a_folder_that_is_no_virtual_environment_is_left_alone(machine):
    treasure = programs.VENV / "treasure.txt"
    programs.VENV.mkdir()
    treasure.touch()
    with pytest.raises(StartError) as caught:
        environment.prepare()
    assert caught.value.key == "not_ours" and treasure.exists() and machine.steps() == []


@pytest.mark.parametrize("content", ["", "[]", "{", '{"location": 1}'])
def test_a_damaged_stamp_is_not_trusted(machine, content):
    environment.prepare()
    machine.steps()
    environment.STAMP.write_text(content, encoding="utf-8")
    environment.prepare()
    assert machine.steps() == ALL_ANEW


def test_the_stamp_of_the_first_version_is_understood(machine, folder):
    environment.prepare()
    assert json.loads(environment.STAMP.read_text(encoding="utf-8"))["python"] == [3, 11]


# ---------------------------------------------------------------- the real Python


def test_one_look_tells_the_version_and_whether_a_package_is_missing(folder, monkeypatch):
    monkeypatch.setattr(environment, "venv_python", lambda: Path(sys.executable))
    look = environment.look.__wrapped__
    version = ".".join(str(part) for part in sys.version_info[:3])
    assert look()[0].startswith(version) and look()[1]
    monkeypatch.setattr(environment, "MODULES", "openai no_such_module")
    assert look()[0].startswith(version) and not look()[1]
    monkeypatch.setattr(environment, "LOOK", environment.LOOK.replace('"pip"', '"no_such_pip"'))
    assert look()[0] == ""


def test_where_no_python_starts_there_is_no_version(folder):
    assert environment.look.__wrapped__() == ("", False)


# ---------------------------------------------------------------- paths that hold no virtual environment


@pytest.mark.parametrize("sign", [os.pathsep, "{", "}"])
def test_a_folder_whose_name_means_something_to_the_tools_is_named(machine, monkeypatch, sign):
    strange = Path(str(programs.VENV.parent) + sign + "2", ".venv")
    monkeypatch.setattr(environment, "VENV", strange)
    with pytest.raises(StartError) as caught:
        environment.check_path()
    assert caught.value.key == "path_separator" and caught.value.values["sign"] == sign


@pytest.mark.parametrize(("setting", "long_paths"), [(1, True), (0, False), (None, False)])
def test_windows_is_asked_whether_it_takes_long_paths(folder, monkeypatch, setting, long_paths):
    class Key:
        def __enter__(self):
            if setting is None:
                raise FileNotFoundError(2, "no such setting")
            return self

        def __exit__(self, *problem):
            return False

    registry = SimpleNamespace(
        HKEY_LOCAL_MACHINE=0, OpenKey=lambda *where: Key(), QueryValueEx=lambda key, name: (setting, 4)
    )
    monkeypatch.setitem(sys.modules, "winreg", registry)
    monkeypatch.setattr(environment, "os", SimpleNamespace(name="nt", pathsep=";"))
    monkeypatch.setattr(environment, "VENV", "C:\\" + "x" * 100 + "\\.venv")
    if not long_paths:
        with pytest.raises(StartError) as caught:
            environment.check_path()
        assert caught.value.key == "path_too_long"
    else:
        environment.check_path()
    monkeypatch.setattr(environment, "VENV", "C:\\lab\\.venv")
    environment.check_path()


def test_what_the_tests_need_serves_a_local_model_too(machine):
    environment.prepare("test")
    machine.commands.clear()
    environment.prepare("local")
    assert not [command for command in machine.commands if "install" in command]
