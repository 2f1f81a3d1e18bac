"""The checker's sentences: each is said somewhere."""

from helpers.course import ROOT
from helpers.maths import sentences


def test_every_sentence_is_said_by_a_math_module():
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "helpers" / "maths").glob("*.py"))
    names = [name for name in vars(sentences) if name.isupper()]
    assert len(names) > 50
    assert [name for name in names if f"say.{name}" not in sources] == []
