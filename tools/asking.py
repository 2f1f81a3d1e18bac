"""Asks on the terminal whether to go on."""

import sys

YES = ("y", "yes", "예", "네")

QUESTION = "녹화를 시작할까요? [y/N] "
NO_TERMINAL = "묻고 답할 터미널이 없어 녹화하지 않았습니다. 스크립트에서는 --yes를 붙이세요."
DECLINED = "녹화하지 않았습니다."


def says_yes(question: str) -> bool:
    """Show a question and return whether the answer is yes; the end of the input is a no."""
    try:
        return input(question).strip().lower() in YES
    except EOFError:
        print()
        return False


def agrees_to_record(plan: str, yes: bool) -> bool:
    """Show what will be recorded and return whether to begin; without a terminal only where that was said beforehand."""
    print(plan)
    if yes:
        return True
    if not sys.stdin.isatty():
        print(NO_TERMINAL, file=sys.stderr)
        return False
    return says_yes(QUESTION)
