"""Checks the installation: passed or failed for the notebook, with details for `start.py doctor`."""

import importlib.metadata
import sys
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from helpers import vocabulary
from helpers.cassettes import load_cassette
from helpers.errors import CourseError
from helpers.lesson import CASSETTES, LESSONS, ROOT
from helpers.views import View, notice, stack, table

OLDEST_PYTHON = (3, 11)
PASSED, FAILED = "통과", "실패"
CAPTION = "설치 확인"
HEADERS = ("항목", "결과")
REMEDY = "실패한 항목이 있습니다. 터미널에서 `python start.py doctor`를 실행하면 자세한 내용이 나옵니다. `python start.py`를 다시 실행하면 빠진 패키지를 설치합니다. 패키지의 버전이 맞지 않으면 .venv 폴더를 지우고 다시 실행하세요."
NOT_INSTALLED = "설치되지 않음"


@dataclass(frozen=True)
class Check:
    """One thing checked: its Korean name, whether it passed, and details that differ between machines."""

    name: str
    passed: bool
    detail: str


def check_installation(root: Path = ROOT) -> list[Check]:
    """Check Python, the packages, the vocabulary and the cassettes.

    Args:
        root: the folder of the course.

    Returns:
        One check for each, in that order.
    """
    version = ".".join(map(str, sys.version_info[:3]))
    python = Check("Python 3.11 이상", sys.version_info >= OLDEST_PYTHON, f"{version} ({sys.executable})")
    return [python, _packages(root / "requirements.txt"), _vocabulary(), _cassettes()]


def _packages(path: Path) -> Check:
    """Compare what is installed with the ranges of requirements.txt."""
    found, passed = [], True
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if not text or text.startswith("-"):
            continue
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
        return Check("어휘집", False, str(error))
    return Check("어휘집", True, ", ".join(vocabulary.FILES))


def _cassettes() -> Check:
    problems = []
    for name in LESSONS:
        try:
            load_cassette(CASSETTES / f"{name}.json")
        except CourseError as error:
            problems.append(str(error))
    return Check("카세트", not problems, "\n".join(problems) or f"{len(LESSONS)}개")


def installation_table() -> View:
    """Show what passed and what failed; the details, which differ between machines, are `start.py doctor`'s."""
    checks = check_installation()
    shown = table(HEADERS, [[check.name, PASSED if check.passed else FAILED] for check in checks], CAPTION)
    if all(check.passed for check in checks):
        return shown
    return stack(shown, notice(REMEDY))
