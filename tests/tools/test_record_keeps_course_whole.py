"""Recording replaces files all together: whatever goes wrong, the course is as it was."""

import builtins
import errno
import io
import json
import os

import nbformat
import pytest
from nbclient.exceptions import DeadKernelError

import tools.renewal
from helpers.errors import CourseError
from helpers.replay import load_cassette, save_cassette
from tests.loopback import KEY
from tests.tools.small_bank import write_banks
from tests.tools.small_course import ROLES, Told, files, outputs, write_notebook
from tools.record import record
from tools.recordings import RecordError
from tools.swap import FOLDER, recover


def attempt(course, prune=False):
    return record(course, ["01_roles", "05_math_helper"], prune, lambda plan: True, lambda line: None)


def test_what_no_cell_uses_is_removed_only_when_asked_for(bare_course, stand_in):
    path = bare_course / "helpers" / "cassettes" / "05_math_helper.json"
    attempt(bare_course)
    assert [one.id for one in load_cassette(path).interactions] == ["original", "example", "left-over"]
    table = attempt(bare_course, prune=True)
    assert [one.id for one in load_cassette(path).interactions] == ["original", "example"]
    assert "| left-over | 지움 |" in table
    assert "left-over" not in outputs(bare_course, "05_math_helper")[0], "shown from the cassette without it"


def test_what_a_bank_describes_is_neither_removed_nor_counted(bare_course, stand_in):
    content = 'request.messages = [{ role = "user", content = "아무도 묻지 않는 것" }]'
    write_banks(bare_course, "05_math_helper", f'[[bank]]\nid = "bank"\ntitle = "뱅크"\n{content}\n')
    told = Told()
    table = record(bare_course, ["05_math_helper"], True, told.agree, told.append)
    path = bare_course / "helpers" / "cassettes" / "05_math_helper.json"
    assert [one.id for one in load_cassette(path).interactions] == ["original", "example", "left-over"]
    assert "left-over" not in table and "녹화할 요청 1개" in told[0], "no cell asks for it"


def test_what_a_bank_describes_and_the_lesson_asks_is_counted(bare_course, stand_in):
    content = 'request.messages = [{ role = "user", content = "예시" }]'
    write_banks(bare_course, "05_math_helper", f'[[bank]]\nid = "bank"\ntitle = "뱅크"\n{content}\n')
    path = bare_course / "helpers" / "cassettes" / "05_math_helper.json"
    cassette, told = load_cassette(path), Told()
    cassette.live_calls["example"] = 1
    save_cassette(cassette, path)
    record(bare_course, ["05_math_helper"], False, told.agree, told.append)
    assert "녹화할 요청 2개" in told[0]


def test_recording_again_the_same_changes_nothing_more(bare_course, stand_in):
    attempt(bare_course)
    before = files(bare_course)
    attempt(bare_course)
    assert files(bare_course) == before


def test_an_old_answer_never_passes_for_a_new_one(bare_course, stand_in):
    before = files(bare_course)
    stand_in.seen.append(["05_math_helper", "left-over", "asked"])
    with pytest.raises(RecordError, match="left-over"):
        attempt(bare_course)
    assert files(bare_course) == before


def test_a_notebook_that_is_different_each_time_is_refused(bare_course, stand_in, monkeypatch):
    before, runs = files(bare_course), iter(range(100))

    def unstable(notebooks, folder, **environ):
        stand_in(notebooks, folder, **environ)
        notebooks[0].cells[0].outputs = [nbformat.v4.new_output("stream", text=str(next(runs)))]
        if "def watch" in notebooks[0].cells[0].source:
            notebooks[0].cells[1].outputs = notebooks[0].cells[0].outputs

    monkeypatch.setattr(tools.renewal, "execute_all", unstable)
    with pytest.raises(RecordError, match="01_roles"):
        attempt(bare_course)
    assert files(bare_course) == before


