"""What everything that becomes HTML is made of: a view, the one place that escapes, notices, answers with their origin.

Each view is HTML for the notebook and plain text for everywhere else.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from helpers.models import is_openai_host
from helpers.replay import said
from helpers.show.looks import LOOKS

ORIGIN_LINES = {
    "original-notebook": "출처: 녹화 {date} · 실제 API · {model} (이 코스의 바탕이 된 노트북)",
    "api": "출처: 녹화 {date} · 실제 API · {model} · {host}",
    "open-model": "출처: 녹화 ({date}) · 공개 모델 ({model}) · 저자의 컴퓨터",
    "written": "예시 답변: 모델이 아니라 저자가 쓴 답변입니다. ({date})",
    "live": "출처: 라이브 {date} · {model} · {host}",
    "unknown": "출처: 알 수 없음 (이 레슨에서 받은 응답이 아닙니다)",
}
# A recorded answer of a server that is not OpenAI's, whatever it calls its model.
COMPATIBLE = "출처: 녹화 {date} · 호환 서버 · {model} · {host}"
ASKED = " (물은 모델은 {asked})"
ADDED = "이 모델의 대화 틀이 스스로 덧붙인 system 메시지: {text}"
NOT_SHOWN = "원본에 없음"
NO_ANSWER = "답변 없음"
EMPTY = "빈 답변"
ONLY_THOUGHT = "빈 답변: 모델이 쓴 글이 모두 추론(reasoning)에 들어갔습니다. max_completion_tokens를 늘리거나 reasoning_effort를 낮추세요."
REFUSAL = "거부"
CUT_OFF = "잘린 답변"

# Everything that a terminal or a browser would act on instead of showing: controls, and marks of text direction.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
# With these JupyterLab begins a formula, even in HTML: what stands between two prices in dollars would become one.
_MATH_SIGNS = re.compile(r"[$\\]+")


@dataclass(frozen=True)
class View:
    """Something to look at, as HTML and as plain text."""

    html: str
    text: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


def visible(value: object) -> str:
    """Return text in which what would not be seen (control characters, direction marks) is written as an escape."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", str(value).replace("\r\n", "\n"))


def escape(value: object) -> str:
    """Return a value as HTML text: nothing in it acts, and its line breaks are kept."""
    text = html.escape(visible(value)).replace("\n", "<br>")
    return _MATH_SIGNS.sub(r'<span class="mathjax_ignore">\g<0></span>', text)


def notice(title: str, lines: Iterable[object] = (), look: str = "note") -> View:
    """Show a boxed note: a sign, a title and its lines.

    Args:
        title: the first line.
        lines: those below it.
        look: a name in `LOOKS`, which decides the sign and the colours.
    """
    lines = list(lines)
    look = LOOKS[look]
    inner = "".join(f"<br>{escape(line)}" for line in lines)
    box = f"border:1px solid #888;border-left:5px solid {look.edge};background:{look.tint};padding:6px 10px;margin:4px 0"
    return View(
        f'<div style="{box}"><b>{look.sign} {escape(title)}</b>{inner}</div>',
        "\n".join([f"{look.sign} {visible(title)}", *map(visible, lines)]),
    )


def stack(*views: View) -> View:
    """Show views one under the other."""
    return View("".join(one.html for one in views), "\n".join(one.text for one in views))


def code(title: str, source: str) -> View:
    """Show a piece of program under a title, with its line breaks and indentation."""
    page = f"<div><b>{escape(title)}</b><pre>{html.escape(visible(source))}</pre></div>"
    return View(page, f"{visible(title)}\n{visible(source)}")


def answer(completion, origin: dict) -> View:
    """Show the answer of a response with its origin.

    Args:
        completion: a `ChatCompletion` or a `Response` of the SDK, or the list of a stream's chunks.
        origin: who made it, as a cassette holds it: `kind`, `date`, and for recordings `model` and `host`; `asked` is the
            model that was asked where another one answered.

    Returns:
        The origin, the text or the refusal, and a remark where the answer was cut off.
    """
    words = said(completion)
    remarks = [origin_line(origin)]
    remarks += [origin["note"]] if origin.get("note") else []
    remarks += [ADDED.format(text=origin["added_system"])] if origin.get("added_system") else []
    remarks += [REFUSAL] if words.refusal is not None else []
    remarks += [f"{CUT_OFF} ({words.cut})"] if words.cut else []
    shown = words.refusal or words.text
    if not (shown or "").strip():
        none = NOT_SHOWN if origin["kind"] == "original-notebook" else NO_ANSWER
        shown = ONLY_THOUGHT if words.thought else none if shown is None else EMPTY
    small = "".join(f"<div><small>{escape(one)}</small></div>" for one in remarks)
    box = "border-left:3px solid #888;padding:2px 10px;margin:4px 0"
    page = f'<div style="{box}">{small}<div>{escape(shown)}</div></div>'
    return View(page, "\n".join([f"[{visible(one)}]" for one in remarks] + [visible(shown)]))


def origin_line(origin: dict) -> str:
    """Say in one Korean line who made an answer."""
    fields = {"date": "", "model": NOT_SHOWN, "host": "", **origin}
    line = ORIGIN_LINES[origin["kind"]]
    if origin["kind"] == "api" and not is_openai_host(fields["host"]):
        line = COMPATIBLE
    return (line + (ASKED if "asked" in origin else "")).format(**fields)
