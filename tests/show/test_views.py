import itertools
import json
import re
import unicodedata
from html.parser import HTMLParser

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from helpers.show import tables, views
from helpers.show.chips import token_chips
from helpers.show.pictures import bars
from helpers.tokens import load_encoding

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": '<img src=x onerror="alert(1)">',
    "table": "</td></tr></table></div></span><h1>밖</h1>",
    "entities": "&lt;b&gt; &amp; &#60;i&#62; &copy",
    "quotes": '" onmouseover=\'alert(1)\' `x` style="color:red"',
    "comment": "<!-- --><![CDATA[ ]]><?php ?>",
    "half a tag": "<a href=javascript:alert(1) <",
    "right to left": "가\u202e나\u2066다\u200f라\u061c",
    "terminal": "\x1b[31m빨강\x1b[0m\x1b]0;title\x07\x9b2J",
    "controls": "a\x00b\x08c\x7fd\x85e\rf\x0bg\x0ch",
    "separators": "가\u2028나\u2029다\ufeff라\u200b마",
    "letters nobody sees": "가\u00ad나\U000e0041다",
    "half a pair": "\ud83d 끝 \udfff",
    "markdown": "**x** [y](javascript:alert(1)) $\\frac{1}{2}$ {braces} %s",
    "korean": "ㅋㅋ ㎏ 한글, 그리고 e\u0301 😀",
    "lines": "첫째 줄\n둘째 줄\r\n셋째 줄\t탭",
    "long": "<b>긴 글</b> " * 3000,
    "empty": "",
}

ALLOWED = {
    "table": {"style"},
    "caption": {"style"},
    "thead": set(),
    "tbody": set(),
    "tr": {"style"},
    "th": {"scope", "style"},
    "td": {"style"},
    "div": {"style"},
    "span": {"style", "aria-hidden", "class"},
    "pre": set(),
    "b": set(),
    "br": set(),
    "small": set(),
    "del": set(),
    "ins": set(),
    # The bars; whole pictures are read in test_pictures.py.
    "svg": {"aria-hidden", "viewbox", "width", "height", "style"},
    "rect": {"x", "y", "width", "height", "fill", "stroke"},
    "line": {"x1", "y1", "x2", "y2", "stroke"},
}


