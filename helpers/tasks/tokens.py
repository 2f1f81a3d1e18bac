"""Task of 03_tokens: what a call may cost at most, and how long its answer may be within a budget."""

import copy
import math
from datetime import date

from helpers.exercises.token_slips import same_cost, wrong_counts
from helpers.exercises.values import digits, number_of, shown
from helpers.models import Price
from helpers.tasks.task import Task
from helpers.tasks.written import Condition, Written
from helpers.tokens import count_message_tokens, load_encoding

MILLION = 1_000_000
# Prices of no model; none is a multiple of another.
PRICES = (Price(2.0, 7.0, date(2026, 11, 22), "연습용"), Price(0.3, 1.1, date(2026, 11, 22), "연습용"))
TALKS = (
    [
        {"role": "developer", "content": "여행 안내원처럼 한 문장으로 짧게 답하세요."},
        {"role": "user", "content": "부산에서 하루에 둘러볼 곳을 알려 주세요."},
        {"role": "assistant", "content": "해운대와 감천문화마을, 자갈치시장을 권합니다."},
        {"role": "user", "content": "비가 오면 어디가 좋을까요?"},
    ],
    [{"role": "user", "content": "안녕하세요?"}],
)
CAPS = (1, 250, 4000)
ROOMS = (0.4, 37.6, 1234.5)  # how many output tokens a budget leaves room for


def _cost_of(written: Written, talk: list[dict], cap: int, price: Price) -> float | None:
    told = f"메시지 {len(talk)}개, {cap}, Price(input={price.input}, output={price.output}, …)"
    return number_of(written.function("highest_cost")(copy.deepcopy(talk), cap, price, shown_as=told))


def _input_counted(written: Written) -> str | None:
    encoding = load_encoding("o200k_base")
    for price in PRICES:
        for talk in TALKS:
            count, cost = count_message_tokens(talk, encoding), _cost_of(written, talk, 0, price)
            if cost is None:
                return "달러를 수로 돌려주세요."
            right = count * price.input / MILLION
            if not same_cost(cost, right):
                return f"출력이 없으면 {digits(right)}달러여야 하는데 {digits(cost)}달러가 나왔습니다. {_slip(cost, talk, price)}"
    return None


def _slip(cost: float, talk: list[dict], price: Price) -> str:
    encoding = load_encoding("o200k_base")
    count = count_message_tokens(talk, encoding)
    counted = cost * MILLION / price.input
    if same_cost(counted, count * price.output / price.input):
        return "입력 토큰에 출력 가격을 매겼습니다."
    for power in (3, 6):
        if same_cost(counted, count * 10.0**power):
            return "가격은 토큰 100만 개의 값입니다."
    near = round(counted) if math.isfinite(counted) else -1
    if not same_cost(counted, near):
        return "메시지 전체의 토큰 수에 입력 가격을 곱해 100만으로 나누었는지 보세요."
    if near == count_message_tokens(talk, load_encoding("cl100k_base")):
        return "gpt-4o-mini가 쓰지 않는 옛 인코딩으로 세었습니다."
    if near == sum(len(message["content"]) for message in talk):
        return "토큰이 아니라 글자를 세었습니다."
    return wrong_counts(talk, encoding).get(near, f"입력은 {count}토큰인데 {near}토큰으로 세었습니다.")


def _output_charged(written: Written) -> str | None:
    for price in PRICES:
        for cap in CAPS:
            none, full = (_cost_of(written, TALKS[0], one, price) for one in (0, cap))
            if none is None or full is None:
                return "달러를 수로 돌려주세요."
            right = cap * price.output / MILLION
            if math.isclose(full - none, right, rel_tol=1e-6):
                continue
            told = (
                f"출력 {cap}토큰의 요금은 {digits(right)}달러인데 {digits(full - none)}달러가 더해졌습니다."
            )
            if math.isclose(full - none, cap * price.input / MILLION, rel_tol=1e-6):
                return f"{told} 출력에는 출력 가격을 곱하세요."
            return told
    return None


def _cap_for(written: Written, talk: list[dict], price: Price, budget: float) -> object:
    told = f"메시지 {len(talk)}개, {digits(budget)}, Price(input={price.input}, output={price.output}, …)"
    return written.function("largest_cap")(copy.deepcopy(talk), budget, price, shown_as=told)


def _input_cost(talk: list[dict], price: Price) -> float:
    return count_message_tokens(talk, load_encoding("o200k_base")) * price.input / MILLION


def _cap_with_room(written: Written, talk: list[dict], price: Price, room: float) -> object:
    """Return what the learner's function says where a budget leaves room for so many output tokens."""
    return _cap_for(written, talk, price, _input_cost(talk, price) + room * price.output / MILLION)


def _largest(written: Written) -> str | None:
    for price in PRICES:
        for talk in TALKS:
            for room in ROOMS:
                result, right = _cap_with_room(written, talk, price, room), math.floor(room)
                number = number_of(result)
                if number is None:
                    return f"상한을 수로 돌려주세요. 지금 값: {shown(result)}"
                if number == right:
                    continue
                # Without `int` it may still be the right one; that is another condition.
                if right < number < right + 1 and not isinstance(result, int):
                    continue
                told = f"나와야 할 상한은 {right}, 나온 것은 {digits(number)}입니다."
                more = "예산을 넘습니다." if number > right else "더 길어도 예산을 넘지 않습니다."
                return f"{told} {more} 입력의 요금을 뺀 나머지를 출력 토큰 하나의 가격으로 나눕니다."
    return None


def _whole(written: Written) -> str | None:
    results = [_cap_with_room(written, TALKS[0], PRICES[0], room) for room in ROOMS]
    for result in results:
        if isinstance(result, bool) or not isinstance(result, int):
            return f"정수(int)가 아닙니다: {shown(result)}. 예산을 넘지 않게 소수점 아래를 버리세요."
    over = {result - math.floor(room) for result, room in zip(results, ROOMS, strict=True)}
    if over in ({1}, {0, 1}):
        return "소수점 아래를 올렸거나 반올림했습니다. 예산을 넘으므로 버려야 합니다."
    return None


def _too_dear(written: Written) -> str | None:
    if not number_of(_cap_with_room(written, TALKS[0], PRICES[0], ROOMS[-1])):
        return "예산이 넉넉할 때에도 상한이 0입니다."
    # So small that the sum is right however the input was counted.
    for share in (0.3, 0.05, 0.0):
        result = _cap_for(written, TALKS[0], PRICES[0], share * _input_cost(TALKS[0], PRICES[0]))
        if isinstance(result, bool) or result != 0:
            return f"입력의 요금만으로 예산을 넘는데 상한이 {shown(result)}입니다. 0이어야 합니다."
    return None


task = Task(
    "03_tokens",
    (
        Condition("입력의 요금은 보내는 것 모두를 센 것입니다", _input_counted),
        Condition("출력은 상한까지, 출력의 가격으로 더합니다", _output_charged),
        Condition("largest_cap은 예산 안에서 가장 큰 상한입니다", _largest),
        Condition("상한은 정수이고, 올리지 않습니다", _whole),
        Condition("입력만으로 예산을 넘으면 0입니다", _too_dear),
    ),
)
