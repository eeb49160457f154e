"""The same computations, one day after the other, as a clerk counts on a calendar.

Shares nothing with the engine: days are numbers of `naive_calendar`, nothing is added,
everything is walked.
"""

from naive_calendar import IS_LAST, MONTH, OF_MONTH, WEEKDAY, holiday, off, recess

MONTHS = {"month": 1, "quarter": 3, "halfyear": 6, "year": 12}
DAYS = {"day": 1, "week": 7, "halfmonth": 15}


def walk(n, length, unit, step=1):
    """To the end of a period after (or before) day n."""
    if unit in DAYS:
        for _each in range(length * DAYS[unit]):
            n += step
        return n
    number = OF_MONTH[n]
    month = MONTH[n] + step * length * MONTHS[unit]
    while MONTH[n] != month:
        n += step
    # in the month: to the day of that number, or to its last
    while step < 0 and OF_MONTH[n] > number:
        n -= 1
    while step > 0 and OF_MONTH[n] < number and not IS_LAST[n]:
        n += 1
    return n


def walk_from_first_day(n, length, unit):
    """Day n is the first of the period (BGB § 187(2))."""
    if unit in DAYS:
        for _each in range(length * DAYS[unit] - 1):
            n += 1
        return n
    wanted, month = OF_MONTH[n] - 1, MONTH[n] + length * MONTHS[unit]
    if wanted == 0:
        month, wanted = month - 1, 31
    while MONTH[n] != month:
        n += 1
    while OF_MONTH[n] < wanted and not IS_LAST[n]:
        n += 1
    return n


def forward_off(days, n):
    while days[n]:
        n += 1
    return n


def backward_off(days, n):
    while days[n]:
        n -= 1
    return n


def count_werktage(n, length, holidays, saturday, begin):
    left = length
    if not begin:
        n += 1
    while True:
        if WEEKDAY[n] != 6 and (saturday or WEEKDAY[n] != 5) and not holidays[n]:
            left -= 1
            if not left:
                return n
        n += 1


def walk_outside(n, length, closed):
    """`length` days that do not lie in a recess."""
    while length:
        n += 1
        if not closed[n]:
            length -= 1
    return n


def stretch(n, length, unit, closed):
    """Months with a recess: served inside, from its last day; its days are added."""
    while closed[n] and closed[n + 1]:
        n += 1
    end = walk(n, length, unit)
    suspended = sum(closed[n + 1 : end + 1])
    return walk_outside(end, suspended, closed)


def compute(case):
    """The number of the day on which the period of a Case ends."""
    options, place = case.options, case.place
    days = off(place, case.context, 6 if options.get("contract") else 5)
    n = service(case, days)
    if case.length == 0:
        return n
    if case.backward:
        return back(case, n, days)
    end = nominal(case, n, days)
    if options.get("earliest"):
        end += 1
    end = roll(case, end, days)
    if (
        case.two_days
        and case.unit == "day"
        and case.length > 1
        and not options.get("earliest")
    ):
        while sum(not days[k] for k in range(n + 1, end + 1)) < 2:
            end += 1
    if options.get("ext") and not case.ext_in_one:
        end = roll(case, walk(end, *options["ext"]), days)
    return end


def service(case, days):
    options, n = case.options, case.event
    if options.get("fiction"):
        for _each in range(options["fiction"]):
            n += 1
        if options.get("fiction_shift", True):
            n = forward_off(days, n)
    if options.get("pub14"):
        for _each in range(14):
            n += 1
    if options.get("pickup7"):
        for _each in range(7):
            n += 1
    if options.get("delivery") and case.context == "zpo" and case.from_2025:
        n = forward_off(days, n)
    if options.get("next_werktag"):
        werktage = off(case.place, "")
        for _each in range(options["next_werktag"]):
            n = forward_off(werktage, n + 1)
    if options.get("act"):
        debt = recess("debt")
        while debt[n] and debt[n + 1]:
            n += 1
    return n


def back(case, n, days):
    end = walk(n, case.length, case.unit, -1)
    if case.options.get("vorfrist"):
        return backward_off(days, end)
    return end if case.options.get("start") else end - 1


def nominal(case, n, days):
    options = case.options
    if options.get("hemmung"):
        closed = recess("austria")
        if case.unit in DAYS:
            return walk_outside(n, case.length * DAYS[case.unit], closed)
        return stretch(n, case.length, case.unit, closed)
    if options.get("stillstand") == "zpo" or (
        options.get("stillstand") and case.unit == "day"
    ):
        closed = recess("court")
        if case.unit in DAYS:
            return walk_outside(n, case.length * DAYS[case.unit], closed)
        return stretch(n, case.length, case.unit, closed)
    if options.get("first"):
        n = walk(n, *options["first"])
    if case.unit == "werktag":
        saturday = case.saturday
        holidays = holiday(case.place, case.context)
        return count_werktage(n, case.length, holidays, saturday, options.get("start"))
    end = longer(case, n)
    for _each in range(15 * bool(options.get("half"))):
        end += 1
    for _each in range(options.get("distance", 0)):
        end += 1
    return end + 1 if options.get("franc") else end


def longer(case, n):
    """The period, with what makes one with it."""
    options = case.options
    more = options.get("plus") or (case.ext_in_one and options.get("ext"))
    if options.get("start") or options.get("count_event_day"):
        return walk_from_first_day(n, case.length, case.unit)
    if not more:
        return walk(n, case.length, case.unit)
    months = sum(
        a * MONTHS[u] for a, u in ((case.length, case.unit), more) if u in MONTHS
    )
    rest = sum(a * DAYS[u] for a, u in ((case.length, case.unit), more) if u in DAYS)
    if months:
        n = walk(n, months, "month")
    return walk(n, rest, "day")


def roll(case, end, days):
    options = case.options
    if options.get("shift") is False:
        return end
    if case.debt and not options.get("noferien") and not options.get("earliest"):
        debt = recess("debt")
        if debt[end]:
            while debt[end]:
                end += 1
            for _each in range(3):
                end = forward_off(days, end) + 1
            return end - 1
    holds = options.get("stillstand") == "zpo" or (
        options.get("stillstand") and case.unit == "day"
    )
    if not holds or options.get("earliest"):
        return forward_off(days, end)
    closed = recess("court")
    while days[end] or closed[end]:
        end += 1
    return end
