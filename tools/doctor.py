"""Shows the details of the installation, for a bug report or a teacher's check; shows no setting's value."""

import os
import platform
import sys

from helpers.cassettes import Cassette
from helpers.errors import CourseError
from helpers.installation import FAILED, PASSED, check_installation
from helpers.lesson import ROOT
from helpers.recording import session_for
from helpers.settings import NAMES, read_settings
from tools.originals import OriginalsError, is_original, read_if_there, read_manifest

# Variables that change how Python, pip or the SDK behave; only whether they are set is shown.
NOTED_VARIABLES = (
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "TIKTOKEN_CACHE_DIR", "PYTHONPATH",
    "OPENAI_LOG", *NAMES,
)  # fmt: skip


def report() -> tuple[str, bool]:
    """Return the report, and whether everything passed."""
    checks = check_installation()
    lines = [f"[{PASSED if check.passed else FAILED}] {check.name}: {check.detail}" for check in checks]
    lines.append(f"시스템: {platform.platform()} · {platform.machine()} · 출력 인코딩 {sys.stdout.encoding}")
    set_here = [name for name in NOTED_VARIABLES if name in os.environ or name.lower() in os.environ]
    lines.append(f"설정된 환경 변수: {', '.join(set_here) or '없음'}")
    passed = all(check.passed for check in checks)
    try:
        settings = read_settings(ROOT, dict(os.environ))
        # As a lesson would: a setting that can be read may still open none.
        if settings.mode != "replay":
            session_for(Cassette("doctor", ""), settings)
        lines.append(f"[{PASSED}] 설정: {settings.mode} 모드, 키 {'있음' if settings.api_key else '없음'}")
        lines += [f"  {notice}" for notice in settings.notices]
    except CourseError as error:
        passed = False
        lines.append(f"[{FAILED}] 설정: {error}")
    try:
        missing, changed = missing_and_changed_files()
    except OriginalsError as error:
        return "\n".join([*lines, f"[{FAILED}] 원본 목록: {error}"]), False
    if missing:
        passed = False
        lines.append(f"[{FAILED}] 없는 노트북과 카세트: {', '.join(missing)}")
    lines.append(f"배포된 것과 다른 노트북과 카세트: {', '.join(changed) or '없음'}")
    if missing or changed:
        lines.append(
            "  일부러 고친 것이 아니라면 `python start.py restore 레슨이름`으로 되돌립니다. 지금 파일은 옆에 보관됩니다."
        )
    return "\n".join(lines), passed


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
