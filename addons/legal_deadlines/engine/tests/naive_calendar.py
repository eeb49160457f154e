"""Holidays once more, written from the laws and not from the engine or a package.

Days are numbers: 0 is 1 January 1989. `off(place, context)` is a bytearray with 1 for
every day that is no working day.
"""

from datetime import date, timedelta
from functools import cache

ZERO = date(1989, 1, 1)
YEARS = range(1989, 2102)
DAYS = [ZERO + timedelta(n) for n in range((date(2102, 1, 1) - ZERO).days)]
NUMBER = {day: n for n, day in enumerate(DAYS)}
YEAR = [day.year for day in DAYS]
MONTH = [day.year * 12 + day.month for day in DAYS]
OF_MONTH = [day.day for day in DAYS]
WEEKDAY = [day.weekday() for day in DAYS]
IS_LAST = [(day + timedelta(1)).day == 1 for day in DAYS]


def easter(year):
    """Gauss, with the two exceptions."""
    a, b, c = year % 19, year % 4, year % 7
    k = year // 100
    p = (13 + 8 * k) // 25
    q = k // 4
    m = (15 - p + k - q) % 30
    n = (4 + k - q) % 7
    d = (19 * a + m) % 30
    e = (2 * b + 4 * c + 6 * d + n) % 7
    if d == 29 and e == 6:
        return date(year, 4, 19)
    if d == 28 and e == 6 and (11 * m + 11) % 30 < 19:
        return date(year, 4, 18)
    return date(year, 3, 22) + timedelta(d + e)


def from_easter(year, *offsets):
    return {easter(year) + timedelta(n) for n in offsets}


def fixed(year, *texts):
    return {date(year, int(t[:2]), int(t[3:])) for t in texts}


def german(land, year):
    days = fixed(year, "01-01", "05-01", "10-03", "12-25", "12-26")
    days |= from_easter(year, -2, 1, 39, 50)
    november = next(
        date(year, 11, n) for n in range(16, 23) if date(year, 11, n).weekday() == 2
    )
    if year < 1995 or land == "SN":
        days.add(november)
    if year == 2017:
        days |= fixed(year, "10-31")
    by = land.startswith("BY")
    if land in ("BW", "ST") or by:
        days |= fixed(year, "01-06")
    if land in ("BW", "HE", "NW", "RP", "SL", "SN/catholic", "TH/catholic") or by:
        days |= from_easter(year, 60)
    if land in ("BW", "NW", "RP", "SL") or by:
        days |= fixed(year, "11-01")
    if land in ("SL", "BY/catholic", "BY/Augsburg"):
        days |= fixed(year, "08-15")
    if land == "BY/Augsburg":
        days |= fixed(year, "08-08")
    if land[:2] in ("BB", "MV", "SN", "ST", "TH") or (
        land in ("HB", "HH", "NI", "SH") and year >= 2018
    ):
        days |= fixed(year, "10-31")
    if land.startswith("SN") and year >= 1995:
        days.add(november)
    if (land == "BE" and year >= 2019) or (land == "MV" and year >= 2023):
        days |= fixed(year, "03-08")
    if land == "BE":
        days |= fixed(
            year, *{2020: ["05-08"], 2025: ["05-08"], 2028: ["06-17"]}.get(year, [])
        )
    if land[:2] == "TH" and year >= 2019:
        days |= fixed(year, "09-20")
    return days


def french(part, year):
    days = fixed(
        year, "01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"
    )
    days |= from_easter(year, 1, 39, 50)
    if part in ("AM", "67", "57/protestant"):
        days |= fixed(year, "12-26")
    if part in ("AM", "57/protestant"):
        days |= from_easter(year, -2)
    abolition = {
        "971": "05-27", "972": "05-22", "973": "06-10", "974": "12-20", "976": "04-27",
    }  # fmt: skip
    if part in abolition:
        days |= fixed(year, abolition[part])
    if part in ("BL", "978") and year >= 2012:
        days |= fixed(year, "10-09" if part == "BL" else "05-28")
    return days


ALL = "ZH BE LU UR SZ OW NW GL ZG FR SO BS BL SH AR AI SG GR AG TG TI VD VS NE GE JU"
# the federal list of 1 January 2011, with the cantonal laws of since; SO, NE and the
# 2 January of GL stand below
MATRIX = {
    "01-02": "ZH BE LU OW NW ZG FR SH SG AG TG VD VS JU",
    "01-06": "UR SZ TI",
    "03-01": "NE",
    "03-19": "UR SZ NW TI VS",
    "05-01": "ZH BS BL SH TG AG JU NE TI",
    "06-23": "JU",
    "06-29": "TI",
    "08-15": "LU UR SZ OW NW ZG FR AI TI VS JU AG",
    "09-22": "AI",
    "09-25": "OW",
    "11-01": "LU UR SZ OW NW GL ZG FR AI SG TI VS JU AG",
    "12-08": "LU UR SZ OW NW ZG FR AI TI VS AG",
    "12-26": "ZH BE LU UR SZ OW NW GL ZG FR BS BL SH SG GR AG TG TI VS",
    "12-31": "GE",
}
FROM_EASTER = {
    -2: "ZH BE LU UR SZ OW NW GL ZG FR SO BS BL SH AR AI SG GR AG TG VD NE GE JU",
    1: "ZH BE LU UR SZ OW NW GL ZG FR BS BL SH AR AI SG GR AG TG TI VD VS GE JU",
    50: "ZH BE LU UR SZ OW NW GL ZG FR BS BL SH AR AI SG GR AG TG TI VD VS GE JU",
    60: "LU UR SZ OW NW ZG FR AI TI VS JU AG",
}


