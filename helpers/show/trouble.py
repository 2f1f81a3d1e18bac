"""Turns an exception of the SDK or of the course into what happened, why, and what to do next, in Korean."""

import re

import openai
import pydantic

from helpers.errors import CourseError
from helpers.models import find_model
from helpers.replay import is_miss, is_replayed, parse_json
from helpers.show.kinds import kind_of, told, wrong_messages_of
from helpers.show.views import View, notice
from helpers.ways import way_on

TRACEBACK_HINT = "파이썬의 오류 기록 전체는 lesson.traceback()으로 봅니다."
# With the hint a box has at most twelve.
MOST_LINES = 11
SUCCESSOR = "{model}의 후속 모델: {successor}"
ELSEWHERE = """지금은 재생 모드인데, 이 요청은 녹화를 찾지 않고 서버로 갔습니다.
녹화된 답변을 쓰려면 client = OpenAI(**lesson.connection)로 다시 만드세요."""
THROUGH_PROXY = (
    "이 요청은 프록시를 거쳤습니다. 내부 네트워크의 서버라면 환경 변수 NO_PROXY에 {host}를 적으세요."
)
NO_JSON = {
    "blank": "빈 글이거나 공백과 줄바꿈뿐입니다.",
    "```": "JSON을 코드 블록(```)으로 감쌌습니다.",
    "<think": "JSON 앞에 추론한 글(<think>)이 있습니다.",
    "{": "JSON으로 시작하지만 문법이 틀리거나, 뒤에 다른 글이 붙어 있습니다.",
    "[": "JSON으로 시작하지만 문법이 틀리거나, 뒤에 다른 글이 붙어 있습니다.",
    "parts": "글이 아니라 다른 모양의 값(조각의 리스트 등)이 왔습니다.",
    "text": "JSON 대신, 또는 JSON 앞에 다른 글이 있습니다.",
}
# What a learner reads of each kind of error: what happened, why, and what to do next.
EXPLANATIONS = {
    "course": "끝까지 실행하지 못했습니다.",
    "no_key": """API 키가 없습니다.
OpenAI()는 키를 인수나 환경 변수에서 찾는데, 둘 다 비어 있습니다.
"""
    + way_on("own_client"),
    "wrong_key": """서버가 키를 받아들이지 않았습니다. ({status})
키가 잘못 붙여졌거나, 지워졌거나, 다른 서버의 키입니다.
"""
    + way_on("new_key"),
    "forbidden": """이 키로는 허용되지 않는 일입니다. ({status})
프로젝트의 권한이나 지역 제한 때문일 수 있습니다.
키가 속한 프로젝트의 설정에서 모델과 권한을 확인하세요.""",
    "not_found": """서버가 그 모델이나 주소를 모릅니다. ({status})
모델 이름의 철자가 다르거나, 모델이 종료되었거나, 서버 주소가 다릅니다.
"""
    + way_on("not_found"),
    "not_chat": """이 모델은 이 방법으로 부를 수 없습니다. ({status})
모델은 있지만 Chat Completions를 받지 않습니다.
"""
    + way_on("name_a_model"),
    "page": """모델의 서버가 아니라 웹 페이지가 답했습니다. ({status})
대개 중간의 프록시나 방화벽이 보낸 안내이거나, 주소가 다른 곳을 가리킵니다. 키나 모델 이름의 문제가 아닙니다.
"""
    + way_on("page"),
    "proxied": """이 서버 대신 프록시가 답했습니다.
내부 네트워크의 서버({host})인데도 요청이 HTTP_PROXY나 시스템 설정의 프록시로 갔습니다.
환경 변수 NO_PROXY에 {host}를 적고(예: NO_PROXY=localhost,127.0.0.1) JupyterLab을 다시 시작하세요.""",
    "too_large": """요청 하나가 분당 토큰 한도보다 큽니다. ({status})
기다려도 풀리지 않습니다. 보낸 글과 길이 제한(max_completion_tokens)을 합해 셉니다.
메시지를 줄이거나 여러 요청으로 나누고, max_completion_tokens를 작게 정하세요.""",
    "filtered": """서버의 콘텐츠 필터가 요청을 막았습니다. ({status})
요청의 글이 서버의 안전 규칙에 걸렸습니다. 매개변수나 키의 문제가 아닙니다.
요청의 표현을 바꾸세요.""",
    "error_inside": """서버가 답변 대신 오류를 보냈습니다.
오류의 이름: {code}. 상태 코드로는 무엇이 문제인지 말하지 않았습니다.
잠시 뒤에 다시 실행하세요. 계속되면 모델 이름과 매개변수, 서버의 로그를 확인합니다.""",
    "rate_limit": """짧은 시간에 너무 많이 요청했습니다. (429)
분당 요청 수나 토큰 수의 한도를 넘었습니다.
잠시 기다렸다가 다시 실행하세요. 반복해서 호출하는 코드라면 간격을 둡니다.""",
    "no_credit": """쓸 수 있는 금액이 남아 있지 않습니다. ({status})
잔액이 없거나 지출 한도에 닿았습니다. 기다려도 풀리지 않습니다.
"""
    + way_on("no_credit"),
    "bad_parameter": """서버가 요청의 매개변수를 받아들이지 않았습니다. ({status})
받아들이지 않은 매개변수: {param} (code: {code})
그 매개변수를 빼거나 값을 바꾸세요. 모델마다 받는 매개변수가 다릅니다.""",
    "too_long": """메시지가 모델이 한 번에 받을 수 있는 길이를 넘었습니다. ({status})
보낸 것과 답변을 합한 토큰이 컨텍스트 윈도우보다 많습니다.
메시지를 줄이거나 컨텍스트 윈도우가 큰 모델을 고르세요. 로컬 서버라면 서버의 컨텍스트 크기를 늘립니다.
짧은 메시지라면 max_completion_tokens를 작게 정하세요. 정하지 않으면 이 코스가 더하는 길이 제한도 함께 셉니다.""",
    "bad_request": """서버가 요청을 이해하지 못했습니다. ({status})
요청의 모양이 규칙과 다릅니다. (code: {code})
messages의 모양, 매개변수의 이름, 모델의 이름과 키를 확인하세요.""",
    "bad_messages": """요청의 messages가 잘못되었습니다. (400)
{wrong}""",
    "conflict": """서버에서 다른 작업과 충돌했습니다. (409)
같은 자원을 동시에 바꾸려 할 때 생깁니다.
잠시 뒤에 다시 실행하세요.""",
    "server": """서버에 문제가 생겼습니다. ({status})
대개 서버 쪽의 문제입니다. 호환 서버는 받지 않는 매개변수에도 이렇게 답하기도 합니다.
잠시 뒤에 다시 실행하세요. 계속되면 서버의 상태 안내를 확인합니다.""",
    "timeout": """서버가 제때 답하지 않았습니다.
시간 제한 안에 응답이 오지 않았습니다. 긴 답변이거나 네트워크가 느릴 수 있습니다.
다시 실행하거나, OpenAI(..., timeout=초)로 시간 제한을 늘리세요.""",
    "connection": """서버에 연결하지 못했습니다.
네트워크가 끊겼거나, 프록시나 방화벽이 막았거나, 서버 주소가 다릅니다.
"""
    + way_on("unreachable"),
    "local_gone": """로컬 모델이 답하지 않습니다.
모델을 띄운 서버가 멈추었거나, 메모리가 모자라 끝났을 수 있습니다.
"""
    + way_on("local_gone"),
    "certificate": """서버의 인증서를 확인하지 못했습니다.
학교나 회사의 보안 프로그램이 연결을 중간에서 풀어 다시 묶을 때 생깁니다.
그 기관의 인증서 파일을 받아 환경 변수 SSL_CERT_FILE에 경로를 적고 JupyterLab을 다시 시작하세요.""",
    "certificate_strict": """서버의 인증서가 이 Python의 규칙에 맞지 않습니다.
SSL_CERT_FILE이 옳아도, Python 3.13부터는 확장 항목이 빠진 기관의 인증서를 거절합니다.
기관에 규칙(RFC 5280)에 맞는 인증서를 요청하거나, Python 3.12로 다시 설치하세요.""",
    "certificate_old": """서버의 인증서가 지금 날짜에 유효하지 않습니다.
기한이 지났거나 아직 시작하지 않았습니다. 이 컴퓨터의 날짜가 틀려도 이렇게 됩니다.
컴퓨터의 날짜와 시각을 확인하세요. 맞다면 서버를 운영하는 곳에서 인증서를 새로 해야 합니다.""",
    "certificate_name": """서버의 인증서가 다른 주소의 것입니다.
주소를 잘못 적었거나, 로그인해야 하는 와이파이처럼 다른 곳이 대신 답했습니다.
"""
    + way_on("another_address"),
    "plain_server": """주소의 http와 https가 서버와 맞지 않습니다.
로컬 서버는 대개 http://로, 인터넷의 서버는 https://로 부릅니다.
"""
    + way_on("another_address"),
    "length": """답변이 길이 제한에 걸려 잘렸습니다.
잘린 JSON은 읽을 수 없으므로 SDK가 parse()에서 이 오류를 냅니다.
max_completion_tokens를 늘리거나 더 짧은 답변을 요청하세요. 잘린 답변은 e.completion에 있습니다.""",
    "content_filter": """답변이 콘텐츠 필터에 걸려 비었습니다.
요청이나 답변이 서버의 안전 규칙에 걸렸습니다.
요청의 표현을 바꾸세요. 응답은 e.completion에 있습니다.""",
    "not_json": """답변이 JSON이 아니라서 데이터로 읽을 수 없습니다.
{reason}
클래스는 문제가 아닙니다. 스키마를 지키는 모델인지 확인하거나, JSON만 쓰라고 요청하고 다시 실행하세요.""",
    "schema": """데이터가 정한 스키마와 맞지 않습니다.
맞지 않는 곳: {fields}
스키마를 지키는 모델인지, 클래스의 필드와 타입이 맞는지 확인하세요.""",
    "not_understood": """서버의 응답을 이해할 수 없습니다.
JSON이 아니거나 Chat Completions의 모양이 아닙니다. 프록시의 안내 페이지일 수도 있습니다.
서버 주소를 확인하세요. 주소는 대개 /v1로 끝납니다.""",
    "sdk": """SDK가 요청을 끝내지 못했습니다.
오류의 종류: {kind}
인수를 확인하고 다시 실행하세요.""",
}


