"""Looks up what `models.toml` says of models and servers."""

import ipaddress
import math
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from helpers.course import read_table

TABLE = Path(__file__).with_name("models.toml")
OPENAI_HOST = "api.openai.com"
# The date of a snapshot: gpt-6-luna-2026-09-22, -20260922, -0922.
_DATE = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8}|\d{4})$")
# A name that only this network knows: no number, since 134744072 and 0x8080808 are addresses, and no other name's code.
_LOCAL_NAME = re.compile(
    r"(?!.*(^|\.)(\d+|0x[0-9a-f]*)$|xn--)[a-z0-9_-]+|[a-z0-9._-]+\.(local|localhost|internal|home\.arpa)",
    re.ASCII,
)


@dataclass(frozen=True)
class Price:
    """US dollars per million text tokens, with the day and the source of the figures; None where not published."""

    input: float
    output: float
    date: date
    source: str
    cached: float | None = None
    cache_write: float | None = None

    def __post_init__(self) -> None:
        figures = (self.input, self.output, self.cached, self.cache_write)
        if not all(0 <= one < math.inf for one in figures if one is not None):
            raise ValueError("no price")


@dataclass(frozen=True)
class Model:
    """What the course knows of a model; None where it does not know.

    `row` is the name of its table in `models.toml`. `encoding_basis` is "tiktoken" where tiktoken names the encoding
    and "assumed" where the maker has published none. `context` and `max_output` are tokens; `shutdown` is the day on
    which the model stops answering; `adapt` says what the live client changes in a request to it.
    """

    name: str
    names: tuple[str, ...] = ()
    row: str | None = None
    encoding: str = "o200k_base"
    encoding_basis: str = "assumed"
    context: int | None = None
    max_output: int | None = None
    price: Price | None = None
    shutdown: date | None = None
    successor: str | None = None
    adapt: dict = field(default_factory=dict)
    known: bool = True


@dataclass(frozen=True)
class Server:
    """What the course knows of a kind of server; `row` is the name of its table in `models.toml`."""

    row: str
    title: str
    ports: tuple[int, ...]
    adapt: dict


@dataclass(frozen=True)
class LocalModel:
    """An open model that `start.py local` can serve; `bytes` is its file's size, `memory_mb` is MiB while it serves.

    `added_system` is the system message that its template adds to a conversation without one.
    """

    name: str
    row: str
    title: str
    licence: str
    repository: str
    revision: str
    file: str
    bytes: int
    sha256: str
    memory_mb: int
    date: date
    tried: bool
    added_system: str | None = None
    adapt: dict = field(default_factory=dict)


@cache
def local_models() -> tuple[LocalModel, ...]:
    """Return every open model of `models.toml`, in its order; CourseError where the file is damaged, as from all here."""
    return tuple(read_table(TABLE, "local", lambda name, row: LocalModel(name, f'local."{name}"', **row)))


def check_table() -> None:
    """Make sure that `models.toml` can be read, before a cell needs it."""
    for read in (known_models, known_servers, local_models):
        read()


def find_local(name: str) -> LocalModel | None:
    """Return the open model of that name."""
    return next((one for one in local_models() if one.name == name), None)


@cache
def known_models() -> tuple[Model, ...]:
    """Return every model of `models.toml`, in its order."""
    return tuple(read_table(TABLE, "models", _model))


@cache
def known_servers() -> tuple[Server, ...]:
    """Return every kind of server of `models.toml`, in its order."""
    return tuple(read_table(TABLE, "servers", _server))


def _server(key: str, row: dict) -> Server:
    return Server(**{**row, "row": f"servers.{key}", "ports": tuple(row["ports"])})


def _model(key: str, row: dict) -> Model:
    price = Price(**row["price"]) if "price" in row else None
    names = tuple(row["names"])
    return Model(**{**row, "row": f"models.{key}", "name": names[0], "names": names, "price": price})


def find_model(name: str) -> Model:
    """Return what is known of a model.

    Args:
        name: as a request names it, such as "gpt-4o-mini-2024-07-18".

    Returns:
        Its row of `models.toml`, for a dated name that is not there that of the name without the date; else a row that
        knows nothing, with `known` False.
    """
    undated = _DATE.sub("", name)
    for wanted in (name, undated):
        for model in known_models():
            if wanted in model.names:
                return model
    return Model(name, known=False)


def asked_instead(asked: str, answered: str | None) -> dict:
    """Return `asked`, the model that was asked, where another one answered; a dated snapshot is no other model."""
    # Of names that begin alike, such as gpt-4o-mini, not all are the same model.
    dated = answered and re.fullmatch(rf"{re.escape(asked)}-[\d-]+", answered)
    return {} if not answered or dated or answered == asked else {"asked": asked}


def find_server(base_url: str) -> Server | None:
    """Return the kind of server that listens on the port of a base URL; None for OpenAI and for a port not named."""
    if is_openai(base_url):
        return None
    port = urlsplit(base_url).port
    return next((one for one in known_servers() if port in one.ports), None)


def is_openai(base_url: str) -> bool:
    """Say whether a base URL is OpenAI's own, such as https://api.openai.com/v1 or that of a region."""
    return is_openai_host(urlsplit(base_url).hostname)


def is_openai_host(host: str | None) -> bool:
    """Say whether a host is OpenAI's own; any other's answers are those of a compatible server."""
    return host == OPENAI_HOST or str(host).endswith("." + OPENAI_HOST)


def is_local(base_url: str) -> bool:
    """Say whether a base URL leads to this machine or this network."""
    host = (urlsplit(base_url).hostname or "").rstrip(".")
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return _LOCAL_NAME.fullmatch(host) is not None


def local_through_proxy(base_url: str) -> bool:
    """Say whether requests to a local server go to a proxy, of the environment or the system's settings, instead."""
    parts, proxies = urlsplit(base_url), getproxies()
    proxied = (proxies.get(parts.scheme) or proxies.get("all")) and not proxy_bypass(parts.netloc)
    return is_local(base_url) and bool(proxied)


@cache
def price_for(model: str, base_url: str, paid: bool = False) -> Price | None:
    """Return the price at which calls to a server are counted.

    Args:
        model: as the request names it.
        base_url: of the server.
        paid: whether a local server counts too: it may pass requests on to one that sends a bill.

    Returns:
        None on a local server that is not paid; else the model's price, or where that is not known the dearest of the
        table, so that the ceiling holds whatever the model costs.
    """
    if is_local(base_url) and not paid:
        return None
    return find_model(model).price or max(
        (one.price for one in known_models() if one.price), key=lambda price: (price.output, price.input)
    )