class Reader(HTMLParser):
    """Collects what a browser would show, and refuses whatever the views do not write themselves."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown = ""
        self.open: list[str] = []
        self.styles: set[str] = set()

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED, tag
        assert {name for name, _ in attrs} <= ALLOWED[tag], attrs
        self.styles |= {value for name, value in attrs if name == "style"}
        if tag == "br":
            self.shown += "\n"
        else:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        self.shown += data

    def refuse(self, *arguments):
        raise AssertionError(f"the page holds a comment or a declaration: {arguments}")

    handle_comment = handle_decl = handle_pi = unknown_decl = refuse


def read(view: views.View) -> Reader:
    reader = Reader()
    reader.feed(view.html)
    reader.close()
    assert reader.open == []
    return reader


def readable(text: str) -> str:
    """What must be seen of a text: itself, with each unseen character written as an escape."""
    seen = ""
    for one in text.replace("\r\n", "\n"):
        hidden = unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") and one not in "\n\t"
        hidden = hidden or unicodedata.bidirectional(one) in (
            "LRE",
            "RLE",
            "PDF",
            "LRO",
            "RLO",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        )
        hidden = hidden or one in "\u00ad\u200b\u200e\u200f\u061c\ufeff\U000e0041"
        seen += f"\\u{ord(one):04x}" if hidden else one
    return seen


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def completion(
    content: str | None, refusal: str | None = None, finish_reason: str = "stop"
) -> ChatCompletion:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    return ChatCompletion.construct(
        choices=[{"index": 0, "finish_reason": finish_reason, "message": message}]
    )


def parsed(content: str | None, refusal: str | None = None, finish_reason: str = "stop") -> ChatCompletion:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "finish_reason": finish_reason, "message": message, "logprobs": None}
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return ChatCompletion.model_construct(**ChatCompletion.model_validate(body).__dict__)


API = {"kind": "api", "date": "2026-11-22", "model": "m", "host": "api.openai.com"}

# Every function that makes a view, and every argument of it that may come from a model or a learner.
PLACES = {
    "table header": lambda text: tables.table([text, "b"], [["x", "y"]]),
    "table row name": lambda text: tables.table(["a", "b"], [[text, "y"]]),
    "table cell": lambda text: tables.table(["a", "b"], [["x", text]]),
    "table caption": lambda text: tables.table(["a"], [["x"]], text),
    "notice title": lambda text: views.notice(text, ["x"]),
    "notice line": lambda text: views.notice("x", [text, "y"]),
    "code title": lambda text: views.code(text, "x = 1"),
    "code source": lambda text: views.code("x", text),
    "answer": lambda text: views.answer(parsed(text), API),
    "answer refusal": lambda text: views.answer(parsed(None, text), API),
    "answer origin model": lambda text: views.answer(parsed("x"), API | {"model": text}),
    "answer origin host": lambda text: views.answer(parsed("x"), API | {"host": text}),
    "answer origin date": lambda text: views.answer(parsed("x"), API | {"date": text}),
    "difference left": lambda text: tables.difference(text, "x"),
    "difference right": lambda text: tables.difference("x", text),
    "difference, what both have": lambda text: tables.difference(f"{text} x", f"{text} y"),
    "difference titles": lambda text: tables.difference("x", "y", text, text),
    "bars name": lambda text: bars({text: 1.0, "other": 2.0}),
    "bars caption": lambda text: bars({"x": 1.0}, text),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_text_is_text_in_every_view(place, case):
    text = HOSTILE[case]
    view = PLACES[place](text)
    reader = read(view)
    harmless = read(PLACES[place]("x"))
    assert reader.styles <= harmless.styles
    assert flat(readable(text)) in flat(reader.shown)
    # A table's plain text has one row a line, so a line break in a cell is written as a stroke.
    one_line = readable(text).replace("\n", " / ")
    assert flat(readable(text)) in flat(view.text) or flat(one_line) in flat(view.text)
    for shown in (view.html, view.text):
        assert not [one for one in shown if unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t"]
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]", shown)
        shown.encode("utf-8")


@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base"])
def test_hostile_text_is_text_in_token_chips(case, encoding):
    encoding = load_encoding(encoding)
    text = HOSTILE[case][:500]
    ids = encoding.encode_ordinary(text)
    view = token_chips(ids, encoding)
    reader = read(view)
    assert reader.styles <= {
        style for page in [token_chips(range(10), encoding)] for style in read(page).styles
    }
    for one in ids:
        assert str(one) in reader.shown and f"({one})" in view.text
        raw = encoding.decode_single_token_bytes(one)
        try:
            shown = readable(raw.decode("utf-8")).replace(" ", "␣").replace("\n", "↵").replace("\t", "⇥")
        except UnicodeDecodeError:
            shown = raw.hex(" ").upper()
        assert shown in reader.shown and shown in view.text
    for shown in (view.html, view.text):
        assert not [one for one in shown if unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t"]


def test_a_part_of_a_character_is_shown_as_bytes():
    encoding = load_encoding("o200k_base")
    ids = encoding.encode_ordinary("뷁")
    assert len(ids) > 1
    assert token_chips(ids, encoding).text.startswith("<EB")


@pytest.mark.parametrize("case", HOSTILE)
def test_escape_gives_back_what_was_written(case):
    reader = Reader()
    reader.feed(views.escape(HOSTILE[case]))
    reader.close()
    assert reader.shown == readable(HOSTILE[case])


def test_no_character_acts():
    """Every character that Unicode calls a control, a surrogate or a mark of direction is written as an escape."""
    for point in itertools.chain(range(0x3000), range(0xD800, 0xE000), (0xFEFF,)):
        text = chr(point)
        if readable(text) != text:
            assert views.visible(f"가{text}나") == f"가{readable(text)}나"
        elif unicodedata.category(text) not in ("Cf", "Cn"):
            assert views.visible(text) == text


@pytest.mark.parametrize(
    "view",
    [PLACES[place]("<b>가</b>") for place in PLACES] + [token_chips([], None)],
    ids=[*PLACES, "no chips"],
)
def test_a_view_shows_itself_in_both_forms(view):
    assert view._repr_mimebundle_() == {"text/html": view.html, "text/plain": view.text}
    assert str(view) == repr(view) == f"{view}" == view.text
    json.dumps(view._repr_mimebundle_())


def test_a_view_in_a_table_stands_as_it_is_and_text_like_one_does_not():
    bold = views.notice("굵게")
    page = tables.table(["a", "b"], [["x", bold], ["y", bold.html]])
    assert page.html.count(bold.html) == 1
    assert read(page).shown.count("<b>· 굵게</b>") == 1


def test_a_table_has_headers_that_a_screen_reader_can_use():
    page = tables.table(["역할", "뜻"], [["user", "학습자"], ["assistant", 1.5]], "역할의 뜻")
    assert page.html.count('<th scope="col"') == 2
    assert page.html.count('<th scope="row"') == 2
    assert "<caption" in page.html
    assert page.text == "역할의 뜻\n역할 | 뜻\nuser | 학습자\nassistant | 1.5"
    assert "<caption" not in tables.table(["a"], []).html
    read(tables.table(["a"], [[]]))


def test_a_table_row_is_one_line_of_plain_text():
    assert tables.table(["a", "b"], [["x\ny", "z"]]).text.splitlines() == ["a | b", "x / y | z"]


def test_paragraphs_of_an_answer_are_kept():
    view = views.answer(parsed("하나\n\n둘"), API)
    assert "하나<br><br>둘" in view.html
    assert "하나\n\n둘" in view.text


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        (
            {"kind": "original-notebook", "date": "2025-02-01", "model": "gpt-4o-mini-2024-07-18"},
            "출처: 녹화 2025-02-01 · 실제 API · gpt-4o-mini-2024-07-18 (이 코스의 바탕이 된 노트북)",
        ),
        ({"kind": "original-notebook", "date": "2025-02-01"}, "원본에 없음"),
        (API, "출처: 녹화 2026-11-22 · 실제 API · m · api.openai.com"),
        ({**API, "host": "eu.api.openai.com"}, "실제 API"),
        ({**API, "host": "localhost:11434"}, "출처: 녹화 2026-11-22 · 호환 서버 · m · localhost:11434"),
        ({**API, "host": "api.openai.com.example.net"}, "호환 서버"),
        ({**API, "asked": "gpt-x"}, "· m · api.openai.com (물은 모델은 gpt-x)"),
        (
            {"kind": "open-model", "date": "2026-11-25", "model": "small", "asked": "gpt-x"},
            "출처: 녹화 (2026-11-25) · 공개 모델 (small) · 저자의 컴퓨터 (물은 모델은 gpt-x)",
        ),
        (
            {"kind": "open-model", "date": "2026-11-25", "model": "small", "added_system": "You are <b>."},
            "덧붙인 system 메시지: You are <b>.",
        ),
        ({"kind": "written", "date": "2026-11-22"}, "예시 답변: 모델이 아니라 저자가 쓴 답변입니다."),
        ({"kind": "live", "date": "2026-11-22", "model": "m", "host": "h"}, "라이브"),
        ({"kind": "unknown"}, "출처: 알 수 없음"),
    ],
)
def test_an_answer_says_where_it_came_from(origin, said):
    view = views.answer(parsed("답"), origin)
    assert said in view.text and said in read(view).shown
    assert view.text.splitlines()[-1] == "답"


def test_an_answer_says_what_became_of_it():
    assert "[거부]" in views.answer(parsed(None, "못 합니다"), API).text
    assert "[거부]" not in views.answer(parsed("네"), API).text
    assert "잘린 답변" in views.answer(parsed("네", finish_reason="length"), API).text
    assert "[메모]" in views.answer(parsed("네"), API | {"note": "메모"}).text


EMPTY = {
    "nothing": ({"content": None}, "답변 없음"),
    "an empty text": ({"content": ""}, "빈 답변"),
    "blank lines": ({"content": "\n \n"}, "빈 답변"),
    "an empty text and an empty refusal": ({"content": "", "refusal": ""}, "빈 답변"),
    "all in reasoning": ({"content": "", "reasoning": "음"}, "모두 추론"),
    "all in reasoning_content": ({"content": None, "reasoning_content": "음"}, "모두 추론"),
    "only parts of thought": ({"content": [{"type": "thinking", "thinking": []}]}, "빈 답변"),
    "a refusal": ({"content": "", "refusal": "못 합니다"}, "못 합니다"),
    "an answer after its reasoning": ({"content": "서울", "reasoning": "음"}, "서울"),
    "parts": ({"content": [{"type": "thinking"}, {"type": "text", "text": "서울"}]}, "서울"),
}


@pytest.mark.parametrize("case", EMPTY)
def test_an_answer_without_a_text_says_why(case):
    message, said = EMPTY[case]
    whole = ChatCompletion.construct(choices=[{"index": 0, "finish_reason": "stop", "message": message}])
    piece = ChatCompletionChunk.construct(choices=[{"index": 0, "delta": message}])
    for answer in (whole, [piece]):
        last = views.answer(answer, {"kind": "live"}).text.splitlines()[-1]
        assert said in last and ("추론" in last) == ("추론" in said)


def test_what_the_original_did_not_show_is_said_to_be_missing():
    view = views.answer(completion(None), {"kind": "original-notebook", "date": "2025-02-01"})
    assert view.text.splitlines()[-1] == "원본에 없음"


@pytest.mark.parametrize("choices", [[], None])
def test_a_response_without_an_answer_can_be_shown(choices):
    view = views.answer(ChatCompletion.construct(choices=choices), API)
    assert view.text.splitlines()[-1] == "답변 없음"
    assert views.answer(parsed(None), API).text.splitlines()[-1] == "답변 없음"


def test_a_difference_marks_the_words_of_each_side():
    view = tables.difference("나는 밥을 먹었다", "나는 빵을 먹었다", "앞", "뒤")
    assert view.text.splitlines() == ["이름 | 글", "앞 | 나는 [-밥을-] 먹었다", "뒤 | 나는 {+빵을+} 먹었다"]
    assert "<del>밥을</del>" in view.html and "<ins>빵을</ins>" in view.html
    same = tables.difference("같은 글", "같은 글")
    assert "<del>" not in same.html and "<ins>" not in same.html
    assert "<ins>" in tables.difference("", "새 글").html


def test_bars_are_as_long_as_their_numbers():
    view = bars({"비": 0.5, "눈": 0.25, "해": 0.0}, "분포", digits=2)
    lines = view.text.splitlines()
    assert lines[0] == "분포"
    assert [line.count("█") for line in lines[2:]] == [24, 12, 0]
    assert "비 | 0.50" in lines[2]
    read(bars({}))
    assert "█" not in bars({"a": 0.0}).text


def test_a_difference_of_long_texts_still_finds_what_is_the_same():
    words = [f"낱말{place}" for place in range(3000)]
    left, right = " ".join(words), " ".join([*words[:1500], "새", *words[1500:]])
    view = tables.difference(left, right)
    assert "<del>" not in view.html
    assert re.sub("<.*?>", "", "".join(re.findall("<ins>.*?</ins>", view.html))).strip() == "새"


def test_views_stacked_keep_their_order_in_html_and_in_text():
    stacked = views.stack(views.notice("첫째"), views.notice("둘째"))
    assert stacked.text == "· 첫째\n· 둘째"
    assert stacked.html == views.notice("첫째").html + views.notice("둘째").html


def test_no_sign_begins_a_formula():
    signs = views.escape("$0.05와 $0.10, \\(x\\), \\begin{x}")
    assert not re.search(r"[$\\]", re.sub('<span class="mathjax_ignore">.*?</span>', "", signs))