def explain(error: Exception, *more: str, live: bool = True) -> View:
    """Explain an exception in at most 12 lines.

    Nothing of the server's own message is repeated, except the course's: a 401 holds a part of the key.

    Args:
        error: an exception of the SDK, of Pydantic or of the course.
        more: lines to add at the end.
        live: whether the lesson asks a server; where it does not, a request that went to one took the wrong client.

    Returns:
        A box: what happened, why, what to do next.
    """
    if isinstance(error, CourseError):
        lines = [EXPLANATIONS["course"], *str(error).split("\n")][:MOST_LINES]
    elif is_miss(error):
        lines = error.body["message"].split("\n")[:MOST_LINES]
    else:
        kind = kind_of(error)
        request = error.request if isinstance(error, openai.APIError) else None
        fields = {
            "param": _plain(getattr(error, "param", None)),
            "code": _plain(_code(error)),
            "status": getattr(error, "status_code", None) or told(error).status,
            "kind": type(error).__name__,
            "fields": _fields(error),
            "wrong": wrong_messages_of(error),
            "host": request and request.url.host,
            "reason": _no_json(error),
        }
        # An error inside a stream may come without any status.
        lines = [
            line.format(**fields)
            for line in EXPLANATIONS[kind].replace(" ({status})" * (not fields["status"]), "").split("\n")
        ]
        lines += _advice(error) if kind in ("bad_parameter", "not_found") else []
        if request and kind != "proxied" and request.extensions.get("local_through_proxy"):
            lines.append(THROUGH_PROXY.format(**fields))
        if not live and request and not is_replayed(request):
            lines[2:] = ELSEWHERE.split("\n")
    return notice(lines[0], [*lines[1:], *more], look="miss" if is_miss(error) else "error")


