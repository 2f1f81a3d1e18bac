"""Runs lessons on a real server, and puts what it answered into the cassettes and notebooks: all of it or nothing.

With `--banks` it records what `notebooks/banks` describes instead: `start.py record --banks --help`. With `--check` it
records nothing and compares the staged errors with a server's: `start.py record --check --help`.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from helpers.course import ROOT
from helpers.live import JOURNALS, PICODOLLARS, LiveSession, Meter, ceiling_for, recorded_calls
from helpers.replay import Cassette, Interaction, load_cassette, save_cassette, stored_key
from helpers.settings import Settings, read_settings
from helpers.show import shutdown_lines
from tools import check_errors
from tools.asking import DECLINED, agrees_to_record
from tools.banks import bank_path, read_banks
from tools.course_table import TABLE, with_values
from tools.ending import exit_code
from tools.notebooks import lesson_paths, read
from tools.originals import find_lesson
from tools.recordings import Journal, RecordError, read_journal, renew, report, rows, spent
from tools.renewal import (
    REPLAYING,
    UNDONE,
    Renewal,
    course_files,
    execute,
    renewal,
    require_ready,
)
from tools.swap import recover

BANKS, CHECK = "--banks", "--check"

# Around a cell that puts a failure on show: what it asks in vain must stay without a recording.
BEFORE_FAILURE = "from helpers.live import put_failure_on_show\nput_failure_on_show(True)"
AFTER_FAILURE = "put_failure_on_show(False)"

PLAN = "모델 {model}에 {host}에서 물어 다음 레슨을 녹화합니다: {lessons}"
ESTIMATE = "다시 녹화할 요청 {count}개의 비용은 지난 사용량으로 보아 약 ${dollars:.6f}입니다. 새 요청은 미리 셀 수 없습니다."
CEILING = "노트북마다 지출 한도는 ${budget:g}이므로, 많아야 ${most:g}입니다."
NO_CEILING = "로컬 서버라 비용을 세지 않고 지출 한도도 두지 않습니다."
RECORDING = "녹화: {lesson}"
UNCHANGED = "카세트와 노트북은 그대로입니다."
SPENT = "여기까지 쓴 금액: ${spent:.6f}"

NOT_RECORDED = "레슨 {lesson}의 녹화 항목 {ids}는 재생에서 쓰이는데 이번 실행에서는 요청되지 않았습니다. 셀이 실행할 때마다 같은 요청을 하는지 보세요."


@dataclass(frozen=True)
class _Recording:
    """One recording under way: the course and its copy, the journals, what to record, and with what.

    `described` are the keys of the requests that a lesson's banks describe.
    """

    renewal: Renewal
    journals: Path
    lessons: list[str]
    described: dict[str, set[str]]
    prune: bool
    settings: Settings
    session: LiveSession
    say: Callable[[str], object]

    def journal(self, lesson: str) -> Path:
        return self.journals / f"{lesson}.jsonl"


def record(
    root: Path,
    lessons: list[str],
    prune: bool,
    agree: Callable[[str], bool],
    say: Callable[[str], object] = print,
) -> str | None:
    """Record lessons and refresh the notebooks.

    Args:
        root: the folder of the course, whose `.env` names server, key, model and ceiling.
        lessons: their names.
        prune: whether to remove interactions and staged answers that no cell uses and no bank describes.
        agree: is shown what will be done and at what cost, and says whether to go on.
        say: shows one line of progress.

    Returns:
        The report as Markdown, or None where `agree` said no.

    Raises:
        CourseError: a setting, a request, a cell or a check failed; no file of the course was changed.
        OSError: a file cannot be written; no file of the course was changed.
    """
    if recover(root):
        say(UNDONE)
    settings = read_settings(root, {**os.environ, "LESSON_MODE": "record"})
    session = LiveSession(settings, Meter(ceiling_for(settings)), tell=say)
    # Whatever would stop it at the end stops it here, before anything is spent.
    require_ready(root)
    described = {lesson: {one.key for one in read_banks(bank_path(root, lesson))} for lesson in lessons}
    with (
        tempfile.TemporaryDirectory(prefix="chat-api-lab-", ignore_cleanup_errors=True) as folder,
        renewal(root) as renewed,
    ):
        run = _Recording(renewed, Path(folder), lessons, described, prune, settings, session, say)
        if not agree(_plan(run)):
            return None
        try:
            return _record(run)
        except BaseException:
            say(SPENT.format(spent=sum(spent(path) for path in run.journals.glob("*.jsonl"))))
            if course_files(root) == renewed.before:
                say(UNCHANGED)
            raise


def _plan(run: _Recording) -> str:
    session, budget = run.session, run.session.meter.ceiling_usd
    lines = [PLAN.format(model=session.model, host=session.host, lessons=", ".join(run.lessons))]
    again = [
        call
        for lesson in run.lessons
        for one in _asked_by_cells(load_cassette(run.renewal.cassette(lesson)), run.described[lesson])
        for call in recorded_calls([one], session.model, session.base_url, session.paid)
    ]
    if budget is None:
        lines.append(NO_CEILING)
    else:
        dollars = sum(call.picodollars for call in again) / PICODOLLARS
        lines.append(ESTIMATE.format(count=len(again), dollars=dollars))
        lines.append(CEILING.format(budget=budget, most=budget * len(run.lessons)))
    return "\n".join([*lines, *shutdown_lines(session.model), *run.settings.notices])


def _asked_by_cells(cassette: Cassette, described: set[str]) -> list[Interaction]:
    """Return what will probably be asked again: what no bank holds for a learner's own requests."""
    return [
        one
        for one in cassette.interactions
        if one.origin["kind"] != "original-notebook"
        and (one.id in cassette.live_calls or stored_key(one.request) not in described)
    ]


