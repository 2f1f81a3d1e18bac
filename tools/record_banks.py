"""Records the banks of lessons, which `notebooks/banks` describes, with an open model of this machine: no key, no cost."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from helpers.course import ROOT
from helpers.models import LocalModel
from helpers.replay import Cassette, load_cassette, save_cassette
from tools.asking import DECLINED, agrees_to_record
from tools.bank_cassette import require_fit, with_banks
from tools.bank_journal import (
    Recorded,
    answers_so_far,
    ask,
    begin_anew,
    is_anew,
    journal_path,
    kept_answers,
    missing,
    read_journal,
)
from tools.bank_plan import lesson_line, seconds_for, time_text
from tools.banks import BankError, Variation, bank_path, read_banks
from tools.ending import exit_code
from tools.known_model import add_options, find_file
from tools.model_answers import ModelAnswers, asking
from tools.model_runner import ModelServerError
from tools.notebooks import lesson_paths
from tools.originals import find_lesson
from tools.renewal import REPLAYING, UNDONE, cassette_in, renewal, require_ready
from tools.swap import recover

NO_BANKS = "레슨 {lesson}의 뱅크가 없습니다: {path}"
LOADING = "공개 모델을 불러와 이 컴퓨터의 속도를 측정합니다: {title}"
PLAN = "공개 모델 {title}에게 이 컴퓨터에서 묻습니다. 키도 비용도 쓰지 않습니다. 1초에 {read:.0f}토큰을 읽고 {write:.0f}토큰을 씁니다."
DISCARDS = "  {lesson}: 끝나지 않은 녹화의 답 {count}개를 버리고 모두 다시 묻습니다."
IN_ALL = "  모두 {time}"
ASKING = "녹화: {lesson}"
STOPPED = "{lesson}: 답을 다 받지 못했습니다. {problem}\n받은 답은 남아 있습니다. 같은 명령을 다시 실행하면 이어집니다."
COMPLETE = "{lesson}: 모자란 답이 없습니다."
TAKEN = "{lesson}: 항목 {items}개, 답 {answers}개"
INCOMPLETE = "다음 레슨은 그대로입니다: {lessons}"
INTERRUPTED = "중단했습니다. 지금까지 받은 답은 남아 있습니다. 같은 명령을 다시 실행하면 이어집니다."


@dataclass(frozen=True)
class _Bank:
    """The banks of one lesson: what they describe, the cassette as it is, and the journal.

    `discards` says that the journal is to begin anew.
    """

    lesson: str
    variations: list[Variation]
    cassette: Cassette
    journal: Path
    discards: bool

    def known(self) -> dict[str, Recorded]:
        """Return the answers that need not be asked again."""
        kept = kept_answers(self.cassette)
        if self.discards or is_anew(self.journal):
            kept = {key: one for key, one in kept.items() if one.origin["kind"] != "open-model"}
        return answers_so_far(self.variations, kept, {} if self.discards else read_journal(self.journal))

    def seen(self) -> dict[str, Recorded]:
        """Return all answers that there are, those that no longer count too."""
        return {**kept_answers(self.cassette), **read_journal(self.journal)}

    def missing(self, origin: Callable[[Variation], dict] | None = None) -> list[Variation]:
        """Return what is still to be asked."""
        return missing(self.variations, self.known(), origin)


def record_banks(
    root: Path,
    lessons: list[str],
    again: bool,
    find: Callable[[], tuple[LocalModel, Path]],
    agree: Callable[[str], bool],
    say: Callable[[str], object] = print,
) -> list[str] | None:
    """Ask what banks need, and take over each lesson of which every answer is there.

    Args:
        root: the folder of the course.
        lessons: their names.
        again: whether to ask everything anew.
        find: returns the model and its file; called only where something is to be asked.
        agree: is shown what will be asked and how long that takes, and says whether to go on.
        say: shows one line of progress.

    Returns:
        The lessons of which answers are missing, which are as they were; None where `agree` said no.

    Raises:
        CourseError: a bank, the model or a check failed; no file of the course was changed, and no answer is lost.
        OSError: a file cannot be written; no file of the course was changed, and no answer is lost.
    """
    if recover(root):
        say(UNDONE)
    # Whatever would stop it at the end stops it here, before hours are spent.
    require_ready(root)
    banks = [_open(root, lesson, again) for lesson in lessons]
    wanting = [bank for bank in banks if bank.missing()]
    for bank in banks:
        if bank not in wanting:
            say(COMPLETE.format(lesson=bank.lesson))
    if wanting and not _ask(wanting, find, agree, say):
        return None
    # Read anew, since an author may have gone on writing in the meantime.
    banks = [_open(root, lesson) for lesson in lessons]
    incomplete = [bank.lesson for bank in banks if bank.missing()]
    _take_over(root, [bank for bank in banks if bank.lesson not in incomplete], say)
    return incomplete


def _open(root: Path, lesson: str, again: bool = False) -> _Bank:
    path = bank_path(root, lesson)
    if not path.is_file():
        raise BankError(NO_BANKS.format(lesson=lesson, path=path.relative_to(root).as_posix()))
    cassette, variations, journal = (
        load_cassette(cassette_in(root, lesson)),
        read_banks(path),
        journal_path(root, lesson),
    )
    require_fit(cassette, variations)
    # One that was asked anew and broken off goes on, whichever way it is called.
    return _Bank(lesson, variations, cassette, journal, discards=again and not is_anew(journal))


def _ask(
    banks: list[_Bank],
    find: Callable[[], tuple[LocalModel, Path]],
    agree: Callable[[str], bool],
    say: Callable[[str], object],
) -> bool:
    """Ask what is missing, lesson by lesson; return whether somebody agreed."""
    model, path = find()
    say(LOADING.format(title=model.title))
    with tempfile.TemporaryDirectory(prefix="chat-api-lab-", ignore_cleanup_errors=True) as folder:
        serve = partial(asking, path, model, Path(folder, "model.log"), say)
        with serve() as answers:
            wanted = {bank.lesson: bank.missing(answers.origin) for bank in banks}
            plan = _plan(banks, wanted, model, answers)
        if not agree(plan):
            return False
        for bank in banks:
            say(ASKING.format(lesson=bank.lesson))
            if bank.discards:
                begin_anew(bank.journal)
            try:
                ask(wanted[bank.lesson], bank.journal, serve, say)
            except (BankError, ModelServerError) as error:
                # The other lessons need not wait for this one.
                say(STOPPED.format(lesson=bank.lesson, problem=error))
    return True


def _plan(
    banks: list[_Bank], wanted: dict[str, list[Variation]], model: LocalModel, answers: ModelAnswers
) -> str:
    rates, lines, whole = answers.rates(), [], 0.0
    for bank in banks:
        seconds = seconds_for(wanted[bank.lesson], bank.seen(), answers, rates)
        lines.append(lesson_line(bank.lesson, wanted[bank.lesson], seconds))
        lost = sum(len(one.responses) for one in read_journal(bank.journal).values()) if bank.discards else 0
        lines += [DISCARDS.format(lesson=bank.lesson, count=lost)] if lost else []
        whole += seconds
    head = PLAN.format(title=model.title, read=rates.read, write=rates.write)
    return "\n".join([head, *lines, IN_ALL.format(time=time_text(whole))])


def _take_over(root: Path, banks: list[_Bank], say: Callable[[str], object]) -> None:
    """Put complete banks into the course, and delete their journals."""
    changed = [
        bank for bank in banks if with_banks(bank.cassette, bank.variations, bank.known()) != bank.cassette
    ]
    if changed:
        with renewal(root) as renewed:
            for bank in changed:
                path = renewed.cassette(bank.lesson)
                save_cassette(with_banks(load_cassette(path), bank.variations, bank.known()), path)
            say(REPLAYING)
            renewed.refresh()
            renewed.require_stable()
            told = renewed.take_over()
        for bank in changed:
            answers = sum(one.times for one in bank.variations)
            say(TAKEN.format(lesson=bank.lesson, items=len(bank.variations), answers=answers))
        say(told)
    for bank in banks:
        # Its answers stand in the cassette now.
        bank.journal.unlink(missing_ok=True)


def main() -> int:
    """Run the command line; return 1 where something failed, 2 where nothing was to be asked, 130 if interrupted."""
    parser = argparse.ArgumentParser(prog="start.py record --banks", description=__doc__)
    parser.add_argument(
        "lessons", nargs="*", help="such as 01_roles; all that have banks where none is named"
    )
    parser.add_argument("--banks", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--again", action="store_true", help="ask everything of these lessons' banks anew")
    add_options(parser)
    arguments = parser.parse_args()

    def command() -> int:
        known = [path.stem for path in lesson_paths() if bank_path(ROOT, path.stem).is_file()]
        lessons = [find_lesson(one, known) for one in arguments.lessons] or known
        incomplete = record_banks(
            ROOT,
            list(dict.fromkeys(lessons)),
            arguments.again,
            lambda: find_file(arguments),
            lambda plan: agrees_to_record(plan, arguments.yes),
        )
        if incomplete is None:
            print(DECLINED)
            return 2
        if incomplete:
            print(INCOMPLETE.format(lessons=", ".join(incomplete)), file=sys.stderr)
        return 1 if incomplete else 0

    return exit_code(command, INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())
