"""The playground of 03_tokens: type, and see the tokens, their ids, their number and what they cost."""

import unicodedata

import ipywidgets

from helpers.models import known_models
from helpers.playgrounds.playground import Playground, Settled, result, show
from helpers.show import View, notice, stack, table, token_chips
from helpers.tokens import TokenCountError, cost_usd, load_encoding, token_ids
from helpers.vocabulary import FILES

ENCODINGS = tuple(FILES)
# More chips than this make each key stroke slow in a browser; the counts are of the whole text all the same.
MOST_CHIPS = 100

TITLE = "토큰 탐색기"
START = "토큰은 모델이 글을 읽는 단위입니다."
LABEL = "글"
PLACEHOLDER = "여기에 글을 적으세요."

COUNT_HEADERS = ("어휘 사전", "토큰", "글자(len)", "토큰 하나에 글자")
COUNT_CAPTION = "어휘 사전마다 센 토큰의 수"
DECOMPOSED = "이 글에는 풀어 쓴 한글(NFD)이 있습니다. macOS의 파일 이름에서 복사한 글이 흔히 그렇습니다."
COMPOSED = "모아 쓰면(unicodedata.normalize('NFC', 글)) {length:,}글자이고, 토큰은 {counts}가 됩니다."
BOTH = "{name} {before:,}개 → {after:,}개"
NOT_COUNTED = "토큰을 세지 못했습니다."
CHIPS_HEADERS = ("어휘 사전", "토큰")
CHIPS_CAPTION = "토큰과 그 번호(id)"
NO_TOKENS = "글을 적으면 토큰이 나타납니다."
FIRST_CHIPS = "토큰이 많아 앞의 {shown:,}개만 그렸습니다. 수와 비용은 전체 {count:,}개로 셉니다."

COST_HEADERS = ("모델", "어휘 사전", "입력 토큰", "한 번(달러)", "천 번(달러)", "가격의 날짜와 출처")
COST_CAPTION = (
    "이 글을 입력으로 보내는 비용입니다. 메시지의 경계와 답변의 값은 들어 있지 않습니다.\n"
    "출처의 secondary는 모델을 만든 회사의 페이지가 아닌 곳에서 옮겼다는 뜻입니다."
)
BASIS = {"tiktoken": "{encoding}", "assumed": "{encoding} (공개되지 않아 가정)"}


def tokenize(text: str) -> dict[str, list[int]]:
    """Return the token ids of a text by the name of the encoding."""
    return {name: token_ids(text, load_encoding(name)) for name in ENCODINGS}


def count_table(text: str, tokens: dict[str, list[int]]) -> View:
    """Show how many tokens a text has in each encoding, and how few they would be where its Hangul is decomposed.

    Args:
        text: what was counted.
        tokens: its ids, from `tokenize`.
    """
    rows = [
        [name, f"{len(ids):,}", f"{len(text):,}", f"{len(text) / len(ids):.2f}" if ids else "-"]
        for name, ids in tokens.items()
    ]
    counts = table(COUNT_HEADERS, rows, COUNT_CAPTION)
    composed = unicodedata.normalize("NFC", text)
    if not any("\u1100" <= one <= "\u11ff" for one in text) or len(composed) == len(text):
        return counts
    after = tokenize(composed)
    told = [BOTH.format(name=name, before=len(tokens[name]), after=len(after[name])) for name in tokens]
    line = COMPOSED.format(length=len(composed), counts=", ".join(told))
    return stack(counts, notice(DECOMPOSED, [line]))


def chips_table(tokens: dict[str, list[int]]) -> View:
    """Show the first tokens of each encoding as chips with their ids, and say so where more were left out."""
    return table(CHIPS_HEADERS, [[name, _chips(name, ids)] for name, ids in tokens.items()], CHIPS_CAPTION)


def _chips(name: str, ids: list[int]) -> View | str:
    if not ids:
        return NO_TOKENS
    chips = token_chips(ids[:MOST_CHIPS], load_encoding(name))
    if len(ids) <= MOST_CHIPS:
        return chips
    return stack(notice(FIRST_CHIPS.format(shown=MOST_CHIPS, count=len(ids))), chips)


def cost_table(tokens: dict[str, list[int]]) -> View:
    """Show what a text costs as input, in US dollars, with every model of `models.toml` that has a price."""
    rows = []
    for model in known_models():
        if model.price is None:
            continue
        count = len(tokens[model.encoding])
        once = cost_usd(model.price, count, 0)
        basis = BASIS[model.encoding_basis].format(encoding=model.encoding)
        source = f"{model.price.date} {model.price.source}"
        rows.append([model.name, basis, f"{count:,}", f"{once:.8f}", f"{once * 1000:.5f}", source])
    return table(COST_HEADERS, rows, COST_CAPTION)


class TokenExplorer(Playground):
    """Shows the tokens of a text, their number and their cost while it is typed."""

    def __init__(self) -> None:
        self.text = ipywidgets.Textarea(
            value=START,
            description=LABEL,
            placeholder=PLACEHOLDER,
            rows=4,
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="auto"),
        )
        self.text.observe(Settled(self._draw), names="value")
        counts, wide = result(), {"overflow": "auto"}
        self.parts = [counts, ipywidgets.HTML(layout=wide), ipywidgets.HTML(layout=wide)]
        super().__init__(TITLE, stack(*self._draw()), [self.text, *self.parts])

    def _draw(self) -> list[View]:
        views = _views(self.text.value)
        for part, view in zip(self.parts, views, strict=True):
            show(part, view)
        return views


def _views(text: str) -> list[View]:
    try:
        tokens = tokenize(text)
    except TokenCountError as error:
        return [notice(NOT_COUNTED, [error]), View("", ""), View("", "")]
    return [count_table(text, tokens), chips_table(tokens), cost_table(tokens)]
