"""Shows the details of the installation, for a bug report or a teacher's check; shows no setting's value."""

import os
import platform
import sys
from pathlib import Path

from helpers.course import ROOT, learner_folder, lessons
from helpers.env_file import NAMES
from helpers.errors import CourseError
from helpers.installation import FAILED, PASSED, Check, check_installation
from helpers.live import session_for
from helpers.replay import Cassette
from helpers.settings import read_settings
from tools.ending import exit_code
from tools.work import sources

# Variables that change how Python, pip or the SDK behave; only whether they are set is shown.
NOTED_VARIABLES = (
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "TIKTOKEN_CACHE_DIR", "PYTHONPATH",
    "OPENAI_LOG", *NAMES,
)  # fmt: skip

RESTORE = (
    "일부러 고친 것이 아니라면 `python start.py restore 레슨이름`으로 되돌립니다. 고친 것은 옆에 보관됩니다."
)


def report() -> tuple[str, bool]:
    """Return the report, and whether everything passed."""
    checks = [*check_installation(), check_settings(), check_files()]
    lines = [f"[{PASSED if check.passed else FAILED}] {check.name}: {check.detail}" for check in checks]
    lines.append(f"시스템: {platform.platform()} · {platform.machine()} · 출력 인코딩 {sys.stdout.encoding}")
    set_here = [name for name in NOTED_VARIABLES if name in os.environ or name.lower() in os.environ]
    lines.append(f"설정된 환경 변수: {', '.join(set_here) or '없음'}")
    return "\n".join(lines), all(check.passed for check in checks)


def check_settings() -> Check:
    """Check that the settings can be read, and that a lesson opens with them."""
    try:
        settings = read_settings(learner_folder(), dict(os.environ), ROOT)
        # As a lesson would: a setting that can be read may still open none.
        if settings.mode != "replay":
            session_for(Cassette("doctor", ""), settings)
    except CourseError as error:
        return Check("설정", False, str(error))
    lines = [f"{settings.mode} 모드, 키 {'있음' if settings.api_key else '없음'}", *settings.notices]
    return Check("설정", True, "\n  ".join(lines))


def check_files() -> Check:
    """Check that every lesson's notebook is there; tell also which of the learner's she changed."""
    missing = [path.name for path in map(notebook_path, lessons()) if not path.is_file()]
    lines = [f"코스에 없는 노트북: {', '.join(missing)}"] if missing else []
    work = learner_folder()
    changed = [name for name in lessons() if name not in missing and is_changed(notebook_path(name), work)]
    lines.append(f"작업 폴더 {work}, 고친 노트북: {', '.join(changed) or '없음'}")
    return Check("파일", not missing, "\n  ".join(lines + ([RESTORE] if changed else [])))


def notebook_path(name: str) -> Path:
    """Return the course's own notebook of a lesson."""
    return ROOT / "notebooks" / f"{name}.ipynb"


def is_changed(path: Path, work: Path) -> bool:
    """Say whether the learner's copy of a notebook says something else than the course's."""
    mine = work / path.name
    return mine.is_file() and sources(mine.read_bytes()) != sources(path.read_bytes())


def main() -> int:
    """Print the report; return 1 where something failed."""
    sys.stdout.reconfigure(errors="replace")  # a console that cannot show a letter of a path must not end it
    text, passed = report()
    print(text)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(exit_code(main))
