"""Changes `course.toml`, and writes the tables that are made of it into the pages that show them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from helpers.course import Description, lessons

# Paths below the course's folder.
TABLE = "helpers/course.toml"
PAGES = ("README.md", "README.ko.md", "docs/teaching.md", "docs/teaching.ko.md")

NEW_LESSON = """[[lessons]]
name = {name}
title = {title}
question = ""
minutes = 0
needs = []
model = {model}
live_cost = ""
contents.ko = ""
contents.en = ""
ask = ""
say = ""
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


def set_model(root: Path, name: str, model: str) -> None:
    """Write down as which model a lesson replays, after its cassette was recorded anew.

    Args:
        root: the folder of the course.
        name: of the lesson.
        model: as its cassette has it.
    """
    path = root / TABLE
    head, *rows = _parts(path.read_text(encoding="utf-8"))
    line = f"model = {json.dumps(model, ensure_ascii=False)}"
    rows = [
        re.sub(r"^model = .*$", lambda _: line, row, flags=re.M) if _name_of(row) == name else row
        for row in rows
    ]
    path.write_text("\n".join([head, *rows]), encoding="utf-8", newline="\n")


def _parts(text: str) -> list[str]:
    """Cut `course.toml` into what stands on top and the rows of the lessons."""
    return re.split(r"\n(?=\[\[lessons\]\]\n)", text)


def _name_of(row: str) -> str:
    return re.search(r'^name = "(.*)"$', row, flags=re.M)[1]


def _readme(language: str, header: str, minutes: str) -> str:
    rows = [
        f"| [{one.name}](notebooks/{one.name}.ipynb) | {one.contents[language]} | {one.minutes}{minutes} |"
        for one in lessons().values()
    ]
    return "\n".join([header, "|---|---|---|", *rows])


def _plan() -> str:
    lines = [
        f"In all {_total()} minutes.",
        "",
        "| lesson | minutes | the question to ask before | what should be said after |",
        "|---|---|---|---|",
    ]
    for one in lessons().values():
        lines.append(f"| {one.name} | {one.minutes} | {one.ask} | {one.say} |")
        lines += [f"| break | {one.rest} | | |"] if one.rest else []
    return "\n".join(lines)


def _korean_plan(old: str) -> str:
    """The minutes are made anew; what a teacher asks and says in Korean stands on the page itself and stays."""
    said = dict(re.findall(r"^\| (\w+) \| \d+ (\|.*)$", old, flags=re.M))
    lines = [
        f"모두 {_total()}분입니다.",
        "",
        "| 레슨 | 분 | 먼저 던질 질문 | 마치고 확인할 것 |",
        "|---|---|---|---|",
    ]
    for one in lessons().values():
        lines.append(f"| {one.name} | {one.minutes} {said.get(one.name, '| | |')}")
        lines += [f"| 쉬는 시간 | {one.rest} | | |"] if one.rest else []
    return "\n".join(lines)


def _total() -> int:
    return sum(one.minutes + one.rest for one in lessons().values())


def _map() -> str:
    hours, minutes = divmod(_total(), 60)
    rows = [
        f"| {_linked(one)} | {one.question} | 약 {one.minutes}분 | {one.live_cost} |"
        for one in lessons().values()
    ]
    return "\n".join(
        [
            f"차례대로 하면 쉬는 시간까지 모두 약 {hours}시간 {minutes}분이 걸립니다. 뒤의 레슨은 앞의 레슨을 씁니다.",
            "",
            "| 레슨 | 답하는 질문 | 시간 | 라이브 비용(어림) |",
            "|---|---|---|---|",
            *rows,
        ]
    )


def _linked(one: Description) -> str:
    # The map itself stands in the first lesson.
    first = one is next(iter(lessons().values()))
    return one.heading if first else f"[{one.heading}]({one.name}.ipynb)"


# Each is given what stands between its marks now.
BLOCKS: dict[str, Callable[[str], str]] = {
    "lessons-en": lambda _: _readme("en", "| notebook | lesson | time |", " min"),
    "lessons-ko": lambda _: _readme("ko", "| 노트북 | 내용 | 시간 |", "분"),
    "plan": lambda _: _plan(),
    "plan-ko": _korean_plan,
    "map": lambda _: _map(),
}


def fill(text: str) -> str:
    """Return a page with what stands between `<!-- NAME -->` and `<!-- /NAME -->` made anew."""

    def made_anew(found: re.Match) -> str:
        return f"{found[1]}\n\n{BLOCKS[found[2]](found[3])}\n\n{found[4]}"

    return re.sub(rf"(<!-- ({'|'.join(BLOCKS)}) -->)\n(.*?)\n(<!-- /\2 -->)", made_anew, text, flags=re.S)
