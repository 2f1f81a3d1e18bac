"""Finds what must never be committed: keys, account names, headers that tell whose recording it is."""

import re

PATTERNS = {
    "an API key": re.compile(r"(?<![A-Za-z])sk-(?!\.\.\.)[A-Za-z0-9_-]{12,}"),
    "a bearer token": re.compile(r"bearer\s+(?=\S*\d)[A-Za-z0-9._~+/-]{12,}", re.IGNORECASE),
    "an organisation": re.compile(r"\borg-[A-Za-z0-9]{12,}"),
    "a project": re.compile(r"\bproj_[A-Za-z0-9]{12,}"),
    "a request id": re.compile(r"\breq_[A-Za-z0-9]{12,}"),
    "a private header": re.compile(
        r'"(authorization|cookie|set-cookie|x-request-id|openai-organization|openai-project|api-key)"\s*:',
        re.IGNORECASE,
    ),
}


def find_secrets(text: str) -> list[str]:
    """Return what kinds of secret a text holds, never the secret itself."""
    return [kind for kind, pattern in PATTERNS.items() if pattern.search(text)]
