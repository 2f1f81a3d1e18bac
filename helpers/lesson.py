"""Opens a lesson: reads the settings, chooses mode and model, builds the connection, shows one box saying so."""

import copy
import itertools
import logging
import os
from difflib import get_close_matches

from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response

from helpers import course, vocabulary
from helpers.errors import LessonError
from helpers.models import asked_instead, check_table
from helpers.progress import Progress
from helpers.replay import (
    MODEL_PLACEHOLDER,
    Cassette,
    Interaction,
    Player,
    identity,
    load_cassette,
    parse_json,
    read_answer,
    replay_connection,
    without_ambient_headers,
)
from helpers.settings import Settings, read_settings
from helpers.show import (
    TRACEBACK_HINT,
    TroubleBox,
    View,
    answer,
    cost_view,
    live_banner,
    recordings_table,
    replay_banner,
)

# What the SDK gives for a request: whole, in pieces, or of the Responses API.
Answer = ChatCompletion | Response | list[ChatCompletionChunk]

UNKNOWN_RECORDING = "레슨 {lesson}의 카세트에 없는 이름입니다: {id}\n비슷한 이름: {known}"


class Lesson:
    """One lesson in one kernel: how to reach the model, and what was recorded.

    Args:
        cassette: the lesson's recordings.
        settings: mode, server and model.
        trouble: what explains errors in this kernel.
    """

    def __init__(self, cassette: Cassette, settings: Settings, trouble: TroubleBox) -> None:
        self.name = cassette.lesson
        # A recording is made for replay, so that cells must take the way that they will take there.
        self.mode = "live" if settings.mode == "live" else "replay"
        self._live = None
        if settings.mode != "replay":
            # Replay, the usual mode, must not pay for importing what only live needs.
            from helpers.live import session_for

            self._live = session_for(cassette, settings)
            trouble.hide, trouble.live = self._live.hide, True
        self.model = self._live.model if self._live else cassette.model
        self._player = Player(cassette, self.model)
        self._cassettes = {self.name: cassette}
        self._settings = settings
        self._trouble = trouble
        self._named: set[tuple[str, str]] = set()

    @property
    def connection(self) -> dict:
        """The arguments for `OpenAI(**lesson.connection)`, made anew each time so that clients can be closed apart."""
        if self._live:
            return without_ambient_headers(self._live.connection)
        return replay_connection(self._player.answer)

    def last_request(self) -> dict | None:
        """Return the body of the last request as it was sent, in live mode after it was adapted; None before any."""
        if self._live:
            return self._live.last_request
        return parse_json(self._player.exchanges[-1].raw) if self._player.exchanges else None

    def cost(self) -> View:
        """Show calls, tokens and dollars of this notebook: as spent, in replay as it would be live."""
        from helpers.live import replayed_calls

        played = self._player
        calls = self._live.meter.calls if self._live else replayed_calls(played.exchanges, played.cassette)
        return cost_view(calls, self._live is not None, self._settings.krw_per_usd)

    def staged(self, name: str) -> dict:
        """Return the arguments for a client that gets one staged answer, in every mode.

        Args:
            name: the id of the staged answer in the lesson's cassette.

        Returns:
            Arguments for `OpenAI(**lesson.staged(name), max_retries=0)`.

        Raises:
            LessonError: the cassette stages no answer of that name.
        """
        one = self._find(name, self.name, staged=True)
        responses = itertools.cycle(one.responses)
        return replay_connection(lambda method, path, raw: next(responses))

    def recorded(self, id: str, lesson: str | None = None) -> Answer:
        """Return a recorded response, the same in every mode, so that text about it stays true.

        Args:
            id: of the interaction in the cassette.
            lesson: the lesson whose cassette holds it; this one unless named.

        Returns:
            The response as the SDK gives it, the first where several were recorded, of a stream the list of its chunks;
            fields that the recording does not hold are None.

        Raises:
            LessonError: there is no such lesson or interaction.
        """
        return self.answers(id, lesson)[0]

    def answers(self, id: str, lesson: str | None = None) -> list[Answer]:
        """Return every recorded response to one request, in the order in which they came; see `recorded`."""
        one = self._find(id, lesson or self.name, staged=False)
        return [read_answer(response, one.request["path"]) for response in one.responses]

    def recordings(self) -> View:
        """Show what this lesson's cassette holds: the id of each recording, what it varies, how many answers it has."""
        return recordings_table(self._cassettes[self.name])

    def recorded_requests(self) -> dict[str, Interaction]:
        """Return this lesson's recorded requests by id, as the cassette holds them."""
        return {one.id: copy.deepcopy(one) for one in self._cassettes[self.name].interactions}

    def origin(self, completion: Answer | ChatCompletionChunk) -> dict:
        """Return who made an answer that this lesson received: `kind`, `date`, `model` and, live, `host`.

        Where another model answered than was asked, `asked` names the one that was.
        """
        wanted = identity(completion)
        if self._live:
            from helpers.live import recall

            live = recall(wanted)
            if live:
                return live
        for cassette in self._cassettes.values():
            one = cassette.source(wanted)
            if one and one.origin["kind"] in ("api", "open-model"):
                asked = str(one.request["body"].get("model")).replace(MODEL_PLACEHOLDER, cassette.model)
                return one.origin | asked_instead(asked, one.origin.get("model"))
            if one:
                return one.origin
        return {"kind": "unknown"}

    def show(self, completion: Answer) -> View:
        """Show the answer of a response, or of all chunks of a stream, together with its origin."""
        return answer(completion, self.origin(completion))

    def progress(self) -> View:
        """Show the solved exercises and the tasks of each lesson, as a small file on this computer remembers."""
        return Progress().view()

    def installation(self) -> View:
        """Show whether Python, the packages, the vocabulary and the cassettes are as the course needs them."""
        # Only the start page asks for it.
        from helpers.installation import installation_table

        return installation_table()

    @property
    def used(self) -> list[tuple[str, str, str]]:
        """What the cells asked for so far: the lesson of the cassette, the id, and "asked" (by a request) or "named"."""
        asked = {(self.name, id, "asked") for id in self._player.used}
        return sorted(asked | {(lesson, id, "named") for lesson, id in self._named})

    def traceback(self) -> None:
        """Print Python's own record of the last error that a box explained, an exercise's `check` too."""
        print(self._trouble.traceback)

    def banner(self) -> View:
        """Say in which mode the lesson runs, with which model, and what that means."""
        cassette, source = self._cassettes[self.name], self._settings.source
        notices = [*([source] if source else []), *self._settings.notices]
        return live_banner(self._live, cassette, notices) if self._live else replay_banner(cassette, notices)

    def _find(self, id: str, lesson: str, staged: bool) -> Interaction:
        if lesson not in self._cassettes:
            self._cassettes[lesson] = load_cassette(course.cassette_path(lesson))
        cassette = self._cassettes[lesson]
        choices = cassette.staged if staged else cassette.interactions
        for one in choices:
            if one.id == id:
                self._named.add((lesson, id))
                return one
        known = ", ".join(get_close_matches(id, [one.id for one in choices], 5, 0)) or "없음"
        raise LessonError(UNKNOWN_RECORDING.format(id=id, lesson=lesson, known=known))


