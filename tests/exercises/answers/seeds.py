"""Answers to the exercises of 04_seeds."""

import math

from helpers import sampling
from tests.exercises.answers import Answers


def weights(scores, temperature):
    return {name: math.exp(score / temperature) for name, score in scores.items()}


def shares(values):
    return {name: value / sum(values.values()) for name, value in values.items()}


def shifted(scores, temperature):
    best = max(scores.values())
    return shares({name: math.exp((score - best) / temperature) for name, score in scores.items()})


def reason(first, second):
    if first["text"] == second["text"]:
        return "같음"
    old, new = first["system_fingerprint"], second["system_fingerprint"]
    return "시스템이 바뀜" if old and new and old != new else "알 수 없음"


def reason_by_match(first, second):
    match (first["text"] == second["text"], first["system_fingerprint"], second["system_fingerprint"]):
        case (True, _, _):
            return "같음"
        case (False, str() as old, str() as new) if old != new:
            return "시스템이 바뀜"
    return "알 수 없음"


ANSWERS = {
    "q1": Answers(
        right=[{"temperature": 0.3, "top_p": 1}, {"temperature": 0.43, "top_p": 0.95}],
        wrong=[
            {"temperature": 1.0, "top_p": 1.0}, {"temperature": 0, "top_p": 1}, {"temperature": 3, "top_p": 1},
            {"temperature": 0.4, "top_p": 0.1}, {"temperature": 0.4}, {"temperature": "0.4", "top_p": 1},
            {"temperature": 0.4, "top_p": 0}, {"temperature": 0.6, "top_p": 1.0}, 0.4, {"temperature": 0.001, "top_p": 1},
        ],
    ),
    "q2": Answers(right=[0.85, 0.9], wrong=[1.0, 0.5, 0.8, 0.99, 0, -1, 1.5, "0.9", True]),
    "q3": Answers(
        right=[sampling.softmax, shifted],
        wrong=[
            weights,
            lambda scores, temperature: shares(weights(scores, 1.0)),
            lambda scores, temperature: shares(weights(scores, 1 / temperature)),
            lambda scores, temperature: shares({name: 2 ** (score / temperature) for name, score in scores.items()}),
            lambda scores, temperature: list(shares(weights(scores, temperature)).values()),
            lambda scores, temperature: {name: 1 / len(scores) for name in scores},
            lambda scores, temperature: None,
        ],
    ),
    "q4": Answers(
        right=[reason, reason_by_match],
        wrong=[
            lambda first, second: "같음" if first == second else "알 수 없음",
            lambda first, second: "같음" if first["text"] == second["text"] else "시스템이 바뀜",
            lambda first, second: "같음" if first["text"] == second["text"] else "알 수 없음",
            lambda first, second: (
                "시스템이 바뀜" if first["system_fingerprint"] != second["system_fingerprint"] else reason(first, second)
            ),
            lambda first, second: first["text"] == second["text"],
            lambda first, second: (
                "알 수 없음" if first["system_fingerprint"] is None and first["text"] != second["text"]
                else "같음" if first["text"] == second["text"]
                else "시스템이 바뀜" if first["system_fingerprint"] != second["system_fingerprint"] else "알 수 없음"
            ),
            lambda first, second: "같음",
            lambda first, second: None,
        ],
    ),
}  # fmt: skip
