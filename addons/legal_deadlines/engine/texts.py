"""All sentences of the engine, in English, by code.

`_lt` marks what is to be translated and does nothing here: a translator such as gettext
finds the sentences by it, and whoever shows them passes `translate`, a function from
the English sentence to the one in the reader's language. Placeholders are named.
"""

# There is no environment here that could translate.
# pylint: disable=prefer-env-translation
from datetime import date, datetime


def _lt(text):
    return text


STEPS = {
    "start": _lt(
        "The day of the event or of service, %(date)s, does not count;"
        " the period begins on the day after."
    ),
    "fiction": _lt(
        "Posted on %(event)s, it counts as served on day %(days)s after that, %(date)s."
    ),
    "fiction_roll": _lt(
        "%(off)s is no working day, so service counts for the next one, %(date)s."
    ),
    "published": _lt(
        "Published on %(event)s; the period runs from the end of the 14th day after"
        " publication, %(date)s."
    ),
    "next_werktag": _lt(
        "Received on %(event)s, it counts as served on working day no. %(number)s"
        " after that, %(date)s; Saturdays do not count."
    ),
    "pickup": _lt(
        "Delivery failed on %(event)s; it counts as served on the seventh day after,"
        " %(date)s, working day or not."
    ),
    "ordinary_mail": _lt(
        "%(off)s is a weekend or holiday; mail without signature counts as served on"
        " the next working day, %(date)s."
    ),
    "act_in_debt_holidays": _lt(
        "The act was served in the debt holidays (%(first)s to %(last)s); it takes"
        " effect on the first day after, %(date)s, which is day 1."
    ),
    "day": _lt("%(length)s days from %(start)s end on %(date)s."),
    "day_1": _lt("One day from %(start)s ends on %(date)s."),
    "week_1": _lt("One week from %(start)s ends on the same weekday, %(date)s."),
    "month_1": _lt("One month from %(start)s ends on the same number, %(date)s."),
    "year_1": _lt("One year from %(start)s ends on the same day, %(date)s."),
    "week": _lt("%(length)s weeks from %(start)s end on the same weekday, %(date)s."),
    "month": _lt("%(length)s months from %(start)s end on the same number, %(date)s."),
    "year": _lt("%(length)s years from %(start)s end on the same day, %(date)s."),
    "quarter": _lt("%(length)s quarters of 3 months from %(start)s end on %(date)s."),
    "halfyear": _lt(
        "%(length)s half years of 6 months from %(start)s end on %(date)s."
    ),
    "halfmonth": _lt("%(length)s times 15 days from %(start)s end on %(date)s."),
    "month_end": _lt(
        "The month has no day %(number)s: the period ends on its last, %(date)s."
    ),
    "begin": _lt(
        "The day %(start)s counts as the first of the period of %(length)s %(unit)s,"
        " which ends on %(date)s."
    ),
    "first_period": _lt(
        "The preliminary period of %(length)s %(unit)s from %(start)s ends on"
        " %(date)s; weekends and holidays do not move it."
    ),
    "in_one": _lt(
        "Period and addition are one: %(months)s months and %(days)s days from"
        " %(start)s end on %(date)s."
    ),
    "half_month": _lt("Half a month more is 15 days: %(date)s."),
    "distance": _lt("%(days)s days for distance are part of the period: %(date)s."),
    "franc": _lt(
        "The period is clear (délai franc): its last day does not count, so it ends"
        " on %(date)s."
    ),
    "werktag": _lt(
        "Working day no. %(length)s from %(start)s is %(date)s; Saturdays count,"
        " Sundays and holidays do not."
    ),
    "werktag_without_saturday": _lt(
        "Working day no. %(length)s from %(start)s is %(date)s; Saturdays, Sundays"
        " and holidays do not count."
    ),
    "day_recess": _lt(
        "%(length)s days from %(start)s without the days of the recess"
        " (%(suspended)s) end on %(date)s."
    ),
    "served_in_recess": _lt(
        "Service lies in the recess: the period is counted from its last day, %(date)s."
    ),
    "suspended": _lt(
        "%(days)s days of recess lie in the period and are added: %(date)s."
    ),
    "suspended_whole": _lt(
        "The period reaches the recess (%(first)s to %(last)s), whose %(days)s days"
        " are added: %(date)s."
    ),
    "earliest": _lt(
        "It is a waiting period: the first day on which one may is %(date)s."
    ),
    "roll": _lt("%(off)s is no working day: the next one is %(date)s."),
    "roll_back": _lt("%(off)s is no working day: the one before is %(date)s."),
    "roll_over_recess": _lt(
        "%(off)s lies in the recess: the first working day after it is %(date)s."
    ),
    "third_working_day": _lt(
        "%(off)s lies in the debt holidays (%(first)s to %(last)s): the period ends on"
        " the third working day after them, %(date)s."
    ),
    "no_roll": _lt("%(date)s is no working day, but this period is not moved."),
    "two_working_days": _lt(
        "The period must have two working days: the second one is %(date)s."
    ),
    "extended": _lt(
        "Extended by %(length)s %(unit)s, counted from the end %(start)s: %(date)s."
    ),
    "extended_to": _lt("Extended to %(date)s."),
    "backward": _lt(
        "%(length)s %(unit)s, complete, between the act and %(event)s: the last day for"
        " it is %(date)s."
    ),
    "early_warning": _lt("%(length)s %(unit)s before %(event)s is %(date)s."),
    "hour_start": _lt("Hours are counted from %(date)s (event: %(event)s)."),
    "hours_working": _lt(
        "%(length)s full hours, without Saturdays, Sundays and holidays, end at"
        " %(date)s."
    ),
    "hours_elapsed": _lt("After %(length)s h it is %(date)s."),
    "cautious": _lt("The cautious date was asked for: %(date)s."),
}

