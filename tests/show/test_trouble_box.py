"""The box in place of a traceback in a shell, and the traceback that it keeps without secrets."""

import subprocess
import sys
from pathlib import Path

import openai

from helpers.show.trouble_box import TroubleBox
from tests.show.raising import KEY, SECRET, error_body

ROOT = Path(__file__).parents[2]


def test_before_any_error_there_is_no_traceback():
    assert TroubleBox(str).traceback == "아직 오류가 없습니다."


SHELL = """
import sys
from traitlets.config import Config
from IPython.core.interactiveshell import InteractiveShell
from helpers.show import TroubleBox

shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
box = TroubleBox(lambda text: text.replace("geheim", "(가림)"))
box.install(shell)
for number, code in enumerate([
    "from helpers.errors import LessonError",
    "raise LessonError('레슨 geheim이 없습니다.')",
    "1 / 0",
    "import openai; openai.OpenAI(api_key='')",
    "x = 41 + 1",
    "print(x)",
]):
    print(f"== {number}", flush=True)
    box.hints = ("the hint",) if number == 3 else ()
    result = shell.run_cell(code)
    print("failed" if not result.success else "passed", flush=True)
print("== traceback")
print(box.traceback)
"""


def test_a_shell_shows_a_box_and_no_traceback():
    environ_free = [sys.executable, "-X", "utf8", "-c", SHELL]
    run = subprocess.run(
        environ_free, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120, check=True
    )
    parts = dict(part.split("\n", 1) for part in run.stdout.split("== ")[1:])
    assert parts["0"].strip() == "passed"
    assert "끝까지 실행하지 못했습니다." in parts["1"]
    assert "Traceback" not in parts["1"] and "LessonError" not in parts["1"]
    # Whether a cell failed must stay known, so that "run all" stops.
    assert parts["1"].strip().endswith("failed")
    assert len(parts["1"].strip().splitlines()) <= 13
    assert "ZeroDivisionError" in parts["2"], "the learner's own errors keep Python's own words"
    assert "API 키가 없습니다." in parts["3"] and "Traceback" not in parts["3"]
    assert "the hint" in parts["3"] and "the hint" not in parts["1"]
    assert parts["5"].strip() == "42\npassed", "the kernel goes on"
    assert parts["traceback"].startswith("Traceback (most recent call last)")
    assert "OpenAIError: Missing credentials" in parts["traceback"]
    assert "geheim" not in run.stdout.replace("레슨 geheim이 없습니다.", "")


def test_the_traceback_is_shown_without_secrets(monkeypatch):
    import IPython.display

    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    box = TroubleBox(lambda text: text.replace(KEY, "(가림)"))

    class Shell:
        def set_custom_exc(self, kinds, handler):
            self.kinds, self.handler = kinds, handler

    shell = Shell()
    box.install(shell)
    error = error_body(401, code="invalid_api_key")
    assert isinstance(error, shell.kinds)
    shell.handler(shell, type(error), error, error.__traceback__)
    assert "AuthenticationError" in box.traceback and "(가림)" in box.traceback
    assert SECRET not in box.traceback
    assert len(shown) == 1 and SECRET not in shown[0].text + shown[0].html


def test_ipython_keeps_the_hidden_record_and_formats_none_of_its_own(monkeypatch):
    box = TroubleBox(hide=lambda text: text.replace("planted", "(가림)"))
    monkeypatch.setattr("IPython.display.display", lambda view: None)
    error = openai.OpenAIError("planted")
    box._show(None, type(error), error, None)
    assert error._render_traceback_() == [box.traceback] and "planted" not in box.traceback
