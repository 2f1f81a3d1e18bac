"""The checker's sentences: each is said somewhere."""

from helpers import math_sentences
from helpers.lesson import ROOT


def test_every_sentence_is_said_by_a_math_module():
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "helpers").glob("math_*.py"))
    names = [name for name in vars(math_sentences) if name.isupper()]
    assert len(names) > 50
    assert [name for name in names if f"say.{name}" not in sources] == []
