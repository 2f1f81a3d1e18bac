"""Changes `course.toml`, and writes the tables that are made of it into the pages that show them."""

import json
import re
from collections.abc import Callable

from helpers.course import Description, cassette_path, describe, lessons
from helpers.live import DEFAULT_MODEL, OPENAI_BASE_URL, notebook_calls, whole_cost
from helpers.replay import Cassette, load_cassette

# Paths below the course's folder.
TABLE = "helpers/course.toml"
PAGES = ("README.md", "README.ko.md", "docs/teaching.md", "docs/teaching.ko.md")

NOTHING = "없음"
NO_CALLS = "이 노트북은 모델을 부르지 않습니다."
HOW = f"노트북 전체를 한 번 실행할 때의 값입니다. 녹화된 글의 토큰 수에 {DEFAULT_MODEL}의 가격을 곱해 어림했고, 답변의 길이에 따라 달라집니다."
SCHEMAS = "스키마와 도구도 입력 토큰을 쓰지만 정확한 수를 알 수 없어 넣지 않았습니다."
IN_REPLAY = "재생 모드에서는 비용이 들지 않습니다."

NEW_LESSON = """[[lessons]]
name = {name}
title = {title}
question = ""
minutes = 0
needs = []
model = {model}
contents.ko = ""
contents.en = ""
ask.ko = ""
ask.en = ""
say.ko = ""
say.en = ""
"""


def with_lesson(text: str, name: str, title: str, model: str) -> str:
    """Return `course.toml` with the row of a new lesson at its place; what its author still has to say is empty.

    Args:
        text: of the file.
        name: such as "90_mine".
        title: Korean.
        model: as which its cassette replays.
    """
    # TOML's strings are written as JSON's.
    values = {"name": name, "title": title, "model": model}
    row = NEW_LESSON.format(**{key: json.dumps(value, ensure_ascii=False) for key, value in values.items()})
    head, *rows = _parts(text.rstrip("\n") + "\n")
    return "\n".join([head, *sorted([*rows, row], key=_name_of)])


def with_values(text: str, name: str, values: dict[str, str | int]) -> str:
    """Return `course.toml` with other values in the row of a lesson.

    Args:
        text: of the file.
        name: of the lesson.
        values: by their field; one that the row does not have follows on `minutes`, and a new 0 is left out.
    """
    head, *rows = _parts(text)
    for place, row in enumerate(rows):
        if _name_of(row) != name:
            continue
        for field, value in values.items():
            line = f"{field} = {json.dumps(value, ensure_ascii=False)}\n"
            row, found = re.subn(rf"^{field} = .*\n", lambda _, line=line: line, row, flags=re.M)
            if value and not found:
                row = re.sub(r"^minutes = .*\n", lambda kept, line=line: kept[0] + line, row, flags=re.M)
        rows[place] = row
    return "\n".join([head, *rows])


def _parts(text: str) -> list[str]:
    """Cut `course.toml` into what stands on top and the rows of the lessons."""
    return re.split(r"\n(?=\[\[lessons\]\]\n)", text)


def _name_of(row: str) -> str:
    return re.search(r'^name = "(.*)"$', row, flags=re.M)[1]


def _readme(language: str, header: str, parts: str, minutes: str) -> str:
    rows = [
        f"| [{one.name}](notebooks/{one.name}.ipynb) | {one.contents[language]} | {_minutes(one)}{minutes} |"
        for one in lessons().values()
    ]
    return "\n".join([f"{header}{parts if _more() else ''} |", "|---|---|---|", *rows])


def _minutes(one: Description) -> str:
    """Return the minutes of a lesson, such as "35", or "40 + 30" where it has a second part."""
    return f"{one.minutes} + {one.more_minutes}" if one.more_minutes else str(one.minutes)


PLANS = {
    "en": (
        ("In all {total} minutes{more}.", ", and {more} more for the second parts, behind the +"),
        "| lesson | minutes | the question to ask before | what should be said after |",
        "break",
    ),
    "ko": (
        ("모두 {total}분입니다{more}.", "(+ 뒤의 더 나아가기까지 하면 {more}분이 더 걸립니다)"),
        "| 레슨 | 분 | 먼저 던질 질문 | 마치고 확인할 것 |",
        "쉬는 시간",
    ),
}


