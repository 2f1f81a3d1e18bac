"""The SDK's own HTTP client, with a lesson's live session in between."""

import httpx2
import openai

from helpers.live.responses import is_page
from helpers.models import local_through_proxy


class LiveClient(openai.DefaultHttpxClient):
    """The SDK's own HTTP client, which passes every request through the lesson's live session."""

    def __init__(self, session) -> None:
        super().__init__()
        self._session = session
        self._through_proxy = local_through_proxy(session.base_url)

    def send(self, request: httpx2.Request, *, stream: bool = False, **options) -> httpx2.Response:
        """Send one request of the SDK, and show the SDK nothing that holds the key."""
        # For whoever explains a failure: it may be the proxy's and not the server's.
        request.extensions["local_through_proxy"] = self._through_proxy
        outgoing = self._session.prepare(request, stream)
        try:
            response = super().send(outgoing.wire, stream=stream, **options)
            response.request, response.history = request, []
            if response.is_error or is_page(response):
                response.read()  # no stream that could be passed on
        except BaseException as error:
            self._session.lost(outgoing, error)
            if isinstance(error, httpx2.RequestError):
                error.request = request
            # Without the frames below, its own and those of what caused it, whose variables hold the header.
            error.__context__ = None
            raise error.with_traceback(None) from None
        return self._session.received(outgoing, response)
