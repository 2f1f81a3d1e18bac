"""Who installs: uv, or pip where it is configured; and that nothing leads an installation elsewhere."""

import os
import sys
from pathlib import Path

import pytest

from tools import environment, installing, programs
from tools.trouble import StartError


@pytest.fixture
def settings(folder, monkeypatch):
    """Writes a file of pip's settings, or variables, and returns what the real pip makes of them."""
    monkeypatch.setattr(installing, "venv_python", lambda: Path(sys.executable))
    file = folder.parent / "pip 설정.ini"
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))

    def read(text="", **variables):
        file.write_text(text, encoding="utf-8")
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        found = installing.pip_settings()
        for name in variables:
            monkeypatch.delenv(name)
        return {name: value for name, value in found.items() if name not in machine_wide}

    # What this computer's own files say is there in every case.
    machine_wide = {}
    machine_wide = read()
    return read


# ---------------------------------------------------------------- what counts as a configured pip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PIP_INDEX_URL", "https://user:word@packages.example/simple"),
        ("PIP_EXTRA_INDEX_URL", "https://packages.example/simple"),
        ("PIP_FIND_LINKS", "/wheels here"),
        ("PIP_NO_INDEX", "1"),
        ("PIP_PROXY", "http://proxy.example:8080"),
        ("PIP_CERT", "/school.pem"),
        ("PIP_CLIENT_CERT", "/client.pem"),
        ("PIP_TRUSTED_HOST", "packages.example"),
        ("PIP_CONSTRAINT", "c.txt"),
        ("PIP_REQUIRE_HASHES", "1"),
        ("PIP_ONLY_BINARY", ":all:"),
        ("PIP_USE_FEATURE", "something"),
    ],
)
def test_a_variable_that_says_what_comes_from_where_makes_pip_install(machine, name, value):
    machine.settings = f":env:.{name[4:].lower().replace('_', '-')}={value!r}\n:env:.no-input='1'\n"
    environment.prepare()
    assert machine.steps() == ["venv", "pip", "pip", "check"]


@pytest.mark.parametrize(
    "name",
    [
        "DISABLE_PIP_VERSION_CHECK", "NO_INPUT", "CACHE_DIR", "PROGRESS_BAR", "ROOT_USER_ACTION", "CONFIG_FILE", "TIMEOUT",
        "DEFAULT_TIMEOUT", "RETRIES", "REQUIRE_VIRTUALENV", "TARGET", "PREFIX", "ROOT", "USER", "PYTHON", "DRY_RUN",
    ],
)  # fmt: skip
def test_other_variables_leave_it_to_uv(machine, name):
    machine.settings = f":env:.{name.lower().replace('_', '-')}='1'\nlist.format='columns'\n"
    environment.prepare()
    assert machine.steps() == ["venv", "uv", "uv", "check"]


def test_the_real_pip_tells_what_its_files_and_variables_say(settings):
    assert not installing.is_configured(settings(PIP_NO_INPUT="1", PIP_TARGET="x"))
    found = settings(
        "[global]\nindex-url = https://packages.example/simple\nuser = true\n[list]\nformat = json\n"
    )
    assert found == {"index-url": "https://packages.example/simple"} and installing.is_configured(found)
    assert settings(PIP_FIND_LINKS="/a b\n/c")["find-links"] == "/a b\n/c"
    assert settings("[install]\nno-index = true\n", PIP_NO_INDEX="0")["no-index"] == "0", "a variable wins"
    assert settings("[global]\ntarget = a\nprefix = b\nroot = c\n[install]\nuser = yes\n") == {}


@pytest.mark.parametrize(
    "content",
    [b"nonsense\n", b"[global]\nindex-url = \xff\xfe\n", b"[global]\na = 1\na = 2\n", b"[global]\n= = \n[x"],
    ids=["no section", "no UTF-8", "twice", "no name"],
)
def test_a_broken_file_of_pip_is_named(settings, folder, content):
    file = Path(os.environ["PIP_CONFIG_FILE"])
    file.write_bytes(content)
    with pytest.raises(StartError) as caught:
        installing.pip_settings()
    assert caught.value.key == "pip_settings" and Path(caught.value.values["path"]) == file


# ---------------------------------------------------------------- the environment of pip and uv


