"""The numbered lines that ``make run`` writes, one for each step.

``portal.bootstrap`` writes the first ones before anything is installed, so this module
uses the standard library alone.
"""

import sys

STEPS = 9


def announce(number: int, sentence: str) -> None:
    """Write ``[3/9] sentence``."""
    sys.stdout.write(f"[{number}/{STEPS}] {sentence}\n")
    sys.stdout.flush()


def note(sentence: str) -> None:
    """Write a line that belongs to the step above."""
    sys.stdout.write(f"      {sentence}\n")
    sys.stdout.flush()
