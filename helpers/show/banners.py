"""What the first cell shows: in which mode the lesson runs, with which model, and what that means."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from helpers.models import find_local, find_model, is_local, is_openai, is_openai_host
from helpers.replay import Cassette
from helpers.show.tables import table
from helpers.show.views import View, notice
from helpers.ways import way_on

REPLAY_TITLE = "재생 모드 · {lesson} · 모델 {model}"
REPLAY_LINE = "녹화된 답변을 보여 줍니다. 키도 네트워크도 쓰지 않으며 비용이 들지 않습니다."
RECORDED = "녹화: {parts}"
NOTHING_RECORDED = "이 노트북에는 녹화된 요청이 없습니다."
KIND_NAMES = {
    "original-notebook": "{date} 원본 노트북의 응답",
    "api": "{date} {server}의 응답",
    "open-model": "{date} 공개 모델의 응답",
    "written": "{date} 저자가 쓴 예시",
}

OPENAI, COMPATIBLE = "OpenAI API", "호환 서버"
ANOTHER = "공개 모델의 응답은 물은 모델({asked})이 아니라 작은 공개 모델({models})이 저자의 컴퓨터에서 한 답입니다. 그 모델이 그날 한 말의 증거일 뿐입니다."
RECORDINGS = ("녹화", "무엇을 바꾸었는가", "응답")
LESSON_OWN = "이 레슨의 셀이 보내는 요청"
RECORDINGS_TITLE = '{lesson}의 녹화. 첫 응답은 lesson.show(lesson.recorded("이름")), 모든 응답은 lesson.answers("이름")입니다.'

LIVE_TITLE = "라이브 모드 · {lesson} · 모델 {model} · {host}"
LOCAL_TITLE = "라이브 · 로컬 모델 · {lesson} · {model}"
LOCAL = (
    "이 컴퓨터에서 실행되는 작은 모델이 답합니다. 비용이 들지 않고, 아무것도 다른 곳으로 보내지 않습니다.",
    "작은 모델이라 자주 틀리고, 지시를 따르지 않기도 합니다. OpenAI의 모델이 어떻게 답하는지는 보여 주지 않습니다.",
    "길이를 정하지 않은 요청에는 길이 제한 {cap:,}을 더합니다. system_fingerprint는 언제나 b0-unknown이라 아무것도 구별하지 못합니다.",
)
CEILING = (
    "실제 서버를 부릅니다. 이 노트북의 지출 한도는 ${ceiling:g}이고 (LESSON_BUDGET_USD), "
    "길이를 정하지 않은 요청에는 max_completion_tokens {cap:,}이나 남은 한도만큼을 더합니다."
)
NO_CEILING = (
    "실제 서버를 부릅니다. 로컬 서버이므로 지출 한도를 두지 않습니다. "
    "길이를 정하지 않은 요청에는 길이 제한 {cap:,}을 더합니다."
)
CEILING_ANYWAY = (
    "로컬 주소이지만 LESSON_BUDGET_USD가 있어 한도를 지킵니다. 게이트웨이라면 유료 API로 넘길 수 있기 때문입니다. "
    "이 컴퓨터의 모델이라면 그 줄을 지우세요."
)
KEY_GOES = "설정의 키를 이 서버({host})에 보냅니다."
IN_CLEAR = "http:// 주소라 키와 메시지가 암호화되지 않습니다."
WHOLE = "이 노트북을 모두 실행하면 {cost}입니다. (녹화된 글의 토큰 수로 어림)"
WHOLE_UNKNOWN = "이 노트북을 모두 실행하는 비용은 모릅니다. 이 서버의 가격이 가격표에 없습니다."
WHOLE_NONE = "이 노트북에는 녹화된 요청이 없어 비용을 미리 셀 수 없습니다."
UNPRICED = "이 모델의 가격을 몰라, 가격표에서 가장 비싼 모델의 값으로 한도를 셉니다."
SHUTS_DOWN = "{model}의 종료일은 {date}입니다. {next}"
SHUT_DOWN = "{model}의 종료일이 지났습니다({date}). {next}"
ADDED_SYSTEM = "developer 메시지가 없으면 이 모델의 대화 틀이 스스로 system 메시지를 덧붙입니다: {text}"
SEE_REQUEST = "보낸 그대로의 요청은 lesson.last_request(), 쓴 비용은 lesson.cost()로 봅니다."


def replay_banner(cassette: Cassette, notices: Sequence[str]) -> View:
    """Say that the lesson replays, and who made the recordings, when."""
    counts = Counter()
    for one in [*cassette.interactions, *cassette.staged]:
        counts[_source(one.origin)] += len(one.responses)
    parts = [f"{source} {count}개" for source, count in sorted(counts.items())]
    recorded = RECORDED.format(parts=", ".join(parts)) if parts else NOTHING_RECORDED
    open_models = {one.origin["model"] for one in cassette.interactions if one.origin["kind"] == "open-model"}
    another = (
        [ANOTHER.format(asked=cassette.model, models=", ".join(sorted(open_models)))] if open_models else []
    )
    title = REPLAY_TITLE.format(lesson=cassette.lesson, model=cassette.model)
    return notice(title, [REPLAY_LINE, recorded, *another, *notices])


def _source(origin: dict) -> str:
    server = OPENAI if is_openai_host(origin.get("host")) else COMPATIBLE
    return KIND_NAMES[origin["kind"]].format(date=origin["date"], server=server)


def recordings_table(cassette: Cassette) -> View:
    """Show what a cassette holds: each recording's id, what it varies, and how many answers it has."""
    rows = [[one.id, one.title or LESSON_OWN, len(one.responses)] for one in cassette.interactions]
    return table(RECORDINGS, rows, RECORDINGS_TITLE.format(lesson=cassette.lesson))


