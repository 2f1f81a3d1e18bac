"""The words that the math checker reads beside signs, and every sentence that the math modules say, by occasion."""

import re

# Read
OR = {"또는", "혹은", "이거나", "or", "±"}
AND = {"그리고", "이고", "and", ",", ";", "\n"}
OPENING = re.compile(
    r"\s*(?:(?:따라서|그러므로|∴)[\s,]*)?(?:(?:최종\s*답|정답|답|[Aa]nswer)\s*(?:은|는|:)\s*|해\s*(?:은|는|:)\s*)?"
)
CLOSING = re.compile(r"(?:입니다|습니다|이다|음|다)?\s?[.。]?$")  # of a text without white space at its end
CLAIMS = {  # in small letters, without spaces and ending
    "none": {"없", "해가없", "해없", "실근이없", "해가존재하지않는", "nosolution"},
    "all": {"모든수", "모든실수", "x는모든수", "x는모든실수", "allnumbers", "allrealnumbers"},
    "many": {"무수히많", "해가무수히많", "infinitelymanysolutions"},
}

# Reading a text
LONG_TEXT = "식이 너무 깁니다: {count}자입니다. {most}자 이하로 나누어 쓰세요."
EMPTY = "식이 비어 있습니다. 숫자나 문자로 된 식을 쓰세요."
MANY_LETTERS = "문자가 너무 많습니다: {letters}. {most}개까지 쓰세요."
MANY_EQUATIONS = "식이 {count}개입니다. 1개에서 {most}개까지 쓰세요."
LARGE_TERM = "식이 너무 복잡합니다: 수와 연산이 {count}개입니다. {most}개까지 쓰세요."
DEEP_TERM = "식이 너무 깊습니다: {most}겹을 넘습니다. 여러 줄로 나누어 쓰세요."
BAD_EXPONENT = "식 ‘{term}’에서 지수를 읽지 못했습니다. 지수는 0 이상의 정수 하나로 쓰세요."
UNREAD = "{place}번째 글자부터 읽지 못했습니다: ‘{shown}’. {advice}"
ALLOWED = "쓸 수 있는 것은 숫자, 영문 소문자 한 글자, + - * / ^ ( ) = 입니다."
LATEX = "LaTeX 대신 1/2, x^2처럼 쓰세요."
WORD = "낱말은 읽지 않습니다. 문자는 소문자 하나로, 곱은 x*y로 쓰세요."
THOUSANDS = "천 단위 쉼표를 빼고, 해를 나열할 때는 쉼표 뒤를 띄우세요."
LONG_NUMBER = "수는 {most}자리까지 쓰세요."
SECOND_SIGN = "±는 식 하나에 한 번만 쓰세요."
EMPTY_SIDE = "등호마다 양쪽에 식을 하나씩 쓰세요."
NO_OPERATOR = "앞에 연산 기호를 쓰세요. 거듭제곱은 x^2, 대분수는 1+1/2입니다."
TWO_DIVISIONS = "÷와 /를 섞으면 두 가지로 읽힙니다. (1/2) ÷ (3/4)처럼 괄호로 묶으세요."
NOTHING_BEFORE = "이 기호 앞에 숫자나 문자를 쓰세요."
NOTHING_AFTER = "이 기호 뒤에 숫자나 문자를 쓰세요."
NOT_OPENED = "짝이 되는 여는 괄호를 쓰세요."
NOT_CLOSED = "괄호를 닫으세요."
MANY_PARENTHESES = "괄호는 {most}겹까지 쓰세요."

# Computing it
DIVIDED_BY_ZERO = "0으로 나누는 식이 있습니다. 나누는 식이 0이 되지 않게 쓰세요."
LARGE_EXPONENT = "지수가 너무 큽니다: {exponent}. {most} 이하로 쓰세요."
HIGH_DEGREE = "차수가 너무 높습니다. 계산한 결과가 {most}차를 넘지 않게 쓰세요."
LARGE_NUMBER = "수가 너무 큽니다. 계산한 결과가 2^{most}을 넘지 않게 쓰세요."

# Problems and lines of any kind
NO_PROBLEM = "문제를 정하지 못했습니다. 계산할 식 하나나, 미지수가 있는 방정식을 쓰세요."
MANY_STEPS = "단계는 {most}개까지 읽습니다. 풀이를 나누어 확인하세요."
STRANGE_LETTERS = "문제에 없는 문자가 있습니다: {letters}. 문제의 문자로만 쓰세요."
NO_EQUALS_SIGN = "등호가 없어 무엇과 같은지 알 수 없습니다: {term}. 방정식으로 쓰세요."

