"""How packages get into .venv: by uv, or by pip where pip is configured; standard library only.

Schools configure pip: an index, a proxy, a certificate, a folder of wheels. There pip installs, as it was told; uv reads
none of that. Everywhere else uv does the same in a fraction of the time.
"""

import ast
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.programs import VENV, child_environment, run_quietly, venv_python
from tools.trouble import StartError, cause, explain

# Before this version uv does not know all the options and variables below.
OLDEST_UV = (0, 9)

# Options of pip that change nothing about what is fetched from where: they do not make it a configured pip.
HARMLESS = frozenset(
    "disable-pip-version-check no-input cache-dir no-cache-dir progress-bar root-user-action config-file quiet verbose"
    " no-color log no-warn-script-location no-warn-conflicts no-python-version-warning require-virtualenv timeout"
    " default-timeout retries break-system-packages compile no-compile debug exists-action help version".split()
)
# Options that would install somewhere else than into .venv, or nothing at all. They are left out.
ELSEWHERE = frozenset("target prefix root user python dry-run".split())


@dataclass(frozen=True)
class Installer:
    """A program that installs: its commands, its environment, and what tells that .venv is still as it was."""

    command: tuple[object, ...]
    check: tuple[object, ...]
    environment: Mapping[str, str]
    changed_nothing: Callable[[str], bool]
    reinstall: tuple[str, ...] = ()


def pip_settings() -> dict[str, str]:
    """Return the options of an installation that pip's files and PIP_* variables set, by name.

    Raises StartError where a file of pip's cannot be read.
    """
    code, output = run_quietly([venv_python(), "-m", "pip", "config", "list"])
    if code is None:
        raise KeyboardInterrupt
    if code != 0:
        raise StartError("pip_settings", output=output, path=_file_named(output))
    found = re.findall(r"^(global|install|:env:)\.([^=]+)=(.+)$", output, re.M)
    sections = ("global", "install", ":env:")  # the later one wins, as in pip
    return {
        name: str(ast.literal_eval(value))
        for _, name, value in sorted(found, key=lambda line: sections.index(line[0]))
        if name not in ELSEWHERE
    }


def _file_named(output: str) -> str:
    """Return the file that pip's complaint about its settings names."""
    names = [name for pair in re.findall(r"'([^'\n]+)'|\bin (\S[^\n]*?)\.?$", output, re.M) for name in pair]
    files = [name.replace("\\\\", "\\") for name in names if name]
    return next(
        (name for name in files if Path(name).is_file()), os.environ.get("PIP_CONFIG_FILE", "pip.conf")
    )


def is_configured(settings: Mapping[str, str]) -> bool:
    """Tell whether somebody told pip what to fetch from where."""
    return any(name not in HARMLESS for name in settings)


def pip(settings: Mapping[str, str]) -> Installer:
    """Return pip with the given settings and no others, so that it installs into .venv and nowhere else."""
    environment = {name: value for name, value in child_environment().items() if not name.startswith("PIP_")}
    environment.update({"PIP_" + name.upper().replace("-", "_"): value for name, value in settings.items()})
    # Hashes are asked for where there are any: the course itself has none.
    environment.update(PIP_CONFIG_FILE=os.devnull, PIP_REQUIRE_HASHES="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    command = (venv_python(), "-m", "pip", "install", "--no-input", "--progress-bar", "off")
    check = (venv_python(), "-m", "pip", "check")
    # pip changes nothing before it says this.
    return Installer(
        command, check, environment, lambda output: "Installing collected packages" not in output
    )


def uv(program: str) -> Installer:
    """Return uv, which reads its own settings and none of pip's."""
    environment = child_environment()
    for name in ("UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_REQUIRE_HASHES", "UV_PROJECT", "UV_WORKING_DIR"):
        environment.pop(name, None)
    # The system knows the certificate of a school that inspects connections, uv's own list does not.
    environment.setdefault("UV_SYSTEM_CERTS", "1")
    fetching = re.compile(r"Failed to (fetch|download|build)|No solution found")
    return Installer(
        (program, "pip", "install", "--python", venv_python()),
        (program, "pip", "check", "--python", venv_python()),
        environment,
        lambda output: bool(fetching.search(output)),
        # Else uv takes what it knows of the course from its cache, though requirements.txt has changed.
        ("--reinstall-package", "chat-api-lab"),
    )


def version_of(program: str) -> tuple[int, ...]:
    """Return the version of a uv as numbers; empty where it does not start."""
    try:
        code, output = run_quietly([program, "--version"])
    except OSError:
        return ()
    found = re.match(r"uv (\d+)\.(\d+)", output)
    return tuple(int(part) for part in found.groups()) if found and code == 0 else ()


def find_uv() -> str | None:
    """Return a uv that is new enough, from .venv or PATH."""
    found = shutil.which("uv", path=child_environment()["PATH"])
    return found if found and version_of(found) >= OLDEST_UV else None


def fetch_uv(by: Installer) -> str | None:
    """Bring uv into .venv by pip and return its path; None where there is none for this computer.

    Raises StartError where pip failed for another reason.
    """
    code, output = run_quietly(
        [*by.command, "--require-hashes", "-r", "requirements-uv.lock"], by.environment
    )
    if code is None:
        raise KeyboardInterrupt
    if code == 0:
        return str(VENV / ("Scripts/uv.exe" if os.name == "nt" else "bin/uv"))
    if cause(output) == "no_package":
        return None
    raise explain(output, "install_failed")


# The groups of pyproject.toml that come with each, which a lock holds together.
GROUPS = {"local": ("local",), "test": ("local", "test")}


def use_locks() -> bool:
    """Tell whether to install the tested set; CHAT_API_LAB_CONSTRAINTS=none asks for the newest."""
    return os.environ.get("CHAT_API_LAB_CONSTRAINTS") != "none"


def steps(group: str | None, reinstall: tuple[str, ...]) -> list[list[str]]:
    """Return what each step of an installation adds to the installer's command."""
    if not use_locks():
        return [["-r", "requirements.txt", *(["-e", f".[{','.join(GROUPS[group])}]"] if group else [])]]
    lock = f"requirements-{group}.lock" if group else "requirements.lock"
    # What builds the course is in the lock, so that nothing else is fetched.
    return [["--require-hashes", "-r", lock], ["--no-deps", "--no-build-isolation", *reinstall, "-e", "."]]


def run_steps(installer: Installer, group: str | None) -> tuple[int | None, str, bool]:
    """Install, and check that all fits together.

    Returns the exit code and output of the last step that ran, and whether .venv may have changed.
    """
    commands = [[*installer.command, *step] for step in steps(group, installer.reinstall)]
    code, output, changed = 0, "", False
    for command in [*commands, installer.check]:
        code, output = run_quietly(command, installer.environment)
        if code != 0:
            return code, output, changed or not installer.changed_nothing(output)
        changed = True
    return code, output, changed


def install_packages(group: str | None) -> tuple[int | None, str, bool]:
    """Install everything, by uv or by pip; return what run_steps does.

    Raises StartError where pip's settings cannot be read or uv cannot be fetched.
    """
    settings = pip_settings()
    by_pip = pip(settings)
    if is_configured(settings):
        return run_steps(by_pip, group)
    found = find_uv()
    program = found or fetch_uv(by_pip)
    if program is None:
        return run_steps(by_pip, group)
    result = run_steps(uv(program), group)
    # pip may reach what uv does not: it has just fetched uv, or knows other certificates.
    reachable = ("certificate",) if found else ("certificate", "no_network")
    return run_steps(by_pip, group) if result[0] and cause(result[1]) in reachable else result