def _plan(language: str) -> str:
    (in_all, further), header, rest = PLANS[language]
    more = further.format(more=_more()) if _more() else ""
    lines = [in_all.format(total=_total(), more=more), "", header, "|---|---|---|---|"]
    for one in lessons().values():
        lines.append(f"| {one.name} | {_minutes(one)} | {one.ask[language]} | {one.say[language]} |")
        lines += [f"| {rest} | {one.rest} | | |"] if one.rest else []
    return "\n".join(lines)


def _total() -> int:
    return sum(one.minutes + one.rest for one in lessons().values())


def _more() -> int:
    return sum(one.more_minutes for one in lessons().values())


def _map() -> str:
    rows = [
        f"| {_linked(one)} | {one.question} | 약 {_minutes(one)}분 | {_whole_cost(_cassette(one))} |"
        for one in lessons().values()
    ]
    further = (
        f" 표에서 + 뒤에 적은 '더 나아가기'까지 하면 {_hours(_more())}이 더 걸립니다." if _more() else ""
    )
    return "\n".join(
        [
            f"차례대로 하면 쉬는 시간까지 모두 약 {_hours(_total())}이 걸립니다.{further} 뒤의 레슨은 앞의 레슨을 씁니다.",
            "",
            "| 레슨 | 답하는 질문 | 시간 | 라이브 비용(어림) |",
            "|---|---|---|---|",
            *rows,
        ]
    )


def _hours(minutes: int) -> str:
    return " ".join(f"{n}{unit}" for n, unit in zip(divmod(minutes, 60), ("시간", "분"), strict=True) if n)


def _linked(one: Description) -> str:
    # The map itself stands in the first lesson.
    first = one is next(iter(lessons().values()))
    return one.heading if first else f"[{one.heading}]({one.name}.ipynb)"


def _whole_cost(cassette: Cassette) -> str:
    """Say what a live run of a lesson costs with the model that is asked unless another is set."""
    calls = notebook_calls(cassette, DEFAULT_MODEL, OPENAI_BASE_URL)
    return whole_cost(calls) if calls else NOTHING


def _cassette(one: Description) -> Cassette:
    return load_cassette(cassette_path(one.name))


def _time_and_cost(one: Description) -> str:
    cassette = _cassette(one)
    asked = {field for id in cassette.live_calls for field in cassette.find(id).request["body"]}
    schemas = [SCHEMAS] if asked & {"tools", "response_format"} else []
    how = " ".join([HOW, *schemas, IN_REPLAY] if asked else [NO_CALLS])
    more = f"기본 약 {one.minutes}분, 더 나아가기 약 {one.more_minutes}분"
    time = more if one.more_minutes else f"약 {one.minutes}분"
    return f"- 시간: {time}\n- 라이브 비용: {_whole_cost(cassette)}. {how}"


BLOCKS: dict[str, Callable[[], str]] = {
    "lessons-en": lambda: _readme("en", "| notebook | lesson | time", " (basics + further)", " min"),
    "lessons-ko": lambda: _readme("ko", "| 노트북 | 내용 | 시간", " (기본 + 더 나아가기)", "분"),
    "plan": lambda: _plan("en"),
    "plan-ko": lambda: _plan("ko"),
    "map": _map,
}


def fill(text: str, lesson: str | None = None) -> str:
    """Return a page with what stands between `<!-- NAME -->` and `<!-- /NAME -->` made anew.

    Args:
        text: of the page, or of a cell.
        lesson: whose notebook the cell belongs to; only there is a block `time-and-cost`.
    """
    blocks = BLOCKS | ({"time-and-cost": lambda: _time_and_cost(describe(lesson))} if lesson else {})

    def made_anew(found: re.Match) -> str:
        return f"{found[1]}\n\n{blocks[found[2]]()}\n\n{found[3]}"

    return re.sub(rf"(<!-- ({'|'.join(blocks)}) -->)\n.*?\n(<!-- /\2 -->)", made_anew, text, flags=re.S)
