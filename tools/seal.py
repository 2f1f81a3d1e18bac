"""Seals cassettes that an author has edited by hand: checks their rules and writes the new checksum."""

import argparse
import json
import sys

from helpers.cassettes import cassette_from, load_cassette, save_cassette
from helpers.errors import CourseError
from tools.notebooks import NOTEBOOKS


def seal(name: str) -> None:
    """Check and seal the cassette of one lesson.

    Args:
        name: the lesson, such as "01_roles".

    Raises:
        CassetteError: the content breaks a rule of cassettes.
    """
    path = NOTEBOOKS / "cassettes" / f"{name}.json"
    save_cassette(cassette_from(json.loads(path.read_text(encoding="utf-8"))), path)
    load_cassette(path)


def main() -> int:
    """Run the command line; return 1 where a cassette breaks a rule."""
    parser = argparse.ArgumentParser(prog="start.py seal", description=__doc__)
    parser.add_argument("lessons", nargs="+", help="such as 01_roles")
    for name in parser.parse_args().lessons:
        try:
            seal(name)
        except CourseError as error:
            print(error, file=sys.stderr)
            return 1
        print(f"sealed: {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
