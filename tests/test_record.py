"""Recording: what it puts into the course, and that whatever goes wrong the course is as it was.

A small course of two notebooks records on real HTTP; where only files matter, a stand-in executes its notebooks.
"""

import builtins
import errno
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading

import nbformat
import pytest
import yaml
from nbclient.exceptions import DeadKernelError

import tools.record
from helpers.cassettes import Cassette, Interaction, load_cassette, save_cassette
from helpers.errors import CourseError
from helpers.lesson import ROOT
from helpers.recording import JOURNALS
from tests.loopback import KEY, Loopback
from tools.notebooks import lesson_paths, manifest_text, normalise
from tools.record import record
from tools.recordings import RecordError
from tools.swap import FOLDER, recover, require_room

OPENAI_HTTP = "http://api.openai.com/v1"
FIRST = """from openai import NotFoundError, OpenAI
from helpers import open_lesson
lesson = open_lesson("05_math_helper")
client = OpenAI(**lesson.connection, max_retries=0)
def ask(text):
    messages = [{"role": "user", "content": text}]
    return client.chat.completions.create(model=lesson.model, messages=messages)
def tell(text):
    return ask(text).choices[0].message.content"""
SHOWS_A_MISS = 'ask("녹화에 없는 요청")'
HELPER = [
    FIRST,
    'tell("원본")',
    '[tell("예시"), tell("예시")]',
    f"# tag\n{SHOWS_A_MISS}",
    f"try:\n    {SHOWS_A_MISS}\nexcept NotFoundError as error:\n    print(error.code)",
    'tell("새 요청")',
    'print("라이브" if lesson.mode == "live" else "재생", lesson.staged("slow")["api_key"])',
]
# Another lesson that shows the first one's recording.
ROLES = [
    'from helpers import open_lesson\nlesson = open_lesson("01_roles")',
    'lesson.recorded("example", lesson="05_math_helper").choices[0].message.content',
]


def interaction(id, kind, text):
    label = {"id": f"written-{id}", "model": "written-by-authors"}
    message = {"role": "assistant", "content": f"{id}의 옛 답변"}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    body = {"model": "{lesson.model}", "messages": [{"role": "user", "content": text}]}
    request = {"method": "POST", "path": "chat/completions", "body": body}
    response = {"status": 200, "body": {**label, "object": "chat.completion", "choices": choices}}
    return Interaction(id, {"kind": kind, "date": "2025-02-01"}, request, [response])


def cells(sources):
    made = []
    for number, source in enumerate(sources):
        tags = {"tags": ["raises-exception"]} if "# tag" in source else {}
        made.append(nbformat.v4.new_code_cell(source, id=f"cell-{number}", metadata=tags))
    return made


def write_notebook(course, name, sources):
    path = course / "notebooks" / f"{name}.ipynb"
    path.write_text(normalise(nbformat.v4.new_notebook(cells=cells(sources))), encoding="utf-8", newline="\n")


@pytest.fixture
def bare_course(tmp_path):
    """Two notebooks and their cassettes, without the package that would execute them."""
    course = tmp_path / "실습 폴더"
    (course / "notebooks" / "cassettes").mkdir(parents=True)
    (course / "helpers").mkdir()
    shutil.copy(ROOT / "requirements.txt", course)
    slow = Interaction("slow", {"kind": "written", "date": "2026-11-22"}, None, [{"fault": "timeout"}])
    recorded = [
        interaction("original", "original-notebook", "원본"),
        interaction("example", "written", "예시"),
        interaction("left-over", "written", "아무도 묻지 않는 것"),
    ]
    for name, items, on_stage in (("05_math_helper", recorded, [slow]), ("01_roles", [], [])):
        path = course / "notebooks" / "cassettes" / f"{name}.json"
        save_cassette(Cassette(name, "gpt-4o-mini", items, on_stage), path)
    write_notebook(course, "05_math_helper", HELPER)
    write_notebook(course, "01_roles", ROLES)
    (course / "notebooks" / "pristine.json").write_text(manifest_text(course), encoding="utf-8", newline="\n")
    (course / "notebooks" / "01_roles.mine.ipynb").write_text("the learner's own", encoding="utf-8")
    return course


@pytest.fixture
def course(bare_course):
    """The same with the package."""
    shutil.rmtree(bare_course / "helpers")
    shutil.copytree(ROOT / "helpers", bare_course / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    return bare_course


@pytest.fixture
def server():
    with Loopback() as one:
        yield one


def settings(course, base_url, **more):
    values = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": base_url, "LESSON_MODEL": "gpt-6-luna", **more}
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    (course / ".env").write_text(text, encoding="utf-8", newline="\n")


@pytest.fixture
def as_openai(server, monkeypatch):
    """The server as the proxy through which OpenAI's host is reached, so that prices and the ceiling apply."""
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, server.address)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    return server


