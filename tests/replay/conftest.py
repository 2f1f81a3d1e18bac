from pathlib import Path

import pytest

from helpers.replay.cassette import save_cassette
from tests.replay.cassettes import cassette


@pytest.fixture
def path(tmp_path) -> Path:
    path = tmp_path / "04_seeds.json"
    save_cassette(cassette(), path)
    return path