def test_pip_gets_its_settings_and_nothing_that_leads_elsewhere(folder, monkeypatch):
    for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_PYTHON", "PIP_REQUIRE_HASHES"):
        monkeypatch.setenv(name, "1")
    found = installing.pip({"find-links": "/a b\n/c", "no-index": "1"}).environment
    assert found["PIP_FIND_LINKS"] == "/a b\n/c" and found["PIP_NO_INDEX"] == "1"
    assert found["PIP_CONFIG_FILE"] == os.devnull and found["PIP_REQUIRE_HASHES"] == "0"
    assert not {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_PYTHON"} & found.keys()


def test_uv_keeps_its_settings_but_those_that_lead_elsewhere(folder, monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://packages.example/simple")
    for name in ("UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_REQUIRE_HASHES"):
        monkeypatch.setenv(name, "1")
    found = installing.uv("uv").environment
    assert found["UV_DEFAULT_INDEX"] == "https://packages.example/simple" and found["UV_SYSTEM_CERTS"] == "1"
    assert not {"UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_REQUIRE_HASHES"} & found.keys()


def test_the_locks_are_installed_by_their_hashes_and_the_course_without_the_network(machine):
    environment.prepare()
    lock, course = (command for command in machine.commands if "install" in command)
    assert lock[-3:] == ["--require-hashes", "-r", "requirements.lock"]
    assert lock[lock.index("--python") + 1] == str(programs.venv_python())
    assert {"--no-deps", "--no-build-isolation"} <= set(course) and course[-2:] == ["-e", "."]


# ---------------------------------------------------------------- where uv comes from


def test_uv_is_fetched_by_pip_where_path_has_none(machine, folder):
    machine.uv = None
    environment.prepare()
    uv = next(command for command in machine.commands if command[1:2] == ["pip"])
    assert Path(uv[0]).parent == programs.venv_python().parent and Path(uv[0]).stem == "uv"
    assert machine.steps() == ["venv", "uv by pip", "uv", "uv", "check"]


def test_pip_installs_where_there_is_no_uv_for_this_computer(machine):
    machine.uv = None
    machine.answers["fetch"] = (1, "ERROR: No matching distribution found for uv==0.13.9")
    environment.prepare()
    assert machine.steps() == ["venv", "uv by pip", "pip", "pip", "check"]


@pytest.mark.parametrize(
    ("on_path", "output", "pip_too"),
    [
        (True, "invalid peer certificate: UnknownIssuer", True),
        (False, "invalid peer certificate: UnknownIssuer", True),
        (False, "dns error", True),
        (True, "dns error", False),
        (False, "Failed to install: x\n  cause: No space left on device (os error 28)", False),
    ],
)
def test_pip_is_tried_where_it_may_reach_what_uv_does_not(machine, on_path, output, pip_too):
    machine.uv = machine.uv if on_path else None
    machine.answers["uv"] = (2, output)
    if pip_too:
        environment.prepare()
    else:
        with pytest.raises(StartError):
            environment.prepare()
    assert ("pip" in machine.steps()) == pip_too


@pytest.mark.parametrize(
    ("said", "code", "version"),
    [
        ("uv 0.13.9 (x86_64-unknown-linux-gnu)", 0, (0, 13)),
        ("uv 1.0", 0, (1, 0)),
        ("uv 0.13.9", 1, ()),
        ("pyenv: uv: command not found", 127, ()),
    ],
)
def test_the_version_of_uv_is_read(folder, monkeypatch, said, code, version):
    monkeypatch.setattr(installing, "run_quietly", lambda command: (code, said))
    assert installing.version_of("uv") == version


def test_only_a_uv_that_is_new_enough_counts(folder, monkeypatch):
    monkeypatch.setattr(installing.shutil, "which", lambda name, path: "/somewhere/uv")
    for version, counts in (((), False), ((0, 1), False), (installing.OLDEST_UV, True), ((1, 0), True)):
        monkeypatch.setattr(installing, "version_of", lambda program, version=version: version)
        assert (installing.find_uv() == "/somewhere/uv") == counts


def test_a_uv_that_does_not_start_has_no_version(folder):
    assert installing.version_of(str(folder / "uv")) == ()


# ---------------------------------------------------------------- running programs


def test_children_get_a_clean_environment(folder, monkeypatch):
    misleading = ("PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", "PIP_PYTHON")
    for name in misleading:
        monkeypatch.setenv(name, "1")
    settings = ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH")
    for name in settings:
        monkeypatch.setenv(name, "mine")
    found = programs.child_environment()
    assert not set(misleading) & found.keys()
    for name in settings:
        assert found[name].split(os.pathsep) == [str(folder / "jupyter"), "mine"]
    assert found["PATH"].split(os.pathsep)[0] == str(programs.venv_python().parent)


def test_programs_run_in_a_folder_with_spaces_and_hangul(folder):
    script = "import os, sys; print(os.path.basename(os.getcwd())); sys.exit(3)"
    assert programs.run_quietly([sys.executable, "-c", script]) == (3, "설치할 폴더\n")


def test_a_dot_is_shown_for_each_package(folder, capsys):
    script = "print('Collecting a\\nDownloading b (1MiB)\\nother\\nPrepared 2 packages in 3ms')"
    programs.run_quietly([sys.executable, "-c", script])
    assert capsys.readouterr().out == "..\n"