DOUBTS = {
    "calendar_before_1990": _lt(
        "Holidays of before 1990 were not checked. Check this date by hand."
    ),
    "de_recess_before_1997": _lt(
        "Until 1996 the German courts had a recess (15 July to 15 September), which is"
        " not counted here. Check this date by hand."
    ),
    "no_land": _lt(
        "No Land is given: %(day)s is a holiday in %(lands)s, where the period may end"
        " later."
    ),
    "backward_off": _lt(
        "%(day)s is no working day, and a period counted back does not move to a later"
        " one: act by %(safe)s."
    ),
    "begin_disputed": _lt(
        "If the day of the event itself is the first of the period, it ends earlier:"
        " act by %(safe)s."
    ),
    "limitation_roll": _lt(
        "Whether a limitation period moves off a weekend or holiday is disputed: act"
        " by %(safe)s."
    ),
    "ao_fiction_place": _lt(
        "Whose holidays move the day of service (%(day)s), those of the office or of"
        " the addressee, is not settled: act by %(safe)s."
    ),
    "vwvfg_fiction_weekend": _lt(
        "Whether the day of service (%(day)s) moves off a weekend or holiday is"
        " disputed: act by %(safe)s."
    ),
    "first_period": _lt(
        "If the preliminary period ends at the end of a month, a later end can be"
        " argued. The date given is the earlier one."
    ),
    "stpo_345_start": _lt(
        "If the time for filing ends at the end of a month, a later end of the time"
        " for grounds can be argued. The date given is the earlier one."
    ),
    "extended_to_off": _lt(
        "%(day)s, to which the period was extended, is no working day. Do not rely on"
        " its moving to the next one."
    ),
    "in_one": _lt(
        "Added one after the other, period and addition end earlier: act by %(safe)s."
    ),
    "doubtful_holiday": _lt(
        "It is not settled that %(day)s counts as a holiday here: act by %(safe)s."
    ),
    "maybe_holiday": _lt(
        "%(day)s may count as a holiday in other proceedings. Here it does not, which"
        " is the safe side."
    ),
    "waiting_roll": _lt(
        "If the end of the waiting period itself moves off a weekend or holiday, one"
        " may act only from %(safe)s."
    ),
    "served_in_recess": _lt(
        "How months are counted from a service in the recess is not settled; others"
        " count from the day after it. The date given is the earlier one."
    ),
    "recess_counted_through": _lt(
        "Counted from the service itself, with the days of recess added, the period"
        " ends earlier: act by %(safe)s."
    ),
    "weekend_before_recess": _lt(
        "The period ended on a weekend or holiday just before the recess; whether it"
        " lasts until after the recess is not settled: act by %(safe)s."
    ),
    "rolled_into_debt_holidays": _lt(
        "The end moved into the debt holidays. Do not rely on the three days after"
        " them: act by %(day)s."
    ),
    "weekend_ends_debt_holidays": _lt(
        "Without the three days after the debt holidays the period ends earlier: act"
        " by %(safe)s."
    ),
    "act_first_day": _lt(
        "Others count the first day after the debt holidays as the day of service and"
        " end one day later. The date given is the earlier one."
    ),
    "ordinary_mail": _lt(
        "That mail of a weekend counts as served on the next working day, %(day)s, is"
        " certain for the ZPO since 2025 only. It is not counted here."
    ),
    "rolled_into_recess": _lt(
        "The end moved into the recess by a weekend. Do not rely on the recess being"
        " added: act by %(day)s."
    ),
    "at_257": _lt(
        "Whether the full week must lie between the brief and the hearing is not"
        " settled. The date given is the earlier one."
    ),
    "two_working_days": _lt(
        "Without the rule of two working days the period ends earlier: act by %(safe)s."
    ),
    "hours_two_working_days": _lt(
        "The hours hold fewer than two working days. Whether they are prolonged is not"
        " settled; the time given is the earlier one."
    ),
    "full_hour": _lt(
        "The event fell on a full hour, which is counted here. By the wording the next"
        " hour is the first; the time given is the earlier one."
    ),
    "clock_change": _lt(
        "The clock changes within the period; hours are counted as they pass. If in"
        " doubt, act by the earlier time."
    ),
    "time_twice": _lt(
        "The clock showed %(time)s twice that night; the first time is taken, which"
        " ends earlier."
    ),
}

