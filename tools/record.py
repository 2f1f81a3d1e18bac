"""Runs lessons on a real server, and puts what it answered into the cassettes and notebooks: all of it or nothing."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from helpers.course import ROOT
from helpers.errors import CourseError
from helpers.live import JOURNALS, PICODOLLARS, SHORTEST_SECRET, Key, LiveSession, Meter, recorded_calls
from helpers.models import price_for
from helpers.replay import Cassette, load_cassette, save_cassette, stored_key
from helpers.settings import Settings, read_settings
from helpers.show import shutdown_lines
from tools.asking import says_yes
from tools.course_table import TABLE, set_model
from tools.notebooks import (
    MANIFEST,
    cassette_paths,
    execute_all,
    explain_failure,
    lesson_paths,
    manifest_text,
    normalise,
    read,
)
from tools.originals import OriginalsError, find_lesson
from tools.recordings import Journal, RecordError, read_journal, renew, report, rows, spent
from tools.secrets import find_secrets
from tools.swap import recover, require_room, swap

# What a lesson's kernel needs of the course; the copy has no `.env`.
COURSE = ("helpers", "notebooks", "requirements.txt")
FOLDERS = ("notebooks", "helpers", "helpers/cassettes")
NOT_COPIED = ("__pycache__", ".ipynb_checkpoints", "*.mine.*", "*.mine-*.*")

# Around a cell that puts a failure on show: what it asks in vain must stay without a recording.
BEFORE_FAILURE = "from helpers.live import put_failure_on_show\nput_failure_on_show(True)"
AFTER_FAILURE = "put_failure_on_show(False)"
# Tells at the end of a lesson which interactions its cells asked for, by request or by name.
TELL = "import json\nprint(json.dumps(lesson.used))"

UNDONE = "끝나지 않은 교체를 되돌렸습니다. 카세트와 노트북은 그 전의 것입니다."
PLAN = "모델 {model}에 {host}에서 물어 다음 레슨을 녹화합니다: {lessons}"
ESTIMATE = "다시 녹화할 요청 {count}개의 비용은 지난 사용량으로 보아 약 ${dollars:.6f}입니다. 새 요청은 미리 셀 수 없습니다."
CEILING = "노트북마다 지출 한도는 ${budget:g}이므로, 많아야 ${most:g}입니다."
NO_CEILING = "로컬 서버라 비용을 세지 않고 지출 한도도 두지 않습니다."
QUESTION = "녹화를 시작할까요? [y/N] "
NO_TERMINAL = "묻고 답할 터미널이 없어 녹화하지 않았습니다. 스크립트에서는 --yes를 붙이세요."
DECLINED = "녹화하지 않았습니다."
RECORDING = "녹화: {lesson}"
REPLAYING = "새 카세트로 모든 노트북을 다시 실행하고, 한 번 더 실행해 비교합니다."
SWAPPED = "바꾼 파일: {files}"
NOTHING = "바뀐 파일이 없습니다."
UNCHANGED = "카세트와 노트북은 그대로입니다."
SPENT = "여기까지 쓴 금액: ${spent:.6f}"
INTERRUPTED = "중단했습니다."
FILE_TROUBLE = "파일을 읽거나 쓰지 못했습니다: {problem}"

KERNEL_DIED = "커널이 중간에 끝났습니다. 중단했거나 메모리가 모자랐을 수 있습니다."
NO_NOTEBOOK = "노트북 {lesson}.ipynb를 읽을 수 없습니다. `git checkout -- notebooks`로 되돌리거나 코스를 다시 내려받은 뒤 다시 녹화하세요."
CELL_TOOK_LONG = "셀 하나가 너무 오래 걸려 멈추었습니다."
NOT_RECORDED = "레슨 {lesson}의 녹화 항목 {ids}는 재생에서 쓰이는데 이번 실행에서는 요청되지 않았습니다. 셀이 실행할 때마다 같은 요청을 하는지 보세요."
NOT_STABLE = "두 번 재생한 출력이 서로 다릅니다: {files}. 셀이 시각이나 난수에 기대는지 보세요."
SECRET = "{file}에 비밀로 보이는 것이 있어 바꾸지 않았습니다: {kinds}"
THE_KEY = "the key itself"
MOVED_ON = "녹화하는 동안 바뀐 파일이 있습니다: {files}. 편집기에서 저장하거나 닫은 뒤 다시 녹화하세요."


@dataclass(frozen=True)
class _Recording:
    """One recording under way: the course, a copy of it, the journals, what to record, and with what."""

    root: Path
    copy: Path
    journals: Path
    lessons: list[str]
    prune: bool
    settings: Settings
    session: LiveSession
    say: Callable[[str], object]

    def cassette(self, lesson: str) -> Path:
        return self.copy / "helpers" / "cassettes" / f"{lesson}.json"

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
        prune: whether to remove interactions and staged answers that no cell uses.
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
    session = LiveSession(settings, Meter(), tell=say)
    with tempfile.TemporaryDirectory(prefix="chat-api-lab-", ignore_cleanup_errors=True) as folder:
        run = _Recording(root, Path(folder, "course"), Path(folder), lessons, prune, settings, session, say)
        _copy_course(root, run.copy)
        before = _files(run.copy)
        # Whatever would stop it at the end stops it here, before anything is spent.
        _require_readable(run)
        require_room(root, FOLDERS, 2 * sum(map(len, before.values())))
        if not agree(_plan(run)):
            return None
        try:
            return _record(run, before)
        except BaseException:
            say(SPENT.format(spent=sum(spent(path) for path in run.journals.glob("*.jsonl"))))
            if _files(root) == before:
                say(UNCHANGED)
            raise


def _copy_course(root: Path, copy: Path) -> None:
    copy.mkdir()
    for name in COURSE:
        if (root / name).is_dir():
            shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns(*NOT_COPIED))
        else:
            shutil.copy(root / name, copy / name)


def _files(root: Path) -> dict[str, bytes]:
    """Return everything that a recording may change, by its path below the course's folder."""
    paths = [*lesson_paths(root), *cassette_paths(root), root / "notebooks" / MANIFEST.name, root / TABLE]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def _require_readable(run: _Recording) -> None:
    for path in cassette_paths(run.copy):
        load_cassette(path)
    for path in lesson_paths(run.copy):
        try:
            read(path)
        except (ValueError, nbformat.ValidationError) as error:
            raise RecordError(NO_NOTEBOOK.format(lesson=path.stem)) from error


