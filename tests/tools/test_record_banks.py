"""Recording banks with a real server of a tiny model: what it puts into the course, and that no answer is lost."""

import builtins
import json
import re
import subprocess
import sys
from dataclasses import replace

import pytest

pytest.importorskip("xllamacpp")

import start
import tools.record
import tools.record_banks
import tools.renewal
from helpers.course import ROOT
from helpers.errors import CassetteError, CourseError
from helpers.replay import Interaction, load_cassette, read_answer, said, save_cassette
from tests.tools.small_bank import BANKS, REFUSED, SKY, tiny_model, write_banks
from tests.tools.small_course import HELPER, Told, files, outputs, write_notebook
from tools import model_file
from tools.bank_journal import begin_anew, journal_path, read_journal
from tools.banks import read_banks
from tools.notebooks import lesson_paths
from tools.record_banks import record_banks
from tools.recordings import RecordError
from tools.renewal import cassette_in

LESSON, OTHER = "05_math_helper", "01_roles"
ASKS_A_BANK = """messages = [{"role": "user", "content": "말해 보세요."}]
completion = client.chat.completions.create(model=lesson.model, messages=messages, max_completion_tokens=4)
completion.choices[0].finish_reason"""
ASKED = re.compile(r"^  \d+/\d+ (\S+)$")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("작은 모델"))


class Said(Told):
    """What was said; it is interrupted after so many answers."""

    def __init__(self, stop_after=None):
        super().__init__()
        self.stop_after = stop_after

    def say(self, line):
        self.append(line)
        if len(self.asked) == self.stop_after:
            raise KeyboardInterrupt

    @property
    def asked(self):
        """The ids that the model was asked for, in order."""
        return [ASKED.match(line)[1] for line in self if ASKED.match(line)]


def attempt(course, tiny, *lessons, again=False, stop_after=None):
    """Record banks; return what was said, and the lessons that are not complete."""
    told = Said(stop_after)
    incomplete = record_banks(course, list(lessons or [LESSON]), again, lambda: tiny, told.agree, told.say)
    return told, incomplete


def interrupted(course, tiny, after, **options):
    with pytest.raises(KeyboardInterrupt):
        attempt(course, tiny, stop_after=after, **options)


def no_model():
    raise AssertionError("nothing was to be asked")


def cassette(course, lesson=LESSON):
    return load_cassette(cassette_in(course, lesson))


def ids_of_answers(course):
    return [
        one["body"]["id"] for each in cassette(course).interactions for one in each.responses if "body" in one
    ]


def test_a_bank_is_recorded_and_every_notebook_refreshed(course, tiny):
    write_banks(course, LESSON, BANKS + SKY)
    write_notebook(course, LESSON, [*HELPER[:3], ASKS_A_BANK])
    before = files(course)
    told, incomplete = attempt(course, tiny)
    assert incomplete == []
    assert told.asked == ["die/01"] * 2 + ["die/02"] * 2 + ["plain"] + ["sky"] * 2
    plan = next(line for line in told if "1초에" in line)
    assert f"{LESSON}: 요청 4개, 답 7개, 약 1분" in plan and "Tiny" in plan
    found = cassette(course)
    assert [(one.id, one.origin["kind"], len(one.responses), one.title) for one in found.interactions] == [
        ("original", "original-notebook", 1, ""),
        ("example", "written", 1, ""),
        ("left-over", "written", 1, ""),
        ("die/01", "open-model", 2, "주사위 · 하나"),
        ("die/02", "open-model", 2, "주사위 · 둘"),
        ("plain", "open-model", 1, "그냥"),
        ("sky", "open-model", 2, "하늘"),
    ]
    origin, memory = (found.find(id).origin for id in ("die/01", "sky"))
    assert (origin["model"], origin["file"], origin["sha256"]) == ("tiny", "tiny.gguf", tiny[0].sha256[:12])
    assert "prompt cache off" in origin["settings"] and "prompt cache on" in memory["settings"]
    first, second = (said(read_answer(one, None)).text for one in found.find("die/01").responses)
    assert first and first == second, "the temperature is 0"
    after = files(course)
    assert {name for name, content in after.items() if content != before.get(name)} == {
        f"helpers/cassettes/{LESSON}.json",
        f"notebooks/{LESSON}.ipynb",
        f"notebooks/{OTHER}.ipynb",
        "notebooks/pristine.json",
    }
    assert set(after) == set(before), "the journal is gone"
    answer = read_answer(found.find("plain").responses[0], None)
    assert outputs(course, LESSON)[3] == repr(answer.choices[0].finish_reason), "of weights made by chance"


