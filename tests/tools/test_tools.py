"""What authors run: the committed form of a notebook, refresh, seal."""

import json

import nbformat
import pytest

from helpers import course
from helpers.errors import CassetteError
from helpers.replay import load_cassette
from tools import refresh, seal
from tools.notebooks import execute_all, lesson_paths, manifest_text, normalise


def executed(*sources, **metadata):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return notebook


def test_two_executions_give_the_same_bytes():
    first, second = (
        executed("import ipywidgets", "print(1)\nprint(2)", "ipywidgets.IntSlider()") for _ in range(2)
    )
    execute_all([first, second])
    assert normalise(first) == normalise(second)
    assert "widget-view" not in normalise(first) and first.cells[1].outputs[0].text == "1\n2\n"


def test_what_depends_on_the_machine_is_dropped():
    notebook = executed("1", language_info={"name": "python", "version": "3.11.7"}, widgets={"state": {}})
    cell = notebook.cells[0]
    cell.metadata.update(execution={"iopub.status.busy": "2026"}, tags=["raises-exception"], collapsed=True)
    cell.execution_count = 17
    cell.outputs = [
        nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=17, metadata={"a": 1})
    ]
    content = json.loads(normalise(notebook))
    assert set(content["metadata"]) == {"kernelspec", "language_info"}
    assert "version" not in content["metadata"]["language_info"]
    assert content["cells"][0]["metadata"] == {"tags": ["raises-exception"]}
    assert content["cells"][0]["execution_count"] == content["cells"][0]["outputs"][0]["execution_count"] == 1
    assert content["cells"][0]["outputs"][0]["metadata"] == {}


def test_pieces_of_a_stream_are_joined_and_other_streams_kept_apart():
    notebook = executed("1")
    pieces = [("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stdout", "d")]
    notebook.cells[0].outputs = [
        nbformat.v4.new_output("stream", name=name, text=text) for name, text in pieces
    ]
    normalise(notebook)
    assert [output.text for output in notebook.cells[0].outputs] == ["ab", "c", "d"]


def test_cell_ids_stay_and_missing_or_double_ones_are_made_from_the_source():
    notebook = executed("1", "2", "3")
    notebook.cells[1].id = notebook.cells[0].id
    del notebook.cells[2]["id"]
    ids = [cell["id"] for cell in json.loads(normalise(notebook))["cells"]]
    assert ids[0] == "cell-0" and len(set(ids)) == 3
    assert normalise(nbformat.reads(normalise(notebook), as_version=4)) == normalise(notebook)


OLD_MAP = "<!-- map -->\n\nold\n\n<!-- /map -->"


@pytest.fixture
def one_lesson(tmp_path, monkeypatch):
    # Its name has no row in course.toml, where its minutes would be written.
    path = tmp_path / "99_of_the_test.ipynb"
    path.write_text(nbformat.writes(executed("6 * 7")) + "\n", encoding="utf-8", newline="\n")
    monkeypatch.setattr(refresh, "MANIFEST", tmp_path / "pristine.json")
    return path


def test_refresh_executes_writes_and_then_has_nothing_to_do(one_lesson):
    before = one_lesson.read_bytes()
    assert refresh.refresh([one_lesson], check=True) == [one_lesson, refresh.MANIFEST]
    assert one_lesson.read_bytes() == before and not refresh.MANIFEST.exists()
    assert refresh.refresh([one_lesson], check=False) == [one_lesson, refresh.MANIFEST]
    assert '"42"' in one_lesson.read_text(encoding="utf-8") and b"\r" not in one_lesson.read_bytes()
    assert refresh.refresh([one_lesson], check=True) == []


def test_the_manifest_names_every_notebook():
    assert list(json.loads(manifest_text())) == [f"notebooks/{path.name}" for path in lesson_paths()]


def test_the_manifest_leaves_out_what_a_learner_kept(tmp_path):
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    for name in ("01_roles.ipynb", "01_roles.mine.ipynb", "01_roles.mine-2.ipynb", "99_other.ipynb"):
        (notebooks / name).write_text("{}", encoding="utf-8")
    assert list(json.loads(manifest_text(tmp_path))) == ["notebooks/01_roles.ipynb"]


@pytest.fixture
def edited(tmp_path, monkeypatch):
    path = tmp_path / "01_roles.json"
    content = json.loads(course.cassette_path(path.stem).read_text(encoding="utf-8"))
    monkeypatch.setattr(course, "CASSETTES", tmp_path)
    content["interactions"][0]["origin"]["note"] = "시험으로 고쳤습니다."

    def write(content):
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path, content

    return write(content), write


def test_seal_makes_an_edited_cassette_whole(edited):
    (path, _), _ = edited
    with pytest.raises(CassetteError):
        load_cassette(path)
    seal.seal("01_roles")
    assert load_cassette(path).interactions[0].origin["note"] == "시험으로 고쳤습니다."


def test_seal_refuses_what_breaks_a_rule_and_leaves_the_file(edited):
    (_, content), write = edited
    content["interactions"][0]["responses"][0]["headers"] = {"set-cookie": "planted"}
    path, _ = write(content)
    before = path.read_bytes()
    with pytest.raises(CassetteError):
        seal.seal("01_roles")
    assert path.read_bytes() == before


@pytest.mark.parametrize("slip", ["a comma too many", "no origin", "no live_calls"])
def test_seal_says_in_korean_what_is_wrong_with_an_edited_file(edited, slip, monkeypatch, capsys):
    (path, content), write = edited
    if slip == "no origin":
        del content["interactions"][0]["origin"]
    if slip == "no live_calls":
        del content["live_calls"]
    write(content)
    if slip == "a comma too many":
        path.write_text(path.read_text(encoding="utf-8").replace("{", "{,", 1), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["seal", "01_roles"])
    assert seal.main() == 1
    assert "카세트 01_roles.json" in capsys.readouterr().err


def test_refresh_says_which_cell_failed_and_why(one_lesson):
    text = nbformat.writes(executed("6 * 7", "display('앞의 출력')\n1 / 0")) + "\n"
    one_lesson.write_text(text, encoding="utf-8", newline="\n")
    with pytest.raises(SystemExit) as caught:
        refresh.refresh([one_lesson], check=False)
    assert str(caught.value).endswith("1 / 0\nZeroDivisionError: division by zero")
    assert one_lesson.read_text(encoding="utf-8") == text


def test_what_one_lesson_changes_reaches_the_map_of_another_that_is_not_executed(
    one_lesson, tmp_path, monkeypatch
):
    page = tmp_path / "00_start_here.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(OLD_MAP, id="map")])
    page.write_text(normalise(notebook), encoding="utf-8", newline="\n")
    monkeypatch.setattr(refresh, "lesson_paths", lambda: [page, one_lesson])
    assert refresh.refresh([one_lesson], check=False) == [one_lesson, page, refresh.MANIFEST]
    assert "(05_math_helper.ipynb)" in page.read_text(encoding="utf-8")
    assert refresh.refresh([one_lesson], check=True) == []
