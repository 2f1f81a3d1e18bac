"""Keeps the process that serves the model: starts it, starts it again when it dies, and ends it."""

import contextlib
import json
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from helpers.errors import CourseError

SERVER = ("-m", "tools.model_server")
MOST_RESTARTS = 3
# Calls that a lesson may make at a time: `n` up to 4.
SLOTS = 4

NOT_SERVED = (
    "로컬 모델의 서버를 시작하지 못했습니다: {reason}.\n"
    "다른 프로그램으로 같은 일을 할 수 있습니다. Ollama나 LM Studio를 설치해 모델을 띄우고, 작업 폴더의 .env에\n"
    "OPENAI_BASE_URL과 LESSON_MODEL을 적은 뒤 python start.py로 시작하세요(docs/servers.md)."
)
NO_RUNTIME = "이 컴퓨터에 맞는 실행 파일(xllamacpp)이 없거나, 그것에 필요한 시스템 라이브러리가 없습니다"
NOT_A_MODEL = "파일이 모델로 읽히지 않거나 메모리가 모자랍니다"
DIED = "프로세스가 바로 종료되었습니다(종료 코드 {code}). 오래된 프로세서이거나 메모리가 모자랄 수 있습니다"
RESTARTED = "로컬 모델의 서버가 종료되어 다시 시작했습니다. ({number}/{most})"
GIVEN_UP = "로컬 모델의 서버가 자꾸 종료되어 더는 시작하지 않습니다. Ctrl+C로 멈추고, 다른 프로그램을 닫은 뒤 다시 시작하세요."


class ModelServerError(CourseError):
    """The model cannot be served on this machine."""


class ModelRunner:
    """One process that serves one model on this machine; a key of its own, made anew each time.

    Args:
        model: the file.
        name: under which the model is asked.
        threads: of the processor.
        log: takes what the server writes.
        say: shows one line, also in the middle of a lesson.
        slots: how many calls may run at a time.
    """

    def __init__(
        self,
        model: Path,
        name: str,
        threads: int,
        log: Path,
        say: Callable[[str], object] = print,
        slots: int = SLOTS,
    ) -> None:
        self.name, self.api_key = name, secrets.token_hex(16)
        self._settings = {
            "model": str(model),
            "name": name,
            "key": self.api_key,
            "threads": threads,
            "slots": slots,
        }
        self._log, self._say = log, say
        self._ending = threading.Event()
        self._process, address = self._start(port=0)
        self.base_url = f"{address}/v1"
        self._port = int(address.rpartition(":")[2])
        self._watch = threading.Thread(target=self._keep, daemon=True)
        self._watch.start()

    def _start(self, port: int) -> tuple[subprocess.Popen, str]:
        """Start the process and wait until it serves.

        Raises:
            ModelServerError: it ended, or says that it cannot.
        """
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *SERVER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
            )
        try:
            print(json.dumps({**self._settings, "port": port}), file=process.stdin, flush=True)
            told = process.stdout.readline()
        except OSError:
            told = ""  # it is gone already
        if not told:
            raise ModelServerError(NOT_SERVED.format(reason=DIED.format(code=_end(process))))
        answer = json.loads(told)
        if "error" in answer:
            _end(process)
            reason = NO_RUNTIME if answer["error"] in ("ImportError", "ModuleNotFoundError") else NOT_A_MODEL
            raise ModelServerError(NOT_SERVED.format(reason=reason))
        return process, answer["address"]

    def _keep(self) -> None:
        """Start the process again at the same port each time that it ends, a few times."""
        for number in range(1, MOST_RESTARTS + 1):
            self._process.wait()
            if self._ending.is_set():
                return
            _end(self._process)
            try:
                self._process, _ = self._start(self._port)
            except (ModelServerError, OSError, ValueError):
                break  # too little memory for a process, or no room for its log
            if self._ending.is_set():
                _end(self._process)
                return
            self._say(RESTARTED.format(number=number, most=MOST_RESTARTS))
        else:
            self._process.wait()
        if not self._ending.is_set():
            self._say(GIVEN_UP)

    @property
    def process_id(self) -> int:
        """The process that serves now."""
        return self._process.pid

    def close(self) -> None:
        """End the process."""
        self._ending.set()
        _end(self._process)
        self._watch.join()


def _end(process: subprocess.Popen) -> int:
    """Close the pipes to a process, which ends it, and return its exit code."""
    with contextlib.suppress(OSError):
        process.stdin.close()  # what was not read any more cannot be written
    process.stdout.close()
    return process.wait()
