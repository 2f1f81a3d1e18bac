"""Recording on real HTTP: what it puts into the course, and that a server's failure changes nothing."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from helpers.course import ROOT
from helpers.replay import load_cassette
from tests.loopback import KEY, Loopback
from tests.tools.small_course import GATEWAY, HELPER, Told, files, outputs, settings, write_notebook
from tools.notebooks import manifest_text
from tools.record import record
from tools.recordings import RecordError


def test_a_lesson_is_recorded_and_every_notebook_refreshed(course, as_openai, monkeypatch):
    settings(course, GATEWAY)
    before, told = files(course), Told()
    table = record(course, ["05_math_helper"], False, told.agree, told.append)

    asked = [body["messages"][0]["content"] for body in as_openai.bodies]
    assert asked == ["예시", "예시", "새 요청"], "neither the original nor the miss on show"
    assert "http://" not in told.text and "openai.internal" in told[0]
    assert "요청 2개" in told[0] and "$0.05" in told[0]

    cassette = load_cassette(course / "helpers" / "cassettes" / "05_math_helper.json")
    assert [(one.id, one.origin["kind"], len(one.responses)) for one in cassette.interactions] == [
        ("original", "original-notebook", 1),
        ("example", "api", 2),
        ("request-3", "api", 1),
        ("left-over", "written", 1),
    ]
    assert cassette.model == "gpt-4o-mini"
    assert cassette.interactions[1].origin["host"] == "openai.internal"
    assert [one.id for one in cassette.staged] == ["slow"]

    after = files(course)
    changed = {name for name, content in after.items() if content != before.get(name)}
    assert changed == {
        "notebooks/05_math_helper.ipynb",
        "notebooks/01_roles.ipynb",
        "helpers/cassettes/05_math_helper.json",
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

    assert "| 05_math_helper | example | 바뀜 | gpt-6-luna | 2 | 18 | 26 |" in table
    assert "| 05_math_helper | request-3 | 새로 생김 | gpt-6-luna | 1 | 9 | 13 |" in table
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