ERRORS = {
    "error": _lt("The date cannot be computed."),
    "invalid_date": _lt(
        "“%(value)s” is not a date. Write year-month-day, as 2026-02-28."
    ),
    "invalid_time": _lt(
        "“%(value)s” is not a time. Write hours and minutes, as 14:30."
    ),
    "time_missing": _lt("A period of hours needs the time of the event. Enter it."),
    "time_skipped": _lt(
        "%(time)s never was in %(zone)s: the clock was put forward over it. Enter the"
        " time as it was shown."
    ),
    "year_out_of_range": _lt(
        "The year %(year)s is outside the years whose holidays are known, %(first)s"
        " to %(last)s. Check the date."
    ),
    "trigger_in_future": _lt(
        "%(date)s lies in the future, so nothing can have been served then. Check the"
        " date."
    ),
    "backward_date_passed": _lt(
        "Counted back from %(event)s, the last day for it was %(date)s, which is over."
    ),
    "invalid_period": _lt(
        "“%(value)s” is not a whole number. Enter the period's length."
    ),
    "period_missing": _lt("%(rule)s has no period of its own. Enter one."),
    "period_not_positive": _lt(
        "A period of %(length)s has no end. Enter a length of 1 or more."
    ),
    "unknown_unit": _lt("“%(unit)s” is no unit of time. Use one of: %(known)s."),
    "unknown_direction": _lt(
        "“%(direction)s” is no direction. Use forward or backward."
    ),
    "unsupported_combination": _lt(
        "“%(first)s” and “%(second)s” cannot be used together."
    ),
    "unknown_regime": _lt(
        "No law of periods is called “%(regime)s”. Use one of: %(known)s."
    ),
    "unknown_rule": _lt(
        "No deadline rule has the code “%(code)s”. Codes that look like it:"
        " %(similar)s."
    ),
    "place_missing": _lt(
        "%(regime)s needs the place whose holidays count. Enter where the court or"
        " authority sits."
    ),
    "unknown_place": _lt(
        "The holidays of “%(place)s” are not known. Write the country and the region,"
        " as DE-BY, FR-974, CH-ZH or AT."
    ),
    "place_too_wide": _lt(
        "In Switzerland the canton decides about holidays. Write it after the"
        " country, as CH-ZH."
    ),
    "place_of_other_country": _lt(
        "%(regime)s is not a law of “%(place)s”. Enter a place in %(country)s."
    ),
    "unknown_option": _lt("No option is called “%(option)s”. There are: %(known)s."),
    "invalid_option": _lt("“%(value)s” is no value of the option “%(option)s”."),
    "option_not_of_regime": _lt(
        "The option “%(option)s” does not exist in %(regime)s."
    ),
    "extension_before_end": _lt(
        "An extension to %(date)s would end before the period itself, %(end)s."
    ),
    "invalid_day_rule": _lt(
        "“%(rule)s” names no day of the year. Write it as 12-26, easter+50 or"
        " 09-sun3+1."
    ),
    "invalid_file": _lt("The file cannot be used: %(reason)s"),
}

