"""What was reported of other programs does not happen here; `python -m pytest -k C1` tries one report."""

import pytest

from tests.live.field_cases import CASES

pytestmark = [pytest.mark.usefixtures("no_ambient_proxy"), pytest.mark.filterwarnings("ignore::UserWarning")]


@pytest.mark.parametrize("case", CASES, ids=[f"{one.id}-{one.__name__}" for one in CASES])
def test_what_was_reported_elsewhere_goes_well_here(case):
    right, found = case()
    assert right, f"{case.source}: {found}"
