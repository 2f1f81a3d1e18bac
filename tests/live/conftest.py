import pytest

from tests.loopback import Loopback

AMBIENT = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture
def no_ambient_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in AMBIENT:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def server():
    with Loopback() as one:
        yield one


@pytest.fixture
def as_openai(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> Loopback:
    """The server as the proxy through which OpenAI's host is reached, so that prices and the ceiling apply."""
    monkeypatch.setenv("HTTP_PROXY", server.address)
    return server
