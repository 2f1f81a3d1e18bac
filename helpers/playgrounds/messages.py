"""The playground of 01_roles: build a list of messages, see it as Python and as JSON, count it, send it."""

import ipywidgets
import openai

from helpers.playgrounds.message_row import DOWN, REMOVE, UP, MessageRow
from helpers.playgrounds.message_views import sources, token_note
from helpers.playgrounds.playground import Playground, Settled, result, show
from helpers.playgrounds.recorded import BACK, LOAD, Recordings, conversations, label
from helpers.replay import is_miss, miss_lines
from helpers.show import View, explain, notice, stack
from helpers.ways import way_on

TITLE = "메시지 만들기"
# Where a lesson has no recorded conversation.
START = (
    {"role": "developer", "content": "한 문장으로 답하세요."},
    {"role": "user", "content": "한국에서 가장 높은 산은 무엇인가요?"},
)
RECORDED = "녹화된 대화"
NEAREST = "가장 가까운 녹화 불러오기"
ADD = "메시지 더하기"
SEND = "보내기"
COUNTED_LATER = "메시지를 고치거나 불러오면 입력 토큰을 셉니다."
NOT_SENT = "아직 보내지 않았습니다."
SEND_REPLAY = (
    "녹화된 대화와 같으면 녹화된 답변이 나오고, 다르면 할 수 있는 일을 알려 줍니다. "
    "응답이 여럿이면 누를 때마다 다음 것이 나옵니다. 비용은 들지 않습니다."
)
SEND_LIVE = "보내기를 누르면 API를 호출하고, 비용이 들 수 있습니다."
SENDING = "보내는 중입니다."
STOPPED = "답변을 기다리다 멈추었습니다."
EARLIER = "고친 메시지는 아직 보내지 않았습니다. 아래는 고치기 전에 보낸 메시지의 결과입니다."
# What can be done here about a request without a recording; the ways on of a cell are others.
DO_ONE = "다음 중 하나를 하세요."
TAKE_NEAREST = (
    "아래의 '{button}'를 누르면 이 대화가 들어옵니다: {label}. '{back}'를 누르면 고친 글이 돌아옵니다."
)
CHOOSE = "'{list}'에서 다른 것을 고르고 '{button}'를 누릅니다."


