"""Checks the installation: passed or failed for the notebook, with details for `start.py doctor`."""

import importlib.metadata
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from packaging.requirements import Requirement

from helpers import course, vocabulary
from helpers.errors import CourseError
from helpers.models import check_table
from helpers.replay import load_cassette
from helpers.show import View, notice, stack, table
from helpers.ways import way_on

DISTRIBUTION = "chat-api-lab"
OLDEST_PYTHON = (3, 11)
PASSED, FAILED = "통과", "실패"
CAPTION = "설치 확인"
HEADERS = ("항목", "결과")
REMEDY = way_on("installation")
NOT_INSTALLED = "설치되지 않음"


@dataclass(frozen=True)
class Check:
    """One thing checked: its Korean name, whether it passed, and details that differ between machines."""

    name: str
    passed: bool
    detail: str


def check_installation() -> list[Check]:
    """Check Python, the packages, the vocabulary and the cassettes, in that order."""
    version = ".".join(map(str, sys.version_info[:3]))
    python = Check("Python 3.11 이상", sys.version_info >= OLDEST_PYTHON, f"{version} ({sys.executable})")
    return [python, check_packages(needed()), _vocabulary(), _cassettes()]


def needed() -> list[str]:
    """Return what the course needs of other packages, as its own metadata has it from requirements.txt."""
    try:
        stated = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        return [DISTRIBUTION]
    return [one for one in stated if "extra ==" not in one]


def check_packages(requirements: Iterable[str]) -> Check:
    """Compare what is installed with what is needed.

    Args:
        requirements: such as "openai>=3.54,<4".
    """
    found, passed = [], True
    for text in requirements:
        wanted = Requirement(text)
        try:
            version = importlib.metadata.version(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            version = NOT_INSTALLED
        fits = version != NOT_INSTALLED and wanted.specifier.contains(version, prereleases=True)
        passed = passed and fits
        found.append(
            f"{wanted.name} {version}" + ("" if fits else f" (필요: {wanted.specifier or '아무 버전'})")
        )
    return Check("패키지 버전", passed, ", ".join(found))


def _vocabulary() -> Check:
    try:
        vocabulary.check_bundled()
    except CourseError as error:
        return Check("어휘 사전", False, str(error))
    return Check("어휘 사전", True, ", ".join(vocabulary.FILES))


def _cassettes() -> Check:
    """Check the cassettes, and the tables of lessons and models."""
    problems = []

    def tried(read: Callable, *arguments: object) -> object:
        try:
            return read(*arguments)
        except CourseError as error:
            problems.append(str(error))

    tried(check_table)
    names = list(tried(course.lessons) or ())
    for name in names:
        tried(load_cassette, course.cassette_path(name))
    return Check("카세트", not problems, "\n".join(problems) or f"{len(names)}개")


def installation_table() -> View:
    """Show what passed and what failed; the details, which differ between machines, are `start.py doctor`'s."""
    checks = check_installation()
    shown = table(HEADERS, [[check.name, PASSED if check.passed else FAILED] for check in checks], CAPTION)
    if all(check.passed for check in checks):
        return shown
    return stack(shown, notice(REMEDY))
