"""Serves a built tab together with the model of this machine, from one address, so that lessons in the tab may ask it.

A page may ask only the server that it came from: so what the tab asks is passed on from here, and to nobody else.
"""

import contextlib
import http.client
import json
import time
import webbrowser
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from helpers.course import ROOT
from helpers.settings import LOCAL
from tools.site.server import Files, serving
from tools.site.tab import KERNEL

CONFIG, LESSONS, API = "jupyter-lite.json", "lessons.json", "/v1/"
PASSED_ON = ("authorization", "content-type", "accept")
MOST_BYTES = 4_000_000
PIECE = 1 << 12
# The SDK sets limits on connections, of which a browser keeps its own.
QUIET = "ignore:The following transport option(s) are not supported on Emscripten"
# Always the same: a browser keeps what it saves by address and port.
PORT = 8791
UP = """
실습실이 열렸습니다. 브라우저가 저절로 열리지 않으면 이 주소를 여세요.

    {address}

멈추기: 노트북을 저장한 뒤, 이 창에서 Ctrl+C를 누르세요."""
NO_PORT = (
    "포트 {port}을 다른 프로그램이 쓰고 있어 실습실을 열지 못했습니다. 그 프로그램을 멈추고 다시 시작하세요."
)
STOPPED = "실습실이 멈추었습니다. 고친 노트북과 푼 문제는 브라우저에 남아 있습니다."


class WithModel(Files):
    """Hands out the tab's files, told that a model answers, and passes on what the tab asks.

    Attributes:
        model: `api_key`, `base_url` and `model`, as `start.py local` tells its kernels.
    """

    model: dict[str, str]

    def do_GET(self) -> None:  # noqa: N802
        """Hand out a file; those that say how the lessons run say that a model of this machine answers."""
        name = urlsplit(self.path).path.rpartition("/")[2]
        path = Path(self.translate_path(self.path))
        if not self._is_ours():
            self.send_error(HTTPStatus.FORBIDDEN)
        elif name in (CONFIG, LESSONS) and path.is_file():
            content = json.loads(path.read_text(encoding="utf-8"))
            self._answer(self._told(content) if name == CONFIG else content | {"local": True})
        else:
            super().do_GET()

    def do_POST(self) -> None:  # noqa: N802
        """Pass a question on to the model, and its answer back, as it comes."""
        size = int(self.headers.get("Content-Length") or 0)
        if not self._is_ours() or not self.path.startswith(API) or size > MOST_BYTES:
            self.close_connection = True
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        server = urlsplit(self.model["base_url"])
        headers = {name: self.headers[name] for name in PASSED_ON if self.headers[name]}
        connection = http.client.HTTPConnection(server.hostname, server.port)
        try:
            path = server.path.rstrip("/") + "/" + self.path.removeprefix(API)
            connection.request("POST", path, self.rfile.read(size), headers)
            self._pass_back(connection.getresponse())
        except ConnectionError:
            # The SDK asks again, and the lesson's box says what to do.
            self.close_connection = True
            self.send_error(HTTPStatus.BAD_GATEWAY)
        finally:
            connection.close()

    def _pass_back(self, answer: http.client.HTTPResponse) -> None:
        self.close_connection = True
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.getheader("Content-Type") or "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        while piece := answer.read1(PIECE):
            self.wfile.write(piece)
            self.wfile.flush()

    def _is_ours(self) -> bool:
        """Say whether a request comes from the tab itself: no other page, by whatever name, may use the model."""
        own = f"127.0.0.1:{self.server.server_port}"
        return self.headers.get("Host") == own and self.headers.get("Origin") in (None, f"http://{own}")

    def _told(self, config: dict) -> dict:
        told = self.model | {"base_url": f"http://127.0.0.1:{self.server.server_port}{API}"}
        settings = config.get("jupyter-config-data", {}).get("litePluginSettings", {}).get(KERNEL)
        if settings:
            env = {LOCAL: json.dumps(told), "LESSON_MODE": "live", "PYTHONWARNINGS": QUIET}
            settings["loadPyodideOptions"]["env"] |= env
        return config

    def _answer(self, content: dict) -> None:
        body = json.dumps(content).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/json")
        # The browser must not keep it: without the model the same address says something else.
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def serving_with_model(site: Path, model: dict[str, str], port: int = 0) -> Iterator[str]:
    """Serve a built site and a model for as long as the context lasts; gives the address.

    Args:
        site: the folder that was built.
        model: `api_key`, `base_url` and `model`.
        port: on loopback; 0 for a free one.
    """
    with serving(site, type("Handler", (WithModel,), {"model": model}), port) as address:
        yield address


def serve_until_stopped(model: dict[str, str], say: Callable[[str], object]) -> int:
    """Serve the built tab and a model until Ctrl+C, and return the exit code.

    Args:
        model: `api_key`, `base_url` and `model`.
        say: shows a text in the terminal.
    """
    try:
        with serving_with_model(ROOT / "_site", model, PORT) as address:
            say(UP.format(address=f"{address}lab/"))
            webbrowser.open(f"{address}lab/")
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        say(STOPPED)
        return 0
    except OSError:
        say(NO_PORT.format(port=PORT))
        return 1