class MessageBuilder(Playground):
    """Builds a list of messages and sends it through the lesson.

    Args:
        lesson: an open lesson; its recorded conversations can be loaded, and its connection answers.
    """

    def __init__(self, lesson) -> None:
        self._lesson = lesson
        self._client = openai.OpenAI(**lesson.connection)
        self._requests = lesson.recorded_requests()
        self._recorded = conversations(self._requests)
        self._nearest: str | None = None
        # What was sent last, and what came of it.
        self._sent: list[dict] | None = None
        self._result: View | None = None
        self._draw_soon = Settled(self._draw)
        self.recordings = Recordings(
            RECORDED,
            self._requests,
            self._recorded,
            self._load_recorded,
            lambda: (self.messages, self._sent, self._result, self._nearest),
            self._restore,
        )
        look = {"width": "auto", "align_self": "flex-start", "display": "none"}
        self.nearest = ipywidgets.Button(description=NEAREST, layout=look)
        self.add = ipywidgets.Button(description=ADD)
        self.send = ipywidgets.Button(description=SEND)
        self.nearest.on_click(lambda _: self._load_nearest())
        self.add.on_click(lambda _: self._add())
        self.send.on_click(lambda _: self._ask())
        self.rows = ipywidgets.VBox()
        self.count = ipywidgets.HTML()
        half = {"flex": "1 1 320px", "overflow": "auto", "width": "auto"}
        self.python = ipywidgets.HTML(layout=ipywidgets.Layout(**half))
        self.json = ipywidgets.HTML(layout=ipywidgets.Layout(**half))
        self.answer = result()
        # The vocabulary takes 75 MiB, so it waits until a learner plays.
        self._played = False
        start = next(iter(self._recorded.values()), START)
        self._load(start)
        self._played = True
        super().__init__(
            TITLE,
            stack(self._not_sent(), notice(COUNTED_LATER), *sources(lesson.model, list(start))),
            [
                self.recordings,
                self.rows,
                self.count,
                ipywidgets.HBox([self.add, self.send]),
                self.answer,
                self.nearest,
                ipywidgets.HBox([self.python, self.json], layout=ipywidgets.Layout(flex_flow="row wrap")),
            ],
        )

    @property
    def messages(self) -> list[dict]:
        """The messages as they stand in the rows."""
        return [row.message for row in self.rows.children]

    def _not_sent(self) -> View:
        return notice(NOT_SENT, [SEND_REPLAY if self._lesson.mode == "replay" else SEND_LIVE])

    def _draw(self) -> None:
        messages = self.messages
        for widget, view in zip((self.python, self.json), sources(self._lesson.model, messages), strict=True):
            show(widget, view)
        counted = token_note(self._lesson.model, messages) if self._played else notice(COUNTED_LATER)
        show(self.count, counted)
        if self._result is None:
            show(self.answer, self._not_sent())
        else:
            # An answer may have been paid for, so that it stays, but not as if it were the answer to other messages.
            earlier = [notice(EARLIER)] if messages != self._sent else []
            show(self.answer, stack(*earlier, self._result))

    def _load_recorded(self, id: str) -> None:
        self._restore((self._recorded[id], None, None, None))

    def _restore(self, kept: tuple) -> None:
        messages, self._sent, self._result, nearest = kept
        self._offer(nearest)
        self._load(messages)

    def _load_nearest(self) -> None:
        # Of two quick clicks the first has put the button away.
        if self._nearest:
            self.recordings.take(self._nearest)
            # The keyboard would stay on a button that is gone.
            self.send.focus()

    def _load(self, messages: list[dict]) -> None:
        kept = self.rows.children[: len(messages)]
        places = range(len(kept) + 1, len(messages) + 1)
        self.rows.children = (*kept, *(MessageRow(place, self._draw_soon, self._act) for place in places))
        for row, message in zip(self.rows.children, messages, strict=True):
            row.message = message
        self._bound()
        self._draw()

    def _bound(self) -> None:
        """Switch off the buttons that would move a message out of the list or remove the last."""
        rows = self.rows.children
        for row in rows:
            row.buttons[UP].disabled = row is rows[0]
            row.buttons[DOWN].disabled = row is rows[-1]
            row.buttons[REMOVE].disabled = len(rows) == 1

    def _add(self) -> None:
        messages = self.messages
        role = "assistant" if messages[-1]["role"] == "user" else "user"
        self._load([*messages, {"role": role, "content": ""}])

    def _act(self, name: str, place: int) -> None:
        messages = self.messages
        # A click that was queued before the buttons changed may ask for what is no longer there.
        if place > len(messages) or (name == REMOVE and len(messages) == 1):
            return
        moved = messages.pop(place - 1)
        target = min(place, len(messages))
        if name != REMOVE:
            target = place - 1 if name == UP else place + 1
            messages.insert(target - 1, moved)
        self._load(messages)
        # The keyboard goes along with the message, so that the same key moves it on.
        row = self.rows.children[target - 1]
        (row.content if row.buttons[name].disabled else row.buttons[name]).focus()

    def _offer(self, nearest: str | None) -> None:
        """Show the button that loads the nearest recording as long as a miss stands there that this playground can mend."""
        self._nearest = nearest if nearest in self._recorded else None
        self.nearest.layout.display = None if self._nearest else "none"

    def _ask(self) -> None:
        show(self.answer, notice(SENDING))
        self._offer(None)
        self.send.disabled = True
        self._sent = self.messages
        try:
            completion = self._client.chat.completions.create(model=self._lesson.model, messages=self._sent)
            self._result = self._lesson.show(completion)
        except (
            Exception
        ) as error:  # whatever it is, a button must say it: an error here would only reach a log
            self._result = self._missed(error) if is_miss(error) else explain(error)
        except KeyboardInterrupt:
            self._result = notice(STOPPED)
        finally:
            self.send.disabled = False
        self._draw()

    def _missed(self, error: openai.NotFoundError) -> View:
        """Say what differs from the nearest recording, and what can be done about it in this playground."""
        title, *lines = miss_lines(error)
        nearest = error.body["nearest"]
        self._offer(nearest)
        ways = []
        if self._nearest:
            ways.append(TAKE_NEAREST.format(button=NEAREST, back=BACK, label=label(self._requests[nearest])))
        if self._recorded:
            ways.append(CHOOSE.format(list=RECORDED, button=LOAD))
        # Where nothing at all is recorded, the miss says so itself.
        ways += [way_on("live")] if nearest else []
        numbered = [f"  {number}. {way}" for number, way in enumerate(ways, 1)]
        return notice(title, [*lines, *([DO_ONE] if ways else []), *numbered], "miss")