@pytest.fixture
def small(bare_course, stand_in):
    """A course whose notebooks show a whole cassette without a kernel, with a bank."""
    (bare_course / ".env").unlink()
    write_banks(bare_course, LESSON, BANKS)
    return bare_course


def test_what_was_recorded_is_not_asked_again_and_changes_nothing(small, tiny):
    attempt(small, tiny)
    assert "die/01" in outputs(small, OTHER)[0]
    before, told = files(small), Told()
    assert record_banks(small, [LESSON], False, no_model, told.agree, told.append) == []
    assert told == [f"{LESSON}: 모자란 답이 없습니다."] and files(small) == before


def test_what_the_description_changes_without_a_question_is_taken_over(small, tiny):
    attempt(small, tiny)
    one, two = BANKS.strip().split("\n\n[[bank]]\n")
    write_banks(
        small,
        LESSON,
        f"[[bank]]\n{two}\n\n{one.replace('times = 2', 'times = 1').replace('주사위', '던지기')}",
    )
    told = Told()
    assert record_banks(small, [LESSON], False, no_model, told.agree, told.append) == []
    assert [(one.id, one.title, len(one.responses)) for one in cassette(small).interactions[3:]] == [
        ("plain", "그냥", 1),
        ("die/01", "던지기 · 하나", 1),
        ("die/02", "던지기 · 둘", 1),
    ]
    assert "던지기" in outputs(small, OTHER)[0], "the notebooks show it"
    write_banks(small, LESSON, f"[[bank]]\n{two}")
    record_banks(small, [LESSON], False, no_model, told.agree, told.append)
    assert [one.id for one in cassette(small).interactions[3:]] == ["plain"]


def test_more_times_ask_only_for_what_is_missing(small, tiny):
    attempt(small, tiny)
    before = ids_of_answers(small)
    write_banks(small, LESSON, BANKS.replace("times = 2", "times = 3"))
    told, _ = attempt(small, tiny)
    assert told.asked == ["die/01", "die/02"]
    assert set(before) < set(ids_of_answers(small))


def test_an_interruption_loses_no_answer_and_the_next_run_goes_on(small, tiny):
    before = files(small)
    interrupted(small, tiny, 3)
    kept = [one for each in read_journal(journal_path(small, LESSON)).values() for one in each.responses]
    assert len(kept) == 3
    name = journal_path(small, LESSON).relative_to(small).as_posix()
    assert {one: content for one, content in files(small).items() if one != name} == before
    told, incomplete = attempt(small, tiny)
    assert (told.asked, incomplete) == (["die/02", "plain"], [])
    assert "답 2개" in next(line for line in told if "1초에" in line)
    assert {one["body"]["id"] for one in kept} < set(ids_of_answers(small))
    assert not journal_path(small, LESSON).exists()


KILLED = """
import sys
from pathlib import Path
from helpers.models import local_models
from tests.tools.small_bank import tiny_model
from tools.record_banks import record_banks
def say(line):
    print(line, flush=True)
    if line.startswith("  3/"):
        sys.stdin.read()  # until it is killed
course, folder = map(Path, sys.argv[1:])
record_banks(course, ["05_math_helper"], False, lambda: tiny_model(folder), lambda plan: True, say)
"""


