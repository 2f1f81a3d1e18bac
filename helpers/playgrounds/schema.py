"""The playground of 02_structured_outputs: edit fields, hold an answer against them, see class and schema follow."""

import json
import unicodedata
from collections.abc import Callable, Sequence

import ipywidgets

from helpers.playgrounds.playground import Playground, Settled, result, show
from helpers.playgrounds.recorded import Recordings
from helpers.playgrounds.schema_answer import repeated_names, violations
from helpers.playgrounds.schema_fields import (
    FIXED,
    KINDS,
    TEXT,
    TEXTS,
    Field,
    class_source,
    fields_problem,
    strict_schema,
)
from helpers.replay import read_answer, said
from helpers.show import View, code, notice, origin_line, stack, table

TITLE = "스키마 작업대"
MAX_FIELDS, MAX_ROWS = 12, 20
# A written answer that is wrong on purpose: the participants are one text, not a list.
START_ANSWER = '{"name": "과학 박람회", "date": "금요일", "participants": "앨리스와 밥"}'
START_FIELDS = (Field("name", TEXT), Field("date", TEXT), Field("participants", TEXTS))

NAME, KIND, VALUES = "필드 {place} 이름", "필드 {place} 타입", "필드 {place} 정해진 값"
BY_COMMAS = "쉼표로 나눕니다"
MORE, REMOVE = "필드 더하기", "필드 {place} 빼기"
MOST = f"필드는 {MAX_FIELDS}개까지 둘 수 있습니다."
ANSWER = "확인할 답변(JSON)"
UNUSED = "이름이 빈 필드는 쓰지 않습니다. 처음에 있는 답변은 저자가 일부러 틀리게 적은 것입니다."
CLASS, SCHEMA = "Pydantic 클래스", "SDK가 보내는 엄격한 JSON Schema"
CANNOT_BUILD = "클래스를 만들지 못했습니다."
NOT_CHECKED = "답변을 확인하지 못했습니다."
MEND_FIELDS = "먼저 필드를 고치세요."
NO_ANSWER = "아직 답변이 없습니다. JSON을 붙여 넣으세요."
ACCEPTED = "받아들입니다."
ONLY_SHAPE = "필드 {count}개의 모양이 스키마와 맞습니다. 값이 사실인지는 따로 확인해야 합니다."
REFUSED = "받아들이지 않습니다. 어긋난 곳: {count:,}개"
REPEATED = "같은 이름이 한 객체에 두 번 있습니다: {names}"
LAST_COUNTS = "여기서는 뒤의 값으로 확인했습니다. 어느 값을 쓰는지는 JSON을 읽는 프로그램마다 다릅니다."
NOT_ALL = "받아들이지 않습니다. 어긋난 곳: {count:,}개 가운데 처음 {shown}개"
HEADERS = ("오류 위치", "오류 종류", "받은 값")
# The bank whose answers can be held against the schema.
FORMS = "form/"
RECORDED = "녹화된 답변"
LOADED = "녹화된 응답 {count}개 가운데 {place}번째의 답변을 불러왔습니다. 다시 누르면 다음 것이 나옵니다."
CHANGED = "고친 답변은 그 모델의 답변이 아닙니다."


def class_view(fields: Sequence[Field]) -> View:
    """Show the class as code, or why there is none."""
    problem = fields_problem(fields)
    return notice(CANNOT_BUILD, [problem]) if problem else code(CLASS, class_source(fields))


def schema_view(fields: Sequence[Field]) -> View:
    """Show the strict JSON Schema, or nothing where there is no class."""
    if fields_problem(fields):
        return View("", "")
    schema = json.dumps(strict_schema(fields), ensure_ascii=False, indent=2)
    return code(SCHEMA, schema)


def verdict_view(fields: Sequence[Field], answer: str) -> View:
    """Show whether an answer is accepted, or each violation."""
    if fields_problem(fields):
        return notice(NOT_CHECKED, [MEND_FIELDS])
    if not answer.strip():
        return notice(NO_ANSWER)
    found, repeated = violations(fields, answer), repeated_names(answer)
    view = notice(ACCEPTED, [ONLY_SHAPE.format(count=len(fields))], "right")
    if found:
        title = (REFUSED if len(found) <= MAX_ROWS else NOT_ALL).format(count=len(found), shown=MAX_ROWS)
        view = stack(notice(title, look="wrong"), table(HEADERS, found[:MAX_ROWS]))
    if repeated:
        names = ", ".join(repeated[:MAX_ROWS])
        view = stack(view, notice(REPEATED.format(names=names), [LAST_COUNTS]))
    return view