def _record(run: _Recording) -> str:
    old, new, journals = {}, {}, {}
    for lesson in run.lessons:
        run.say(RECORDING.format(lesson=lesson))
        old[lesson] = load_cassette(run.renewal.cassette(lesson))
        _ask(run, lesson)
        journals[lesson] = read_journal(run.journal(lesson), old[lesson])
        new[lesson] = renew(old[lesson], journals[lesson], run.session)
        save_cassette(new[lesson], run.renewal.cassette(lesson))
        table = run.renewal.copy / TABLE
        text = with_values(table.read_text(encoding="utf-8"), lesson, {"model": new[lesson].model})
        table.write_text(text, encoding="utf-8", newline="\n")
    run.say(REPLAYING)
    seen = run.renewal.refresh(tell=True)
    found, removed = [], False
    for lesson in run.lessons:
        asked = {id for where, id, how in seen if (where, how) == (lesson, "asked")}
        used = {id for where, id, how in seen if where == lesson}
        _require_fresh(new[lesson], journals[lesson], asked)
        described = run.described[lesson]
        banked = {one.id for one in new[lesson].interactions if stored_key(one.request) in described}
        found += rows(old[lesson], new[lesson], journals[lesson], used, banked, run.prune, run.session)
        removed |= _remove(new[lesson], old[lesson], used | banked, run)
    if removed:
        run.renewal.refresh()
    run.renewal.require_stable()
    table = report(found, journals.values(), run.session)
    run.say(run.renewal.take_over(run.settings.api_key, {"report": table.encode()}))
    return table


def _ask(run: _Recording, lesson: str) -> None:
    """Execute a lesson on the real server; its outputs are thrown away, its journal stays."""
    notebook = read(run.renewal.copy / "notebooks" / f"{lesson}.ipynb")
    cells = []
    for cell in notebook.cells:
        on_show = "raises-exception" in cell.metadata.get("tags", [])
        around = [nbformat.v4.new_code_cell(one) for one in (BEFORE_FAILURE, AFTER_FAILURE)]
        cells += [around[0], cell, around[1]] if on_show else [cell]
    notebook.cells = cells
    # In the course's own folder, whose `.env` the kernel reads: the key passes through no file of ours.
    options = {"LESSON_MODE": "record", JOURNALS: str(run.journals), "cell_seconds": None}
    execute([notebook], [lesson], run.renewal.root, run.settings.api_key, **options)


def _require_fresh(cassette: Cassette, journal: Journal, asked: set[str]) -> None:
    """Make sure that no answer of before stays where replay asks for a new one."""
    stale = [
        one.id
        for one in cassette.interactions
        if one.id in asked
        and one.origin["kind"] != "original-notebook"
        and stored_key(one.request) not in journal.answers
    ]
    if stale:
        raise RecordError(NOT_RECORDED.format(lesson=cassette.lesson, ids=", ".join(stale)))


def _remove(cassette: Cassette, old: Cassette, used: set[str], run: _Recording) -> bool:
    """Take out what no cell uses: what is new always, what was there only to prune; return whether there was any."""
    unused = {one.id for one in [*cassette.interactions, *cassette.staged]} - used
    if not run.prune:
        unused = {id for id in unused if old.find(id) is None}
    for part in (cassette.interactions, cassette.staged):
        part[:] = [one for one in part if one.id not in unused]
    if unused:
        save_cassette(cassette, run.renewal.cassette(cassette.lesson))
    return bool(unused)


def main() -> int:
    """Run the command line; return 1 where the recording failed, 2 where it was not to be made."""
    if BANKS in sys.argv:
        # Only who records banks needs what serves a model.
        from tools import record_banks

        return record_banks.main()
    if CHECK in sys.argv:
        return check_errors.main()
    parser = argparse.ArgumentParser(
        prog="start.py record", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lessons", nargs="*", help="such as 01_roles; all where none is named")
    parser.add_argument("--yes", action="store_true", help="do not ask before spending")
    parser.add_argument(
        "--prune", action="store_true", help="remove interactions that no cell uses and no bank describes"
    )
    parser.add_argument("--report", type=Path, help="a file to write the table to, as Markdown")
    parser.add_argument(
        BANKS, action="store_true", help="record the banks, with an open model of this machine"
    )
    parser.add_argument(
        CHECK, action="store_true", help="record nothing, and compare the staged errors with a server's"
    )
    arguments = parser.parse_args()

    def agree(plan: str) -> bool:
        return agrees_to_record(plan, arguments.yes)

    def command() -> int:
        known = [path.stem for path in lesson_paths()]
        if arguments.report:
            arguments.report.open("a", encoding="utf-8").close()  # before anything is spent
        asked = [find_lesson(one, known) for one in arguments.lessons] or known
        table = record(ROOT, list(dict.fromkeys(asked)), arguments.prune, agree)
        if table is None:
            print(DECLINED)
            return 2
        print(table)
        if arguments.report:
            arguments.report.write_text(table, encoding="utf-8", newline="\n")
        return 0

    return exit_code(command)


if __name__ == "__main__":
    sys.exit(main())
