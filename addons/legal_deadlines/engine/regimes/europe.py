"""The Union: Regulation 1182/71, GDPR, and its courts."""

from ..arithmetic import DAY, add_days
from .base import Regime


class Union(Regime):
    hour_mode = "fullhour"
    saturday_counts = False
    allowed = frozenset({"art35"})
    two_days = True  # whether art. 3(5) holds by itself
    articles = {
        "start": "Reg. 1182/71 art. 3(1)",
        "begin": "Reg. 1182/71 art. 3(1)",
        "day": "Reg. 1182/71 art. 3(2) lit. b",
        "week": "Reg. 1182/71 art. 3(2) lit. c",
        "month": "Reg. 1182/71 art. 3(2) lit. c",
        "year": "Reg. 1182/71 art. 3(2) lit. c",
        "month_end": "Reg. 1182/71 art. 3(2) lit. c",
        "end": "Reg. 1182/71 art. 3",
        "in_one": "Reg. 1182/71 art. 3",
        "roll": "Reg. 1182/71 art. 3(4)",
        "werktag": "Reg. 1182/71 art. 2(2), 3(3)",
        "two_working_days": "Reg. 1182/71 art. 3(5)",
        "backward": "Reg. 1182/71 art. 3(4)",
        "hour_abs": "Reg. 1182/71 art. 3(2) lit. a",
        "hour_fullhour": "Reg. 1182/71 art. 3(1), (2) lit. a",
        "hour_zpo222": "Reg. 1182/71 art. 3",
    }

    def two_working_days(self, q, served, end, calendar, trace):
        wanted = q.options.art35
        if wanted is None:
            wanted = self.two_days and q.options.shift
        # longer ones have two working days in any case
        if (
            not wanted
            or q.options.earliest
            or q.unit != "day"
            or not 2 <= q.length < 15
        ):
            return end
        working, day = 0, served
        while working < 2:
            day = add_days(day, 1)
            working += not calendar.off(day)
        if day <= end:
            return end
        self._see(end, day, calendar, trace)
        trace.step("two_working_days", self.article("two_working_days"), day)
        trace.doubt("two_working_days", self.article("two_working_days"), end)
        return day

    def doubts_of_hours(self, q, start, first, end, calendar, trace):
        if start == first and (q.options.mode or self.hour_mode) == "fullhour":
            trace.doubt("full_hour", self.article("hour_fullhour"))
        if q.length < 48:
            return
        working, day = 0, first.date()
        while day <= end.date():
            working += not calendar.off(day)
            day += DAY
        if working < 2:
            trace.doubt("hours_two_working_days", self.article("two_working_days"))


class Gdpr(Union):
    """Art. 12(3): extended, the period is longer from the start, not from its end."""

    def added(self, options):
        return tuple(filter(None, (options.plus, options.ext)))

    def extend(self, q, end, calendar, trace):
        if q.options.ext_to:
            return super().extend(q, end, calendar, trace)
        return end


class UnionCourt(Union):
    country = "EU"
    default_place = "EU-LU"
    allowed = frozenset({"pub14"})
    two_days = False


REGIMES = (
    Union("EU-1182"),
    Gdpr("EU-GDPR", in_one="GDPR art. 12(3)", extension="GDPR art. 12(3)"),
    UnionCourt(
        "EU-GC",
        start="RP GC art. 58(1) lit. a",
        day="RP GC art. 58(1) lit. a",
        week="RP GC art. 58(1) lit. b",
        month="RP GC art. 58(1) lit. b",
        year="RP GC art. 58(1) lit. b",
        month_end="RP GC art. 58(1) lit. b",
        distance="RP GC art. 60",
        publication="RP GC art. 59",
        roll="RP GC art. 58(2)",
        extension="RP GC art. 61",
    ),
    UnionCourt(
        "EU-CJEU",
        start="RP CJ art. 49(1) lit. a",
        day="RP CJ art. 49(1) lit. a",
        week="RP CJ art. 49(1) lit. b",
        month="RP CJ art. 49(1) lit. b",
        year="RP CJ art. 49(1) lit. b",
        month_end="RP CJ art. 49(1) lit. b",
        distance="RP CJ art. 51",
        publication="RP CJ art. 50",
        roll="RP CJ art. 49(2)",
        extension="RP CJ art. 52",
    ),
)
