"""How early warnings are written: "7, 1" is seven days before, and one day before.

>>> parse("7, 1")
(7, 1)
"""

import re

LONGEST = 365
_SEPARATORS = re.compile(r"[,;\s]+")


class InvalidWarningDays(ValueError):
    """`part` is what could not be read."""

    def __init__(self, part):
        super().__init__(part)
        self.part = part


def parse(text):
    """The days before, the longest first, each once; empty for an empty text.

    :raises InvalidWarningDays: a part is no whole number from 0 to 365
    """
    days = set()
    for part in _SEPARATORS.split((text or "").strip()):
        if not part:
            continue
        if not (part.isascii() and part.isdigit() and len(part) < 4):
            raise InvalidWarningDays(part)
        if int(part) > LONGEST:
            raise InvalidWarningDays(part)
        days.add(int(part))
    return tuple(sorted(days, reverse=True))