def files(course):
    found = {path.relative_to(course).as_posix(): path for path in course.rglob("*") if path.is_file()}
    made = ("__pycache__", ".cache/", ".env")
    return {name: path.read_bytes() for name, path in found.items() if not any(part in name for part in made)}


def outputs(course, name):
    text = (course / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    return [
        "".join(one.get("text", "") or one.get("data", {}).get("text/plain", "") for one in cell.outputs)
        for cell in nbformat.reads(text, as_version=4).cells
    ]


class Told(list):
    """Collects the lines that are said, and agrees."""

    def agree(self, plan):
        self.append(plan)
        return True

    @property
    def text(self):
        return "\n".join(self)


# ---------------------------------------------------------------- a whole recording


def test_a_lesson_is_recorded_and_every_notebook_refreshed(course, as_openai, monkeypatch):
    settings(course, OPENAI_HTTP)
    before, told = files(course), Told()
    table = record(course, ["05_math_helper"], False, told.agree, told.append)

    asked = [body["messages"][0]["content"] for body in as_openai.bodies]
    assert asked == ["예시", "예시", "새 요청"], "neither the original nor the miss on show"
    assert "http://" not in told.text and "api.openai.com" in told[0]
    assert "요청 2개" in told[0] and "$0.05" in told[0]

    cassette = load_cassette(course / "notebooks" / "cassettes" / "05_math_helper.json")
    assert [(one.id, one.origin["kind"], len(one.responses)) for one in cassette.interactions] == [
        ("original", "original-notebook", 1),
        ("example", "api", 2),
        ("request-3", "api", 1),
        ("left-over", "written", 1),
    ]
    assert cassette.model == "gpt-4o-mini"
    assert cassette.interactions[1].origin["host"] == "api.openai.com"
    assert [one.id for one in cassette.staged] == ["slow"]

    after = files(course)
    changed = {name for name, content in after.items() if content != before.get(name)}
    assert changed == {
        "notebooks/05_math_helper.ipynb",
        "notebooks/01_roles.ipynb",
        "notebooks/cassettes/05_math_helper.json",
        "notebooks/pristine.json",
    }
    assert set(after) == set(before)
    assert not any(KEY.encode() in content for content in after.values())
    assert json.loads(after["notebooks/pristine.json"]) == json.loads(manifest_text(course))

    shown = outputs(course, "05_math_helper")
    assert "original의 옛 답변" in shown[1]
    assert "녹화에 없는 요청" in shown[3] and shown[4] == "recording_not_found\n"
    assert shown[6].startswith("재생")
    assert "지어낸" in outputs(course, "01_roles")[1]

    assert "| 05_math_helper | example | 바뀜 | gpt-6-luna | 2 | 20 |" in table
    assert "| 05_math_helper | request-3 | 새로 생김 | gpt-6-luna | 1 | 10 |" in table
    assert "| 05_math_helper | left-over | 쓰이지 않음 |" in table
    assert "[-example의 옛 답변-]" in table and "모름" not in table


def test_a_server_that_refuses_half_way_changes_nothing(course, server):
    # Neither a cell that hides the refusal, nor that the first answers came, lets a half recording through.
    hiding = [
        *HELPER[:5],
        'from openai import OpenAIError\ntry:\n    tell("새 요청")\nexcept OpenAIError:\n    pass',
    ]
    write_notebook(course, "05_math_helper", hiding)
    settings(course, server.base_url)
    server.script = [None, None, lambda handler, body: handler.reply(429, {"error": {"message": "busy"}})]
    before, told = files(course), Told()
    with pytest.raises(RecordError, match="HTTP 429"):
        record(course, ["05_math_helper"], False, told.agree, told.append)
    assert files(course) == before
    assert len(server.bodies) == 3 and "그대로" in told[-1]


def test_a_model_that_is_gone_stops_at_the_first_request_and_names_the_successor(course):
    with Loopback(models={}) as server:
        settings(course, server.base_url, LESSON_MODEL="gpt-4o-mini")
        before, told = files(course), Told()
        with pytest.raises(RecordError) as caught:
            record(course, ["05_math_helper", "01_roles"], False, told.agree, told.append)
    assert len(server.bodies) == 1
    assert "gpt-6-luna" in told[0] and "gpt-6-luna" in str(caught.value)
    assert "05_math_helper의 셀" in str(caught.value) and KEY not in str(caught.value)
    assert files(course) == before


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_an_interruption_while_the_server_is_silent_changes_nothing(course):
    asked, over = threading.Event(), threading.Event()

    def silent(handler, body):
        asked.set()
        over.wait(60)
        handler.close_connection = True

    with Loopback(script=[silent]) as server:
        settings(course, server.base_url)
        before = files(course)
        shutil.copytree(ROOT / "tools", course / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        command = [sys.executable, "-m", "tools.record", "--yes", "05"]
        environ = {**os.environ, "PYTHONPATH": str(course)}
        process = subprocess.Popen(
            command, cwd=course, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            assert asked.wait(60)
            process.send_signal(signal.SIGINT)
            over.set()
            said = process.communicate(timeout=60)[0].decode()
        finally:
            over.set()
            process.kill()
    shutil.rmtree(course / "tools")
    assert process.returncode in (1, 130)
    assert "그대로" in said and "중단했거나" in said and KEY not in said
    assert "tools/record.py" not in said, "a traceback is no explanation"
    assert files(course) == before


# ---------------------------------------------------------------- asking before it spends


def run_main(monkeypatch, course, arguments, terminal=None):
    """Run the command line; `terminal` is what is typed, None where there is no terminal."""
    monkeypatch.setattr(tools.record, "ROOT", course)
    monkeypatch.setattr(
        tools.record, "lesson_paths", lambda folder=course / "notebooks": lesson_paths(folder)
    )
    monkeypatch.setattr(sys, "argv", ["record", *arguments])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: terminal is not None, raising=False)
    monkeypatch.setattr(builtins, "input", lambda question: terminal)
    return tools.record.main()


@pytest.mark.parametrize("typed", [None, "", "n", "아니요"])
def test_nothing_is_asked_of_the_server_before_somebody_agreed(bare_course, stand_in, monkeypatch, typed):
    before = files(bare_course)
    assert run_main(monkeypatch, bare_course, [], typed) == 2
    assert (stand_in.executed, files(bare_course)) == ([], before)


@pytest.mark.parametrize(("arguments", "typed"), [(["--yes"], None), ([], "y"), (["05"], "예")])
def test_it_records_once_somebody_agreed(
    bare_course, stand_in, monkeypatch, capsys, tmp_path, arguments, typed
):
    page = tmp_path / "report.md"
    assert run_main(monkeypatch, bare_course, [*arguments, "--report", str(page)], typed) == 0
    assert stand_in.executed[0] == "record"
    shown = capsys.readouterr().out
    assert page.read_text(encoding="utf-8") in shown
    assert "녹화할 요청 2개" in shown and "지출 한도" in shown


def test_a_lesson_that_there_is_not_is_named(bare_course, stand_in, monkeypatch, capsys):
    assert run_main(monkeypatch, bare_course, ["07_nothing", "--yes"]) == 1
    assert "01_roles, 05_math_helper" in capsys.readouterr().err
    assert stand_in.executed == []


@pytest.mark.parametrize("trouble", ["a notebook", "a cassette", "no room", "no report"])
def test_what_would_stop_it_at_the_end_stops_it_before_it_asks(
    bare_course, stand_in, monkeypatch, capsys, trouble
):
    arguments = ["--yes", "05"]
    if trouble == "a notebook":
        (bare_course / "notebooks" / "01_roles.ipynb").write_text("{ broken", encoding="utf-8")
    elif trouble == "a cassette":
        (bare_course / "notebooks" / "cassettes" / "01_roles.json").write_text("{", encoding="utf-8")
    elif trouble == "no room":
        monkeypatch.setattr(
            "tools.swap._write", lambda path, content: (_ for _ in ()).throw(OSError(28, "full"))
        )
    else:
        arguments += ["--report", str(bare_course / "no such folder" / "report.md")]
    before = files(bare_course)
    assert run_main(monkeypatch, bare_course, arguments) == 1
    assert (stand_in.executed, files(bare_course)) == ([], before)
    assert re.search("[가-힣]", capsys.readouterr().err)


def test_a_course_spread_over_two_disks_is_refused_first(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    real = os.stat

    def stat(path, **options):
        found = list(real(path, **options))
        found[2] += str(path).endswith("notebooks")
        return os.stat_result(found)

    monkeypatch.setattr(os, "stat", stat)
    with pytest.raises(OSError, match="notebooks"):
        require_room(tmp_path, ["notebooks"], 1)
    assert [one.name for one in tmp_path.iterdir()] == ["notebooks"]


def test_without_a_key_there_is_no_recording(bare_course, stand_in, monkeypatch, capsys):
    (bare_course / ".env").unlink()
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert run_main(monkeypatch, bare_course, ["--yes"]) == 1
    assert "OPENAI_API_KEY" in capsys.readouterr().err


def test_no_job_of_the_workflow_has_both_the_key_and_the_right_to_write():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "record.yml").read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    jobs = workflow["jobs"]
    with_key = {name for name, job in jobs.items() if "secrets." in json.dumps(job)}
    writing = {name for name, job in jobs.items() if "write" in job.get("permissions", {}).values()}
    assert (with_key, writing) == ({"switch", "record"}, {"propose"})
    assert jobs["record"]["if"] == "needs.switch.outputs.enabled == 'yes'"
    assert jobs["propose"]["needs"] == "record"
    commands = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
    assert "python start.py record --yes --report report.md" in commands


# ---------------------------------------------------------------- only the files


class StandIn:
    """Executes notebooks without a kernel: notes what a lesson asks, and shows what the cassette answers."""

    def __init__(self):
        self.executed = []
        self.answer = "새 답변"
        self.seen = [["05_math_helper", "original", "asked"], ["05_math_helper", "example", "asked"]]
        self.seen.append(["05_math_helper", "slow", "named"])

    def entries(self):
        yield {"event": "replayed", "id": "original"}
        body = {"model": "{lesson.model}", "messages": [{"role": "user", "content": "예시"}]}
        message = {"role": "assistant", "content": self.answer}
        choices = [{"index": 0, "finish_reason": "stop", "message": message}]
        answer = {"id": "chatcmpl-1", "model": "gpt-6-luna", "choices": choices}
        yield {"event": "answered", "body": body, "answer": answer}

    def __call__(self, notebooks, folder, LESSON_MODE="replay", **environ):  # noqa: N803
        self.executed.append(LESSON_MODE)
        source = notebooks[0].cells[0].source
        if LESSON_MODE == "record":
            if "05_math_helper" in source:
                with open(os.path.join(environ[JOURNALS], "05_math_helper.jsonl"), "w") as journal:
                    journal.writelines(json.dumps({**one, "spent_usd": 0.0}) + "\n" for one in self.entries())
            return
        shown = (folder / "cassettes" / "05_math_helper.json").read_text(encoding="utf-8")
        for notebook in notebooks:
            for cell in notebook.cells:
                cell.outputs = [nbformat.v4.new_output("stream", text=shown)]
            notebook.cells[-1].outputs[0].text = (
                json.dumps(self.seen) if "seen" in notebook.cells[-1].source else shown
            )


@pytest.fixture
def stand_in(bare_course, monkeypatch):
    one = StandIn()
    monkeypatch.setattr(tools.record, "execute_all", one)
    settings(bare_course, OPENAI_HTTP)
    return one


def attempt(course, prune=False):
    return record(course, ["01_roles", "05_math_helper"], prune, lambda plan: True, lambda line: None)


def test_what_no_cell_uses_is_removed_only_when_asked_for(bare_course, stand_in):
    path = bare_course / "notebooks" / "cassettes" / "05_math_helper.json"
    attempt(bare_course)
    assert [one.id for one in load_cassette(path).interactions] == ["original", "example", "left-over"]
    table = attempt(bare_course, prune=True)
    assert [one.id for one in load_cassette(path).interactions] == ["original", "example"]
    assert "| left-over | 지움 |" in table
    assert "left-over" not in outputs(bare_course, "05_math_helper")[0], "shown from the cassette without it"


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

    monkeypatch.setattr(tools.record, "execute_all", unstable)
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

    monkeypatch.setattr(tools.record, "execute_all", edited)
    with pytest.raises(RecordError, match="01_roles"):
        attempt(bare_course)
    assert "1 + 1" in files(bare_course)["notebooks/01_roles.ipynb"].decode()
    assert "새 답변" not in files(bare_course)["notebooks/cassettes/05_math_helper.json"].decode()


def test_a_kernel_that_dies_is_explained(bare_course, stand_in, monkeypatch):
    def dying(notebooks, folder, **environ):
        raise DeadKernelError("Kernel died")

    monkeypatch.setattr(tools.record, "execute_all", dying)
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
    assert "새 답변" in after["notebooks/cassettes/05_math_helper.json"].decode()
    # The old files, all of them; an interruption once all are replaced finds all the new ones.
    assert found[:30] == [before] * 30
    assert [one for one in found if one not in (before, after)] == []
