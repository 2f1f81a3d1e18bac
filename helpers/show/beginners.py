"""Tells beginners' commonest slips in Korean, where Python, Pydantic and the SDK have pages of English for them.

Only a slip of the cell itself: an error of the same class inside somebody else's library stays as Python shows it.
"""

import builtins
import difflib
import inspect
import linecache
import re
import symtable
import sys
import traceback
from pathlib import Path
from types import FrameType

import openai
from openai.types.chat import ParsedChatCompletion
from pydantic import BaseModel
from pydantic.errors import PydanticUserError

from helpers.show.views import View, notice

# The classes in which a slip can come; most errors of these are none.
SLIPS = (PydanticUserError, TypeError, AttributeError, NameError, ImportError, UnicodeEncodeError)
# Packages that lessons import; a learner's own file of such a name would be taken in their place.
PACKAGES = {"openai", "helpers", "pydantic", "tiktoken", "httpx2", "ipywidgets", "IPython", "sympy", "lark"}
HER_LINE = "오류가 난 줄: {line}"
ANSWER_IS_IN = "답변의 글은 completion.choices[0].message.content에 있습니다."
RUN_ABOVE = "위의 셀을 먼저 실행하세요. 메뉴에서 '실행' → '위의 모든 셀 실행'을 고르면 됩니다."
# What a learner reads of each slip: what happened, why, and what to do next.
SENTENCES = {
    "class_in_create": """create()에는 클래스를 넘길 수 없습니다.
response_format에 클래스를 받는 것은 parse()입니다.
client.chat.completions.parse(...)로 바꾸세요. 읽은 값은 message.parsed에 있습니다.""",
    "no_base_model": """스키마를 만들 수 없는 클래스입니다: {0}
BaseModel을 상속하지 않아 Pydantic이 읽지 못합니다.
class {0}(BaseModel):로 고치고 그 셀부터 다시 실행하세요.""",
    "unknown_type": """필드의 타입으로 쓸 수 없습니다: {0}
str, int, float, bool, list[str]이나 BaseModel을 상속한 클래스를 적으세요.""",
    "no_type": """필드에 타입이 없습니다: {0}
타입은 등호가 아니라 콜론 뒤에 적습니다.
이렇게 적으세요. {0}: {1}""",
    "type_comes_later": """아직 정의하지 않은 타입을 쓰는 클래스입니다: {0}
{1} 클래스를 먼저 정의하고 {0} 클래스의 셀을 다시 실행하세요.""",
    "class": """Pydantic이 클래스를 만들지 못했습니다.
오류의 종류: {0}
클래스의 필드와 타입, 검증기를 적은 곳을 확인하세요.""",
    "not_json": """요청에 담을 수 없는 값이 있습니다: {0}
요청은 JSON으로 보내므로 문자열, 숫자, 리스트, 딕셔너리 같은 값만 담습니다.
response_format에 클래스를 넘겼다면 create()를 parse()로 바꾸고, 클래스에 BaseModel을 상속하세요.""",
    "missing": """꼭 있어야 할 인수가 빠졌습니다: {0}
예: client.chat.completions.create(model=MODEL, messages=messages)""",
    "unknown": """없는 인수입니다: {0}
{1}() 함수는 이 이름을 받지 않습니다.
{2}""",
    "unnamed": """인수의 이름이 빠졌습니다.
create와 parse의 인수는 이름=값으로 적습니다. 예: create(model=MODEL, messages=messages)
클라이언트를 만드는 중이라면 별표 두 개를 붙입니다. 예: OpenAI(**lesson.connection)""",
    "brackets": """대괄호로는 값을 꺼낼 수 없습니다: {0}
딕셔너리가 아니라 객체이므로 점을 찍고 이름을 적습니다.
{1}""",
    "attribute": """그런 이름이 없습니다: {0}
{1} 객체에 있는 이름: {2}{3}""",
    "list": """리스트에는 그런 이름이 없습니다: {0}
먼저 [0]처럼 번호로 하나를 꺼내세요. 예: completion.choices[0].message""",
    "none": """값이 None이라서 꺼낼 것이 없습니다: {0}
parsed가 None인 응답이 있습니다. 모델이 거부했거나, 빈 답변을 했거나, 도구를 불렀습니다.
어떤 답변이었는지 lesson.show(completion)으로 보고, 다시 요청하거나 None인 경우를 if로 나누세요.""",
    "parts": """답변이 글이 아니라 조각의 리스트로 왔습니다: {0}
이 서버는 추론한 글과 답변의 글을 조각으로 나누어 보냅니다.
글만 보려면 lesson.show(completion)을 쓰세요.""",
    "half_letter": """보낼 수 없는 글자가 있습니다: {0}
이모지를 중간에서 자르면 반쪽이 남는데, 반쪽은 글자가 아니라서 UTF-8로 적을 수 없습니다.
그 글자를 지우고 다시 실행하세요.""",
    "shadow": """같은 이름의 파일이 패키지를 가립니다: {0}
파이썬이 {1}의 패키지 대신 이 파일을 읽었습니다.
파일의 이름을 바꾸고 커널을 다시 시작하세요.""",
    "unmade": """아직 만들어지지 않은 이름입니다: {0}
셀 [{1}]에서 만들려던 이름인데 지금 없습니다. 그 셀이 오류로 끝났는지 보세요.
셀 [{1}]부터 고쳐서 다시 실행하세요.""",
    "misspelt": """없는 이름입니다: {0}
비슷한 이름이 있습니다: {1}
철자가 맞다면 """
    + RUN_ABOVE,
    "unrun": """없는 이름입니다: {0}
이 이름을 만드는 셀을 아직 실행하지 않았거나, 커널을 다시 시작하여 사라졌습니다.
"""
    + RUN_ABOVE,
}
# What the SDK and Pydantic say of a slip. What stands in brackets goes into the sentence.
SAID = (
    ("class_in_create", r"tried to pass a `BaseModel` class"),
    ("no_base_model", r"Unsupported response_format type - <class '(?:[^']*\.)?(\w+)'>"),
    ("no_base_model", r"schema for <class '__main__\.(?:[^']*\.)?(\w+)'>"),
    ("unknown_type", r"schema for (.{1,60}?)\. Set"),
    ("no_type", r"non-annotated attribute was detected: `(\w+) = (?:<class '(\w+)'>)?"),
    ("type_comes_later", r"`(\w+)` is not fully defined; you should define `(\w+)`"),
    ("not_json", r"Object of type (\w+) is not JSON serializable"),
    ("unnamed", r"\w+\(\) takes \d+ argument"),
)
# Raised where the SDK is called, so that only the name tells whose function it is.
OF_THE_SDK = r"^(OpenAI|Completions|Responses)\.(\w+)\(\) "
OBJECTS = r"(?:Parsed)?(?:ChatCompletion(?:Message|Chunk)?|Choice|ChoiceDelta)|CompletionUsage|Response"


