"""Shows the details of the installation, for a bug report or a teacher's check; shows no setting's value."""

import os
import platform
import sys

from helpers.course import ROOT
from helpers.errors import CourseError
from helpers.installation import FAILED, PASSED, Check, check_installation
from helpers.live import session_for
from helpers.replay import Cassette
from helpers.settings import NAMES, read_settings
from tools.originals import OriginalsError, is_original, read_if_there, read_manifest

# Variables that change how Python, pip or the SDK behave; only whether they are set is shown.
NOTED_VARIABLES = (
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "TIKTOKEN_CACHE_DIR", "PYTHONPATH",
    "OPENAI_LOG", *NAMES,
)  # fmt: skip

RESTORE = "일부러 고친 것이 아니라면 `python start.py restore 레슨이름`으로 되돌립니다. 지금 파일은 옆에 보관됩니다."


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
        settings = read_settings(ROOT, dict(os.environ))
        # As a lesson would: a setting that can be read may still open none.
        if settings.mode != "replay":
            session_for(Cassette("doctor", ""), settings)
    except CourseError as error:
        return Check("설정", False, str(error))
    lines = [f"{settings.mode} 모드, 키 {'있음' if settings.api_key else '없음'}", *settings.notices]
    return Check("설정", True, "\n  ".join(lines))


def check_files() -> Check:
    """Check that every published notebook and cassette is there; tell also which differ, as a learner's may."""
    try:
        missing, changed = missing_and_changed_files()
    except OriginalsError as error:
        return Check("원본 목록", False, str(error))
    lines = [f"배포된 것과 다른 노트북과 카세트: {', '.join(changed) or '없음'}"]
    if missing:
        lines.insert(0, f"없는 노트북과 카세트: {', '.join(missing)}")
    if missing or changed:
        lines.append(RESTORE)
    return Check("파일", not missing, "\n  ".join(lines))


def missing_and_changed_files() -> tuple[list[str], list[str]]:
    """Return the notebooks and cassettes that are missing, and those whose bytes differ from the published ones.

    Raises:
        OriginalsError: the list of the published ones is missing or damaged.
    """
    found = {name: (digest, read_if_there(ROOT / name)) for name, digest in read_manifest(ROOT).items()}
    missing = [name for name, (_, content) in found.items() if content is None]
    changed = [
        name
        for name, (digest, content) in found.items()
        if content is not None and not is_original(content, digest)
    ]
    return missing, changed


def main() -> int:
    """Print the report; return 1 where something failed."""
    sys.stdout.reconfigure(errors="replace")  # a console that cannot show a letter of a path must not end it
    text, passed = report()
    print(text)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