def live_banner(session, cassette: Cassette, notices: Sequence[str]) -> View:
    """Say that the lesson is live: model, server, ceiling, what it will cost, what is adapted, when the model ends.

    Args:
        session: the lesson's `LiveSession`.
        cassette: the lesson's recordings, whose lengths tell what the notebook will cost.
        notices: of the settings.
    """
    # Replay, the usual mode, must not pay for importing what only live needs.
    from helpers.live import DEFAULT_CAP, describe, notebook_calls, whole_cost

    if session.local:
        title = LOCAL_TITLE.format(lesson=cassette.lesson, model=session.model)
        lines = [line.format(cap=DEFAULT_CAP) for line in LOCAL]
        known = find_local(session.model)
        lines += [ADDED_SYSTEM.format(text=known.added_system)] if known and known.added_system else []
        return notice(title, [*lines, *describe(session.model, session.base_url), SEE_REQUEST, *notices])
    ceiling = CEILING if session.paid else NO_CEILING
    lines = [ceiling.format(ceiling=session.meter.ceiling_usd, cap=DEFAULT_CAP)]
    lines += [CEILING_ANYWAY] if session.paid and is_local(session.base_url) else []
    lines += [UNPRICED] if session.paid and find_model(session.model).price is None else []
    lines += _where_the_key_goes(session)
    calls = notebook_calls(cassette, session.model, session.base_url, session.paid)
    cost = whole_cost(calls)
    lines.append((WHOLE.format(cost=cost) if cost else WHOLE_UNKNOWN) if calls else WHOLE_NONE)
    lines += shutdown_lines(session.model)
    lines += describe(session.model, session.base_url)
    title = LIVE_TITLE.format(lesson=cassette.lesson, model=session.model, host=session.host)
    return notice(title, [*lines, SEE_REQUEST, *notices])


def _where_the_key_goes(session) -> list[str]:
    if not session.key or is_openai(session.base_url):
        return []
    told = [KEY_GOES.format(host=session.host)]
    return told + ([IN_CLEAR] if session.base_url.startswith("http:") else [])


def shutdown_lines(name: str) -> list[str]:
    """Say when a model ends or ended, and which one follows it; nothing where no date is known."""
    model = find_model(name)
    if model.shutdown is None:
        return []
    text = SHUT_DOWN if model.shutdown <= date.today() else SHUTS_DOWN
    successor = model.successor
    after = way_on("successor", successor=successor) if successor else way_on("no_successor")
    return [text.format(model=name, date=model.shutdown, next=after)]
