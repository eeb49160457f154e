"""Periods of hours.

    zpo222    full hours; Saturdays, Sundays and holidays do not count (ZPO § 222(3))
    fullhour  elapsed hours from the next full hour (Reg. 1182/71 art. 3(1))
    abs       elapsed hours from the event

Elapsed means by UTC: in the night in which the clock is put forward an hour is missing
on the wall, and the period does not get shorter by it.
"""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from .arithmetic import DAY, in_range
from .errors import TimeMissing, TimeSkipped, UnsupportedCombination

HOUR = timedelta(hours=1)


def compute(regime, q, calendar, trace):
    """The aware end, in the time of the place."""
    if q.direction == "backward":
        raise UnsupportedCombination(first="hour", second="backward")
    if q.event_time is None:
        raise TimeMissing()
    zone = ZoneInfo(calendar.place.zone)
    start = localize(datetime.combine(q.event, q.event_time), zone, trace)
    mode = q.options.mode or regime.hour_mode
    first = _next_full_hour(start) if mode != "abs" else start
    trace.step("hour_start", regime.article(f"hour_{mode}"), first, event=start)
    if mode == "zpo222":
        end = _working_hours(q.length, first.replace(tzinfo=None), calendar, trace)
        end = end.replace(tzinfo=zone)
        trace.step("hours_working", regime.article("hour_zpo222"), end, length=q.length)
        return end
    end = (first.astimezone(timezone.utc) + q.length * HOUR).astimezone(zone)
    in_range(end.date())
    trace.step("hours_elapsed", regime.article(f"hour_{mode}"), end, length=q.length)
    _doubt_clock(regime, q, first, end, trace)
    regime.doubts_of_hours(q, start, first, end, calendar, trace)
    return end


def localize(naive, zone, trace=None):
    """`naive` in a zone; of a time that was twice the first, which ends earlier."""
    aware = naive.replace(tzinfo=zone)
    back = aware.astimezone(timezone.utc).astimezone(zone)
    if back.replace(tzinfo=None) != naive:
        raise TimeSkipped(time=naive, zone=str(zone))
    if trace and aware.utcoffset() != aware.replace(fold=1).utcoffset():
        trace.doubt("time_twice", "", time=aware)
    return aware


def _next_full_hour(moment):
    """The first full hour not before `moment`."""
    if not (moment.minute or moment.second or moment.microsecond):
        return moment
    floor = moment.replace(minute=0, second=0, microsecond=0)
    return (floor.astimezone(timezone.utc) + HOUR).astimezone(moment.tzinfo)


def _working_hours(length, start, calendar, trace):
    """Wall time: the clock only changes on Sundays, which do not count."""
    left, moment = length, start
    while True:
        day = moment.date()
        midnight = datetime.combine(day, datetime.min.time()) + DAY
        if calendar.off(day):
            trace.saw(calendar.holiday(day))
        else:
            there = int((midnight - moment) / HOUR)
            if left <= there:
                return moment + left * HOUR
            left -= there
        moment = midnight
        in_range(moment.date())


def _doubt_clock(regime, q, first, end, trace):
    if first.utcoffset() == end.utcoffset():
        return
    wall = (first.replace(tzinfo=None) + q.length * HOUR).replace(tzinfo=end.tzinfo)
    wall = wall.astimezone(timezone.utc).astimezone(end.tzinfo)
    earlier = wall if wall.astimezone(timezone.utc) < end else None
    trace.doubt("clock_change", regime.article("hour_abs"), earlier)