# The words of `unit` in the sentences above
#: countries, as an error names them
COUNTRIES = {
    _lt("Germany"),
    _lt("France"),
    _lt("Switzerland"),
    _lt("Austria"),
    _lt("the Union (EU-LU)"),
}
UNITS = {
    "day": _lt("days"),
    "week": _lt("weeks"),
    "month": _lt("months"),
    "year": _lt("years"),
    "quarter": _lt("quarters"),
    "halfyear": _lt("half years"),
    "halfmonth": _lt("half months"),
    "werktag": _lt("working days"),
    "hour": _lt("hours"),
}
UNIT = {
    "day": _lt("day"),
    "week": _lt("week"),
    "month": _lt("month"),
    "year": _lt("year"),
    "quarter": _lt("quarter"),
    "halfyear": _lt("half year"),
    "halfmonth": _lt("half month"),
    "werktag": _lt("working day"),
    "hour": _lt("hour"),
}


def _plain(value):
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.strftime("%a %Y-%m-%d")


def fill(text, params, translate=_lt, show=_plain):
    """`text` in the reader's language with its values."""
    values = {
        name: show(value) if isinstance(value, date) else value
        for name, value in params.items()
    }
    if "unit" in values:
        words = UNIT if values.get("length") == 1 else UNITS
        values["unit"] = translate(words.get(values["unit"], values["unit"]))
    return translate(text) % values


def step(found, translate=_lt, show=_plain):
    """The sentence of a Step, its law behind it."""
    code = found.code
    if found.params.get("length") == 1 and f"{code}_1" in STEPS:
        code = f"{code}_1"
    text = fill(STEPS[code], {**found.params, "date": found.date}, translate, show)
    return f"{text} ({found.article})" if found.article else text


def doubt(found, translate=_lt, show=_plain):
    text = fill(
        DOUBTS[found.code], {**found.params, "safe": found.safe}, translate, show
    )
    return f"{text} ({found.article})" if found.article else text


def error(found, translate=_lt, show=_plain):
    params = {
        name: ", ".join(value) or "–" if isinstance(value, list) else value
        for name, value in found.params.items()
    }
    if params.get("country") in COUNTRIES:
        params["country"] = translate(params["country"])
    return fill(ERRORS[found.code], params, translate, show)


def explain(result, translate=_lt, show=_plain):
    """All lines of a Result: its steps, then the holidays, then the doubts."""
    lines = [step(found, translate, show) for found in result.steps]
    lines += [
        f"{show(holiday.date)}: {holiday.name} ({holiday.source})"
        for holiday in result.holidays
    ]
    return lines + [doubt(found, translate, show) for found in result.doubts]
