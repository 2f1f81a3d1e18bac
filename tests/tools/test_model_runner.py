"""The process that serves a local model: it serves, it ends with whoever started it, and it is started again."""

import os
import queue
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import openai
import psutil
import pytest

from tests.tools.tiny_model import write_tiny_model
from tools import model_runner
from tools.model_runner import ModelRunner, ModelServerError

# A test fails by this, and never passes by it.
PATIENCE_S = 60


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "tiny 모델.gguf"
    write_tiny_model(path)
    return path


@pytest.fixture
def said():
    return queue.Queue()


@pytest.fixture
def runner(tiny, tmp_path, said):
    one = ModelRunner(tiny, "tiny", 1, tmp_path / "model.log", said.put)
    yield one
    one.close()


def ask(runner, **more):
    with openai.OpenAI(api_key=runner.api_key, base_url=runner.base_url, max_retries=0) as client:
        messages = [{"role": "user", "content": "안녕"}]
        return client.chat.completions.create(
            model="tiny", messages=messages, max_completion_tokens=4, **more
        )


def wait_until(true):
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_it_answers_several_at_a_time_on_this_machine_only(runner):
    assert len(ask(runner, n=4).choices) == 4
    assert runner.base_url.startswith("http://127.0.0.1:")


def get(address, **headers):
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as response:
        return response.headers


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_nobody_without_the_key_is_answered(runner, headers):
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(f"{runner.base_url}/models", **headers)
    assert caught.value.code == 401
    caught.value.close()


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://localhost:8888"])
def test_no_page_in_the_browser_may_read_an_answer(runner, origin):
    headers = {"Authorization": f"Bearer {runner.api_key}", "Origin": origin}
    assert get(f"{runner.base_url}/models", **headers).get("Access-Control-Allow-Origin") not in ("*", origin)


def test_the_key_is_new_each_time_and_not_on_the_command_line(runner, tiny, tmp_path, said):
    other = ModelRunner(tiny, "tiny", 1, tmp_path / "other.log", said.put)
    assert other.api_key != runner.api_key and len(other.api_key) >= 32
    assert runner.api_key not in " ".join(psutil.Process(runner._process.pid).cmdline())
    other.close()


def test_it_ends_when_it_is_closed(runner):
    pid = runner._process.pid
    runner.close()
    wait_until(lambda: not psutil.pid_exists(pid))


def test_killed_it_is_started_again_at_the_same_place_and_the_next_call_is_answered(runner, said):
    before = runner.base_url
    runner._process.kill()
    assert "다시 시작했습니다" in said.get(timeout=PATIENCE_S)
    assert runner.base_url == before and ask(runner).choices
    assert said.empty()


@pytest.mark.skipif(os.name == "nt", reason="there Ctrl+C goes to a console, not to a process")
def test_ctrl_c_in_the_terminal_is_for_who_started_it(runner, said):
    runner._process.send_signal(signal.SIGINT)
    assert ask(runner).choices and said.empty()


def test_one_that_keeps_dying_is_given_up_and_that_is_said(runner, said, monkeypatch):
    monkeypatch.setattr(model_runner, "SERVER", ("-c", "import sys; sys.exit(9)"))
    runner._process.kill()
    assert "더는 시작하지 않습니다" in said.get(timeout=PATIENCE_S)


def test_a_port_that_somebody_else_took_meanwhile_is_given_up_and_that_is_said(runner, said, monkeypatch):
    start, taken = runner._start, socket.socket()

    def start_on_a_port_that_is_gone(port):
        taken.bind(("127.0.0.1", port))
        taken.listen()
        return start(port)

    monkeypatch.setattr(runner, "_start", start_on_a_port_that_is_gone)
    runner._process.kill()
    with taken:
        assert "더는 시작하지 않습니다" in said.get(timeout=PATIENCE_S)


# Starts a runner, says which process serves, and waits to be killed.
PARENT = """
import sys, time
from pathlib import Path
from tools.model_runner import ModelRunner
runner = ModelRunner(Path(sys.argv[1]), "tiny", 1, Path(sys.argv[2]))
print(runner._process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("how", ["kill", "terminate"])
def test_it_ends_with_whoever_started_it_however_that_ends(tiny, tmp_path, how):
    command = [sys.executable, "-c", PARENT, str(tiny), str(tmp_path / "model.log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as parent:
        child = int(parent.stdout.readline())
        assert psutil.pid_exists(child)
        getattr(parent, how)()
        parent.wait()
    wait_until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize(
    ("script", "said_of"),
    [
        ("import sys; sys.exit(3)", "종료 코드 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "오래된 프로세서"),
        (
            'import sys; sys.stdin.readline(); print(\'{"error": "ImportError", "message": "libgomp"}\')',
            "xllamacpp",
        ),
        (
            'import sys; sys.stdin.readline(); print(\'{"error": "RuntimeError", "message": ""}\')',
            "모델로 읽히지",
        ),
    ],
    ids=["ends at once", "old processor", "no runtime", "no model"],
)
@pytest.mark.skipif(os.name == "nt" and not hasattr(signal, "SIGILL"), reason="no such signal")
def test_one_that_cannot_serve_is_named_with_another_way(tiny, tmp_path, script, said_of, monkeypatch):
    monkeypatch.setattr(model_runner, "SERVER", ("-c", script))
    with pytest.raises(ModelServerError, match=said_of) as caught:
        ModelRunner(tiny, "tiny", 1, tmp_path / "model.log")
    assert "Ollama" in str(caught.value) and "LM Studio" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"no model", b"GGUF" + bytes(100)])
def test_what_is_no_model_is_refused_by_the_real_server(tmp_path, content):
    path = tmp_path / "no.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelServerError, match="시작하지 못했습니다"):
        ModelRunner(path, "no", 1, tmp_path / "model.log")