class FieldRow(ipywidgets.HBox):
    """The widgets of one field; the box for fixed values is there only where the type needs it.

    Args:
        name: the field's name.
        kind: one of `KINDS`.
        changed: called with each change.
        remove: called with this row.
    """

    def __init__(self, name: str, kind: str, changed: Callable, remove: Callable) -> None:
        style = {"description_width": "initial"}
        narrow = {"width": "auto", "flex": "0 1 15em"}
        self.name = ipywidgets.Text(name, style=style, layout=narrow)
        self.kind = ipywidgets.Dropdown(options=KINDS, value=kind, style=style, layout={"width": "auto"})
        self.values = ipywidgets.Text(placeholder=BY_COMMAS, style=style, layout=narrow)
        self.remove = ipywidgets.Button(layout={"width": "auto"})
        self.values.layout.display = "none"
        self.kind.observe(self._kind_changed, names="value")
        for widget in (self.name, self.kind, self.values):
            widget.observe(changed, names="value")
        self.remove.on_click(lambda _: remove(self))
        parts = [self.name, self.kind, self.values, self.remove]
        super().__init__(parts, layout={"flex_flow": "row wrap"})

    def number(self, place: int) -> None:
        """Name the widgets by the row's place, from 1."""
        for widget, name in zip(self.children, (NAME, KIND, VALUES, REMOVE), strict=True):
            widget.description = name.format(place=place)

    @property
    def field(self) -> Field:
        """The field as it stands; a value that is written twice counts once."""
        values = dict.fromkeys(part.strip() for part in self.values.value.split(","))
        # A name typed on macOS may come decomposed; Python reads it composed.
        name = unicodedata.normalize("NFC", self.name.value.strip())
        return Field(name, self.kind.value, tuple(value for value in values if value))

    def _kind_changed(self, change: dict) -> None:
        self.values.layout.display = None if change["new"] == FIXED else "none"


class SchemaWorkbench(Playground):
    """Shows class and schema while fields are edited, and a verdict while an answer is edited.

    Args:
        lesson: an open lesson, whose recorded answers can then be loaded; without it there is only the written one.
    """

    def __init__(self, lesson=None) -> None:
        self._lesson = lesson
        requests = lesson.recorded_requests() if lesson else {}
        self._recorded = {id: one for id, one in requests.items() if id.startswith(FORMS)}
        self._places: dict[str, int] = {}
        self.recordings = Recordings(
            RECORDED, requests, self._recorded, self._load, self._kept, self._restore
        )
        self.rows = ipywidgets.VBox()
        self.more = ipywidgets.Button(description=MORE)
        self.answer = ipywidgets.Textarea(
            START_ANSWER,
            description=ANSWER,
            rows=4,
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        half = {"flex": "1 1 20em", "overflow": "auto", "min_width": "0"}
        self.class_part, self.schema_part = ipywidgets.HTML(layout=half), ipywidgets.HTML(layout=half)
        self.verdict, self.most = result(), result()
        self._draw_soon = Settled(self._draw)
        for field in START_FIELDS:
            self._add_row(field.name, field.kind)
        self.more.on_click(lambda button: self._add_row())
        self.answer.observe(self._draw_soon, names="value")
        start = stack(*self._draw())
        sides = ipywidgets.HBox([self.class_part, self.schema_part], layout={"flex_flow": "row wrap"})
        self.origin = ipywidgets.HTML()
        self._told(notice(UNUSED))
        choice = [self.recordings] if self._recorded else []
        more = ipywidgets.HBox([self.more, self.most], layout={"flex_flow": "row wrap"})
        children = [self.rows, more, *choice, self.origin, self.answer, self.verdict, sides]
        super().__init__(TITLE, start, children)

    @property
    def fields(self) -> list[Field]:
        """The fields that have a name."""
        return [row.field for row in self.rows.children if row.field.name]

    def _load(self, id: str) -> None:
        one = self._recorded[id]
        place = self._places.get(id, 0) % len(one.responses)
        self._places[id] = place + 1
        answer = read_answer(one.responses[place], one.request["path"])
        told = LOADED.format(count=len(one.responses), place=place + 1)
        origin = notice(origin_line(self._lesson.origin(answer)), [told, CHANGED])
        self._restore((said(answer).text or "", origin))

    def _kept(self) -> tuple[str, View]:
        return self.answer.value, self._note

    def _restore(self, kept: tuple[str, View]) -> None:
        self.answer.value, note = kept
        self._told(note)

    def _told(self, note: View) -> None:
        self._note = note
        show(self.origin, note)

    def _add_row(self, name: str = "", kind: str = TEXT) -> None:
        # Clicks that were queued may ask for one more than there is room for.
        if len(self.rows.children) < MAX_FIELDS:
            row = FieldRow(name, kind, self._draw_soon, self._remove_row)
            self._put([*self.rows.children, row])

    def _remove_row(self, row: FieldRow) -> None:
        self._put([one for one in self.rows.children if one is not row])
        # The keyboard would stay on a button that is gone.
        self.more.focus()
        self._draw()

    def _put(self, rows: list[FieldRow]) -> None:
        for place, row in enumerate(rows, 1):
            row.number(place)
        self.rows.children = rows
        self.more.disabled = len(rows) == MAX_FIELDS
        show(self.most, notice(MOST) if self.more.disabled else View("", ""))

    def _draw(self) -> list[View]:
        fields = self.fields
        views = [verdict_view(fields, self.answer.value), class_view(fields), schema_view(fields)]
        for part, view in zip((self.verdict, self.class_part, self.schema_part), views, strict=True):
            show(part, view)
        return views