def _advice(error: openai.APIStatusError) -> list[str]:
    """Return what `models.toml` knows to do about a refused parameter or a model that is gone; nothing where staged."""
    # Replay, the usual mode, must not pay for importing what only live needs.
    from helpers.live import advice

    body = parse_json(error.request.read())
    if is_replayed(error.request) or not isinstance(body, dict):
        return []
    model = str(body.get("model"))
    if isinstance(error, openai.NotFoundError):
        successor = find_model(model).successor
        return [SUCCESSOR.format(model=model, successor=successor)] if successor else []
    line = advice(_plain(error.param), model, str(error.request.url))
    return [line] if line else []


def _code(error: Exception) -> str | None:
    code = getattr(error, "code", None)
    return None if code is None else str(code)


def _plain(value: object) -> str:
    """Return a name such as `messages[0].content`; a server could put anything else there, even the key."""
    return value if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_.\[\]]{1,80}", value) else "?"


def _no_json(error: Exception) -> str:
    """Say what stands in the place of the JSON that was asked for."""
    text = error.errors()[0]["input"] if isinstance(error, pydantic.ValidationError) else ""
    if not isinstance(text, str):
        return NO_JSON["parts"]
    text = text.strip()
    begins = next((kind for kind in ("```", "<think", "{", "[") if text.startswith(kind)), "")
    return NO_JSON[begins or ("text" if text else "blank")]


def _fields(error: Exception) -> str:
    if not isinstance(error, pydantic.ValidationError):
        return "?"
    places = (".".join(map(str, one["loc"])) or "전체" for one in error.errors()[:5])
    # A place holds keys from the data, with whatever line breaks a model wrote into them.
    return " ".join(", ".join(places).split())[:200]
