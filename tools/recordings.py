"""Makes a new cassette of what a recording brought, and says what became of each interaction."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from helpers.errors import CourseError
from helpers.live import Call, LiveSession, figures, recorded_calls, remarks
from helpers.replay import CHAT, Cassette, Interaction, read_answer, said, stored_key
from helpers.show import difference, visible

KEPT, NEW, CHANGED, GONE, REMOVED = "그대로", "새로 생김", "바뀜", "쓰이지 않음", "지움"
HEADERS = (
    "레슨",
    "녹화 항목",
    "상태",
    "답한 모델",
    "보낸 요청",
    "입력 토큰",
    "출력 토큰",
    "비용(달러)",
)
NOT_SENT = "-"
TOTAL = "합계"
TITLE = "녹화 {date} · 모델 {model} · {host}"
SPENT = "지출: ${spent:.6f} (실패하거나 응답을 잃은 요청까지 셌습니다.)"
UNUSED = (
    "어느 셀도 쓰지 않는 항목이 {count}개 있습니다. `python start.py record --prune {lessons}`로 지웁니다."
)
OLD, FRESH = "전 ({number}번째)", "후 ({number}번째)"

BROKEN_JOURNAL = (
    "녹화한 내용을 적은 임시 파일이 온전하지 않습니다. 디스크의 남은 공간을 확인하고 다시 녹화하세요."
)
FAILED = (
    "레슨 {lesson}에서 답변을 받지 못한 요청이 있습니다: {reasons}. 서버와 .env를 확인하고 다시 녹화하세요."
)


class RecordError(CourseError):
    """A recording cannot be finished; cassettes and notebooks are as they were."""


@dataclass
class Journal:
    """What one lesson asked: the match keys in order of first use, the responses to each, and what was spent."""

    order: list[str] = field(default_factory=list)
    requests: dict[str, dict] = field(default_factory=dict)
    answers: dict[str, list[dict]] = field(default_factory=dict)
    spent_usd: float = 0.0


@dataclass(frozen=True)
class Row:
    """What became of one interaction; `calls` are those that this recording made for it."""

    lesson: str
    id: str
    status: str
    model: str
    calls: list[Call]
    changes: str = ""


def read_journal(path: Path, cassette: Cassette) -> Journal:
    """Read what a kernel wrote down while it recorded.

    Args:
        path: the journal; a lesson that asked nothing has none.
        cassette: the one that the lesson had, to which the journal refers.

    Raises:
        RecordError: the journal is cut off, or a request brought no answer in the end.
    """
    journal, failures = Journal(), {}
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    for entry in _entries(text):
        journal.spent_usd = max(journal.spent_usd, entry["spent_usd"])
        if entry["event"] == "replayed":
            key = stored_key(cassette.find(entry["id"]).request)
        else:
            key = stored_key(_request(entry))
        if key not in journal.order:
            journal.order.append(key)
        if entry["event"] == "answered":
            journal.requests[key] = _request(entry)
            journal.answers.setdefault(key, []).append(_response(entry))
            failures.pop(key, None)  # the SDK tried again
        elif entry["event"] == "failed":
            failures[key] = entry["reason"]
    if failures:
        raise RecordError(FAILED.format(lesson=cassette.lesson, reasons=", ".join(failures.values())))
    return journal


def spent(path: Path) -> float:
    """Return the dollars that a journal speaks of, as far as it can be read."""
    found = re.findall(r'"spent_usd": ([0-9.e-]+)}$', path.read_text(encoding="utf-8"), flags=re.M)
    return max(map(float, found), default=0.0)


def _entries(text: str) -> list[dict]:
    try:
        return [json.loads(line) for line in text.splitlines()]
    except ValueError as error:
        raise RecordError(BROKEN_JOURNAL) from error


def _request(entry: dict) -> dict:
    return {"method": "POST", "path": entry.get("path", CHAT), "body": entry["body"]}


def _response(entry: dict) -> dict:
    """Return what came back as cassettes hold it: the body, or the events of a stream."""
    if "events" in entry:
        return {"status": 200, "events": entry["events"]}
    return {"status": 200, "body": entry["answer"]}


def renew(cassette: Cassette, journal: Journal, session: LiveSession) -> Cassette:
    """Make the new cassette: recorded answers in the place of old ones, in order of first use.

    Interactions that were not asked for stand last, staged ones stay as they are. The model, as which the lesson replays,
    stays while the cassette holds anything of the original notebook, and is otherwise the one that was asked now.

    Args:
        cassette: the old one.
        journal: what the lesson asked.
        session: the model and the host that were asked.
    """
    known = {stored_key(one.request): one for one in cassette.interactions}
    taken = {one.id for one in [*cassette.interactions, *cassette.staged]}
    interactions = []
    for place, key in enumerate(journal.order, 1):
        old = known.pop(key, None)
        answers = journal.answers.get(key)
        if answers:
            id = old.id if old else _new_id(place, taken)
            request = old.request if old else journal.requests[key]
            origin = _origin(answers[0], session)
            interactions.append(Interaction(id, origin, request, answers, old.title if old else ""))
        else:
            interactions.append(old)
    interactions += known.values()
    originals = any(one.origin["kind"] == "original-notebook" for one in interactions)
    model = cassette.model if originals or not journal.answers else session.model
    return Cassette(cassette.lesson, model, interactions, cassette.staged, cassette.live_calls)


def _new_id(place: int, taken: set[str]) -> str:
    while f"request-{place}" in taken:
        place += 1
    taken.add(f"request-{place}")
    return f"request-{place}"


def _origin(response: dict, session: LiveSession) -> dict:
    answer = response["events"][0] if "events" in response else response["body"]
    # A response of the Responses API and the pieces of a stream name their model as a chat completion does.
    model = answer.get("model") or session.model
    return {"kind": "api", "date": date.today().isoformat(), "model": model, "host": session.host}


def rows(
    old: Cassette,
    new: Cassette,
    journal: Journal,
    used: set[str],
    banked: set[str],
    prune: bool,
    session: LiveSession,
) -> list[Row]:
    """Say what became of each interaction of a lesson, but for those of a bank that no cell asked for.

    Args:
        old: the cassette before.
        new: the cassette after.
        journal: what the lesson asked.
        used: ids of the interactions and staged answers that a cell of any lesson uses.
        banked: ids of those that a bank describes, for requests that a learner may make.
        prune: whether the others are removed.
        session: the model and the host that were asked.
    """
    found = []
    for one in new.interactions:
        before = old.find(one.id)
        sent = stored_key(one.request) in journal.answers
        status, changes = KEPT, ""
        if one.id in banked and one.id not in used:
            continue
        if one.id not in used:
            status = REMOVED if prune else GONE
        elif before is None:
            status = NEW
        elif sent and (texts(before) != texts(one) or before.origin["kind"] != "api"):
            status = CHANGED
            changes = _changes(texts(before), texts(one))
        calls = recorded_calls([one], session.model, session.base_url, session.paid) if sent else []
        found.append(Row(new.lesson, one.id, status, one.origin.get("model", NOT_SENT), calls, changes))
    unused = [one.id for one in new.staged if one.id not in used]
    return found + [Row(new.lesson, id, REMOVED if prune else GONE, NOT_SENT, []) for id in unused]


def texts(one: Interaction) -> list[str]:
    """Return the recorded answers of an interaction as text: what a reader of the lesson sees."""
    return [_text(response, one.request["path"]) for response in one.responses]


def _text(response: dict, path: str) -> str:
    body = response.get("body")
    choices = body.get("choices") if isinstance(body, dict) else None
    messages = [choice.get("message") or {} for choice in choices or []]
    found = [message.get("refusal") or message.get("content") for message in messages]
    if not messages and response.get("status") == 200:
        # A stream, or the Responses API.
        words = said(read_answer(response, path))
        found = [words.refusal or words.text]
    if found and all(isinstance(text, str) for text in found):
        return "\n".join(found)
    return json.dumps(messages or response, ensure_ascii=False)


def _changes(before: list[str], after: list[str]) -> str:
    """Return the differences of the answers, each compared with the one that replay gave in its place."""
    found = []
    for place, text in enumerate(after):
        titles = [title.format(number=place + 1) if len(after) > 1 else title[:1] for title in (OLD, FRESH)]
        found.append(difference(before[place % len(before)], text, *titles).text)
    return "\n".join(found)


def report(found: list[Row], journals: Iterable[Journal], session: LiveSession) -> str:
    """Return the table and the changes as Markdown, which is legible in a terminal too.

    Args:
        found: what became of each interaction.
        journals: of the lessons, for what was spent.
        session: the model and the host that were asked.
    """
    title = TITLE.format(date=date.today().isoformat(), model=session.model, host=session.host)
    every = [call for row in found for call in row.calls]
    lines = [f"# {title}", "", _line(HEADERS), _line(["---"] * len(HEADERS))]
    lines += [
        _line(
            [
                row.lesson,
                row.id,
                row.status,
                row.model,
                *_figures(row.calls),
            ]
        )
        for row in found
    ]
    lines += [_line([TOTAL, "", "", "", *_figures(every)]), ""]
    lines += [*remarks(every), SPENT.format(spent=sum(one.spent_usd for one in journals))]
    unused = [row for row in found if row.status == GONE]
    if unused:
        lessons = " ".join(dict.fromkeys(row.lesson for row in unused))
        lines.append(UNUSED.format(count=len(unused), lessons=lessons))
    for row in found:
        if row.changes:
            # A fence that no answer can close.
            fence = "`" * (3 + max(map(len, re.findall("`+", row.changes)), default=0))
            lines += ["", f"## {row.lesson} · {row.id}", "", f"{fence}text", row.changes, fence]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(visible(cell).replace("\n", " ").replace("|", "\\|") for cell in cells) + " |"


def _figures(calls: list[Call]) -> list[str]:
    return figures(calls) if calls else [NOT_SENT] * 4
