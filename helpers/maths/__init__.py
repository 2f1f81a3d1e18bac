"""Reads mathematics as people and models write it, and judges it; no text is ever run as code."""

from helpers.maths.check import MAX_STEPS, SolutionReport, StepVerdict, check_solution
from helpers.maths.parse import MAX_DEPTH, MAX_DIGITS
from helpers.maths.values import MAX_DEGREE, MAX_EXPONENT, MathTextError
from helpers.maths.wrapping import MAX_LENGTH