def open_lesson(name: str) -> Lesson:
    """Open a lesson: the first call of every notebook.

    Args:
        name: the notebook's name without its ending, such as "01_roles".

    Returns:
        The lesson, after a box has said in which mode it runs.

    Raises:
        LessonError: there is no such lesson.
        SettingsError: a setting cannot be used.
        CassetteError: the lesson's cassette is missing or damaged.
        VocabularyError: a bundled vocabulary file is missing or damaged.
    """
    shell = _shell()
    trouble = TroubleBox()
    if shell:
        # First, so that a damaged file or setting is explained in the notebook too.
        trouble.install(shell)
    # Before anything that may be refused: without it, the cells below would let tiktoken download the vocabulary.
    vocabulary.use_bundled()
    path = course.cassette_path(name)
    check_table()
    settings = read_settings(course.learner_folder(), dict(os.environ), course.course_folder())
    lesson = Lesson(load_cassette(path), settings, trouble)
    vocabulary.use_bundled(download=lesson._live is not None)
    trouble.hints = (TRACEBACK_HINT,)
    # OPENAI_LOG=debug would write the SDK's log between the outputs of a lesson.
    logging.getLogger("openai").setLevel(logging.WARNING)
    if shell:
        from IPython.display import display

        display(lesson.banner())
    return lesson


def _shell():
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()
