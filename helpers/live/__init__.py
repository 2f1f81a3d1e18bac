"""Everything that talks to a server: the session, the key, the ceiling, recording. Knows no lesson's content, no HTML."""

from helpers.live.adapting import advice, describe
from helpers.live.costs import figures, notebook_calls, recorded_calls, remarks, replayed_calls, whole_cost
from helpers.live.metering import DEFAULT_CAP, PICODOLLARS, Call, Meter
from helpers.live.origins import recall
from helpers.live.recording import JOURNALS, put_failure_on_show, session_for
from helpers.live.session import DEFAULT_MODEL, OPENAI_BASE_URL, LiveSession, ceiling_for