# An expression to work out
ONE_VALUE_A_LINE = "식의 값을 구하는 문제입니다. 식이나 값을 하나씩 쓰세요."
MANY_ANSWERS = "답이 여러 개입니다. 식의 값 하나만 쓰세요."
VALUE_KEPT = "앞 줄과 값이 같습니다."
VALUE_CHANGED = "앞 줄과 값이 다릅니다: 앞 줄은 {before}, 이 줄은 {now}."
SIDES_DIFFER = "등호 양쪽의 값이 다릅니다: {left}, {right}."
SIDE_CALCULATION = "등호 양쪽의 값이 같은 보조 계산입니다. 앞 줄의 값은 그대로입니다."
RIGHT_VALUE = "문제의 값과 같고, 끝까지 계산한 답입니다."
RIGHT_EXPRESSION = "문제와 같은 식이고, 항을 모두 모았습니다."
WRONG_VALUE = "답의 값이 문제와 다릅니다: {problem}, {answer}."
NOT_WORKED_OUT = "문제와 값은 같지만 끝까지 계산하지 않았습니다: {answer}."

# An equation in one unknown
ALL_NUMBERS = "모든 수"
ALL_NUMBERS_BUT = "모든 수({these} 제외)"
NO_NUMBER = "없음"
SOLUTIONS_OF = "{polynomial} = 0의 해"
SOLUTIONS_KEPT = "앞 줄과 해가 같습니다."
SOLUTIONS_CHANGED = "앞 줄과 해가 다릅니다: 앞 줄은 {before}, 이 줄은 {now}."
SOLUTIONS_LOST = "해를 잃었습니다: {lost}. 0일 수 있는 식으로 양변을 나누면 해를 잃습니다."
SOLUTIONS_GAINED = "앞 줄에 없던 해가 생겼습니다: {gained}. 0일 수 있는 식을 양변에 곱하거나 양변을 제곱하면 해가 늘어납니다."
ALWAYS_TRUE = "언제나 참인 보조 식입니다. 앞 줄의 방정식은 그대로입니다."
NEVER_TRUE = "등호 양쪽의 값이 다릅니다."
RIGHT_SOLUTIONS = "문제의 해와 같습니다."
NOT_SOLVED = "해는 같지만 {letter} = 수 꼴로 끝까지 풀지 않았습니다."
WRONG_SOLUTIONS = "문제의 해와 다릅니다: 문제의 해는 {expected}."
WRONG_NUMBERS = "값이 틀렸습니다. 문제의 해가 아닌 것: {extra}."
MISSING_SOLUTIONS = "빠뜨린 해가 있습니다: {missing}."
EXTRA_SOLUTIONS = "문제의 해가 아닌 것이 더 있습니다: {extra}."

# A linear system
MANY_ROWS = "식이 {count}개입니다. 연립방정식은 식 {most}개까지 쓰세요."
NO_ALTERNATIVES = "연립방정식의 식은 함께 성립합니다. ‘또는’과 ± 없이 쉼표로 나누어 쓰세요."
NOT_LINEAR = "일차식이 아닙니다: {left} = {right}. 일차식으로 쓰세요."
FOLLOWS = "문제의 식에서 나옵니다."
FOLLOWS_FROM_SLIP = "앞의 틀린 줄에서 나옵니다."
FOLLOWS_NOT = "문제의 식에서 나오지 않습니다."
SYSTEM_NOT_SOLVED = "미지수마다 x = 수 꼴로 끝까지 풀지 않았습니다."
MISSING_UNKNOWNS = "값을 빠뜨린 미지수가 있습니다: {letters}."
WRONG_UNKNOWNS = "문제를 만족하지 않는 값이 있습니다: {letters}."
RIGHT_UNKNOWNS = "모든 미지수의 값이 문제의 식을 모두 만족합니다."
COUNT_OF_SOLUTIONS = {
    "one": "이 연립방정식의 해는 하나입니다.",
    "many": "이 연립방정식의 해는 무수히 많습니다.",
    "none": "이 연립방정식의 해는 없습니다.",
}
