"""Counts how many solutions get a good teacher's verdict in every line: `python -m tests.maths.score [-v] file ...`."""

import json
import sys
from pathlib import Path

from helpers.maths import MathTextError, check_solution

DATA = Path(__file__).parents[1] / "data"
LETTERS = {"right": "r", "wrong": "w", "unfinished": "f", "unreadable": "u"}


def cases(name: str) -> list[dict]:
    """Return the cases of a file in tests/data."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def judged(case: dict) -> tuple[str, list[str]]:
    """Return the checker's letters for a case, as the teacher writes them, and its reasons."""
    try:
        report = check_solution(case["problem"], case["steps"], case["final"])
    except MathTextError as error:
        return "u" * len(case["steps"]) + "|u", [str(error)]
    letters = "".join(LETTERS[line.verdict] for line in report.steps) + "|" + LETTERS[report.final.verdict]
    return letters, [line.reason for line in (*report.steps, report.final)]


def main(arguments: list[str]) -> None:
    """Print the three figures of each file, and with -v every case that differs."""
    names = [one for one in arguments if one != "-v"] or ["solutions.json", "more_solutions.json"]
    for name in names:
        every, lines, right, whole, accepted = cases(name), 0, 0, 0, 0
        for case in every:
            ours, reasons = judged(case)
            pairs = list(zip(ours.replace("|", ""), case["teacher"].replace("|", ""), strict=True))
            lines, right = lines + len(pairs), right + sum(one == other for one, other in pairs)
            whole += ours == case["teacher"]
            accepted += any(one == "r" and other != "r" for one, other in pairs)
            if ours != case.get("ours", case["teacher"]) and "-v" in arguments:
                print(case["name"], "|", case["problem"], case["steps"], case["final"])
                print("   teacher", case["teacher"], "ours", ours, reasons)
        print(
            f"{name}: {right} of {lines} lines, {whole} of {len(every)} solutions, {accepted} falsely accepted"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
