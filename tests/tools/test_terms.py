"""The words that learners read: each term of the list catches what it should, and the pages keep to it."""

import json
import subprocess
import sys

import pytest

from helpers.course import ROOT
from tools.particles import final_consonant, find_particles
from tools.terms import HELD, find_terms, lint, load_terms, paths_of, recorded_text

TERMS = load_terms()


@pytest.mark.parametrize("path", paths_of(HELD), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_learners_read_keeps_to_the_terms(path):
    assert lint([path]).get(path, []) == []


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.right)
def test_a_term_catches_every_form_that_it_names(term):
    assert term.finds
    for text in term.finds:
        assert term.wrong.search(text), text


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.right)
def test_a_term_leaves_alone_what_it_should(term):
    for text in term.passes:
        assert not term.wrong.search(text), text


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.right)
def test_what_a_term_advises_is_allowed(term):
    assert find_terms(term.right, TERMS) == []


def test_the_narrow_term_counts_where_a_wide_one_fits_too():
    assert [one.right for one in find_terms("멈춘 까닭을 봅니다.", TERMS)] == ["종료 이유(finish_reason)"]


def test_a_word_is_found_across_the_end_of_a_line_and_of_a_string():
    assert find_terms("모델의 문맥\n창은", TERMS)
    assert [one.line for one in find_terms('x = 1\nTEXT = (\n    "모델의 문맥 "\n    "창은"\n)', TERMS)] == [
        3
    ]


def test_what_was_recorded_may_be_quoted_to_the_letter():
    recorded = "다음 낱말을 이어 주세요. 한 낱말만 쓰세요."
    quoted = 'ask("다음 낱말을 이어 주세요.")\n`한 낱말만 쓰세요.`'
    assert find_terms(quoted, TERMS, recorded) == []
    assert len(find_terms(quoted, TERMS)) == 2
    # One word alone, or a sentence that was changed, is no quotation.
    assert len(find_terms('"낱말"\n"다음 낱말을 써 주세요."', TERMS, recorded)) == 2


def test_the_recordings_are_read():
    assert "마지막 게임이 어디에서 열렸어?" in recorded_text()


def test_every_kind_of_file_is_read(tmp_path):
    cells = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "이유\n까닭"}]
    code = {"cell_type": "code", "id": "b", "metadata": {}, "execution_count": None, "outputs": []}
    cells.append(code | {"source": 'print("낱말")'})
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (tmp_path / "b.py").write_text('TEXT = "까닭"\n', encoding="utf-8")
    (tmp_path / "c.toml").write_text('ask = "-7/2를 적습니다"\n', encoding="utf-8")
    found = lint(sorted(tmp_path.iterdir()))
    starts = [line.partition(" → ")[0] for lines in found.values() for line in lines]
    assert starts == ["a.ipynb cell 0:2: 까닭", "a.ipynb cell 1:1: 낱말", "b.py:1: 까닭", "c.toml:1: -7/2를"]


def test_a_table_that_is_made_of_course_toml_is_read_there(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- lessons-ko -->\n\n산문\n\n<!-- /lessons-ko -->\n까닭\n", encoding="utf-8")
    assert [line.partition(" → ")[0] for line in lint([page])[page]] == ["page.md:6: 까닭"]


def run(*arguments):
    command = [sys.executable, "-m", "tools.terms", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


def test_the_command_names_the_place_the_word_and_the_right_one(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("그 까닭은\n", encoding="utf-8")
    done = run(path)
    assert done.returncode == 1
    assert done.stdout.startswith("page.md:1: 까닭 → 이유 (")
    assert run(path, "--count").stdout == "page.md: 1\n1 in 1 files\n"
    path.write_text("그 이유는\n", encoding="utf-8")
    assert run(path).returncode == 0


@pytest.mark.parametrize(
    ("number", "final"),
    {
        "1": "ㄹ",
        "2": "",
        "3": "ㅁ",
        "6": "ㄱ",
        "9": "",
        "0": "ㅇ",
        "15": "",
        "10": "ㅂ",
        "120": "ㅂ",
        "300": "ㄱ",
    }.items(),
)
def test_how_a_number_ends(number, final):
    assert final_consonant(number) == final


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("-7/2를 넣으면", "-7/2을"),
        ("`10/12`는 어떨까요", "10/12`은"),
        ("5/6과 값이 같습니다", "5/6와"),
        ("-7/2는 해입니다", "-7/2은"),
        ("(1/2)가 답입니다", "1/2)이"),
        ("7/2으로 적습니다", "7/2로"),
        ("3/2로 적습니다", "3/2으로"),
        ("5/6으로 적습니다", "5/6로"),
        ("$10/3$는", "10/3$은"),
    ],
)
def test_a_particle_that_does_not_fit_how_a_fraction_is_read(text, right):
    assert [one.right for one in find_particles(text)] == [right]


@pytest.mark.parametrize(
    "text",
    [
        "-7/2을",
        "`10/12`은",
        "5/6와",
        "3/2이 어디에서",
        "8/5로",
        "10/12입니다",
        "`1/2x`는",
        "3/4이므로",
        "1/2 + 1/3을",
        "2026/11/24는",
        "docs/1/2는",
        "2000/3으로",
        "50000/7은",
    ],
)
def test_a_particle_that_fits_is_left_alone(text):
    assert find_particles(text) == []
