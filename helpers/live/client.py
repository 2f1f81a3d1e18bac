"""The SDK's own HTTP client, with a lesson's live session in between; whatever leaves it is without the key."""

from collections.abc import Iterator
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2
import openai

from helpers.errors import CourseError
from helpers.key import Key
from helpers.live.cleaning import Body, Events, UnreadableEventError
from helpers.live.responses import is_json, is_page, is_stream
from helpers.models import local_through_proxy

# Headers that speak of bytes which are replaced here.
OF_THE_BYTES = ("content-encoding", "content-length", "transfer-encoding")
NOT_AN_ANSWER = "The server's answer is not one of Chat Completions."
REDIRECTED = (
    "서버가 다른 주소({site})로 가라고 했지만 따라가지 않았습니다. 키와 요청은 그곳에 보내지 않았습니다.\n"
    "그 주소가 맞다면 OPENAI_BASE_URL을 그 주소로 바꾸고, 모르는 주소라면 쓰던 주소와 네트워크를 확인하세요."
)


class RedirectError(CourseError, openai.OpenAIError):
    """A server wanted a request to go to another one; the SDK passes its own errors on without a retry."""


class LiveClient(openai.DefaultHttpxClient):
    """The SDK's own HTTP client, which passes every request through the lesson's live session."""

    def __init__(self, session) -> None:
        # No cookie is kept: a server could put the key into one.
        super().__init__(cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])))
        self._session = session
        self._through_proxy = local_through_proxy(session.base_url)

    def send(self, request: httpx2.Request, *, stream: bool = False, **options) -> httpx2.Response:
        """Send one request of the SDK, and show the SDK nothing that holds the key."""
        # For whoever explains a failure: it may be the proxy's and not the server's.
        request.extensions["local_through_proxy"] = self._through_proxy
        outgoing = self._session.prepare(request, stream)
        shown, failure = self._exchange(request, outgoing, stream, options)
        # Nothing in the variables of an error's frames may hold the header.
        outgoing.wire = None
        if failure:
            raise failure
        return self._session.received(outgoing, shown)

    def _exchange(
        self, request: httpx2.Request, outgoing, stream: bool, options: dict
    ) -> tuple[httpx2.Response | None, BaseException | None]:
        """Return what came back or the error instead, as it may be shown."""
        session, body = self._session, outgoing.body
        try:
            response = self._follow(outgoing.wire, **options)
            asked_stream = bool(body and body.get("stream"))
            if not stream or response.is_error or is_page(response) or (asked_stream and is_json(response)):
                response.read()  # no stream that could be passed on
            closed = partial(session.passed, outgoing)
            return _shown(response, request, session.key, asked_stream, closed), None
        except BaseException as error:
            session.lost(outgoing, error)
            return None, without_key(error, request, session.key)

    def _follow(self, wire: httpx2.Request, follow_redirects: object = True, **options) -> httpx2.Response:
        for _ in range(self.max_redirects + 1):
            response = super().send(wire, stream=True, follow_redirects=False, **options)
            further = response.next_request
            if further is None or not follow_redirects:
                return response
            response.close()
            if site(further.url) != site(wire.url):
                raise RedirectError(REDIRECTED.format(site=self._session.hide(further.url.netloc.decode())))
            wire = further
        raise httpx2.TooManyRedirects("Exceeded maximum allowed redirects.", request=wire)


class Tap(httpx2.SyncByteStream):
    """Passes a stream on as its events come, keeps a copy, and hands it over when the stream is closed.

    Args:
        source: the response whose stream it is.
        cleaner: takes the bytes and returns them as they may be shown.
        closed: is given the bytes that were shown.
        failed: returns an error of the source as it may be shown.
    """

    def __init__(self, source: httpx2.Response, cleaner: Events | Body, closed, failed) -> None:
        # In a function, which neither `vars` nor a debugger opens: its headers are as they came.
        self._source, self._cleaner, self._closed, self._failed = lambda: source, cleaner, closed, failed
        self._pieces: list[bytes] = []

    def __iter__(self) -> Iterator[bytes]:
        failure = None
        try:
            yield from self._cleaned()
        except GeneratorExit:
            raise
        except BaseException as error:
            failure = self._failed(error)
        if failure:
            raise failure

    def _cleaned(self) -> Iterator[bytes]:
        for piece in self._source().iter_bytes():
            yield from self._kept(self._cleaner.pass_on(piece))
        yield from self._kept(self._cleaner.end())

    def _kept(self, shown: bytes) -> Iterator[bytes]:
        if shown:
            self._pieces.append(shown)
            yield shown

    @property
    def elapsed(self) -> object:
        """The time that the whole answer took, once it is closed."""
        return self._source().elapsed

    def close(self) -> None:
        """Close the stream, and hand over the copy the first time."""
        try:
            self._source().close()
        finally:
            closed, self._closed = self._closed, lambda raw: None
            closed(b"".join(self._pieces))


def _shown(
    response: httpx2.Response, request: httpx2.Request, key: Key, asked_stream: bool, closed
) -> httpx2.Response:
    """Return a response as the SDK may see it: nothing of the key in body, headers or reason, the body in UTF-8."""
    headers = []
    for name, value in response.headers.multi_items():
        if name not in OF_THE_BYTES and key.hide(name) == name and key.hide(value) == value:
            headers.append((name, value.partition(";")[0] if name == "content-type" else value))
    reason = response.reason_phrase
    # In its own representation, too, which a tap holds; its request has the key.
    response.request = request
    response.extensions = {"reason_phrase": reason.encode() if key.hide(reason) == reason else b""}
    parts = {"headers": headers, "request": request, "extensions": response.extensions}
    events = response.is_success and (asked_stream or is_stream(response))
    cleaner = (
        Events(key) if events else Body(key, response.charset_encoding, with_parts=not response.is_success)
    )

    def failed(error: BaseException) -> BaseException:
        if isinstance(error, UnreadableEventError):
            return openai.APIResponseValidationError(shown, None, message=NOT_AN_ANSWER)
        return without_key(error, request, key)

    if not response.is_closed:
        shown = httpx2.Response(response.status_code, stream=Tap(response, cleaner, closed, failed), **parts)
        return shown
    try:
        content = cleaner.pass_on(response.content) + cleaner.end()
    except UnreadableEventError:
        content = b""
    shown = httpx2.Response(response.status_code, content=content, **parts)
    shown.elapsed = response.elapsed
    return shown


def without_key(error: BaseException, request: httpx2.Request, key: Key) -> BaseException:
    """Return an error as it may be shown: alone, without frames, and with nothing of the key in what it says.

    Args:
        error: on its way out.
        request: the SDK's own, which has no key.
        key: to take out.
    """
    error.__cause__ = error.__context__ = None
    if isinstance(error, httpx2.RequestError):
        error.request = request
    told = f"{error} {error!r} {vars(error) if hasattr(error, '__dict__') else ''}"
    if key.hide(told) != told:
        error = httpx2.RemoteProtocolError(type(error).__name__, request=request)
    return error.with_traceback(None)


def site(url: httpx2.URL) -> tuple:
    """Return what must be the same for two addresses to be of one server: scheme, host and port."""
    return url.scheme, url.raw_host, url.port