def explain_slip(error: Exception, notebook: dict, *more: str) -> View | None:
    """Explain an error that a cell of a beginner caused.

    Args:
        error: of one of `SLIPS`, with its traceback.
        notebook: the names of the notebook, IPython's `user_ns`.
        more: lines to add at the end.

    Returns:
        A box of at most 12 lines; None for an error that is no slip known here.
    """
    steps = list(traceback.walk_tb(error.__traceback__))
    if shadow := _shadow(error, [frame.f_code.co_filename for frame, _ in steps]):
        title, *lines = SENTENCES["shadow"].format(shadow, shadow.stem).split("\n")
        return notice(title, [*lines, *more], look="error")
    last = max((i for i, (frame, _) in enumerate(steps) if frame.f_globals is notebook), default=None)
    if last is None:
        return None
    (frame, number), inside = steps[last], [frame for frame, _ in steps[last + 1 :]]
    if inside and str(inside[0].f_globals.get("__name__")).partition(".")[0] not in ("openai", "pydantic"):
        return None
    sentence, *gaps = _slip(error, inside, notebook) or [None]
    if sentence is None:
        return None
    title, *lines = SENTENCES[sentence].format(*gaps).split("\n")
    line = linecache.getline(frame.f_code.co_filename, number).strip()[:100]
    return notice(title, [*lines, HER_LINE.format(line=line), *more], look="error")


def _shadow(error: Exception, files: list[str]) -> Path | None:
    """Return the file beside the notebook that was read in place of a package of the same name."""
    module = getattr(error, "obj", None)
    top = (getattr(error, "name", None) or "").partition(".")[0]
    named = [getattr(error, "path", None), getattr(module, "__file__", None), *reversed(files)]
    found = [Path(one) for one in named if one] if isinstance(error, ImportError | AttributeError) else []
    if isinstance(error, ImportError) and top:
        found.append(Path.cwd() / f"{top}.py")
    for path in found:
        if path.stem in PACKAGES | sys.stdlib_module_names and path.parent == Path.cwd() and path.is_file():
            return path
    return None