@pytest.mark.parametrize(
    ("planted", "kind"),
    [(KEY, "the key itself"), ("org-" + "Planted0123456789abcdefgh", "an organisation")],
    ids=["the key", "an organisation"],
)
def test_a_secret_in_an_answer_is_found_before_anything_is_replaced(bare_course, stand_in, planted, kind):
    before = files(bare_course)
    stand_in.answer = f"비밀은 {planted}입니다."
    with pytest.raises(RecordError) as caught:
        attempt(bare_course)
    assert kind in str(caught.value) and planted not in str(caught.value)
    assert files(bare_course) == before


def test_what_was_edited_meanwhile_is_not_overwritten(bare_course, stand_in, monkeypatch):
    def edited(notebooks, folder, **environ):
        stand_in(notebooks, folder, **environ)
        write_notebook(bare_course, "01_roles", [*ROLES, "1 + 1"])

    monkeypatch.setattr(tools.renewal, "execute_all", edited)
    with pytest.raises(RecordError, match="01_roles"):
        attempt(bare_course)
    assert "1 + 1" in files(bare_course)["notebooks/01_roles.ipynb"].decode()
    assert "새 답변" not in files(bare_course)["helpers/cassettes/05_math_helper.json"].decode()


def test_a_kernel_that_dies_is_explained(bare_course, stand_in, monkeypatch):
    def dying(notebooks, folder, **environ):
        raise DeadKernelError("Kernel died")

    monkeypatch.setattr(tools.renewal, "execute_all", dying)
    with pytest.raises(CourseError, match="커널"):
        attempt(bare_course)


def test_a_recording_that_was_cut_short_is_undone_first(bare_course, stand_in):
    before = files(bare_course)
    left = bare_course / FOLDER
    left.mkdir()
    name = "notebooks/01_roles.ipynb"
    (left / "undo.json").write_text(json.dumps({name: True}), encoding="utf-8")
    (left / "0.old").write_bytes(before[name])
    (bare_course / name).write_bytes(b"half-way")
    told = Told()
    assert record(bare_course, ["01_roles"], False, lambda plan: False, told.append) is None
    assert "되돌렸습니다" in told[0]
    assert files(bare_course) == before


WRITES = ("replace", "unlink", "mkdir", "fsync")


@pytest.mark.parametrize(
    ("problem", "stays"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), False),
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (KeyboardInterrupt(), False),
    ],
    ids=["full for a moment", "full for good", "interrupted"],
)
def test_whichever_write_fails_the_course_is_whole(bare_course, stand_in, monkeypatch, problem, stays):
    before, count, wrong, found = files(bare_course), 0, None, []

    def check(is_write):
        nonlocal count
        if is_write and wrong is not None:
            count += 1
            if count == wrong or (stays and count > wrong):
                raise problem

    def opening(real):
        def wrapper(file, mode="r", *arguments, **named):
            check(set(mode) & set("wax+"))
            return real(file, mode, *arguments, **named)

        return wrapper

    def doing(real):
        def wrapper(*arguments, **named):
            check(True)
            return real(*arguments, **named)

        return wrapper

    monkeypatch.setattr(io, "open", opening(io.open))
    monkeypatch.setattr(builtins, "open", opening(builtins.open))
    for name in WRITES if not stays else ("mkdir", "fsync"):
        monkeypatch.setattr(os, name, doing(getattr(os, name)))
    for place in range(1, 500):
        count, wrong = 0, place
        try:
            attempt(bare_course)
        except (OSError, CourseError, KeyboardInterrupt):
            wrong = None
            recover(bare_course)
            found.append(files(bare_course))
        else:
            break
    wrong = None
    after = files(bare_course)
    assert "새 답변" in after["helpers/cassettes/05_math_helper.json"].decode()
    # The old files, all of them; an interruption once all are replaced finds all the new ones.
    assert found[:30] == [before] * 30
    assert [one for one in found if one not in (before, after)] == []
