"""When something counts as served: fictions of service.

Each gives the day from which the period is counted, with a step that says why.
"""

from datetime import date

from . import tables
from .arithmetic import DAY, add_days
from .calendars import calendar_of
from .errors import InvalidOption


def served(regime, q, calendar, trace):
    """The day of service of a Request; the event itself if nothing else is told."""
    options = q.options
    if options.fiction:
        return _after_posting(regime, q, calendar, trace)
    if options.pub14:
        day = add_days(q.event, 14)
        trace.step("published", regime.article("publication"), day, event=q.event)
        return day
    if options.next_werktag:
        return _next_werktag(regime, q, calendar.place, trace)
    return q.event


def fiction(code, posted):
    """(days, rolled, article, doubt) of a law by the day of posting."""
    for line in tables.rows("service_fictions"):
        if line["code"] != code:
            continue
        since = date.fromisoformat(line["since"] or "0001-01-01")
        until = date.fromisoformat(line["until"] or "9999-12-31")
        if since <= posted <= until:
            return (
                int(line["days"]),
                line["rolled"] == "1",
                line["article"],
                line["doubt"],
            )
    raise InvalidOption(option="fiction", value=code)


def _after_posting(regime, q, calendar, trace):
    options = q.options
    days, shifted = options.fiction, options.fiction_shift
    article, doubt = regime.article("fiction"), regime.fiction_doubt
    if isinstance(days, str):
        days, rolled, article, doubt = fiction(days, q.event)
        shifted = shifted and rolled
    day = add_days(q.event, days)
    trace.step("fiction", article, day, event=q.event, days=days)
    if not calendar.off(day):
        return day
    rolled = calendar.next_working(day)
    for_sure = rolled
    if shifted:
        _see(day, rolled, calendar, trace)
        trace.step("fiction_roll", article, rolled, off=day)
        if doubt == "ao_fiction_place" and calendar.holiday(day):
            # Whose holidays: of the office or of the addressee?
            for_sure = day
            while for_sure.weekday() >= calendar.rest_from:
                for_sure += DAY
    if doubt == "vwvfg_fiction_weekend" and shifted:
        for_sure = day
    if shifted and for_sure < rolled:
        safe = regime.end_from(q, for_sure, calendar) if q.length else for_sure
        trace.doubt(doubt, article, safe, day=day)
    return rolled if shifted else day


def _next_werktag(regime, q, place, trace):
    """Saturdays are none (GOG § 89d(2), ZustG § 26(2)); Good Friday is one."""
    calendar = calendar_of(place, "werktag")
    day = q.event
    for _count in range(q.options.next_werktag):
        day = calendar.next_working(add_days(day, 1))
    _see(q.event, day, calendar, trace)
    trace.step(
        "next_werktag", regime.article("next_werktag"), day, event=q.event,
        number=q.options.next_werktag,
    )  # fmt: skip
    return day


def _see(first, last, calendar, trace):
    while first <= last:
        trace.saw(calendar.holiday(first))
        first += DAY
