"""Austria: ZPO, AVG, BAO, ABGB, StPO."""

from .. import recess
from ..arithmetic import add_days
from ..options import Span
from .base import Regime, plain_only

COURT = "AT-COURT"


class Austrian(Regime):
    country = "AT"
    articles = {
        "start": "ZPO § 125(1)",
        "begin": "ABGB § 902",
        "day": "ZPO § 125(1)",
        "week": "ZPO § 125(2)",
        "month": "ZPO § 125(2)",
        "year": "ZPO § 125(2)",
        "month_end": "ZPO § 125(2)",
        "roll": "ZPO § 126(2)",
        "recess": "ZPO § 222(1)",
        "next_werktag": "GOG § 89d(2), ZustG § 26(2)",
        "extension": "ZPO § 128",
        "backward": "ZPO § 125",
        "half": "ABGB § 902(2)",
        "halfmonth": "ABGB § 902(2)",
    }

    def __init__(self, code, context, **articles):
        super().__init__(code, **articles)
        self.context = context
        if code == "AT-ZPO":
            self.allowed = frozenset({"hemmung"})

    def run(self, q, served, calendar, trace):
        if not q.options.hemmung:
            return self.nominal(q, served, calendar, trace)
        plain_only(q, "hemmung")
        start = served
        inside = recess.recess_of(COURT, served)
        if inside:
            start = inside.last
            trace.step("served_in_recess", self.article("recess"), start)
        end = self.add(start, Span(q.length, q.unit), trace, q.unit)
        reached = start
        while True:
            # the whole recess is added as soon as the period reaches its first day
            following = recess.beginning_in(COURT, reached, end)
            if not following:
                return end
            seen = following[0]
            end = add_days(end, seen.days)
            reached = seen.last
            trace.step(
                "suspended_whole", self.article("recess"), end, first=seen.first,
                last=seen.last, days=seen.days,
            )  # fmt: skip

    def backward(self, q, calendar, trace):
        if self.code == "AT-ZPO" and not q.options.vorfrist:
            trace.doubt("at_257", "ZPO § 257(3)")
        return super().backward(q, calendar, trace)

    def doubts_of_law(self, q, served, nominal, end, calendar, trace):
        if q.options.hemmung and end != nominal and recess.recess_of(COURT, end):
            trace.doubt("rolled_into_recess", self.article("recess"), day=end)


REGIMES = (
    Austrian("AT-ZPO", "zpo"),
    Austrian(
        "AT-AVG",
        "avg",
        start="AVG § 32(1)",
        day="AVG § 32(1)",
        week="AVG § 32(2)",
        month="AVG § 32(2)",
        year="AVG § 32(2)",
        month_end="AVG § 32(2)",
        roll="AVG § 33(2)",
        backward="AVG § 32",
        extension="AVG § 33(4)",
    ),
    Austrian(
        "AT-BAO",
        "bao",
        start="BAO § 108(1)",
        day="BAO § 108(1)",
        week="BAO § 108(2)",
        month="BAO § 108(2)",
        year="BAO § 108(2)",
        month_end="BAO § 108(2)",
        roll="BAO § 108(3)",
        backward="BAO § 108",
        extension="BAO § 110(2)",
    ),
    Austrian(
        "AT-ABGB",
        "zpo",
        start="ABGB § 902(1)",
        day="ABGB § 902(1)",
        week="ABGB § 902(2)",
        month="ABGB § 902(2)",
        year="ABGB § 902(2)",
        month_end="ABGB § 902(2)",
        roll="ABGB § 903, BGBl 37/1961",
        backward="ABGB § 902",
        extension="ABGB § 902",
    ),
    Austrian(
        "AT-StPO",
        "zpo",
        start="StPO § 84(1)",
        day="StPO § 84(1)",
        week="StPO § 84(1)",
        month="StPO § 84(1)",
        year="StPO § 84(1)",
        month_end="StPO § 84(1)",
        roll="StPO § 84(1), BGBl 37/1961",
        backward="StPO § 84(1)",
        extension="StPO § 84(1)",
    ),
)