def sunday(year, month, nth):
    return [
        date(year, month, n)
        for n in range(1, 29)
        if date(year, month, n).weekday() == 6
    ][nth - 1]


def swiss(canton, context, year):
    days = fixed(year, "01-01", "12-25") | from_easter(year, 39)
    if year >= 1994:
        days |= fixed(year, "08-01")
    for text, cantons in MATRIX.items():
        if canton in cantons.split():
            days |= fixed(year, text)
    for offset, cantons in FROM_EASTER.items():
        if canton in cantons.split():
            days |= from_easter(year, offset)
    christmas = date(year, 12, 25).weekday()
    if canton in ("AR", "AI") and christmas not in (0, 4):
        days |= fixed(year, "12-26")
    if canton == "GL":
        thursday = next(
            date(year, 4, n) for n in range(1, 8) if date(year, 4, n).weekday() == 3
        )
        if thursday == easter(year) - timedelta(3):
            thursday += timedelta(7)
        days.add(thursday)
        if context != "stpo":
            days |= fixed(year, "01-02")
    if canton == "GE":
        days.add(sunday(year, 9, 1) + timedelta(4))
    if canton == "VD":
        days.add(sunday(year, 9, 3) + timedelta(1))
    if canton == "NE":
        days |= neuchatel(context, year)
    if canton == "SO":
        days |= solothurn(context, year)
    return days


def neuchatel(context, year):
    days = set()
    if date(year, 1, 1).weekday() == 6:
        days |= fixed(year, "01-02")
    if date(year, 12, 25).weekday() == 6:
        days |= fixed(year, "12-26")
    if context in ("zpo", "stpo", "bgg", "vwvg"):
        closed = fixed(year, "01-02", "12-24", "12-26", "12-31")
        closed |= from_easter(year, 1, 40, 50) | {sunday(year, 9, 3) + timedelta(1)}
        days |= {day for day in closed if day >= date(2015, 4, 1)}
    return days


def solothurn(context, year):
    days = fixed(year, "08-15", "11-01") | from_easter(year, 60)
    if context == "zpo" and 2011 <= year < 2015:
        days |= fixed(year, "05-01") | from_easter(year, 50)
    if context in ("zpo", "stpo"):
        late = fixed(year, "01-02", "05-01", "12-26") | from_easter(year, 1, 50)
        days |= {day for day in late if day >= date(2015, 3, 1)}
    return days


def austrian(context, year):
    days = fixed(
        year, "01-01", "01-06", "05-01", "08-15", "10-26", "11-01", "12-08", "12-25",
        "12-26",
    )  # fmt: skip
    days |= from_easter(year, 1, 39, 50, 60)
    if context in ("zpo", "avg", "bao"):
        days |= from_easter(year, -2)
    if context == "bao" or (context == "avg" and year >= 2013):
        days |= fixed(year, "12-24")
    return days


def court_of_justice(year):
    days = fixed(
        year, "01-01", "05-01", "06-23", "08-15", "11-01", "12-25", "12-26"
    ) | from_easter(year, 1, 39, 50)
    if year >= 2019:
        days |= fixed(year, "05-09")
    if year <= 2003 and date(year, 6, 23).weekday() == 6:
        days |= fixed(year, "06-24")
    return days


def holidays(place, context, year):
    country, _, part = place.partition("-")
    if country == "DE":
        return german(part, year)
    if country == "FR":
        return french(part, year)
    if country == "CH":
        return swiss(part, context, year)
    if country == "AT":
        return austrian(context, year)
    return court_of_justice(year) if country == "EU" else set()


@cache
def off(place, context, rest_from=5):
    """1 for each day without work."""
    days = bytearray(weekday >= rest_from for weekday in WEEKDAY)
    for year in YEARS:
        for day in holidays(place, context, year):
            days[NUMBER[day]] = 1
    return days


@cache
def holiday(place, context):
    """1 for each holiday, whatever its weekday."""
    days = bytearray(len(DAYS))
    for year in YEARS:
        for day in holidays(place, context, year):
            days[NUMBER[day]] = 1
    return days


@cache
def recess(name):
    """1 for each day of a recess: court, debt (CH), austria."""
    days = bytearray(len(DAYS))
    for n, day in enumerate(DAYS):
        text = f"{day:%m-%d}"
        near = abs((day - easter(day.year)).days) <= 7
        if name == "austria":
            summer = "08-25" if day.year <= 2010 else "08-17"
            inside = "07-15" <= text <= summer or text >= "12-24" or text <= "01-06"
        elif name == "court":
            inside = near or "07-15" <= text <= "08-15"
            inside = inside or text >= "12-18" or text <= "01-02"
        else:
            inside = near or "07-15" <= text <= "07-31"
            inside = inside or text >= "12-18" or text == "01-01"
        days[n] = inside
    return days
