"""The notebooks as they are committed: structure, honesty, style."""

import json
import re
import statistics
from itertools import pairwise

import pytest

from helpers.course import ROOT, lessons
from helpers.show import visible
from tools.notebooks import NOTEBOOKS, lesson_paths, normalise, read

LESSONS = list(lessons())

PATHS = lesson_paths()
MACHINE_PATH = re.compile(
    r"(?<![\w.])(/root/|/tmp/|/home/\w+|/work/|/Users/\w+|[A-Z]:\\+Users|site-packages)"
)
ADDRESS = re.compile(r"at 0x[0-9a-f]{6,}")
ENDINGS_OF_ANOTHER_REGISTER = re.compile(r"(해요|이에요|예요|네요|군요|할게요|봐요)[.?!\n]")


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def notebook(request):
    return read(request.param)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown(notebook):
    return [
        re.sub(r"```.*?```", "", cell.source, flags=re.S)
        for cell in notebook.cells
        if cell.cell_type == "markdown"
    ]


def own_lines(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def test_every_lesson_is_there_in_order():
    assert [path.stem for path in PATHS] == list(LESSONS)


def test_no_notebook_escapes_by_its_name():
    found = {path.name for path in NOTEBOOKS.rglob("*") if path.suffix.lower() == ".ipynb"}
    committed = {name for name in found if ".mine" not in name and "checkpoint" not in name}
    assert committed == {f"{name}.ipynb" for name in LESSONS}


def test_it_is_in_the_committed_form(notebook, request):
    path = NOTEBOOKS / f"{request.node.callspec.id}.ipynb"
    assert normalise(notebook) == path.read_text(encoding="utf-8")


def test_every_code_cell_was_executed_in_order(notebook):
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(cell.source.strip() for cell in cells)


def test_no_cell_hides_from_the_comparison(notebook):
    for cell in code_cells(notebook):
        tags = {tag.replace("_", "-").lower() for tag in cell.metadata.get("tags", [])}
        assert tags <= {"raises-exception"}
        assert not re.search(r"NBVAL_|PYTEST_VALIDATE", cell.source, re.IGNORECASE)


def test_outputs_are_the_same_everywhere(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            text = json.dumps(output, ensure_ascii=False)
            assert output.output_type != "error", "a traceback or an untagged error"
            assert output.get("name") != "stderr"
            assert not MACHINE_PATH.search(text)
            assert not ADDRESS.search(text)
            assert "image/png" not in output.get("data", {}), "nbval does not compare pictures"
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})


def test_outputs_hold_nothing_that_a_terminal_would_act_on(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            assert visible(text) == text


def test_headings_are_in_order(notebook):
    depth = 0
    for heading in re.findall(r"^(#+) \S", "\n".join(markdown(notebook)), flags=re.M):
        assert len(heading) <= depth + 1
        depth = len(heading)


def test_it_opens_with_one_title(notebook):
    assert re.match(r"# \d+\. \S", notebook.cells[0].source)
    assert len(re.findall(r"^# \S", "\n".join(markdown(notebook)), flags=re.M)) == 1


def test_pictures_have_alternative_text(notebook):
    text = "\n".join(markdown(notebook))
    assert all(alt.strip() for alt in re.findall(r"!\[([^\]]*)\]\(", text))
    assert all("alt=" in tag for tag in re.findall(r"<img[^>]*>", text))


def test_cells_are_small_and_explained(notebook):
    lengths = sorted(len(own_lines(cell)) for cell in code_cells(notebook))
    assert statistics.median(lengths) <= 4
    assert lengths[int(len(lengths) * 0.9)] <= 12
    assert len(markdown(notebook)) >= len(lengths)


def test_no_two_code_cells_stand_together(notebook):
    kinds = [cell.cell_type for cell in notebook.cells]
    assert ("code", "code") not in set(pairwise(kinds))


@pytest.mark.parametrize("name", LESSONS[1:])
def test_a_lesson_says_what_why_and_how_long(name):
    text = "\n".join(markdown(read(NOTEBOOKS / f"{name}.ipynb")))
    for heading in ("만들 것", "배울 것", "준비물", "연습", "정리"):
        assert re.search(rf"^## {heading}", text, flags=re.M), heading
    assert re.search(r"\d+분", text)
    assert "실행하기 전에" in text


@pytest.mark.parametrize("name", LESSONS[1:])
def test_the_first_cells_are_the_same_in_every_lesson(name):
    first = code_cells(read(NOTEBOOKS / f"{name}.ipynb"))[0]
    assert first.source == (
        "from openai import OpenAI\n"
        "from helpers import open_lesson\n"
        "\n"
        f'lesson = open_lesson("{name}")\n'
        "client = OpenAI(**lesson.connection)\n"
        "MODEL = lesson.model"
    )


def test_links_lead_somewhere(notebook):
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)[^)]*\)", "\n".join(markdown(notebook))):
        assert (NOTEBOOKS / target).exists(), target


