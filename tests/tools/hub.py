"""A stand-in for the place from which models are fetched, on this machine; it can break off and send wrong bytes."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Hub:
    """Serves one file as https://huggingface.co does.

    Args:
        content: of the file.
        breaks_off: after how many bytes the connection is cut, once; None for never.
    """

    def __init__(self, content: bytes, breaks_off: int | None = None) -> None:
        self.content = content
        self.breaks_off = breaks_off
        self.requests: list[tuple[str, str, dict]] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_HEAD(self) -> None:
                self._reply(send=False)

            def do_GET(self) -> None:
                self._reply(send=True)

            def _reply(self, send: bool) -> None:
                hub.requests.append((self.command, self.path, dict(self.headers)))
                if "/resolve/" not in self.path:
                    self.send_response(404)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                start = int((re.match(r"bytes=(\d+)-", self.headers.get("Range", "")) or [0, 0])[1])
                body = hub.content[start:]
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("ETag", '"one-edition"')
                self.send_header("X-Repo-Commit", "f" * 40)
                self.send_header("Accept-Ranges", "bytes")
                if start:
                    self.send_header(
                        "Content-Range", f"bytes {start}-{len(hub.content) - 1}/{len(hub.content)}"
                    )
                self.end_headers()
                if not send:
                    return
                cut, hub.breaks_off = hub.breaks_off, None
                self.wfile.write(body[:cut])
                if cut is not None:
                    self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Hub":
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
