"""Begins a lesson: a notebook in the course's style, an empty cassette and the row in `course.toml`, all or nothing."""

import argparse
import re
import sys
import tempfile
from pathlib import Path

import nbformat

from helpers.course import ROOT, describe, lessons
from helpers.errors import CourseError
from helpers.live import DEFAULT_MODEL
from helpers.replay import Cassette, save_cassette
from tools.course_table import TABLE, with_lesson
from tools.ending import exit_code
from tools.notebooks import normalise
from tools.swap import swap

# What an author still has to write is marked so, and a test names each place.
UNWRITTEN = "아직 쓰지 않았습니다"

HEAD = """# {heading}

이전: [{before}]({before_name}.ipynb)

## 만들 것

({unwritten}: 이 레슨이 끝나면 손에 남는 것 하나)

## 배울 것

- ({unwritten}: 할 수 있게 되는 일, "-합니다"로)

## 준비물

- ({unwritten}: 앞의 레슨과 미리 알아야 할 것)

<!-- time-and-cost -->

({unwritten}: 시간과 비용은 `python start.py refresh`가 씁니다)

<!-- /time-and-cost -->"""
FIRST = """from openai import OpenAI
from helpers import open_lesson

lesson = open_lesson("{name}")
client = OpenAI(**lesson.connection)
MODEL = lesson.model"""
STEP = """안내 상자에 지금의 모드와 모델이 적혀 있습니다.

## 첫 단계

({unwritten}: 이 셀을 왜 실행하는지 한 문장)

> **실행하기 전에** ({unwritten}: 고를 수 있는 예측 하나)"""
CELL = "lesson.model"
TAIL = """({unwritten}: 출력이 뜻하는 것 한 문장)

## 연습

({unwritten}: 스스로 채점하는 연습. helpers/exercises의 모듈과 함께 만듭니다)

## 정리

이 노트북에서는

- ({unwritten}: 한 일 하나)"""

BAD_NAME = "레슨의 이름은 90_mine처럼 두 자리 수, 밑줄, 영문 소문자로 적으세요: {name}"
BAD_TITLE = "레슨의 제목은 한 줄로 적으세요."
TAKEN = "이미 있는 레슨이나 번호입니다: {name}. 다른 번호와 이름을 고르세요."
IN_THE_WAY = "그 이름의 파일이 이미 있습니다: {path}. 옮기거나 다른 이름을 고르세요."
NO_FIRST = "0번 앞에는 레슨을 둘 수 없습니다: {name}"
MADE = "만들었습니다: {path}"
NEXT = (
    "다음에 할 일: 노트북을 쓰고, helpers/course.toml의 빈 곳을 채우고, `python start.py refresh {name}`와 "
    "`python start.py test`를 실행하세요. 아직 없는 것은 테스트가 말해 줍니다. 자세한 것은 CONTRIBUTING.md에 있습니다."
)


class NewLessonError(CourseError):
    """A lesson of that name or title cannot be begun; nothing was written."""


def begin(root: Path, name: str, title: str) -> list[str]:
    """Begin a lesson.

    Args:
        root: the folder of the course.
        name: such as "90_mine"; the number is its place in the order.
        title: Korean, without the number.

    Returns:
        The files that were made or changed, by their path below `root`.

    Raises:
        NewLessonError: the name is none for a lesson, or taken; or the title is empty or of several lines.
        OSError: a file cannot be written; the course is as it was.
    """
    if not re.fullmatch(r"[0-9]{2}_[a-z][a-z0-9_]*", name):
        raise NewLessonError(BAD_NAME.format(name=name))
    if not title.strip() or not title.isprintable():
        raise NewLessonError(BAD_TITLE)
    if any(one.partition("_")[0] == name[:2] for one in lessons()):
        raise NewLessonError(TAKEN.format(name=name))
    before = [one for one in lessons() if one < name]
    if not before:
        raise NewLessonError(NO_FIRST.format(name=name))
    notebook, cassette = f"notebooks/{name}.ipynb", f"helpers/cassettes/{name}.json"
    for path in (notebook, cassette):
        if (root / path).exists():
            raise NewLessonError(IN_THE_WAY.format(path=path))
    table = (root / TABLE).read_text(encoding="utf-8")
    files = {
        notebook: _notebook(name, title.strip(), before[-1]).encode(),
        cassette: _cassette(name),
        TABLE: with_lesson(table, name, title.strip(), DEFAULT_MODEL).encode(),
    }
    swap(root, files)
    return list(files)


def _notebook(name: str, title: str, before: str) -> str:
    fields = {
        "unwritten": UNWRITTEN,
        "name": name,
        "heading": f"{int(name[:2])}. {title}",
        "before": describe(before).heading,
        "before_name": before,
    }
    markdown, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    cells = [markdown(HEAD), code(FIRST), markdown(STEP), code(CELL), markdown(TAIL)]
    for number, cell in enumerate(cells):
        cell.id = f"{name.replace('_', '-')[:50]}-{number}"
        cell.source = cell.source.format(**fields)
    return normalise(nbformat.v4.new_notebook(cells=cells))


def _cassette(name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.json")
        save_cassette(Cassette(name, DEFAULT_MODEL), path)
        return path.read_bytes()


def main() -> int:
    """Run the command line; return 1 where the lesson cannot be begun."""
    parser = argparse.ArgumentParser(prog="start.py new", description=__doc__)
    parser.add_argument("name", help="such as 90_mine; the number is its place in the order")
    parser.add_argument("title", help="Korean, without the number")
    arguments = parser.parse_args()
    try:
        made = begin(ROOT, arguments.name, arguments.title)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    for path in made:
        print(MADE.format(path=path))
    print(NEXT.format(name=arguments.name))
    return 0


if __name__ == "__main__":
    sys.exit(exit_code(main))
