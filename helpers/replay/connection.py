"""The arguments for `OpenAI(...)`: the SDK's own and documented ones, with nothing from the environment in them."""

import os

import openai

from helpers.replay.player import ReplayTransport

# Replay needs no address; .invalid never resolves, so that nothing can leave the machine.
REPLAY_BASE_URL = "https://replay.invalid/v1/"
REPLAY_API_KEY = "replay-needs-no-key"
# Variables from which the SDK takes headers unless it is told otherwise.
AMBIENT_HEADERS = {"OPENAI_ORG_ID": "OpenAI-Organization", "OPENAI_PROJECT_ID": "OpenAI-Project"}


def replay_connection(answer) -> dict:
    """Return the arguments for a client that opens no connection.

    Args:
        answer: takes method, path relative to the base URL and raw body; returns a response as cassettes hold it.

    Returns:
        `api_key`, `base_url` and `http_client`, and `default_headers` where the environment would add some.
    """
    transport = ReplayTransport(answer, "/v1/")
    connection = {
        "api_key": REPLAY_API_KEY,
        "base_url": REPLAY_BASE_URL,
        "http_client": openai.DefaultHttpxClient(transport=transport, trust_env=False),
    }
    return without_ambient_headers(connection)


def without_ambient_headers(connection: dict) -> dict:
    """Return the arguments with one more where the environment would add headers to a request."""
    lines = os.environ.get("OPENAI_CUSTOM_HEADERS", "").split("\n")
    custom = [line.partition(":")[0].strip() for line in lines if ":" in line]
    ambient = [header for variable, header in AMBIENT_HEADERS.items() if variable in os.environ]
    # What the SDK cannot do without keeps the SDK's own value.
    own = {
        "authorization": f"Bearer {connection['api_key']}",
        "accept": "application/json",
        "content-type": "application/json",
    }
    omitted = {name: own.get(name.lower(), openai.omit) for name in [*ambient, *custom]}
    return connection | ({"default_headers": omitted} if omitted else {})
