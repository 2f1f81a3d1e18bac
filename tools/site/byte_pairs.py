"""Byte-pair encoding in pure Python: takes the place of tiktoken's compiled `_tiktoken` in a browser tab.

Everything else of tiktoken is its own code. Python's `re` knows no `\\p{…}`: a text is first written in classes of
characters, and the two patterns of the course's encodings are written for those.
"""

import heapq
import re
import unicodedata
from array import array
from collections.abc import Iterable, Sequence, Set
from functools import cached_property, lru_cache

MOST_REMEMBERED = 20_000  # pieces of text whose tokens are kept

# Beyond ASCII: \x01 stands for letters without case, \x02 for marks, \x03 for white space, \x04 for anything else;
# A, a and 0 for letters with case and numbers.
UPPER, LOWER = r"[A-Z\x01\x02]", r"[a-z\x01\x02]"
WORD, SPACE = r"A-Za-z\x010-9", r"\t\n\x0b\x0c\r \x03"
ENDING = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
O200K = (
    rf"[^\r\n{WORD}]?{UPPER}*{LOWER}+{ENDING}|[^\r\n{WORD}]?{UPPER}+{LOWER}*{ENDING}|[0-9]{{1,3}}"
    rf"| ?[^{SPACE}{WORD}]+[\r\n/]*|[{SPACE}]*[\r\n]+|[{SPACE}]+(?![^{SPACE}])|[{SPACE}]+"
)
CL100K = (
    rf"'(?i:[sdmt]|ll|ve|re)|[^\r\n{WORD}]?+[A-Za-z\x01]++|[0-9]{{1,3}}+| ?[^{SPACE}{WORD}]++[\r\n]*+"
    rf"|[{SPACE}]++\Z|[{SPACE}]*[\r\n]|[{SPACE}]+(?![^{SPACE}])|[{SPACE}]"
)
CLASS_OF = {"Lu": "A", "Lt": "A", "Ll": "a", "Lm": "\x01", "Lo": "\x01", "Mn": "\x02", "Mc": "\x02"}
CLASS_OF |= {"Me": "\x02", "Nd": "0", "Nl": "0", "No": "0", "Zs": "\x03", "Zl": "\x03", "Zp": "\x03"}
# White space that is a control character, and the one letter outside ASCII that folds to s.
EXCEPTIONS = {0x85: "\x03", 0x17F: "s"}


class Classes(dict):
    """What each character is written as: ASCII as itself, all else as its class; filled as texts need it."""

    def __missing__(self, code: int) -> str:
        if code < 128:
            found = "\x04" if code < 32 and not 9 <= code <= 13 else chr(code)
        else:
            found = EXCEPTIONS.get(code) or CLASS_OF.get(unicodedata.category(chr(code)), "\x04")
        self[code] = found
        return found


CLASSES = Classes()


class CoreBPE:
    """What tiktoken's `Encoding` stands on; methods, arguments and errors are those of the compiled class.

    Args:
        ranks: the number of each token by its bytes.
        special: the number of each special token by its text.
        pattern: tiktoken's regular expression; it tells the two encodings apart.
    """

    def __init__(self, ranks: dict[bytes, int], special: dict[str, int], pattern: str) -> None:
        self._ranks, self._special = ranks, special
        self._split = re.compile(CL100K if pattern.startswith("'(?i:[sdmt]") else O200K).finditer
        self._merged = lru_cache(MOST_REMEMBERED)(self._merge)

    @cached_property
    def _bytes(self) -> dict[int, bytes]:
        of_special = {number: text.encode() for text, number in self._special.items()}
        return {number: piece for piece, number in self._ranks.items()} | of_special

    def encode_ordinary(self, text: str) -> list[int]:
        """Return a text's tokens, none of them a special one; UnicodeEncodeError for a lone surrogate."""
        text.encode()
        tokens: list[int] = []
        for found in self._split(text.translate(CLASSES)):
            tokens += self._merged(text[found.start() : found.end()].encode())
        return tokens

    def encode(self, text: str, allowed_special: Set[str]) -> list[int]:
        """Return a text's tokens, the allowed special ones among them."""
        allowed = [one for one in allowed_special if one in self._special]
        if not allowed:
            return self.encode_ordinary(text)
        tokens: list[int] = []
        for part in re.split(f"({'|'.join(map(re.escape, allowed))})", text):
            tokens += [self._special[part]] if part in allowed else self.encode_ordinary(part)
        return tokens

    def encode_to_tiktoken_buffer(self, text: str, allowed_special: Set[str]) -> bytes:
        """Return the same as 32-bit numbers, for NumPy."""
        return array("I", self.encode(text, allowed_special)).tobytes()

    def encode_single_token(self, piece: bytes) -> int:
        """Return the token that these bytes are; KeyError where there is none."""
        if piece in self._ranks:
            return self._ranks[piece]
        special = {text.encode(): number for text, number in self._special.items()}
        return special[piece]

    def encode_single_piece(self, piece: bytes) -> list[int]:
        """Return the tokens of bytes that are not split any further before."""
        return list(self._merged(piece))

    def decode_bytes(self, tokens: Sequence[int]) -> bytes:
        """Return the bytes of tokens; KeyError for a number that is none."""
        try:
            return b"".join([self._bytes[one] for one in tokens])
        except KeyError as error:
            raise KeyError(f"Invalid token for decoding: {error.args[0]}") from None

    def decode_single_token_bytes(self, token: int) -> bytes:
        """Return the bytes of one token; KeyError for a number that is none."""
        if token not in self._bytes:
            raise KeyError(str(token))
        return self._bytes[token]

    def token_byte_values(self) -> list[bytes]:
        """Return the bytes of all tokens but the special ones, in the order of the bytes."""
        return sorted(self._ranks)

    def _merge(self, piece: bytes) -> Iterable[int]:
        """Return the tokens of a piece: neighbours are joined, those of the lowest rank first, leftmost first."""
        ranks = self._ranks
        if piece in ranks:
            return (ranks[piece],)
        size = len(piece)
        # A part begins at `start` and ends at `end[start]`; `before[start]` is where the one before it begins.
        end, before, there = list(range(1, size + 1)), list(range(-1, size - 1)), [True] * size
        pairs = [
            (ranks[piece[at : at + 2]], at, at + 2) for at in range(size - 1) if piece[at : at + 2] in ranks
        ]
        heapq.heapify(pairs)
        while pairs:
            _, first, stop = heapq.heappop(pairs)
            second = end[first]
            if not there[first] or second >= size or end[second] != stop:
                continue  # one of the two has been joined with another meanwhile
            end[first], there[second] = stop, False
            if stop < size:
                before[stop] = first
                if (rank := ranks.get(piece[first : end[stop]])) is not None:
                    heapq.heappush(pairs, (rank, first, end[stop]))
            if (start := before[first]) >= 0 and (rank := ranks.get(piece[start:stop])) is not None:
                heapq.heappush(pairs, (rank, start, stop))
        return tuple(ranks[piece[at : end[at]]] for at in range(size) if there[at])
