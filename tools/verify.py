"""Asks an open model again what its recordings hold, where that can be repeated, and tells what came out equal.

What comes out otherwise is told, and is no failure: processors and runtimes may round differently.
"""

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from helpers.course import ROOT
from helpers.replay import load_cassette
from helpers.show import visible
from tools.banks import BankError, bank_path, read_banks
from tools.ending import exit_code
from tools.known_model import add_options, find_file
from tools.notebooks import lesson_paths
from tools.originals import find_lesson
from tools.renewal import cassette_in
from tools.repeating import Outcome, model_of, repeat, repeatable, spread

MOST = 40
SHOWN = 60
CPU_INFO = Path("/proc/cpuinfo")

NONE = "되풀이할 수 있는 공개 모델의 녹화가 없습니다."
PLAN = "온도가 0이거나 시드가 있는 녹화 {all}개 가운데 {chosen}개를 {title}에게 다시 묻습니다."
DIFFERENT = "다름  {lesson} {id}\n  녹화: {recorded}\n  지금: {now}"
EQUAL = "{lesson}: {asked}개 가운데 {equal}개가 같습니다."
IN_ALL = "모두: {asked}개 가운데 {equal}개가 같습니다."
PROCESSOR = "프로세서: {name}"
UNKNOWN_PROCESSOR = "모름"
RUNTIME = "실행기: 지금 {now} · 녹화 {recorded}"
SETTINGS = "설정: 지금 {now} · 녹화 {recorded}"
OTHER_FILE = "녹화한 파일과 다른 파일입니다. 녹화: {recorded}… · 이 파일: {now}…"


def processor() -> str:
    """Return the name of the processor; never that of the machine."""
    lines = CPU_INFO.read_text(encoding="utf-8").splitlines() if CPU_INFO.is_file() else []
    named = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    parts = dict.fromkeys(filter(None, [named or platform.processor(), platform.machine()]))
    return ", ".join(parts) or UNKNOWN_PROCESSOR


def report(outcomes: list[Outcome]) -> str:
    """Tell in Korean what came out equal and what did not, where, and with which runtime."""
    lines = []
    for one in outcomes:
        if not one.equal:
            sides = {"recorded": _shown(one.recorded), "now": _shown(one.now)}
            lines.append(
                DIFFERENT.format(lesson=one.recording.lesson, id=one.recording.variation.id, **sides)
            )
    lines.append(PROCESSOR.format(name=processor()))
    for pattern, name in ((RUNTIME, "runtime"), (SETTINGS, "settings")):
        pairs = [(one.origin[name], one.recording.origin[name]) for one in outcomes]
        lines += [
            pattern.format(now=now, recorded=recorded)
            for now, recorded in dict.fromkeys(pairs)
            if name == "runtime" or now != recorded
        ]
    for lesson, group in groupby(outcomes, key=lambda one: one.recording.lesson):
        lines.append(EQUAL.format(lesson=lesson, **_counts(list(group))))
    return "\n".join([*lines, IN_ALL.format(**_counts(outcomes))])


def _counts(outcomes: list[Outcome]) -> dict[str, int]:
    return {"asked": len(outcomes), "equal": sum(one.equal for one in outcomes)}


def _shown(words: list) -> str:
    text, reasons, calls = words
    shown = visible(str(text if text is not None else calls).replace("\n", "⏎"))
    return f"{shown[:SHOWN]} ({', '.join(map(str, reasons))})"


def verify(
    root: Path, lessons: list[str], most: int, options: argparse.Namespace, say: Callable[[str], object]
) -> None:
    """Repeat recordings and tell the outcome.

    Args:
        root: the folder of the course.
        lessons: their names.
        most: how many answers to ask for at most.
        options: by which the model's file is found.
        say: shows one line.

    Raises:
        CourseError: a bank or the file cannot be used, or an answer cannot be had.
        OSError: a file cannot be read or written.
    """
    groups = [
        group
        for lesson in lessons
        for group in repeatable(
            lesson, load_cassette(cassette_in(root, lesson)), read_banks(bank_path(root, lesson))
        )
    ]
    if not groups:
        say(NONE)
        return
    wanted = model_of(groups)
    model, path = find_file(options, wanted.name)
    if model.sha256 != wanted.sha256:
        raise BankError(OTHER_FILE.format(recorded=wanted.sha256[:12], now=model.sha256[:12]))
    chosen = spread(groups, most)
    say(PLAN.format(all=sum(map(len, groups)), chosen=sum(map(len, chosen)), title=model.title))
    with tempfile.TemporaryDirectory(prefix="chat-api-lab-", ignore_cleanup_errors=True) as folder:
        outcomes = repeat(chosen, path, model, Path(folder, "model.log"), say)
    say(report(outcomes))


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def main() -> int:
    """Run the command line; return 0 whenever recordings could be repeated, whatever came out."""
    parser = argparse.ArgumentParser(prog="start.py verify", description=__doc__)
    parser.add_argument("lessons", nargs="*", help="such as 01_roles; all where none is named")
    parser.add_argument(
        "--most", type=_count, default=MOST, help="how many answers at most (default: %(default)s)"
    )
    add_options(parser)
    arguments = parser.parse_args()

    def command() -> int:
        known = [path.stem for path in lesson_paths()]
        lessons = [find_lesson(one, known) for one in arguments.lessons] or known
        verify(ROOT, list(dict.fromkeys(lessons)), arguments.most, arguments, print)
        return 0

    return exit_code(command)


if __name__ == "__main__":
    sys.exit(main())
