"""Opens JupyterLab for a learner: the terminal speaks Korean, and JupyterLab's own log goes to a file.

    python -m tools.lab FOLDER FIRST_PAGE LOGFILE [JupyterLab's options]

start.py runs this inside .venv. FIRST_PAGE is a path below FOLDER, with slashes.
"""

import os
import re
import signal
import sys
import traceback
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

STARTING = "JupyterLab을 시작합니다. 몇 초 걸립니다."
UP = """
JupyterLab이 열렸습니다. 브라우저가 저절로 열리지 않으면 이 주소를 여세요.

    {address}

멈추기: 노트북을 저장한 뒤, 이 창에서 Ctrl+C를 누르세요.
다시 시작하기: 코스의 폴더에서 처음에 쓴 명령(python start.py …)을 다시 실행하세요."""
LOG_IN_FILE = "JupyterLab의 로그: {log}"
LOG_HERE = "로그 파일을 쓸 수 없어서({log}) JupyterLab의 로그가 이 창에 영어로 나옵니다."
STOPPING = """
JupyterLab을 멈춥니다. 몇 초 걸립니다.
저장한 노트북은 그대로 남고, 커널의 변수는 사라집니다. 저장하지 않은 내용은 열려 있는 브라우저 탭에만 있습니다.
그 탭을 닫지 않고 다시 시작하면, 대개 그 탭에서 저장할 수 있습니다."""
STOPPED = "JupyterLab이 멈추었습니다. 다시 시작하려면 코스의 폴더에서 처음에 쓴 명령(python start.py …)을 다시 실행하세요."
INTERRUPTED = "\n중단했습니다."
NO_FOLDER = "JupyterLab을 시작하지 못했습니다. 폴더가 없습니다: {folder}"
NO_PORT = """
JupyterLab을 시작하지 못했습니다. 쓸 수 있는 포트가 없습니다. 열려 있는 다른 JupyterLab을 멈추거나, 다른 포트로 시작하세요.
예: python start.py --port 9100"""
NOT_STARTED = "\nJupyterLab을 시작하지 못했습니다."
CRASHED = "\nJupyterLab이 오류 때문에 멈추었습니다. 다시 시작하려면 코스의 폴더에서 처음에 쓴 명령(python start.py …)을 다시 실행하세요."
LAST_LINES = "로그의 마지막 부분입니다.\n\n{lines}\n\n로그 전체: {log}"

# With these JupyterLab prints something and ends.
PRINTING = {
    "-h",
    "--help",
    "--help-all",
    "-V",
    "--version",
    "--show-config",
    "--show-config-json",
    "--generate-config",
}
MOST_LINES = 12
MOST_CHARACTERS = 300


class Terminal:
    """What the learner reads.

    Args:
        stream: the terminal itself.
        log: the file that takes JupyterLab's log, or None where the terminal does.
    """

    def __init__(self, stream: TextIO, log: Path | None) -> None:
        self.stream = stream
        self.log = log
        self.was_up = False

    def say(self, text: str) -> None:
        """Print a text at once."""
        print(text, file=self.stream, flush=True)

    def up(self, address: str) -> None:
        """Say where JupyterLab is, how to stop it and how to start again."""
        self.was_up = True
        self.say(UP.format(address=address))
        if self.log:
            self.say(LOG_IN_FILE.format(log=self.log))

    def stopping(self) -> None:
        """Say what becomes of the work, as the answer to Ctrl+C."""
        self.say(STOPPING)

    def failed(self, text: str) -> None:
        """Say what went wrong, with the end of the log."""
        self.say(text)
        if self.log:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-MOST_LINES:]
            shown = re.sub(
                r"token=\S+", "token=***", "\n".join(f"    {line[:MOST_CHARACTERS]}" for line in lines)
            )
            self.say(LAST_LINES.format(lines=shown, log=self.log))


def open_log(path: Path) -> TextIO | None:
    """Return a new file for the log, which holds the token, for its owner only; None where it cannot be made."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        return open(
            path,
            "x",
            encoding="utf-8",
            errors="replace",
            buffering=1,
            opener=lambda name, flags: os.open(name, flags, 0o600),
        )
    except OSError:
        return None


def send_everything_to(log: TextIO) -> TextIO:
    """Send what this process and its kernels print to a file, and return the terminal."""
    terminal = open(os.dup(1), "w", encoding=sys.stdout.encoding, errors="replace")
    for stream in (1, 2):
        os.dup2(log.fileno(), stream)
    sys.stdout = sys.stderr = log
    return terminal


def run(terminal: Terminal, options: list[str]) -> int:
    """Run JupyterLab until it is stopped, and return the exit code."""
    try:
        # It takes seconds and may fail: the terminal has said that something happens, and the log is open.
        from tools.lab_server import NoPortError, serve

        try:
            serve(options, terminal)
        except NoPortError:
            terminal.failed(NO_PORT)
            return 1
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        terminal.say(INTERRUPTED)
        return 130
    except SystemExit as end:
        if end.code:
            terminal.failed(CRASHED if terminal.was_up else NOT_STARTED)
            return 1
    except Exception:
        traceback.print_exc()
        terminal.failed(CRASHED if terminal.was_up else NOT_STARTED)
        return 1
    terminal.say(STOPPED)
    return 0


def main(arguments: list[str]) -> int:
    """Carry out the command line, and return the exit code."""
    folder, first_page, log_path, *options = arguments
    if PRINTING & set(options):
        from jupyterlab.labapp import LabApp

        LabApp.launch_instance(options)
        return 0
    sys.stdout.reconfigure(errors="replace")
    folder, log_path = Path(folder).absolute(), Path(log_path).absolute()
    if not folder.is_dir():
        print(NO_FOLDER.format(folder=folder))
        return 1
    pages = [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{quote(first_page)}"]
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    print(STARTING, flush=True)
    log = open_log(log_path)
    if log is None:
        print(LOG_HERE.format(log=log_path), flush=True)
        terminal = Terminal(sys.stdout, None)
    else:
        terminal = Terminal(send_everything_to(log), log_path)
    return run(terminal, [*pages, *as_root, *options])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