def _slip(error: Exception, inside: list[FrameType], notebook: dict) -> list | None:
    """Return the name of a sentence and what goes into it, or None."""
    if type(error) in (NameError, AttributeError) and error.name is None:  # Raised by hand.
        return None
    if type(error) is NameError:
        return _unknown_name(error.name, notebook)
    if type(error) is UnicodeEncodeError:
        return ["half_letter", f"\\u{ord(error.object[error.start]):04x}"] if inside else None
    if type(error) is AttributeError:
        if error.obj is None and any(map(_without_data, notebook.values())):
            return ["none", error.name]
        return _unknown_attribute(error.obj, error.name)
    if isinstance(error, PydanticUserError) or (type(error) is TypeError and inside):
        for sentence, pattern in SAID:
            if found := re.search(pattern, str(error)):
                return [sentence, *(group or "str" for group in found.groups())]
    if isinstance(error, PydanticUserError):
        return ["class", error.code]
    return _wrong_call(str(error), inside, notebook) if type(error) is TypeError else None


def _wrong_call(text: str, inside: list[FrameType], notebook: dict) -> list | None:
    ours = re.match(OF_THE_SDK, text)
    if (inside and text.startswith("Missing required argument")) or (ours and " missing " in text):
        given = inside[-1].f_locals.get("kwargs", ()) if inside else ()
        wanted = re.findall(r"'(\w+)'", text.split(") or (")[0])
        return ["missing", ", ".join(name for name in wanted if name not in given)]
    if ours and (found := re.search(r"unexpected keyword argument '(\w+)'", text)):
        function = ours[2].replace("__init__", ours[1])
        return ["unknown", found[1], function, _near_argument(*ours.groups(), found[1])]
    if ours and " positional argument" in text:
        return ["unnamed"]
    if not inside and (found := re.fullmatch(r"'(\w+)(?:\[.*\])?' object is not subscriptable", text)):
        own = notebook.get(found[1])
        if isinstance(own, type) and issubclass(own, BaseModel):
            return ["brackets", found[1], f"있는 이름: {', '.join(own.model_fields)}"]
        if own is None and re.fullmatch(OBJECTS, found[1]):
            return ["brackets", found[1], ANSWER_IS_IN]
    return None


def _near_argument(owner: str, method: str, name: str) -> str:
    from openai.resources.chat import Completions  # A client has loaded them by now.
    from openai.resources.responses import Responses

    owners = {"OpenAI": openai.OpenAI, "Completions": Completions, "Responses": Responses}
    near = difflib.get_close_matches(name, inspect.signature(getattr(owners[owner], method)).parameters, 1)
    return f"비슷한 이름의 인수가 있습니다: {near[0]}" if near else "인수의 이름을 확인하세요."


def _without_data(value: object) -> bool:
    """Say whether a value of the notebook is an answer to parse() that holds no data."""
    return isinstance(value, ParsedChatCompletion) and any(
        one.message.parsed is None for one in value.choices
    )


def _unknown_attribute(thing: object, name: str) -> list | None:
    kind = type(thing)
    if kind is list and thing and isinstance(thing[0], dict) and "type" in thing[0]:
        return ["parts", name]
    if kind is list and thing and isinstance(thing[0], openai.BaseModel):
        return ["list", name]
    if isinstance(thing, BaseModel):
        names = list(kind.model_fields)
    elif kind.__module__.partition(".")[0] in ("openai", "helpers"):
        names = [one for one in dir(kind) if not one.startswith("_")]
    else:
        return None
    near = difflib.get_close_matches(name, names, 3, 0.7) or names[:8]
    hint = f"\n{ANSWER_IS_IN}" if isinstance(thing, openai.BaseModel) else ""
    return ["attribute", name, kind.__name__.partition("[")[0], ", ".join(near), hint]


def _unknown_name(name: str, notebook: dict) -> list:
    cells = notebook.get("In", [])
    # The last one is the cell that stumbled over the name.
    made = [number for number, cell in enumerate(cells[:-1]) if _makes(cell, name)]
    if made:
        return ["unmade", name, made[-1]]
    # Written almost the same, small and capital letters aside.
    known = {one.casefold(): one for one in [*notebook, *dir(builtins)] if not one.startswith("_")}
    near = difflib.get_close_matches(name.casefold(), known, 1, 0.75)
    return ["misspelt", name, known[near[0]]] if near else ["unrun", name]


def _makes(cell: str, name: str) -> bool:
    try:
        symbol = symtable.symtable(cell, "", "exec").lookup(name)
    except KeyError:
        return False
    except SyntaxError:  # Such a cell made nothing, whatever it was meant to make.
        return re.search(rf"^(?:{name}\b[^=\n]*=(?!=)|(?:class|def) {name}\b)", cell, re.M) is not None
    return symbol.is_assigned() or symbol.is_imported()
