"""Asks on the terminal whether to go on."""

YES = ("y", "yes", "예", "네")


def says_yes(question: str) -> bool:
    """Show a question and return whether the answer is yes; the end of the input is a no."""
    try:
        return input(question).strip().lower() in YES
    except EOFError:
        print()
        return False