def _plan(run: _Recording) -> str:
    session, price = run.session, price_for(run.session.model, run.session.base_url)
    lines = [PLAN.format(model=session.model, host=session.host, lessons=", ".join(run.lessons))]
    again = [
        call
        for lesson in run.lessons
        for one in load_cassette(run.cassette(lesson)).interactions
        if one.origin["kind"] != "original-notebook"
        for call in recorded_calls([one], session.model, session.base_url)
    ]
    if price is None:
        lines.append(NO_CEILING)
    else:
        dollars = sum(call.picodollars for call in again) / PICODOLLARS
        most = run.settings.budget_usd * len(run.lessons)
        lines.append(ESTIMATE.format(count=len(again), dollars=dollars))
        lines.append(CEILING.format(budget=run.settings.budget_usd, most=most))
    return "\n".join([*lines, *shutdown_lines(session.model), *run.settings.notices])


def _record(run: _Recording, before: dict[str, bytes]) -> str:
    old, new, journals = {}, {}, {}
    for lesson in run.lessons:
        run.say(RECORDING.format(lesson=lesson))
        old[lesson] = load_cassette(run.cassette(lesson))
        _ask(run, lesson)
        journals[lesson] = read_journal(run.journal(lesson), old[lesson])
        new[lesson] = renew(old[lesson], journals[lesson], run.session)
        save_cassette(new[lesson], run.cassette(lesson))
        set_model(run.copy, lesson, new[lesson].model)
    run.say(REPLAYING)
    seen = _refresh(run.copy, tell=True)
    found, removed = [], False
    for lesson in run.lessons:
        asked = {id for where, id, how in seen if (where, how) == (lesson, "asked")}
        used = {id for where, id, how in seen if where == lesson}
        _require_fresh(new[lesson], journals[lesson], asked)
        found += rows(old[lesson], new[lesson], journals[lesson], used, run.prune, run.session)
        removed |= _remove(new[lesson], old[lesson], used, run)
    if removed:
        _refresh(run.copy)
    _verify(run.copy)
    table = report(found, journals.values(), run.session)
    after = _files(run.copy)
    changed = {name: content for name, content in after.items() if content != before[name]}
    _require_no_secret({**changed, "report": table.encode()}, run.settings)
    moved = [name for name, content in _files(run.root).items() if content != before.get(name)]
    if moved:
        raise RecordError(MOVED_ON.format(files=", ".join(moved)))
    if changed:
        swap(run.root, changed)
    run.say(SWAPPED.format(files=", ".join(changed)) if changed else NOTHING)
    return table


