"""Switzerland: ZPO, BGG, VwVG, StPO, SchKG, OR."""

from datetime import date

from .. import recess
from ..arithmetic import DAY, SPANS, add_days, add_months
from ..calendars import SUNDAY, calendar_of
from ..options import Span
from .base import Regime, plain_only

COURT, DEBT = "CH-COURT", "CH-DEBT"
# since when mail without signature counts as served on the next working day
ORDINARY_MAIL_SINCE = date(2025, 1, 1)


class Swiss(Regime):
    country = "CH"
    allowed = frozenset(
        "stillstand delivery pickup7 noferien schkg act contract".split()
    )
    saturday_counts = False
    articles = {
        "start": "ZPO art. 142(1)",
        "begin": "ZPO art. 142",
        "day": "ZPO art. 142(1)",
        "week": "ZPO art. 142",
        "month": "ZPO art. 142(2)",
        "year": "ZPO art. 142(2)",
        "month_end": "ZPO art. 142(2)",
        "roll": "ZPO art. 142(3)",
        "end": "ZPO art. 142",
        "recess": "ZPO art. 145, 146",
        "pickup": "ZPO art. 138(3) lit. a",
        "delivery": "ZPO art. 142(1bis)",
        "extension": "ZPO art. 144(2)",
        "backward": "ZPO art. 142",
        "debt": "SchKG art. 56, 63",
        "act": "SchKG art. 56",
    }

    def __init__(self, code, context, debt=False, **articles):
        super().__init__(code, **articles)
        self.context, self.debt = context, debt

    def calendar(self, q, place):
        if self.context == "or" and q.options.contract:
            return calendar_of(place, "or", SUNDAY, q.local_holidays)
        return calendar_of(place, self.context, local=q.local_holidays)

    # -- service

    def serve(self, q, calendar, trace):
        day = super().serve(q, calendar, trace)
        if q.options.pickup7:
            day = add_days(day, 7)
            trace.step("pickup", self.article("pickup"), day, event=q.event)
        elif q.options.delivery:
            day = self._ordinary_mail(q, day, calendar, trace)
        if q.options.act and self.in_debt(q):
            holidays = recess.recess_of(DEBT, day)
            if holidays:
                day = holidays.last
                trace.step(
                    "act_in_debt_holidays", self.article("act"), day + DAY,
                    first=holidays.first, last=holidays.last,
                )  # fmt: skip
        return day

    def _ordinary_mail(self, q, day, calendar, trace):
        if not calendar.off(day):
            return day
        later = calendar.next_working(day)
        if self.context != "zpo" or day < ORDINARY_MAIL_SINCE:
            trace.doubt("ordinary_mail", self.article("delivery"), day=later)
            return day
        self._see(day, later, calendar, trace)
        trace.step("ordinary_mail", self.article("delivery"), later, off=day)
        return later

    # -- recess

    def in_debt(self, q):
        return (self.debt or q.options.schkg) and not q.options.noferien

    def recess_holds(self, q, unit):
        """BGG and VwVG know a recess for periods of days only."""
        options = q.options
        if options.noferien or not options.stillstand:
            return False
        return options.stillstand == "zpo" or unit == "day"

    def run(self, q, served, calendar, trace):
        if not self.recess_holds(q, q.unit):
            return self.nominal(q, served, calendar, trace)
        plain_only(q, "stillstand")
        return self._run(q, served, Span(q.length, q.unit), calendar, trace)

    def _run(self, q, served, span, calendar, trace):
        months, days = SPANS[span.unit]
        if not months:
            end = recess.count_days(COURT, served, days * span.length)
            trace.step(
                "day_recess", self.article("recess"), end, start=served,
                length=days * span.length,
                suspended=(end - served).days - days * span.length,
            )  # fmt: skip
            return end
        inside = recess.recess_of(COURT, served)
        start = served
        if inside:
            start = inside.last
            trace.step("served_in_recess", self.article("recess"), start)
        plain = self.add(start, span, trace, span.unit)
        end = self._stretch(start, plain)
        if end != plain:
            trace.step(
                "suspended", self.article("recess"), end, days=(end - plain).days
            )
        if inside:
            other = self._stretch(served, add_months(served, months * span.length))
            if other < end:  # only where April is shorter than the last month
                safe = self._plain_roll(q, other, calendar)
                trace.doubt("recess_counted_through", self.article("recess"), safe)
            else:
                trace.doubt("served_in_recess", self.article("recess"))
        return end

    def _stretch(self, start, plain):
        """`plain`, later by the recess days that lie in the period."""
        end = plain
        while True:
            longer = add_days(plain, recess.days_within(COURT, start, end))
            if longer == end:
                return end
            end = longer

    def run_extension(self, q, end, trace):
        ext = q.options.ext
        if not self.recess_holds(q, ext.unit):
            return super().run_extension(q, end, trace)
        months, days = SPANS[ext.unit]
        if months:
            day = self._stretch(end, add_months(end, months * ext.length))
        else:
            day = recess.count_days(COURT, end, days * ext.length)
        trace.step(
            "extended", self.article("extension"), day, start=end, length=ext.length,
            unit=ext.unit,
        )  # fmt: skip
        return day

    # -- roll

    def _plain_roll(self, q, day, calendar):
        return calendar.next_working(day) if q.options.shift else day

    def roll(self, q, end, calendar, trace):
        if self.in_debt(q) and q.options.shift and not q.options.earliest:
            holidays = recess.recess_of(DEBT, end)
            if holidays:
                return self._third_working_day(end, holidays, calendar, trace)
        day = super().roll(q, end, calendar, trace)
        if q.options.earliest or not q.options.shift:
            return day
        if self.in_debt(q) and day != end and recess.recess_of(DEBT, day):
            trace.doubt("rolled_into_debt_holidays", self.article("debt"), day=day)
        if not self.recess_holds(q, q.unit):
            return day
        plain = day
        inside = recess.recess_of(COURT, day)
        while inside:
            day = calendar.next_working(inside.last + DAY)
            inside = recess.recess_of(COURT, day)
        if day != plain:
            self._see(plain, day, calendar, trace)
            trace.step("roll_over_recess", self.article("recess"), day, off=plain)
            trace.doubt("weekend_before_recess", self.article("recess"), plain)
        return day

    def _third_working_day(self, end, holidays, calendar, trace):
        day = holidays.last
        for _count in range(3):
            day = calendar.next_working(day + DAY)
        self._see(end, day, calendar, trace)
        trace.step(
            "third_working_day", self.article("debt"), day, off=end,
            first=holidays.first, last=holidays.last,
        )  # fmt: skip
        rolled = calendar.next_working(end)
        if rolled > holidays.last:
            trace.doubt("weekend_ends_debt_holidays", self.article("debt"), rolled)
        return day

    def doubts_of_law(self, q, served, nominal, end, calendar, trace):
        if q.options.act and served != q.event and self.in_debt(q):
            trace.doubt("act_first_day", "BGE 121 III 284")


