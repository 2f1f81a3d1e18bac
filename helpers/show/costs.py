"""Shows what the calls of a notebook cost, or would have cost."""

from helpers.show.tables import table
from helpers.show.views import View, notice, stack

HEADERS = ("모델", "호출", "입력 토큰", "출력 토큰", "비용(달러)")
WON = "비용(원)"
TOTAL = "합계"
LIVE_TITLE = "이 노트북이 라이브로 쓴 것"
REPLAY_TITLE = "재생이라 비용이 들지 않았습니다. 같은 요청을 라이브의 기본 모델 {model}에 보냈다면:"
NO_CALLS = "아직 셀 요청이 없습니다. Chat Completions의 요청만 셉니다."


def cost_view(calls: list, live: bool, krw_per_usd: float | None = None) -> View:
    """Show calls, tokens and dollars for each model.

    Args:
        calls: of a meter, a list of `Call`.
        live: whether the calls were really made.
        krw_per_usd: won for a dollar; None leaves the column of won out.

    Returns:
        A table with its title, and remarks on prices and estimates under it.
    """
    # Replay, the usual mode, must not pay for importing what only live needs.
    from helpers.live import DEFAULT_MODEL, figures, remarks

    title = LIVE_TITLE if live else REPLAY_TITLE.format(model=DEFAULT_MODEL)
    if not calls:
        return notice(title, [NO_CALLS])
    headers = [*HEADERS, WON] if krw_per_usd else HEADERS
    by_model: dict[str, list] = {}
    for call in calls:
        by_model.setdefault(call.model, []).append(call)
    rows = [[model, *figures(some, krw_per_usd)] for model, some in by_model.items()]
    if len(rows) > 1:
        rows.append([TOTAL, *figures(calls, krw_per_usd)])
    found = remarks(calls)
    return stack(table(headers, rows, title), notice(found[0], found[1:]))
