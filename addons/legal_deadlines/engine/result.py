"""What a computation gives back."""

from datetime import date, datetime
from typing import Any, NamedTuple


class Holiday(NamedTuple):
    """A day that is no working day by law, with where that is written.

    `doubtful`: it counts, but whether a court would agree is not settled.
    """

    date: date
    name: str
    source: str
    doubtful: bool = False


class Step(NamedTuple):
    """One step of the explanation: `texts.STEPS[code]` filled with `params`.

    `article` is the law it rests on, `date` the day reached (a datetime for hours).
    """

    code: str
    article: str
    date: date | datetime
    params: dict[str, Any]


class Doubt(NamedTuple):
    """The law is not settled, or something is not known: `texts.DOUBTS[code]`.

    `safe`: the earlier day (for a waiting period the later one) on which nobody can
    object, None where the result itself is that day.
    """

    code: str
    article: str
    safe: date | datetime | None
    params: dict[str, Any]


class Result(NamedTuple):
    """`date` is the answer, `moment` too for hours (aware, in the place's time).

    `nominal` is the end before weekends and holidays, `served` the day from which it
    was counted, `holidays` those that moved a day, `calendar` what was asked for them
    (package and version, revision of our corrections): together they are the basis that
    has to be kept (BGH III ZB 76/16).
    """

    date: date
    moment: datetime | None
    served: date
    nominal: date
    steps: tuple[Step, ...]
    doubts: tuple[Doubt, ...]
    holidays: tuple[Holiday, ...]
    regime: str
    place: str
    calendar: str
    waiting: bool = False

    @property
    def safe(self):
        """The day that is right whatever a court thinks of the doubts."""
        own = self.moment or self.date
        days = [doubt.safe for doubt in self.doubts if doubt.safe is not None]
        if not days:
            return own
        return max(own, *days) if self.waiting else min(own, *days)


def earliest(results):
    """Of several ends that all hold (period and long stop) the one that comes first.

    What makes the safe day of a later one earlier stays among its doubts.
    """
    first, *others = sorted(results, key=lambda result: result.date)
    doubts = [
        doubt
        for other in others
        for doubt in other.doubts
        if doubt.safe is not None and doubt.safe < first.safe
    ]
    return first._replace(doubts=first.doubts + tuple(doubts))
