"""What a Windows machine does otherwise, how it is tried here, and what only such a machine can show.

`python -m tests.tools.windows` writes docs/windows.md and docs/windows.ko.md; a test keeps both true.
"""

from dataclasses import dataclass

from helpers.course import ROOT

PAGES = {"en": ROOT / "docs" / "windows.md", "ko": ROOT / "docs" / "windows.ko.md"}
TWIN = {"en": "[한국어](windows.ko.md)", "ko": "[English](windows.md)"}
TITLE = {"en": "# What only a Windows machine can show", "ko": "# Windows 컴퓨터에서만 알 수 있는 것"}
INTRO = {
    "en": "Written by `python -m tests.tools.windows`; the third column names the test. What the workflow runs on Windows is tried on\n"
    "every system as far as it goes, with a stand-in at the edge of the operating system. What is left is in the last column.",
    "ko": "`python -m tests.tools.windows`가 쓴 문서입니다. 셋째 칸은 테스트의 이름입니다. Windows에서 워크플로가 실행하는 것을 다른 운영\n"
    "체제에서도 되는 데까지 시험하며, 운영 체제와 맞닿은 곳은 대역이 맡습니다. 그래도 남는 것은 마지막 칸에 있습니다.",
}
HEADER = {
    "en": ("what is otherwise there", "how it is tried here", "test", "what only Windows shows"),
    "ko": ("Windows에서 다른 것", "여기서 시험하는 방법", "테스트", "Windows에서만 알 수 있는 것"),
}
PYTHONS = {
    "en": "## Versions of Python\n\nWhere this was written, 3.11 ran the tests and 3.14 the lessons in a browser tab. 3.12 and 3.13 are the workflow's.",
    "ko": "## 파이썬의 버전\n\n이 문서를 쓴 곳에서는 3.11로 테스트를, 3.14로 브라우저 탭의 레슨을 실행했습니다. 3.12와 3.13은 워크플로가 맡습니다.",
}


@dataclass(frozen=True)
class Difference:
    """One difference: what it is, how it is tried, and what remains, each in English and in Korean; and the test's name."""

    what: tuple[str, str]
    how: tuple[str, str]
    test: str
    rest: tuple[str, str]


DIFFERENCES = (
    Difference(
        ("a path of more than 260 characters", "260자가 넘는 경로"),
        (
            "a registry that is a stand-in; every path of the course counted below a long home folder",
            "대역 레지스트리를 쓰고, 긴 홈 폴더 아래에서 코스의 모든 경로를 셉니다",
        ),
        "test_every_path_of_the_course_fits_below_a_long_home_folder",
        ("the packages' own paths below `.venv`", "`.venv` 아래 패키지들의 경로"),
    ),
    Difference(
        (
            "names that differ in case only, reserved names and signs",
            "대소문자만 다른 이름, 예약된 이름과 기호",
        ),
        ("every path of the course is looked at", "코스의 모든 경로를 살핍니다"),
        "test_no_path_of_the_course_is_one_that_windows_refuses",
        ("names that a learner gives", "학습자가 붙이는 이름"),
    ),
    Difference(
        ("a console and pipes in cp949", "cp949 콘솔과 파이프"),
        (
            "every Korean sentence of a command is encoded; `start.py` speaks into a pipe of that encoding",
            "명령이 쓰는 모든 한국어 문장을 인코딩하고, `start.py`의 말을 그 인코딩의 파이프로 받습니다",
        ),
        "test_what_a_command_says_can_be_written_on_a_korean_console",
        ("the fonts of the console", "콘솔의 글꼴"),
    ),
    Difference(
        ("drive letters and `\\` in what is typed and shown", "입력하고 보여 주는 글의 드라이브 문자와 `\\`"),
        (
            "paths such as `C:\\lab\\01_roles.ipynb` in commands, boxes and lists",
            "명령, 안내 상자, 목록에 `C:\\lab\\01_roles.ipynb` 같은 경로를 넣습니다",
        ),
        "test_paths_of_windows_are_read_and_shown",
        ("paths on a share, `\\\\server\\share`", "공유 폴더의 경로, `\\\\server\\share`"),
    ),
    Difference(
        ("a file that is open cannot be replaced", "열린 파일은 바꿀 수 없습니다"),
        (
            "`os.replace` and `os.unlink` refuse with error 32",
            "`os.replace`와 `os.unlink`가 오류 32로 거절합니다",
        ),
        "test_a_file_that_is_open_elsewhere_is_kept_and_told",
        ("scanners that open a file for a moment", "잠깐 파일을 여는 백신 프로그램"),
    ),
    Difference(
        ("no `exec`: the command stays and waits", "`exec`가 없어 명령이 남아 기다립니다"),
        ("a process that is a stand-in", "대역 프로세스를 씁니다"),
        "test_without_exec_the_command_waits_and_returns_the_code",
        ("whether the window can be closed meanwhile", "그동안 창을 닫아도 되는지"),
    ),
    Difference(
        ("Ctrl+C reaches both processes", "Ctrl+C가 두 프로세스에 함께 갑니다"),
        ("the wait is interrupted twice", "기다림을 두 번 끊습니다"),
        "test_ctrl_c_leaves_the_decision_to_the_program",
        (
            "Ctrl+C in a real console, on JupyterLab and the local model",
            "실제 콘솔에서 JupyterLab과 로컬 모델에 Ctrl+C",
        ),
    ),
    Difference(
        ("modules and functions that only POSIX has", "POSIX에만 있는 모듈과 함수"),
        ("the source is searched for those without a way round", "피해 갈 길 없이 쓴 곳을 소스에서 찾습니다"),
        "test_what_only_posix_has_is_asked_for_first",
        ("what the packages themselves do", "패키지들이 스스로 하는 일"),
    ),
    Difference(
        ("links need an administrator", "링크를 만들려면 관리자여야 합니다"),
        ("tests of links are left out there", "링크를 쓰는 테스트는 그곳에서 뺍니다"),
        "test_what_only_posix_has_is_asked_for_first",
        ("junctions in place of folders", "폴더 자리의 정션(junction)"),
    ),
)


def page(language: str) -> str:
    """Return one of the twins."""
    place = ("en", "ko").index(language)
    rows = [(one.what[place], one.how[place], f"`{one.test}`", one.rest[place]) for one in DIFFERENCES]
    lines = ["| " + " | ".join(row) + " |" for row in (HEADER[language], ("---",) * 4, *rows)]
    parts = [TITLE[language], TWIN[language], INTRO[language], "\n".join(lines), PYTHONS[language]]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    for language, path in PAGES.items():
        path.write_text(page(language), encoding="utf-8", newline="\n")