@pytest.mark.parametrize(("name", "following"), list(pairwise(LESSONS)))
def test_each_lesson_leads_to_the_next(name, following):
    last = [cell for cell in read(NOTEBOOKS / f"{name}.ipynb").cells if cell.cell_type == "markdown"][-1]
    assert f"({following}.ipynb)" in last.source, f"the last text of {name} must lead to {following}"


def test_it_speaks_in_one_register(notebook):
    text = "\n".join(markdown(notebook))
    assert not ENDINGS_OF_ANOTHER_REGISTER.search(text)
    assert not re.search(r"[\U0001F300-\U0001FAFF]", text)


def test_one_word_for_each_concept(notebook):
    text = "\n".join(markdown(notebook))
    for word in (
        "파라미터",
        "할루시네이션",
        "템퍼러처",
        "레코딩",
        "리플레이",
        "시스템 핑거프린트",
        "보캐뷸러리",
    ):
        assert word not in text


def test_the_start_page_shows_the_box_of_a_miss_as_a_cell_shows_it():
    start, roles = (read(NOTEBOOKS / f"{name}.ipynb") for name in LESSONS[:2])
    texts = "\n".join(cell.source for cell in start.cells if cell.cell_type == "markdown")
    outputs = [output for cell in code_cells(roles) for output in cell.outputs]
    shown = [output.get("data", {}).get("text/plain") for output in outputs]
    sample = re.search(r"```text\n(\? 녹화에 없는 요청입니다\..*?)\n```", texts, flags=re.S)
    assert sample and sample[1] in shown


# Words that a lesson gives in English beside the Korean and that are no terms: of mathematics, data and plain speech.
PLAIN = {
    "byte",
    "chunk",
    "compare",
    "default",
    "float",
    "id",
    "mostly",
    "object",
    "pin",
    "stateless",
    "substitution",
}


def glossary():
    """Return the terms of the start page, with the text that surrounds the table."""
    text = "\n".join(markdown(read(NOTEBOOKS / "00_start_here.ipynb")))
    before, _, after = text.partition("## 용어\n")
    table, _, rest = after.partition("\n## ")
    return re.findall(r"^\| ([^|\n]+) \| (?!English)", table, flags=re.M), before + rest


def test_the_glossary_is_in_order_and_defines_only_what_is_used():
    terms, start = glossary()
    assert len(terms) > 50
    # Korean as a dictionary has it, then the rest.
    assert terms == sorted(set(terms), key=lambda one: (not "가" <= one[0], one.lower()))
    told = [start, *("\n".join(markdown(read(path))) for path in PATHS[1:])]
    shown = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "helpers").rglob("*.py"))]
    used = "\n".join([*told, *shown]).replace(" ", "")
    assert [term for term in terms if term.replace(" ", "") not in used] == []


def test_the_glossary_has_what_the_lessons_give_in_english():
    start = "\n".join(markdown(read(NOTEBOOKS / "00_start_here.ipynb"))).partition("## 용어\n")[2]
    english = {one.lower() for one in re.findall(r"^\| [^|\n]+ \| ([^|\n]+) \|", start, flags=re.M)}
    # The lessons speak of tokens as the API's fields are called, and of a schema by the one word that is sent.
    english |= {"prompt token", "completion token", "strict", "few-shot"}
    text = "\n".join("\n".join(markdown(read(path))) for path in PATHS[1:])
    given = {one.lower() for one in re.findall(r"[가-힣]\(([A-Za-z][A-Za-z -]+)\)", text)}
    assert len(given) > 30
    # Field names in an instruction that is sent to the model stand in code.
    assert {
        one for one in given - PLAIN if one not in english and one.removesuffix("s") not in english
    } == set()
