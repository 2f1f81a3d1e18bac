"""The live client: adapts a request to the model, puts the key in, counts the cost and stops at the ceiling.

Proxies, time-outs, limits and retries are the SDK's: only `send` of its own HTTP client is overridden.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import httpx2
import openai

from helpers.errors import RequestError, SettingsError
from helpers.key import Key
from helpers.live.adapting import CAPS, adapt, may_reason, rules_for
from helpers.live.client import NOT_AN_ANSWER, LiveClient, RedirectError, site
from helpers.live.logs import hide_in_logs
from helpers.live.metering import DEFAULT_CAP, UNCOUNTED, CeilingError, Meter, Reservation, usage_of
from helpers.live.origins import remember
from helpers.live.responses import is_answer, is_cut, is_stream, read_events, read_stream
from helpers.live.waiting import show_waits
from helpers.models import is_local, is_openai, price_for
from helpers.replay import CHAT, RESPONSES, parse_json
from helpers.settings import Settings
from helpers.ways import way_on

OPENAI_BASE_URL = "https://api.openai.com/v1"
DEFAULT_MODEL = "gpt-6-luna"
# The ceiling of a lesson where nobody set one; a local server has none then.
DEFAULT_BUDGET_USD = 0.05
LOCAL_HOST = "이 컴퓨터의 로컬 모델"
# What the SDK is given for a key; the real one is put in when a request leaves.
LIVE_API_KEY = "the-lesson-puts-the-key-in"
# Failures before anything of the request has left, or has been worked on.
NOT_SENT = (
    RedirectError,
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)

NO_MODEL = "이 서버에서 쓸 모델이 정해지지 않았습니다.\n" + way_on("name_a_model")
CAPPED = "남은 지출 한도에 맞추어 이 요청의 max_completion_tokens를 {cap:,}개로 정해 보냅니다."
BAD_NETWORK = (
    "환경 변수에 적힌 프록시나 인증서를 쓸 수 없습니다. HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE의 값을\n"
    "확인하고 JupyterLab을 다시 시작하세요. SOCKS 프록시는 socks://가 아니라 socks5://로 적고, socksio 패키지가 있어야 합니다."
)
NO_OBJECT = "요청의 본문이 딕셔너리가 아니어서 보내지 않았습니다.\ncreate(model=MODEL, messages=messages)처럼 적으세요."

_METERS: dict[str, Meter] = {}


@dataclass
class _Outgoing:
    """One request on its way: as it goes out, where to, the lesson's body (None: of no use to it), the money set aside.

    `wire`, which holds the key, is gone once there is an answer.
    """

    wire: httpx2.Request | None
    path: str = ""
    body: dict | None = None
    reservation: Reservation | None = None


class LiveSession:
    """What all live clients of one lesson share: the server, the key, the meter, what was sent and what came back.

    Args:
        settings: the server, the key and the model.
        meter: counts the calls and knows the ceiling.
        tell: shows the learner one line while a call is under way.
        on_answer: is given each answer: the request's path, its body as the lesson sent it, and the response as
            cassettes hold it (its body None where it is not JSON).

    Raises:
        SettingsError: the server is not OpenAI's and no model is named.
    """

    client_class = LiveClient

    def __init__(
        self,
        settings: Settings,
        meter: Meter,
        tell: Callable[[str], object] = print,
        on_answer: Callable[[str, dict, dict], object] | None = None,
    ) -> None:
        self.base_url = (settings.base_url or OPENAI_BASE_URL).rstrip("/")
        self.local = settings.local
        self.host = LOCAL_HOST if self.local else urlsplit(self.base_url).netloc
        self._base = httpx2.URL(self.base_url + "/")
        if settings.model is None and not is_openai(self.base_url):
            raise SettingsError(NO_MODEL)
        self.model = settings.model or DEFAULT_MODEL
        self.meter = meter
        self.last_request: dict | None = None
        self.key = settings.api_key or Key(None)
        self._tell = tell
        self._on_answer = on_answer
        show_waits(tell)
        hide_in_logs(self.key)

    @property
    def connection(self) -> dict:
        """The arguments for `OpenAI(**lesson.connection)`; the key is not among them.

        Raises:
            SettingsError: the proxies or certificates that the environment names cannot be used.
        """
        try:
            client = self.client_class(self)
        except (ImportError, ValueError, OSError, httpx2.InvalidURL) as error:
            raise SettingsError(BAD_NETWORK) from error
        return {"api_key": LIVE_API_KEY, "base_url": self.base_url, "http_client": client}

    @property
    def paid(self) -> bool:
        """Whether calls are counted in money: there is a ceiling, or the server is not local."""
        return self.meter.ceiling_usd is not None or not is_local(self.base_url)

    def hide(self, text: str) -> str:
        """Return a text without the key."""
        return self.key.hide(text)

    def prepare(self, request: httpx2.Request, stream: bool) -> _Outgoing:
        """Make what goes out: adapted, within the ceiling, with the key. The SDK's own request stays without it.

        Raises:
            CeilingError, RequestError: it could cost more than is left; its body is no object.
        """
        content, path, body, reservation = request.read(), "", None, None
        headers = request.headers.copy()
        # To any other address the key never goes, nor in place of one that the learner gave a client.
        ours = site(request.url) == site(self._base)
        if ours and headers.get("authorization") in (None, f"Bearer {LIVE_API_KEY}"):
            self.key.put_into(headers)
        if ours and request.method != "GET":
            path = request.url.path.removeprefix(self._base.path)
            if path in (CHAT, RESPONSES) and request.method == "POST":
                if not isinstance(body := parse_json(content), dict):
                    raise RequestError(NO_OBJECT)
            if path == CHAT and body is not None:
                sent, reservation = self._within_means(body, len(content))
                if sent is not body:
                    content = json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode()
                self.last_request = sent
            elif self.meter.ceiling_usd is not None:
                raise CeilingError(UNCOUNTED.format(path=path))
            elif path == RESPONSES and body is not None:
                self.last_request = body
        if stream:
            # The tap reads a copy of what passes, so it must not pass compressed.
            headers["accept-encoding"] = "identity"
        headers["content-length"] = str(len(content))
        wire = httpx2.Request(
            request.method, request.url, headers=headers, content=content, extensions=request.extensions
        )
        return _Outgoing(wire, path, body, reservation)

    def _within_means(self, body: dict, size: int) -> tuple[dict, Reservation]:
        model = str(body.get("model"))
        rules = rules_for(model, self.base_url)
        sent = adapt(body, rules)
        # A gateway may pass it on to other models, whatever they cost.
        named = "" if body.get("models") or body.get("fallbacks") else model
        reservation = self.meter.reserve(sent, price_for(named, self.base_url, self.paid), size)
        reservation = replace(reservation, hidden=may_reason(sent, model, self.base_url))
        if reservation.cap is not None:
            # In place of one that cannot be read, under whatever name it came.
            name = rules.get("cap") or next((one for one in CAPS if one in sent), "max_completion_tokens")
            sent = {key: value for key, value in sent.items() if key not in CAPS} | {name: reservation.cap}
            if reservation.cap < DEFAULT_CAP:
                self._tell(CAPPED.format(cap=reservation.cap))
        return sent, reservation

    def lost(self, outgoing: _Outgoing, error: BaseException) -> None:
        """Count a call without an answer: nothing where it was not sent, else the most that it may have cost."""
        if outgoing.reservation and isinstance(error, NOT_SENT):
            self.meter.release(outgoing.reservation)
        elif outgoing.reservation:
            self.meter.settle(outgoing.reservation, outgoing.reservation.most)

    def received(self, outgoing: _Outgoing, response: httpx2.Response) -> httpx2.Response:
        """Count an answer, and make sure that it is one; a stream is counted when it is closed.

        Args:
            outgoing: what was sent.
            response: without the key.

        Raises:
            openai.APIResponseValidationError: it is a page, cut off, or without a message in it.
        """
        if not response.is_closed:
            return response
        ours = outgoing.body is not None
        streamed = is_stream(response) or read_events(response.content)  # some call their events JSON
        if ours and outgoing.body.get("stream") and response.is_success and streamed:
            self.passed(outgoing, response.content)
            return response
        answer, reservation = parse_json(response.content), outgoing.reservation
        if reservation and response.is_success and isinstance(answer, dict):
            self.meter.settle(reservation, usage_of(reservation, answer), answer.get("service_tier"))
        elif reservation and response.is_success and is_cut(response):
            self.meter.settle(reservation, reservation.most)  # it was written, and billed
        elif reservation:
            self.meter.release(reservation)
        if ours and self._on_answer:
            held = {"status": response.status_code, "body": answer}
            self._on_answer(outgoing.path, outgoing.body, held)
        wanted = ours or "json" in response.request.headers.get("accept", "")  # and no sound or file
        if response.is_success and wanted and (answer is None or (ours and not is_answer(answer))):
            raise openai.APIResponseValidationError(response, answer, message=NOT_AN_ANSWER)
        if response.is_success and ours:
            remember({"body": answer}, outgoing.path, str(outgoing.body.get("model")), self.host)
        return response

    def passed(self, outgoing: _Outgoing, raw: bytes) -> None:
        """Count a stream, given as it was shown: one that was left early may have cost the most that it could."""
        answer, done = read_stream(raw)
        if reservation := outgoing.reservation:
            counted = done or answer.get("usage")
            usage = usage_of(reservation, answer) if counted else reservation.most
            self.meter.settle(reservation, usage, answer.get("service_tier"))
        events = read_events(raw)
        if outgoing.body is None:
            return
        if events:
            remember({"events": events}, outgoing.path, str(outgoing.body.get("model")), self.host)
        if self._on_answer:
            # A stream that broke off is no answer, nor is one of something else.
            held = {"status": 200 if done and events else 0, "events": events}
            self._on_answer(outgoing.path, outgoing.body, held)


def ceiling_for(settings: Settings) -> float | None:
    """Return the ceiling in US dollars: what the learner set, on whatever server, else one where calls cost money."""
    if settings.budget_usd is not None:
        return settings.budget_usd
    return None if is_local(settings.base_url or OPENAI_BASE_URL) else DEFAULT_BUDGET_USD


def meter_for(lesson: str, settings: Settings) -> Meter:
    """Return the meter of a lesson in this kernel, so that running its first cell again starts no new budget."""
    meter = _METERS.setdefault(lesson, Meter())
    meter.ceiling_usd = ceiling_for(settings)
    return meter
