"""The heart of the course: recorded interactions, and answers from them without a network. Knows no model, no Jupyter."""

from helpers.replay.answers import identities, identity, read_answer, said
from helpers.replay.cassette import Cassette, Interaction, load_cassette, save_cassette
from helpers.replay.connection import REPLAY_BASE_URL, replay_connection, without_ambient_headers
from helpers.replay.matching import CHAT, MODEL_PLACEHOLDER, RESPONSES, parse_json, read_body, stored_key
from helpers.replay.misses import is_miss, is_replayed, miss_lines, wrong_messages
from helpers.replay.player import Exchange, Player, ReplayTransport
from helpers.replay.rules import KINDS
