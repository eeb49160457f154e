"""The end of a retention period.

A period is counted in calendar units (art. 3 Regulation 1182/71; § 188 BGB): six years
from 29 February end on 28 February where there is no 29th. With the anchor "calendar
year" it begins at the end of the year in which the event fell (§ 50(1) BRAO, § 147(4)
AO); with "fiscal year" at the end of the business year (art. L123-22 C. com.,
art. 958f CO).
"""

import calendar
from datetime import MAXYEAR, date, timedelta

UNITS = ("day", "month", "year")
ANCHORS = ("exact", "calendar_year", "fiscal_year")


class PeriodError(ValueError):
    """The period cannot be counted.

    :param str code: ``late``, ``negative``, ``unit`` or ``anchor``: who shows it says
        it in the language of the user
    """

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def _add_months(day, months):
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if year > MAXYEAR:
        raise PeriodError("late", "the period ends after the year 9999")
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def year_end(day, month=12, last_day=31):
    """The last day of the year in which ``day`` falls.

    :param int month: the last month of the firm's business year, 1 to 12
    :param int last_day: its last day; a day that the month does not have is its last
    """

    def end_in(year):
        if year > MAXYEAR:
            raise PeriodError("late", "the period ends after the year 9999")
        return date(year, month, min(last_day, calendar.monthrange(year, month)[1]))

    end = end_in(day.year)
    return end if day <= end else end_in(day.year + 1)


def end_of_period(trigger, number, unit="year", anchor="exact", fiscal=(12, 31)):
    """The last day on which a record has to be kept.

    :param date trigger: the day of the event (mandate ended, document dated)
    :param int number: of ``unit``; zero or more
    :param tuple fiscal: (month, day) on which the business year ends
    :return: date; the record may go from the next day on
    :raises PeriodError: the period is negative, its unit or anchor unknown, or it ends
        beyond the calendar
    """
    if number < 0:
        raise PeriodError("negative", "the period is negative")
    if unit not in UNITS:
        raise PeriodError("unit", f"a period is not counted in “{unit}”")
    if anchor not in ANCHORS:
        raise PeriodError("anchor", f"a period does not begin at “{anchor}”")
    start = trigger
    if anchor == "calendar_year":
        start = year_end(trigger)
    elif anchor == "fiscal_year":
        start = year_end(trigger, *fiscal)
    if unit == "day":
        try:
            return start + timedelta(days=number)
        except OverflowError as error:
            raise PeriodError("late", "the period ends after the year 9999") from error
    months = number * (12 if unit == "year" else 1)
    end = _add_months(start, months)
    if anchor != "exact" and start != trigger and _is_month_end(start):
        # a year that ends on 28 February ends on the 29th of a leap year
        end = end.replace(day=calendar.monthrange(end.year, end.month)[1])
    return end


def _is_month_end(day):
    return day.day == calendar.monthrange(day.year, day.month)[1]
