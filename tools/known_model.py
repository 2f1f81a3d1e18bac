"""Finds the file of an open model that the course knows: nothing else may be recorded with, or compared."""

import argparse
from pathlib import Path

from helpers.models import LocalModel
from tools.banks import BankError
from tools.local import choose, named_file, parse, require_memory
from tools.model_file import given_file

UNKNOWN_FILE = (
    "{path}: 이 코스가 아는 모델의 파일이 아닙니다(sha256이 다릅니다). 잘렸거나 다른 파일일 수 있습니다."
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options by which the file is named, and questions are answered beforehand."""
    parser.add_argument("--model-file", type=Path, help="the model's file, where it is not in the cache")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def find_file(options: argparse.Namespace, name: str | None = None) -> tuple[LocalModel, Path]:
    """Return a model and its file, fetched where nobody has it, and make sure that there is memory for it.

    Args:
        options: `model_file` and `yes`.
        name: of the model; without it the one that `start.py local` takes, or that the named file holds.

    Raises:
        CourseError: the file cannot be had or is another one, or there is too little memory.
    """
    if options.model_file:
        path = named_file(options.model_file)
        model = given_file(path, True, print)
        if model is None:
            raise BankError(UNKNOWN_FILE.format(path=path))
    else:
        arguments = [*(["--model", name] if name else []), *(["--yes"] if options.yes else [])]
        model, path = choose(parse(arguments)[0])
    require_memory(model.memory_mb, options.yes)
    return model, path
