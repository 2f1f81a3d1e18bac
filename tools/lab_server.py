"""JupyterLab's server as the course runs it: it says when it is up, and Ctrl+C stops it without a question."""

import signal
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from jupyter_server.serverapp import WILDCARD_IPS, ServerApp
from jupyterlab.labapp import LabApp


class NoPortError(Exception):
    """Every port that the server may use is taken."""


class Teller(Protocol):
    """Who tells the learner what the server does."""

    def up(self, address: str) -> None:
        """It listens; the address holds the token."""

    def stopping(self) -> None:
        """Ctrl+C was pressed."""


class CourseServer(ServerApp):
    """Jupyter's server, which tells a Teller instead of the terminal's reader in English."""

    teller: Teller

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the first page, with the token even where the learner chose it."""
        own = self.local_url if self.ip in WILDCARD_IPS else self.public_url
        token = self.identity_provider.token
        return urlsplit(own)._replace(query=urlencode({"token": token}) if token else "").geturl()

    def start_app(self) -> None:
        """Start; the loop takes up what tells of it behind what binds the port, which ends the loop if it fails."""
        super().start_app()
        self.io_loop.add_callback(lambda: self.teller.up(self.address))

    def init_signal(self) -> None:
        """Handle Ctrl+C on every system and without a terminal, too: Jupyter's own handler asks in English."""
        super().init_signal()
        signal.signal(signal.SIGINT, self._stop_once)

    def _stop_once(self, *_: object) -> None:
        # A second Ctrl+C must not cut off the end of the kernels.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.teller.stopping()
        self.stop(from_signal=True)

    def _find_http_port(self) -> None:
        try:
            super()._find_http_port()
        except SystemExit as error:
            raise NoPortError from error


def serve(options: list[str], teller: Teller) -> None:
    """Run JupyterLab until it is stopped.

    Args:
        options: JupyterLab's own.
        teller: who is told what happens.

    Raises:
        NoPortError: every port that it may use is taken.
        SystemExit: it ended itself, such as over an option that it does not know.
    """
    CourseServer.teller = teller
    LabApp.serverapp_class = CourseServer
    LabApp.launch_instance(options)