def test_a_kill_loses_no_answer_and_half_a_line_is_asked_again(small, tiny, tmp_path):
    before = files(small)
    command = [sys.executable, "-c", KILLED, str(small), str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        shown = next((line for line in process.stdout if line.startswith("  3/")), None)
        process.kill()
    assert shown, "it ended of itself"
    journal = journal_path(small, LESSON)
    assert len(journal.read_bytes().splitlines()) == 3
    # As if the power had gone while the third was written.
    journal.write_bytes(journal.read_bytes()[:-20])
    assert {one: content for one, content in files(small).items() if not one.endswith(".jsonl")} == before
    told, incomplete = attempt(small, tiny)
    assert (told.asked, incomplete) == (["die/02", "die/02", "plain"], [])


def test_again_asks_for_everything_and_goes_on_after_an_interruption(small, tiny):
    attempt(small, tiny)
    before = set(ids_of_answers(small))
    interrupted(small, tiny, 2, again=True)
    told, _ = attempt(small, tiny, again=True)
    assert told.asked == ["die/02", "die/02", "plain"]
    assert before & set(ids_of_answers(small)) == {"written-original", "written-example", "written-left-over"}
    told, _ = attempt(small, tiny, again=True)
    assert len(told.asked) == 5


def test_what_was_begun_again_goes_on_without_the_word_too(small, tiny):
    attempt(small, tiny)
    interrupted(small, tiny, 2, again=True)
    told, _ = attempt(small, tiny)
    assert told.asked == ["die/02", "die/02", "plain"]


def test_again_says_how_many_answers_of_an_unfinished_recording_it_throws_away(small, tiny):
    interrupted(small, tiny, 3)
    told, _ = attempt(small, tiny, again=True)
    assert "답 3개를 버리고" in next(line for line in told if "1초에" in line)
    assert len(told.asked) == 5


def test_a_lesson_that_is_not_complete_stays_as_it_was_and_the_others_do_not_wait(small, tiny):
    write_banks(small, OTHER, BANKS + REFUSED)
    before = files(small)
    told, incomplete = attempt(small, tiny, OTHER, LESSON)
    assert incomplete == [OTHER]
    assert "refused: 모델이 답하지 않았습니다" in told.text and "이어집니다" in told.text
    after = files(small)
    assert after[f"helpers/cassettes/{OTHER}.json"] == before[f"helpers/cassettes/{OTHER}.json"]
    assert len(cassette(small).interactions) == 6
    assert len(read_journal(journal_path(small, OTHER))) == 3 and not journal_path(small, LESSON).exists()
    write_banks(small, OTHER, BANKS)
    told, incomplete = attempt(small, tiny, OTHER, LESSON)
    assert (told.asked, incomplete) == ([], []) and len(cassette(small, OTHER).interactions) == 3


def test_a_notebook_that_fails_changes_nothing_and_no_answer_is_lost(small, tiny, stand_in, monkeypatch):
    before = files(small)

    def failing(*arguments, **environ):
        raise AssertionError

    with monkeypatch.context() as patch, pytest.raises(RecordError):
        patch.setattr(tools.renewal, "execute_all", failing)
        attempt(small, tiny)
    assert {one: content for one, content in files(small).items() if not one.endswith(".jsonl")} == before
    assert record_banks(small, [LESSON], False, no_model, no_model, lambda line: None) == []
    assert len(cassette(small).interactions) == 6


def test_a_secret_in_an_answer_is_found_before_anything_is_replaced(small, tiny):
    before = files(small)
    interrupted(small, tiny, 4)
    journal = journal_path(small, LESSON)
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    lines[0]["response"]["body"]["choices"][0]["message"]["content"] = "org-" + "Planted0123456789abcdefgh"
    journal.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    with pytest.raises(RecordError, match="an organisation"):
        attempt(small, tiny)
    assert {one: content for one, content in files(small).items() if not one.endswith(".jsonl")} == before


def test_what_an_author_changed_meanwhile_is_not_overwritten(small, tiny):
    told = Told()

    def edited(line):
        told.append(line)
        if ASKED.match(line) and line.startswith("  5/"):
            new = cassette(small)
            new.live_calls["example"] = 7
            save_cassette(new, cassette_in(small, LESSON))
            write_banks(small, LESSON, BANKS.replace("그냥", "새 제목"))

    record_banks(small, [LESSON], False, lambda: tiny, told.agree, edited)
    assert cassette(small).live_calls == {"example": 7} and cassette(small).find("plain").title == "새 제목"


def test_what_would_stop_it_at_the_end_stops_it_before_anything_is_asked(small, tiny):
    before = files(small)
    write_banks(small, LESSON, BANKS.replace('"plain"', '"original"'))
    with pytest.raises(CassetteError, match="겹치는"):
        record_banks(small, [LESSON], False, no_model, no_model, lambda line: None)
    with pytest.raises(CourseError, match=r"뱅크가 없습니다: notebooks/banks/01_roles\.toml"):
        record_banks(small, [OTHER], False, no_model, no_model, lambda line: None)
    write_banks(small, LESSON, BANKS)
    assert files(small) == before


def test_answers_of_another_model_are_never_mixed(small, tiny, tmp_path):
    interrupted(small, tiny, 3)
    other = replace(tiny[0], name="tiny-2"), tiny[1]
    told, _ = attempt(small, other)
    # The first request has both of its answers already; of the second one was missing.
    assert told.asked == ["die/02", "die/02", "plain"]
    assert [one.origin["model"] for one in cassette(small).interactions[3:]] == ["tiny", "tiny-2", "tiny-2"]


def run_main(monkeypatch, course, arguments, terminal=None):
    """Run the command line of `record`; `terminal` is what is typed, None where there is no terminal."""
    monkeypatch.setattr(tools.record_banks, "ROOT", course)
    monkeypatch.setattr(tools.record_banks, "lesson_paths", lambda: lesson_paths(course))
    monkeypatch.setattr(sys, "argv", ["record", "--banks", *arguments])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: terminal is not None, raising=False)
    monkeypatch.setattr(builtins, "input", lambda question: terminal)
    return tools.record.main()


