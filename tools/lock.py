"""Writes the locks: the exact set that is tested, with hashes, for every supported Python and system.

requirements.lock is what the course needs, requirements-local.lock that and what serves a local model,
requirements-test.lock all that and what the tests need, requirements-uv.lock the program that installs them; constraints.txt says the same without hashes, for whoever types pip by hand. Pins that still
fit stay, unless the newest are asked for.
"""

import argparse
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from tools.installing import GROUPS, fetch_uv, find_uv, pip, pip_settings, uv
from tools.programs import run_quietly
from tools.trouble import ROOT, last_lines

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = (("linux", "posix", "Linux"), ("darwin", "posix", "Darwin"), ("win32", "nt", "Windows"))
COURSE, SERVING = "requirements.lock", "requirements-local.lock"
TESTS, INSTALLER = "requirements-test.lock", "requirements-uv.lock"
CONSTRAINTS = "constraints.txt"
HEADS = {
    COURSE: "What the course needs",
    SERVING: "What the course and a local model need",
    TESTS: "What the course, a local model and the tests need",
    INSTALLER: "The program that installs where pip is not configured",
}
HEAD = "# {what}, for Python 3.11 to 3.14 on Windows, macOS and Linux. Written by: python start.py lock\n"
CONSTRAINTS_HEAD = (
    "# The exact set that was tested, for whoever types pip by hand; start.py installs the locks beside it.\n"
    "# Written by: python start.py lock\n"
)


@dataclass(frozen=True)
class Pin:
    """One package of a lock: what it pins, its hashes, and its lines."""

    requirement: Requirement
    hashes: tuple[str, ...]
    lines: str

    @property
    def name(self) -> str:
        """The package's name as the lock spells it."""
        return self.requirement.name

    @property
    def version(self) -> str:
        """The one version that the pin allows."""
        return next(iter(self.requirement.specifier)).version


def read_pins(lock: str) -> list[Pin]:
    """Return the packages that the text of a lock pins, in order."""
    blocks: list[list[str]] = []
    for line in lock.splitlines():
        if line.startswith(" "):
            blocks[-1].append(line)
        elif line and not line.startswith("#"):
            blocks.append([line])
    return [
        Pin(
            Requirement(block[0].removesuffix("\\").strip()),
            tuple(
                line.split(":", 1)[1].removesuffix("\\").strip() for line in block if "--hash=sha256:" in line
            ),
            "\n".join(block) + "\n",
        )
        for block in blocks
    ]


def environments() -> list[dict[str, str]]:
    """Return what environment markers see on every supported Python and system."""
    return [
        {
            "python_version": python,
            "python_full_version": f"{python}.0",
            "sys_platform": platform,
            "os_name": name,
            "platform_system": system,
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }
        for python in PYTHONS
        for platform, name, system in SYSTEMS
    ]


def is_for_us(requirement: Requirement) -> bool:
    """Tell whether a requirement applies on any supported Python and system; a browser tab is none."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate(environment) for environment in environments())


def wanted_by_course(root: Path = ROOT) -> list[str]:
    """Return what the course needs: the ranges of requirements.txt, and what builds its own package."""
    lines = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    build = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    return [line for line in lines if line.strip() and not line.startswith(("#", "-"))] + build


def wanted_by_group(group: str, root: Path = ROOT) -> list[str]:
    """Return what the course and a group of pyproject.toml need, as ranges."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["optional-dependencies"][one] for one in GROUPS[group]]
    return wanted_by_course(root) + [one for needed in groups for one in needed]


def compiled(program: str, requirements: list[str], before: str, options: list[str]) -> str:
    """Return the lines of a lock for some ranges; `before` is the lock whose pins should stay where they fit."""
    with tempfile.TemporaryDirectory() as folder:
        ranges, lock = Path(folder, "ranges.in"), Path(folder, "lock.txt")
        ranges.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        lock.write_text(before, encoding="utf-8")
        command = [program, "pip", "compile", ranges, "--output-file", lock, "--python-version", PYTHONS[0]]
        command += ["--universal", "--generate-hashes", "--no-header", "--no-annotate", *options]
        code, output = run_quietly(command, uv(program).environment)
        if code != 0:
            raise SystemExit(last_lines(output))
        return "".join(
            pin.lines for pin in read_pins(lock.read_text(encoding="utf-8")) if is_for_us(pin.requirement)
        )


def make_locks(program: str, upgrade: bool, root: Path = ROOT) -> dict[str, str]:
    """Return the text of each file that says which versions are installed."""

    def before(name: str) -> str:
        return (root / name).read_text(encoding="utf-8") if (root / name).is_file() else ""

    newest = ["--upgrade"] if upgrade else []
    tests = compiled(program, wanted_by_group("test", root), before(TESTS), newest)
    # The tests' set rules: whoever adds the tests later gets no other version.
    course = compiled(program, wanted_by_course(root), tests, [])
    serving = compiled(program, wanted_by_group("local", root), tests, [])
    installer = "".join(pin.lines for pin in read_pins(tests) if pin.name == "uv")
    texts = {COURSE: course, SERVING: serving, TESTS: tests, INSTALLER: installer}
    pins = "".join(f"{pin.requirement}\n" for pin in read_pins(tests))
    locks = {name: HEAD.format(what=HEADS[name]) + text for name, text in texts.items()}
    return {**locks, CONSTRAINTS: CONSTRAINTS_HEAD + pins}


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="start.py lock", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="pin the newest that the ranges allow")
    arguments = parser.parse_args()
    program = find_uv() or fetch_uv(pip(pip_settings()))
    if program is None:
        raise SystemExit("There is no uv for this computer, and without it no lock.")
    for name, text in make_locks(program, arguments.upgrade).items():
        path = ROOT / name
        changed = not path.is_file() or path.read_text(encoding="utf-8") != text
        if changed:
            path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{'changed' if changed else 'the same'}: {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
