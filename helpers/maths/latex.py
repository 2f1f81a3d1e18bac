"""Takes LaTeX off: `\\\\frac{1}{2}` becomes `(1)/(2)`. What is not in the tables stays, and is refused later."""

import re

SIGNS = {
    "times": "*", "cdot": "*", "ast": "*", "div": "÷", "pm": "±", "pi": "π", "infty": "∞",
    "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "lt": "<", "gt": ">",
    "ne": "≠", "neq": "≠", "lor": "∨", "vee": "∨", "land": "∧", "wedge": "∧", "emptyset": "∅", "varnothing": "∅",
    "to": "⇒", "rightarrow": "⇒", "Rightarrow": "⇒", "Longrightarrow": "⇒", "longrightarrow": "⇒", "implies": "⇒",
    "iff": "⇒", "Leftrightarrow": "⇒", "therefore": "∴", "vert": "|", "lvert": "|", "rvert": "|", "mid": "|",
    "left": "", "right": "", "big": "", "Big": "", "displaystyle": "", "in": "∈", "approx": "≈", "Delta": "D", "quad": " ", "qquad": " ", "ldots": "...",
    "dots": "...", "cdots": "...",
}  # fmt: skip
_FIRST = (
    (r"\\(?:begin|end)\{(?:aligned|align\*?|cases|array|gathered|equation\*?|split)\}(?:\{[lcr]*\})?", " "),
    (r"\\\\(?:\[[^\]]*\])?", "\n"),
    (r"\\[,;:! >]|~", " "),
    (r"\\([%{}$#&_])", r"\1"),
    (r"\\[\[\]()]|\$", " "),
    (r"&", " "),
    (r"\\mathbb\{R\}|\\R(?![a-z])", "ℝ"),
    (r"\\(?:big|Big|bigg|Bigg)[lr]?(?![a-zA-Z])", ""),
)
_TEXT = re.compile(
    r"\\(?:text|textbf|textit|mathrm|mathbf|mathit|operatorname|boxed|fbox|bm|overline|underline)\s*\{([^{}]*)\}"
)
_FRACTION = re.compile(
    r"(?<![0-9.])(?:([0-9]+)\s*)?\\[dtc]?frac\s*(?:\{([^{}]*)\}|([0-9a-z]))\s*(?:\{([^{}]*)\}|([0-9a-z]))"
)
_ROOT = re.compile(r"\\sqrt\s*(?:\{([^{}]*)\}|([0-9a-z]))")
_RAISED = re.compile(r"\^\s*\{([^{}]*)\}")
_LOWERED = re.compile(r"_\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)")


def plain(text: str) -> str:
    """Return the text with LaTeX rewritten in plain signs, from the innermost braces outwards."""
    if not any(sign in text for sign in "\\$^_&"):
        return text
    for pattern, put in _FIRST:
        text = re.sub(pattern, put, text)
    before = None
    while before != text:  # each round takes at least one pair of braces off
        before = text
        text = _TEXT.sub(r" \1 ", text)
        text = _FRACTION.sub(_fraction, text)
        text = _ROOT.sub(lambda match: f"√({match[1] or match[2]})", text)
        text = _RAISED.sub(r"^(\1)", text)
        text = _LOWERED.sub(r"_\1", text)
    return _COMMAND.sub(lambda match: SIGNS.get(match[1], match[0]), text)


def _fraction(match: re.Match[str]) -> str:
    front, above, below = match[1], match[2] or match[3], match[4] or match[5]
    mixed = above.strip().isdecimal() and below.strip().isdecimal() and int(above) < int(below)
    if front and mixed:
        return f"{front} {above.strip()}/{below.strip()} "
    return f"{front or ''}(({above})/({below}))"
