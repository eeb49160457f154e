"""The pipeline that all regimes share.

    service -> start day -> nominal end (with distance, half month, franc)
            -> recess -> roll -> extension

A regime says by its attributes what differs (articles, the context in which it asks for
holidays, which options it knows) and overrides the steps that its law has otherwise.
"""

from collections import defaultdict
from datetime import timedelta

from .. import hours, service
from ..arithmetic import (
    DAY,
    SPANS,
    add_days,
    add_months,
    add_months_from_begin,
    in_range,
)
from ..calendars import VERIFIED_FROM, calendar_of
from ..errors import ExtensionBeforeEnd, UnsupportedCombination
from ..options import Span
from ..result import Result
from ..trace import Trace

# Options that only some regimes know; a rule of another country would ignore them.
SPECIAL = frozenset(
    "franc stillstand delivery pickup7 noferien schkg act contract hemmung art35 "
    "pub14".split()
)
# Where a law has no article for a step, the one it is drawn from.
INSTEAD = {
    "quarter": "month",
    "halfyear": "month",
    "halfmonth": "day",
    "half": "month",
    "in_one": "month",
    "first_period": "month",
    "werktag": "day",
    "begin": "start",
    "end": "roll",
    "extension": "roll",
    "backward": "start",
    "fiction": "start",
    "next_werktag": "start",
    "distance": "month",
    "hour_abs": "start",
    "hour_fullhour": "start",
    "hour_zpo222": "start",
}
_NOT_PLAIN = ("start", "count_event_day", "half", "plus", "first", "distance", "franc")


def plain_only(q, with_option):
    """A recess is known for periods of one unit that begin on the day after."""
    if q.unit == "werktag":
        raise UnsupportedCombination(first=with_option, second="werktag")
    for name in _NOT_PLAIN:
        if getattr(q.options, name):
            raise UnsupportedCombination(first=with_option, second=name)


def counts_its_day(options):
    """Whether the day of the event is the first of the period."""
    return options.start == "begin" or options.count_event_day