def _ask(run: _Recording, lesson: str) -> None:
    """Execute a lesson on the real server; its outputs are thrown away, its journal stays."""
    notebook = read(run.copy / "notebooks" / f"{lesson}.ipynb")
    cells = []
    for cell in notebook.cells:
        on_show = "raises-exception" in cell.metadata.get("tags", [])
        around = [nbformat.v4.new_code_cell(one) for one in (BEFORE_FAILURE, AFTER_FAILURE)]
        cells += [around[0], cell, around[1]] if on_show else [cell]
    notebook.cells = cells
    # In the course's own folder, whose `.env` the kernel reads: the key passes through no file of ours.
    options = {"LESSON_MODE": "record", JOURNALS: str(run.journals), "cell_seconds": None}
    _execute([notebook], [lesson], run.root, run.settings.api_key, **options)


def _refresh(copy: Path, tell: bool = False) -> set[tuple[str, str, str]]:
    """Execute every notebook of the copy in replay, since they show one another's recordings, and write it anew.

    Returns:
        With `tell` what cells asked for: the lesson of the cassette, the id, and "asked" or "named".
    """
    paths = lesson_paths(copy)
    notebooks = [read(path) for path in paths]
    if tell:
        for notebook in notebooks:
            notebook.cells = [*notebook.cells, nbformat.v4.new_code_cell(TELL)]
    _execute(notebooks, [path.stem for path in paths], copy)
    seen = set()
    for path, notebook in zip(paths, notebooks, strict=True):
        if tell:
            seen |= {tuple(one) for one in json.loads(notebook.cells[-1].outputs[0].text)}
            notebook.cells = notebook.cells[:-1]
        path.write_text(normalise(notebook), encoding="utf-8", newline="\n")
    (copy / "notebooks" / MANIFEST.name).write_text(manifest_text(copy), encoding="utf-8", newline="\n")
    return seen


def _verify(copy: Path) -> None:
    """Execute every notebook of the copy once more, and compare each byte."""
    before = _files(copy)
    _refresh(copy)
    different = [name for name, content in _files(copy).items() if content != before[name]]
    if different:
        raise RecordError(NOT_STABLE.format(files=", ".join(different)))


def _execute(
    notebooks: list, lessons: list[str], root: Path, key: str | None = None, **options: str | int | None
) -> None:
    """Execute notebooks with the helpers of a course, and say in Korean where one fails, without the key."""
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    try:
        execute_all(notebooks, root / "notebooks", PYTHONPATH=path, **options)
    except CellExecutionError as error:
        text = explain_failure(error, lessons, notebooks)
        raise RecordError(Key(key).hide(text)) from error
    except CellTimeoutError as error:
        raise RecordError(CELL_TOOK_LONG) from error
    except (DeadKernelError, AssertionError) as error:
        # nbclient takes Ctrl-C by ending the kernel, and may then assert that there still is one.
        raise RecordError(KERNEL_DIED) from error


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
        save_cassette(cassette, run.cassette(cassette.lesson))
    return bool(unused)


def _require_no_secret(files: dict[str, bytes], settings: Settings) -> None:
    key = settings.api_key or ""
    for name, content in files.items():
        kinds = find_secrets(content.decode("utf-8"))
        if len(key) >= SHORTEST_SECRET and Key(key).is_in(content):
            kinds.append(THE_KEY)
        if kinds:
            raise RecordError(SECRET.format(file=name, kinds=", ".join(kinds)))


def main() -> int:
    """Run the command line; return 1 where the recording failed, 2 where it was not to be made."""
    parser = argparse.ArgumentParser(prog="start.py record", description=__doc__)
    parser.add_argument("lessons", nargs="*", help="such as 01_roles; all where none is named")
    parser.add_argument("--yes", action="store_true", help="do not ask before spending")
    parser.add_argument("--prune", action="store_true", help="remove interactions that no cell uses")
    parser.add_argument("--report", type=Path, help="a file to write the table to, as Markdown")
    arguments = parser.parse_args()

    def agree(plan: str) -> bool:
        print(plan)
        if arguments.yes:
            return True
        if not sys.stdin.isatty():
            print(NO_TERMINAL, file=sys.stderr)
            return False
        return says_yes(QUESTION)

    known = [path.stem for path in lesson_paths()]
    try:
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
    except (CourseError, OriginalsError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(FILE_TROUBLE.format(problem=str(error)[:300]), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(INTERRUPTED, file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