@pytest.fixture
def named(tiny, monkeypatch):
    """The option that names the file of the tiny model, which the course then knows."""
    monkeypatch.setattr(model_file, "local_models", lambda: (tiny[0],))
    return ["--model-file", str(tiny[1])]


@pytest.mark.parametrize("typed", [None, "", "n"])
def test_nothing_is_asked_before_somebody_agreed(small, named, monkeypatch, capsys, typed):
    before = files(small)
    assert run_main(monkeypatch, small, named, typed) == 2
    assert files(small) == before
    shown = capsys.readouterr()
    assert "요청 3개, 답 5개" in shown.out and ("--yes" in shown.err) == (typed is None)


@pytest.mark.parametrize(("arguments", "typed"), [(["--yes"], None), (["05"], "y")])
def test_it_records_once_somebody_agreed(small, named, monkeypatch, capsys, arguments, typed):
    assert run_main(monkeypatch, small, [*named, *arguments], typed) == 0
    assert f"{LESSON}: 항목 3개, 답 5개" in capsys.readouterr().out


def test_without_a_key_and_an_env_it_records(small, named, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert not (small / ".env").exists()
    assert run_main(monkeypatch, small, [*named, "--yes"]) == 0


def test_a_file_that_the_course_does_not_know_is_refused(small, tiny, monkeypatch, capsys):
    assert run_main(monkeypatch, small, ["--model-file", str(tiny[1]), "--yes"]) == 1
    assert "sha256이 다릅니다" in capsys.readouterr().err


def test_an_incomplete_lesson_is_named_and_the_exit_code_says_so(small, named, monkeypatch, capsys):
    write_banks(small, LESSON, BANKS + REFUSED)
    assert run_main(monkeypatch, small, [*named, "--yes"]) == 1
    assert f"그대로입니다: {LESSON}" in capsys.readouterr().err


def test_an_interruption_says_that_the_next_run_goes_on(small, named, monkeypatch, capsys):
    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(tools.record_banks, "ask", stop)
    assert run_main(monkeypatch, small, [*named, "--yes"]) == 130
    assert "이어집니다" in capsys.readouterr().err


def test_a_lesson_without_banks_is_named(small, named, monkeypatch, capsys):
    assert run_main(monkeypatch, small, [*named, "--yes", "01"]) == 1
    assert LESSON in capsys.readouterr().err


def test_what_a_cell_recorded_of_an_api_stays(small, tiny):
    (variation,) = [one for one in read_banks(write_banks(small, LESSON, BANKS)) if one.id == "plain"]
    old = cassette(small)
    body = old.find("example").responses[0]["body"]
    origin = {"kind": "api", "date": "2026-11-25", "model": "m", "host": "api.openai.com"}
    old.interactions.append(Interaction("said", origin, variation.request, [{"status": 200, "body": body}]))
    save_cassette(old, cassette_in(small, LESSON))
    told, _ = attempt(small, tiny, again=True)
    assert told.asked == ["die/01"] * 2 + ["die/02"] * 2
    assert [one.id for one in cassette(small).interactions][2:] == ["left-over", "said", "die/01", "die/02"]


def test_a_journal_begun_anew_by_hand_is_not_taken_for_answers(small, tiny):
    attempt(small, tiny)
    begin_anew(journal_path(small, LESSON))
    told, _ = attempt(small, tiny)
    assert len(told.asked) == 5


@pytest.mark.parametrize(
    ("command", "options", "group"),
    [
        ("record", ["--banks"], "local"),
        ("record", ["01_roles", "--banks", "--yes"], "local"),
        ("record", ["--yes"], None),
        ("verify", [], "local"),
        ("refresh", ["--banks"], None),
    ],
)
def test_what_serves_a_model_is_installed_only_for_who_needs_it(command, options, group):
    assert start.group_of(command, options) == group


@pytest.mark.parametrize("arguments", [["record", "--banks"], ["verify"]])
def test_where_no_model_can_be_served_it_says_so(monkeypatch, capsys, arguments):
    def refuse(group):
        assert group == "local"
        raise start.StartError("no_package", output="No matching distribution", version="3.11")

    monkeypatch.setattr(start, "prepare", refuse)
    assert start.main(arguments) == 1
    said = capsys.readouterr().err
    assert "xllamacpp" in said and "다른 컴퓨터" in said and "Ollama" not in said


def test_a_journal_is_no_part_of_the_repository():
    assert "notebooks/banks/.*.jsonl" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
