"""Public bug reports of people who do what our users do, tried on the course; personal details and keys are invented.

One function a report. Each returns whether the course did what it should, and what was found.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import pydantic
import pytest
from openai import OpenAI
from pydantic import BaseModel, ConfigDict, Field

from helpers.course import ROOT
from helpers.errors import SettingsError, TokenCountError
from helpers.exercises import math_helper, roles, structured_outputs, tokens
from helpers.maths import check_solution
from helpers.playgrounds.schema import START_FIELDS, verdict_view
from helpers.playgrounds.tokens import TokenExplorer
from helpers.settings import read_settings
from helpers.show import answer as answer_view
from helpers.show import explain
from helpers.tokens import count_message_tokens, load_encoding
from tests.live.sessions import session_at
from tests.loopback import KEY, Loopback
from tools.programs import child_environment

CASES = []


def case(id, kind, source):
    def keep(function):
        function.id, function.kind, function.source = id, kind, source
        CASES.append(function)
        return function

    return keep


# ------------------------------------------------------------------ tools


def settings(env, files=None, environ=None):

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in {**({".env": env} if env is not None else {}), **(files or {})}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        try:
            return read_settings(root, environ or {})
        except SettingsError as error:
            return error


def ask(body, status=200, through_proxy=False):
    """What a learner reads when a local server (or a proxy in front of it) answers this; and the meter."""
    with (
        Loopback(script=[lambda handler, asked: handler.reply(status, body)]) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        base_url = server.base_url
        if through_proxy:
            patch.setenv("HTTP_PROXY", server.address)
            base_url = "http://127.0.0.1:11434/v1"
        session = session_at(base_url, model="local-model")
        with OpenAI(**session.connection, max_retries=0) as client:
            patch.undo()
            try:
                answer = client.chat.completions.create(
                    model="local-model", messages=[{"role": "user", "content": "수도는?"}]
                )
            except Exception as error:
                return explain(error).text, session.meter
            shown = answer_view(answer, {"kind": "live", "date": "", "model": "m", "host": "h"}).text
            return shown, session.meter


def completion(content, finish="stop", **message):
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
        "usage": {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14},
    }


def final(problem, answer, steps=()):

    line = check_solution(problem, list(steps), answer).final
    return line.verdict, line.reason


def finals(problem, answers, wanted):
    found = {answer: final(problem, answer) for answer in answers}
    bad = {answer: one for answer, one in found.items() if one[0] not in wanted}
    return not bad, bad or f"{len(answers)} answers, all {'/'.join(wanted)}"


def graded(exercise, answers, right=True):
    found = {}
    for name, answer in answers.items():
        try:
            found[name] = exercise._mistake(answer)
        except Exception as error:
            found[name] = repr(error)
    bad = {name: mistake for name, mistake in found.items() if (mistake is None) is not right}
    return not bad, bad or f"{len(answers)} answers, all {'accepted' if right else 'refused'}"


def python(code, **environ):
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "LESSON_MODE": "", **environ}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, timeout=120
    )
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace").strip()


@contextlib.contextmanager
def quiet_stderr():
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


# ------------------------------------------------------------------ (a) .env, keys, proxies, certificates


@case("A2", "a", "devchat-ai/devchat#282, apache/devlake#7132")
def blanks_and_invisible_marks_round_a_key():
    fine = [
        settings(f"OPENAI_API_KEY={x}").api_key == KEY for x in (KEY + "  ", "\u00a0" + KEY, f'"{KEY}\\n"')
    ]
    told = [
        isinstance(settings(f"OPENAI_API_KEY={x}"), Exception)
        for x in (KEY + "\u200b", "Bearer " + KEY, f"“{KEY}”")
    ]
    return all(fine + told), (fine, told)


@case("A4", "a", "harry0703/MoneyPrinterTurbo#57, nanbingxyz/5ire#190, abetlen/llama-cpp-python#1032")
def address_with_too_much_or_too_little():
    urls = (
        "http://localhost:11434/v1/chat/completions",
        "https://api.openai.com/v1/chat/completions",
        "https://api.openai.com",
    )
    silent = []
    for url in urls:
        found = settings(f"OPENAI_API_KEY={KEY}\nOPENAI_BASE_URL={url}\nLESSON_MODEL=m")
        if not isinstance(found, Exception) and not found.notices and found.base_url.rstrip("/") == url:
            silent.append(url)
    return not silent, f"taken as it is, without a word: {silent}"


@case(
    "A5", "a", "openai/openai-python#3303 and #1054, pydantic/httpx2#899, MoonshotAI/kimi-cli#996 and #1959"
)
def no_proxy_that_breaks_the_http_library():
    code = (
        "from helpers import open_lesson; from openai import OpenAI\n"
        "l = open_lesson('01_roles'); c = OpenAI(**l.connection)\n"
        "r = l.recorded_requests()['korean-series'].request['body']\n"
        "print(bool(c.chat.completions.create(model=l.model, messages=r['messages']).choices))"
    )
    found = {}
    for value in ("localhost,[::1]", "::/0", "localhost\n127.0.0.1"):
        found[value] = python(code, NO_PROXY=value, HTTPS_PROXY="http://127.0.0.1:9", LESSON_MODE="replay")
    return all(rc == 0 and out.endswith("True") for rc, out in found.values()), {
        k: v[0] for k, v in found.items()
    }


@case("A6", "a", "MoonshotAI/kimi-cli#404, QuantaAlpha/RepoMaster#13, huggingface/tau#221")
def socks_proxy_of_a_desktop():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALL_PROXY", "socks://127.0.0.1:9")
        try:
            text = str(session_at("http://127.0.0.1:1/v1").connection)
        except SettingsError as error:
            text = str(error)
    # socksio does not help here: the scheme must be socks5://
    return "socks5" in text.lower(), text.replace("\n", " ")


@case(
    "A7",
    "a",
    "run-llama/llama_index#13526, ollama/ollama#9141, shinnpuru/VoiceTransl#32, stavsap/comfyui-ollama#37",
)
def local_server_behind_the_schools_proxy():
    found = {s: ask("<html>no</html>", s, through_proxy=True)[0] for s in (403, 503, 404)}
    bad = {s: t.split("\n")[0] for s, t in found.items() if "프록시" not in t and "PROXY" not in t}
    return not bad, bad


@case("A9", "a", "own neighbour of A1 and A3")
def two_lines_for_the_same_key():
    one = settings(f"OPENAI_API_KEY={KEY}\nOPENAI_API_KEY=sk-old")
    two = settings(f"OPENAI_API_KEY={KEY}\nOPENAI_API_KEY=")
    silent = [
        n
        for n, s in (("last wins", one), ("empty last wins: replay", two))
        if not isinstance(s, Exception) and not s.notices
    ]
    return not silent, f"without a word: {silent}"


# ------------------------------------------------------------------ (b) installation


@case("B1", "b", "hyeonheebee/memory-cat PR#12")
def requirement_files_on_korean_windows():
    bad = [n for n in ("requirements.txt", "constraints.txt") if not (ROOT / n).read_bytes().isascii()]
    return not bad, f"not ASCII: {bad}"


@case("B3", "b", "pypa/pip#11129, pypa/pip#8438")
def pip_that_installs_elsewhere():
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PIP_TARGET", "PIP_PREFIX"):
            patch.setenv(name, "/elsewhere")
        left = [name for name in ("PIP_TARGET", "PIP_PREFIX") if child_environment().get(name)]
    return not left, left


@case("B5", "b", "astral-sh/uv#8983, pypa/virtualenv#395, pypa/pipenv#3189")
def folder_with_a_path_separator_in_its_name():
    code = "import start; print(start.explain('Error: Refusing to create a venv in /a:b/.venv because it contains the PATH separator :.', 'install_failed').key)"
    rc, out = python(code)
    return rc == 0 and "install_failed" not in out, out[-80:]


# ------------------------------------------------------------------ (c) the SDK and what servers send

CONTEXT = "This model's maximum context length is 2048 tokens."


@case("C1", "c", "vllm-project/vllm#4667 and #20409, open-compass/opencompass#1824")
def too_long_as_vllm_says_it():
    bodies = {
        "flat": {
            "object": "error",
            "message": CONTEXT,
            "type": "BadRequestError",
            "param": None,
            "code": 400,
        },
        "nested": {"error": {"message": CONTEXT, "type": "BadRequestError", "param": None, "code": 400}},
        "the course's own cap": {
            "error": {
                "message": "'max_tokens' or 'max_completion_tokens' is too large: 2000. " + CONTEXT,
                "type": "BadRequestError",
                "param": None,
                "code": 400,
            }
        },
        "LM Studio": {
            "error": "the model is loaded with context length of only 4096 tokens, which is not enough"
        },
    }
    found = {name: ask(body, 400)[0].split("\n")[0] for name, body in bodies.items()}
    found["413"] = ask("", 413)[0].split("\n")[0]
    bad = {n: t for n, t in found.items() if "길이" not in t}
    return not bad, bad


@case("C2", "c", "compl-ai/compl-ai#20, stanford-crfm/helm PR#3327, BerriAI/litellm PR#16231")
def azures_content_filter():
    bodies = {
        "azure": {
            "error": {
                "message": "filtered",
                "type": None,
                "param": "prompt",
                "code": "content_filter",
                "status": 400,
                "innererror": {"code": "ResponsibleAIPolicyViolation"},
            }
        },
        "openai": {
            "error": {
                "message": "flagged",
                "type": "invalid_request_error",
                "param": None,
                "code": "invalid_prompt",
            }
        },
        "openai images": {
            "error": {
                "message": "rejected",
                "type": "invalid_request_error",
                "param": None,
                "code": "content_policy_violation",
            }
        },
    }
    found = {name: ask(body, 400)[0] for name, body in bodies.items()}
    bad = {n: t.split("\n")[0] for n, t in found.items() if "필터" not in t and "안전" not in t}
    return not bad, bad


@case("C4", "c", "ollama/ollama#15288, lfnovo/esperanto#112, nashsu/llm_wiki PR#348")
def an_answer_that_went_into_the_reasoning():
    shown = ask(completion("", reasoning="생각"))[0]
    return any(word in shown for word in ("답변 없음", "빈 답변", "비어")), repr(shown)


@case("C5", "c", "microsoft/agent-framework#6978, nextcloud/integration_openai#408, simonw/llm-mistral#38")
def content_as_a_list_of_parts():
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "음"}]},
        {"type": "text", "text": "서울"},
    ]
    shown = ask(completion(parts))[0]
    return "{'type'" not in shown and "서울" in shown, repr(shown)


@case("C6", "c", "vanna-ai/vanna-flask#11, google-gemini/gemini-cli#5807")
def one_request_larger_than_the_limit_of_a_minute():
    body = {
        "error": {
            "message": "Request too large for m on tokens per min (TPM): Limit 30000, Requested 342389.",
            "type": "tokens",
            "param": None,
            "code": "rate_limit_exceeded",
        }
    }
    text = ask(body, 429)[0]
    return "줄이" in text or "나누" in text, text.replace("\n", " / ")


@case("C7", "c", 'test data of a public Go gateway, Spring AI answers with refusal ""')
def refusal_that_is_an_empty_text():
    shown = ask(completion("서울입니다.", refusal=""))[0]
    return "서울입니다." in shown and "거부" not in shown, repr(shown)


@case(
    "C9", "c", "usage with null, floats or missing parts: langgenius/dify#20855, liaohch3/claude-tap PR#257"
)
def usage_with_holes():
    found = []
    for usage in (
        None,
        {},
        {"prompt_tokens": 12.0, "completion_tokens": 3.0},
        {"prompt_tokens": 5, "completion_tokens": None, "prompt_tokens_details": None},
    ):
        body = completion("서울입니다.")
        body["usage"] = usage
        shown, meter = ask(body)
        found.append("서울" in shown and meter.calls[0].usage.estimated)
    return all(found), found


# ------------------------------------------------------------------ (d) structured outputs

GOOD = '{"name": "과학 박람회", "date": "금요일", "participants": ["앨리스"]}'


@case("D1", "d", "openai/openai-python#1763, typedef-ai/fenic#386, browser-use/browser-use PR#4971")
def parse_of_what_is_no_json():

    class Event(pydantic.BaseModel):
        name: str
        date: str
        participants: list[str]

    texts = {
        "newlines only": "\n   \n\n",
        "fence": f"```json\n{GOOD}\n```",
        "think": f"<think>음</think>{GOOD}",
        "one brace too many": GOOD + "}",
    }
    bad = {}
    for name, text in texts.items():
        try:
            Event.model_validate_json(text)
        except pydantic.ValidationError as error:
            shown = explain(error).text
            if "JSON" not in shown:
                bad[name] = shown.replace("\n", " / ")
    return not bad, bad


@case("D2", "d", "mangiucugna/json_repair#213, giuseppe99barchetta/SuggestArr#266, Mirascope/mirascope#939")
def workbench_with_text_round_the_json():

    texts = [
        GOOD + "}",
        GOOD + "\n\n참고",
        f"```json\n{GOOD}\n```",
        "\ufeff" + GOOD,
        GOOD.replace('"', "'"),
        GOOD[:30],
        '{"name":"\\ud83d","date":"a","participants":[]}',
        "[" * 5000,
    ]
    found = [verdict_view(START_FIELDS, text).text for text in texts]
    return all("JSON" in one for one in found), len(found)


@case("D3", "d", "openai/openai-python PR#2743 (#2740)")
def open_model_in_an_exercise():

    class Book(BaseModel):
        model_config = ConfigDict(extra="allow")
        title: str
        pages: int
        authors: list[str]

    return graded(structured_outputs.q1, {"extra=allow": Book}, right=False)


# ------------------------------------------------------------------ (e) tokens


@case("E1", "e", "openai/tiktoken#15, #245, #400")
def a_million_blanks():

    with quiet_stderr():
        explorer = TokenExplorer()
        before = explorer.parts[0].value
        try:
            explorer.text.value = " " * 1_000_000
            raised = ""
        except BaseException as error:
            raised = type(error).__name__
    return (
        not raised and explorer.parts[0].value != before,
        f"raised {raised or 'nothing'}; shown count unchanged: {explorer.parts[0].value == before}",
    )


@case("E3", "e", "hmarr/openai-chat-tokens#5 (messages with names)")
def names_in_messages():

    encoding = load_encoding("o200k_base")
    plain = [{"role": "system", "content": "자료"}]
    named = [{"role": "system", "name": "example_user", "content": "자료"}]
    more = count_message_tokens(named, encoding) - count_message_tokens(plain, encoding)
    return more == 1 + len(encoding.encode("example_user")), more


@case("E4", "e", "openai/openai-cookbook#1467")
def tool_calls_and_pictures():

    encoding = load_encoding("o200k_base")
    call = {
        "id": "c",
        "type": "function",
        "function": {"name": "get_weather", "arguments": '{"city": "서울특별시 강남구 역삼동"}'},
    }
    found = {}
    for name, extra in (
        ("tool_calls", {"content": None, "tool_calls": [call]}),
        ("function_call", {"content": None, "function_call": call["function"]}),
        ("refusal", {"content": None, "refusal": "도와드릴 수 없습니다."}),
        ("picture", {"content": [{"type": "image_url", "image_url": {"url": "data:"}}]}),
    ):
        try:
            left_out = count_message_tokens(
                [{"role": "assistant", **extra}], encoding
            ) == count_message_tokens([{"role": "assistant", "content": None}], encoding)
            found[name] = "left out without a word" if left_out else "counted"
        except TokenCountError:
            found[name] = "refused"
    return "left out without a word" not in found.values(), found


# ------------------------------------------------------------------ (f) maths

LINEAR = "6x + 5 = 2x - 9"


@case("F3", "f", "SynthLabsAI/big-math#3, maths/moodle-qtype_stack#1066")
def plus_minus_in_ascii():
    # Unreadable would be honest; "wrong" is not.
    return finals("x^2 = 4", ("x = +-2", "x = -+2", "x = +/-2", "x = ±2"), ("right", "unreadable"))


@case("F4", "f", "Khan/khan-exercises#135222, #138906")
def order_and_form_of_several_answers():
    return finals(
        "2x^2 - 3x - 2 = 0",
        (
            "x = 2 또는 x = -1/2",
            "x = -0.5, x = 2",
            "x = -1/2 or 2",
            "답: x = 2, -1/2입니다.",
        ),
        ("right",),
    )


@case("F5", "f", "rasbt/reasoning-from-scratch#133 (read as something else, without an error)")
def blank_or_slash_between_answers():
    one = finals("2x + y = 7, x - y = 2", ("x=3 y=1", "x = 3  y = 1"), ("right", "unreadable"))
    two = finals("x^2 - 5x + 6 = 0", ("x = 2 / x = 3", "x=2 x=3"), ("right", "unreadable"))
    return one[0] and two[0], (one[1], two[1])


@case("F6", "f", "Khan/khan-exercises#146570")
def unknown_on_the_right():
    one = finals(LINEAR, ("-7/2 = x", "-3.5 = x"), ("right",))
    two = finals("2x + y = 7, x - y = 2", ("3 = x, 1 = y",), ("right",))
    return one[0] and two[0], (one[1], two[1])


@case("F7", "f", "maths/moodle-qtype_stack#642, Khan/khan-exercises#118370")
def expression_that_is_not_collected():
    found = {
        f"{p} -> {a}": final(p, a)
        for p, a in (("x/2 + x/3", "(3x+2x)/6"), ("(x+1)(x+2)", "(x+2)(x+1)"), ("2(x+3)", "(x+3)*2"))
    }
    bad = {k: v for k, v in found.items() if v[0] == "right" and "모두 모았" in v[1]}
    return not bad, bad


@case("F8", "f", "scitix/sieval#26 (format false negatives of answers in words)")
def no_solution_in_polite_words():
    return finals(
        "x^2 + 1 = 0",
        ("해가 없습니다.", "해가 존재하지 않습니다.", "실근이 존재하지 않습니다.", "근이 없습니다."),
        ("right",),
    )


@case("F9", "f", "EleutherAI/lm-evaluation-harness#1204 (steps of GSM8K)")
def lines_that_begin_with_an_equals_sign():

    report = check_solution("(2+3)*4 - 6/2", ["(2+3)*4 - 6/2", "= 5*4 - 6/2", "= 20 - 3", "= 17"], "17")
    return report.correct, [line.verdict for line in report.steps]


@case("F14", "f", "own neighbour of F2")
def result_longer_than_twelve_digits():
    return finals("1000000*1000000", ("1000000000000",), ("right",))


@case("F15", "f", "EleutherAI/lm-evaluation-harness#1204 (a = b = c), with an own neighbour for the reason")
def chained_equations_and_their_reason():

    steps = check_solution("2x + 3 = 11", ["2x = 11 - 3 = 8", "x = 8/2 = 4"], "x = 4")
    slip = check_solution("2x + 3 = 11", ["2x = 8, x = 5"], "x = 5").steps[0]
    return steps.correct and slip.verdict == "wrong" and "제곱" not in slip.reason, slip.reason


# ------------------------------------------------------------------ (g) notebooks in CI


@case("G2", "g", "infer-actively/pymdp PR#366, computationalmodelling/nbval#147")
def every_cell_was_executed():
    bad = []
    for path in sorted((ROOT / "notebooks").glob("0*.ipynb")):
        cells = [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == "code"]
        if [c["execution_count"] for c in cells] != list(range(1, len(cells) + 1)):
            bad.append(path.name)
    return not bad, bad


# ------------------------------------------------------------------ (h) exercises and graders


@case("H3", "h", "Kaggle/learntools PR#207 (right code refused)")
def other_right_schemas():

    class B1(BaseModel):
        title: str
        pages: int
        authors: list[str]

    class B2(BaseModel):
        """책"""

        model_config = ConfigDict(extra="forbid")
        pages: pydantic.PositiveInt
        title: pydantic.StrictStr = Field(description="제목")
        authors: Sequence[str]

    class P(StrEnum):
        low = "low"
        normal = "normal"
        high = "high"

    class T1(BaseModel):
        summary: str
        priority: P
        assignee: str | None

    @pydantic.dataclasses.dataclass
    class S:
        subject: str
        points: int

    class R(BaseModel):
        scores: list[S]

    one, two, three = (
        graded(structured_outputs.q1, {"List": B1, "annotated": B2}),
        graded(structured_outputs.q2, {"Enum": T1}),
        graded(structured_outputs.q3, {"dataclass": R}),
    )
    return one[0] and two[0] and three[0], (one[1], two[1], three[1])


@case("H4", "h", "Kaggle/learntools PR#265 (refused, and the message says something else)")
def roots_written_otherwise():

    return graded(
        math_helper.q4,
        {a: a for a in ("x = -1/2, 2", "x = 2 or -0.5", "x = -½ 또는 x = 2")},
    )


@case("H5", "h", "CambridgeEngineering/PartIA-Computing-Michaelmas#23 (tests of functions)")
def functions_written_otherwise():

    def outcome(c):
        choice = c.choices[0]
        return {"length": "cut", "content_filter": "filtered"}.get(choice.finish_reason) or (
            "refused" if choice.message.refusal else "data"
        )

    found = [
        graded(structured_outputs.q4, {"other order": outcome}),
        graded(
            tokens.q2,
            {"values()": lambda ms, e: 3 + sum(3 + sum(len(e.encode(v)) for v in m.values()) for m in ms)},
        ),
        graded(
            math_helper.q2,
            {"next()": lambda r: next((one for one in (*r.steps, r.final) if one.verdict == "wrong"), None)},
        ),
        graded(
            roles.q3,
            {
                "copy and append": lambda h, r, q: (
                    [*h.copy(), dict(role="assistant", content=r), dict(role="user", content=q)]
                )
            },
        ),
    ]
    return all(ok for ok, _ in found), [value for _, value in found]
