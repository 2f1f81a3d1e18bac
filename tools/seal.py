"""Seals cassettes that an author has edited by hand: checks their rules and writes the new checksum."""

import argparse
import sys

from helpers.course import cassette_path, lessons
from helpers.errors import CourseError
from helpers.replay import load_cassette, save_cassette
from tools.ending import exit_code


def seal(name: str) -> None:
    """Check and seal the cassette of one lesson.

    Args:
        name: the lesson, such as "01_roles".

    Raises:
        CassetteError: the content breaks a rule of cassettes.
    """
    path = cassette_path(name)
    save_cassette(load_cassette(path, sealed=False), path)
    load_cassette(path)


def main() -> int:
    """Run the command line; return 1 where a cassette breaks a rule."""
    parser = argparse.ArgumentParser(prog="start.py seal", description=__doc__)
    parser.add_argument(
        "lessons", nargs="+", choices=list(lessons()), help="such as 01_roles", metavar="lesson"
    )
    for name in parser.parse_args().lessons:
        try:
            seal(name)
        except CourseError as error:
            print(error, file=sys.stderr)
            return 1
        print(f"sealed: {name}")
    return 0


if __name__ == "__main__":
    sys.exit(exit_code(main))