REGIMES = (
    Swiss("CH-ZPO", "zpo"),
    Swiss(
        "CH-BGG",
        "bgg",
        start="BGG art. 44(1)",
        day="BGG art. 44(1)",
        roll="BGG art. 45",
        recess="BGG art. 46(1)",
        pickup="BGG art. 44(2)",
        extension="BGG art. 47(2)",
    ),
    Swiss(
        "CH-VwVG",
        "vwvg",
        start="VwVG art. 20(1)",
        day="VwVG art. 20(1)",
        roll="VwVG art. 20(3)",
        recess="VwVG art. 22a(1)",
        pickup="VwVG art. 20(2bis)",
        extension="VwVG art. 22(2)",
    ),
    Swiss(
        "CH-StPO",
        "stpo",
        start="StPO art. 90(1)",
        day="StPO art. 90(1)",
        roll="StPO art. 90(2)",
        pickup="StPO art. 85(4)",
        extension="StPO art. 92",
    ),
    Swiss(
        "CH-SchKG",
        "schkg",
        debt=True,
        start="SchKG art. 31, ZPO art. 142(1)",
        day="SchKG art. 31, ZPO art. 142(1)",
        month="SchKG art. 31, ZPO art. 142(2)",
        roll="SchKG art. 31, ZPO art. 142(3)",
        extension="SchKG art. 33(2)",
    ),
    Swiss(
        "CH-OR",
        "or",
        start="OR art. 77(1)",
        day="OR art. 77(1)",
        week="OR art. 77(1)",
        month="OR art. 77(1)",
        year="OR art. 77(1)",
        halfmonth="OR art. 77(1)",
        half="OR art. 76(2), 77(1)",
        month_end="OR art. 77(1)",
        roll="OR art. 78",
        extension="OR art. 80",
    ),
)