class Regime:
    """One law of periods. Its objects hold no state of a computation."""

    country = ""  # its courts sit there; "" = anywhere
    context = ""  # under which the calendar is asked
    default_place = ""
    hour_mode = "abs"
    saturday_counts = True  # when Werktage are counted
    allowed = frozenset()  # options of SPECIAL that it knows
    fiction_doubt = ""  # what is not settled about its fiction of service
    articles: dict[str, str] = {}

    def __init__(self, code, **articles):
        self.code = code
        articles = {**self.articles, **articles}
        for step, other in INSTEAD.items():
            articles.setdefault(step, articles.get(other, ""))
        self.articles = defaultdict(str, articles)
        self.article = self.articles.__getitem__  # step -> the law, "" if it has none

    def calendar(self, q, place):
        return calendar_of(place, self.context, local=q.local_holidays)

    # -- the ways through

    def compute(self, q, calendar, trace):
        """(end, moment, served, nominal) of a Request whose values were checked."""
        self.warn_before(q, calendar, trace)
        if q.unit == "hour":
            moment = hours.compute(self, q, calendar, trace)
            return moment.date(), moment, q.event, moment.date()
        if q.direction == "backward":
            end, nominal = self.backward(q, calendar, trace)
            return end, None, q.event, nominal
        return self.forward(q, calendar, trace)

    def forward(self, q, calendar, trace):
        options = q.options
        served = self.serve(q, calendar, trace)
        if not q.length:
            return served, None, served, served
        if not counts_its_day(options):
            trace.step("start", self.article("start"), served)
        nominal = self.run(q, served, calendar, trace)
        end = nominal
        if options.earliest:
            end += DAY
            trace.step("earliest", self.article("end"), end)
        end = self.roll(q, end, calendar, trace)
        if options.earliest:
            self.doubt_waiting(q, nominal, end, calendar, trace)
        end = self.two_working_days(q, served, end, calendar, trace)
        if options.ext or options.ext_to:
            end = self.extend(q, end, calendar, trace)
        self.doubts(q, served, nominal, end, calendar, trace)
        return end, None, served, nominal

    def backward(self, q, calendar, trace):
        """Counted back from the event: the full period lies between, or a warning."""
        options = q.options
        if options.vorfrist:
            nominal = self.back(q, q.event)
            trace.step(
                "early_warning", "", nominal, event=q.event, length=q.length,
                unit=q.unit,
            )  # fmt: skip
            end = calendar.previous_working(nominal)
            if end != nominal:
                self._see(end, nominal, calendar, trace)
                trace.step("roll_back", "", end, off=nominal)
            return end, nominal
        begin = counts_its_day(options)
        end = in_range(self.back(q, q.event) - (timedelta(0) if begin else DAY))
        trace.step(
            "backward", self.article("backward"), end, event=q.event, length=q.length,
            unit=q.unit,
        )  # fmt: skip
        if calendar.off(end):
            safe = calendar.previous_working(end)
            self._see(safe, end, calendar, trace)
            trace.doubt("backward_off", self.article("backward"), safe, day=end)
        return end, end

    def back(self, q, day):
        if q.unit == "werktag":
            raise UnsupportedCombination(first="werktag", second="backward")
        months, days = SPANS[q.unit]
        if months:
            return add_months(day, -months * q.length)
        return add_days(day, -days * q.length)

    # -- the steps

    def serve(self, q, calendar, trace):
        return service.served(self, q, calendar, trace)

    def run(self, q, served, calendar, trace):
        """The nominal end: the period from the day of service, recess included."""
        return self.nominal(q, served, calendar, trace)

    def nominal(self, q, served, calendar, trace):
        options, day = q.options, served
        if options.first:
            day = self.add(day, options.first, trace, "first_period")
            self.doubt_first_period(q, day, trace)
        if q.unit == "werktag":
            return self.count_werktage(q, day, calendar, trace)
        span = Span(q.length, q.unit)
        if options.noncontiguous:
            span = self.in_days(span)
        begin = counts_its_day(options)
        if self.added(options):
            day = self.add_in_one(q, day, span, calendar, trace)
        elif begin:
            day = self.add_from_begin(day, span, trace)
        else:
            day = self.add(day, span, trace, span.unit)
        if options.half:
            day = add_days(day, 15)
            trace.step("half_month", self.article("half"), day)
        if options.distance:
            day = add_days(day, options.distance)
            trace.step("distance", self.article("distance"), day, days=options.distance)
        if options.franc:
            day = add_days(day, 1)
            trace.step("franc", self.article("franc"), day)
        return day

    def added(self, options):
        """Spans that make one period with the main one."""
        return (options.plus,) if options.plus else ()

    def add(self, day, span, trace, code):
        months, days = SPANS[span.unit]
        if months:
            end = add_months(day, months * span.length)
            short = end.day != day.day
        else:
            end, short = add_days(day, days * span.length), False
        article = self.article(code) or self.article(span.unit)
        trace.step(code, article, end, start=day, length=span.length, unit=span.unit)
        if short:
            trace.step("month_end", self.article("month_end"), end, number=day.day)
        return end

    def add_from_begin(self, day, span, trace):
        months, days = SPANS[span.unit]
        if months:
            end = add_months_from_begin(day, months * span.length)
        else:
            end = add_days(day, days * span.length - 1)
        trace.step(
            "begin", self.article("begin"), end, start=day, length=span.length,
            unit=span.unit,
        )  # fmt: skip
        return end

    def add_in_one(self, q, day, span, calendar, trace):
        """Period and distance in one step: months first, then days (CPC art. 641)."""
        spans = (span, *self.added(q.options))
        months = sum(SPANS[s.unit][0] * s.length for s in spans)
        days = sum(SPANS[s.unit][1] * s.length for s in spans)
        begin = counts_its_day(q.options)
        if begin and months:
            end = add_days(add_months_from_begin(day, months), days)
        else:
            end = add_days(add_months(day, months), days - begin)
        trace.step(
            "in_one", self.article("in_one"), end, start=day, length=span.length,
            unit=span.unit, months=months, days=days,
        )  # fmt: skip
        if months and len(spans) > 1:
            self.doubt_in_one(q, day, span, end, calendar, trace)
        return end

    def doubt_in_one(self, q, day, span, end, calendar, trace):
        """From a month's end it matters whether the two are added apart."""
        apart = day
        for part in (span, *self.added(q.options)):
            months, days = SPANS[part.unit]
            apart = add_days(
                add_months(apart, months * part.length), days * part.length
            )
        if apart < end:
            apart = add_days(apart, q.options.franc)
            safe = calendar.next_working(apart) if q.options.shift else apart
            trace.doubt("in_one", self.article("in_one"), safe)

    def doubt_first_period(self, q, day, trace):
        """Is its end an event, or does the next day begin the period?"""
        months = SPANS[q.unit][0] * q.length if q.unit in SPANS else 0
        if months and add_months_from_begin(day + DAY, months) != add_months(
            day, months
        ):
            trace.doubt("first_period", self.article("month"))

    def count_werktage(self, q, day, calendar, trace):
        """The Nth working day; whether Saturday is one differs from law to law."""
        saturday = self.saturday_counts and q.options.saturday
        left, start = q.length, day
        if counts_its_day(q.options):
            day -= DAY
        while left:
            day = add_days(day, 1)
            weekday = day.weekday()
            if weekday == 6 or (weekday == 5 and not saturday):
                continue
            holiday = calendar.holiday(day)
            if holiday:
                trace.saw(holiday)
                continue
            left -= 1
        trace.step(
            "werktag" if saturday else "werktag_without_saturday",
            self.article("werktag"), day, start=start, length=q.length,
        )  # fmt: skip
        return day

    def in_days(self, span):
        """Not in one piece: a month is 30 days, a year 365 (BGB § 191)."""
        months, days = SPANS[span.unit]
        years, rest = divmod(months * span.length, 12)
        return Span(years * 365 + rest * 30 + days * span.length, "day")

    def roll(self, q, end, calendar, trace):
        if not calendar.off(end):
            if calendar.maybe(end):
                trace.doubt("maybe_holiday", calendar.maybe(end).source, day=end)
            return end
        if not q.options.shift:
            trace.step("no_roll", self.article("no_roll"), end)
            return end
        day = calendar.next_working(end)
        self._see(end, day, calendar, trace)
        trace.step("roll", self.article("roll"), day, off=end)
        if calendar.has_doubts and not q.options.earliest:
            sure = end
            while calendar.off_for_sure(sure):
                sure += DAY
            if sure < day:
                trace.doubt(
                    "doubtful_holiday", calendar.holiday(sure).source, sure, day=sure
                )
        if calendar.maybe(day):
            trace.doubt("maybe_holiday", calendar.maybe(day).source, day=day)
        return day

    def _see(self, first, last, calendar, trace):
        day = first
        while day <= last:
            trace.saw(calendar.holiday(day))
            day += DAY

    def two_working_days(self, q, served, end, calendar, trace):
        return end

    def extend(self, q, end, calendar, trace):
        """By a period: from the end as it was rolled; to a day: that day."""
        options = q.options
        if options.ext_to:
            day = in_range(options.ext_to)
            if day < end:
                raise ExtensionBeforeEnd(date=day, end=end)
            trace.step("extended_to", self.article("extension"), day)
            if calendar.off(day):
                trace.doubt("extended_to_off", self.article("roll"), day=day)
            return day
        day = self.run_extension(q, end, trace)
        return self.roll(q, day, calendar, trace)

    def run_extension(self, q, end, trace):
        months, days = SPANS[q.options.ext.unit]
        length = q.options.ext.length
        day = add_days(add_months(end, months * length), days * length)
        trace.step(
            "extended", self.article("extension"), day, start=end, length=length,
            unit=q.options.ext.unit,
        )  # fmt: skip
        return day

    def end_from(self, q, served, calendar):
        """The end if it had been served on that day; nothing is noted."""
        scratch = Trace()
        return self.roll(q, self.run(q, served, calendar, scratch), calendar, scratch)

    # -- what is not settled

    def doubts_of_hours(self, q, start, first, end, calendar, trace):
        """What is not settled about a period of hours."""

    def warn_before(self, q, calendar, trace):
        if q.event.year < VERIFIED_FROM:
            trace.doubt("calendar_before_1990", "")
        self.warn_of_law(q, calendar, trace)

    def warn_of_law(self, q, calendar, trace):
        """What a law wants to be said before it computes."""

    def doubt_waiting(self, q, nominal, end, calendar, trace):
        """Does the waiting period itself roll, before the day after it is taken?"""
        if not q.options.shift:
            return
        later = calendar.next_working(calendar.next_working(nominal) + DAY)
        if later > end:
            trace.doubt("waiting_roll", self.article("roll"), later)

    def doubts(self, q, served, nominal, end, calendar, trace):
        if q.options.limitation and end != nominal:
            safe = calendar.previous_working(nominal)
            trace.doubt("limitation_roll", self.article("roll"), safe)
        if q.options.begin_disputed and q.unit in SPANS:
            scratch = Trace()
            day = self.add_from_begin(served, Span(q.length, q.unit), scratch)
            safe = self.roll(q, day, calendar, scratch)
            if safe < end:
                trace.doubt("begin_disputed", self.article("begin"), safe)
        self.doubts_of_law(q, served, nominal, end, calendar, trace)

    def doubts_of_law(self, q, served, nominal, end, calendar, trace):
        """What is not settled in this law."""

    def result(self, q, calendar, revision, trace, end, moment, served, nominal):
        if q.options.safe:
            days = [doubt.safe for doubt in trace.doubts if doubt.safe]
            chosen = max if q.options.earliest else min
            safe = chosen(moment or end, *days) if days else moment or end
            if safe != (moment or end):
                moment, end = (safe, safe.date()) if moment else (None, safe)
                trace.step("cautious", "", moment or end)
        return Result(
            in_range(end), moment, served, nominal, tuple(trace.steps),
            tuple(trace.doubts), tuple(trace.holidays), self.code, calendar.place.key,
            revision, q.options.earliest,
        )  # fmt: skip
