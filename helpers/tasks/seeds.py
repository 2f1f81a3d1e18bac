"""Task of 04_seeds: fix what can be fixed of a request, say what differs in two responses, and what is guaranteed."""

import copy
from collections.abc import Iterable
from itertools import combinations

from openai.types.chat import ChatCompletion

from helpers.exercises.values import composed, shown
from helpers.tasks.responses import response
from helpers.tasks.task import Task
from helpers.tasks.written import Condition, Written

FIXED = {"seed": 7, "temperature": 0}
MESSAGES = [{"role": "user", "content": "고양이의 이름을 하나만 지어 주세요."}]
REQUESTS = (
    {"model": "gpt-4o-mini", "messages": MESSAGES},
    {"model": "gpt-6-luna", "messages": MESSAGES, "temperature": 1.2, "max_completion_tokens": 50},
    {"model": "gpt-4o-mini", "messages": MESSAGES, "seed": 123, "top_p": 0.9},
)
# Each name that the learner reports, and the argument of `response` that makes it differ.
NAMES = {"답변": "content", "모델": "model", "종료 이유": "finish_reason", "시스템 지문": "fingerprint"}
OLD = {"content": "나비", "model": "gpt-4o-mini-2024-07-18", "finish_reason": "stop", "fingerprint": "fp_1"}
NEW = {"content": "나", "model": "gpt-4o-mini-2025-01-01", "finish_reason": "length", "fingerprint": "fp_2"}


def _pinned(written: Written, request: dict) -> tuple[object, dict]:
    given = copy.deepcopy(request)
    return written.function("pinned")(given), given


def _fixed(written: Written) -> str | None:
    for request in REQUESTS:
        result, _ = _pinned(written, request)
        if not isinstance(result, dict):
            return "요청을 딕셔너리로 돌려주세요."
        for name, value in FIXED.items():
            if name not in result:
                return f"{name}가 없습니다. 철자를 보세요. 지금 있는 키: {', '.join(map(str, result))}"
            if result[name] != value or isinstance(result[name], bool):
                return f"{name}가 {value}이어야 하는데 {shown(result[name])}입니다."
    return None


def _rest_kept(written: Written) -> str | None:
    for request in REQUESTS:
        result, given = _pinned(written, request)
        if not isinstance(result, dict):
            return "요청을 딕셔너리로 돌려주세요."
        if given != request:
            return "받은 request를 바꾸었습니다. {**request, …}처럼 새 딕셔너리를 만드세요."
        rest, wanted = (
            {name: one for name, one in value.items() if name not in FIXED} for value in (result, request)
        )
        if rest != wanted:
            odd = next(name for name in {**wanted, **rest} if rest.get(name) != wanted.get(name))
            return f"온도와 시드 말고는 받은 그대로여야 합니다. 다른 곳: {odd}"
        if result == request:
            return "아직 아무것도 고정하지 않아서 볼 수 없습니다."
    return None


def _responses(names: Iterable[str]) -> tuple[ChatCompletion, ChatCompletion]:
    changed = {NAMES[name]: NEW[NAMES[name]] for name in names}
    return response(**OLD), response(**{**OLD, **changed})


def _differences_problem(written: Written, cases: Iterable[tuple[str, ...]]) -> str | None:
    for names in cases:
        told = f"old, new(다른 것: {', '.join(names) or '없음'})"
        result = written.function("differences")(*_responses(names), shown_as=told)
        if isinstance(result, str) or not isinstance(result, list | tuple | set | frozenset):
            return f"이름의 리스트를 돌려주세요. 지금 값: {shown(result)}"
        found = {composed(one) if isinstance(one, str) else shown(one) for one in result}
        if unknown := sorted(found - set(NAMES)):
            return f"정한 이름이 아닙니다: {unknown[0]}. 쓸 이름: {', '.join(NAMES)}"
        if missing := [name for name in names if name not in found]:
            return f"다른데 리스트에 없습니다: {missing[0]}"
        if extra := sorted(found - set(names)):
            return f"같은데 리스트에 있습니다: {extra[0]}"
    return None


def _none_or_one(written: Written) -> str | None:
    return _differences_problem(written, [(), *((name,) for name in NAMES)])


def _several(written: Written) -> str | None:
    return _differences_problem(written, [tuple(NAMES), *combinations(NAMES, 2), *combinations(NAMES, 3)])


def _no_guarantee(written: Written) -> str | None:
    guaranteed = written.value("guaranteed")
    if not isinstance(guaranteed, bool):
        return f"True나 False를 따옴표 없이 적으세요. 지금 값: {shown(guaranteed)}"
    return "시드와 온도가 같아도 답변이 다를 수 있습니다. 시드는 최선형입니다." if guaranteed else None


task = Task(
    "04_seeds",
    (
        Condition("pinned는 온도를 0, 시드를 7로 정합니다", _fixed),
        Condition("나머지와 받은 딕셔너리는 그대로입니다", _rest_kept),
        Condition("differences는 다른 것이 하나면 그것만 말합니다", _none_or_one),
        Condition("다른 것이 여럿이면 모두 말합니다", _several),
        Condition("guaranteed는 맞는 말입니다", _no_guarantee),
    ),
)
