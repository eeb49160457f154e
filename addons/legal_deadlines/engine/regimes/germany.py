"""Germany: BGB §§ 187-193, and the procedural laws that refer to them."""

from calendar import monthrange
from functools import cache

from ..calendars import calendar_of
from ..places import LAENDER, parse
from .base import Regime


@cache
def _lands(year):
    """{holiday: the Laender that have it} of those that not all have."""
    found = {}
    for land in sorted(LAENDER):
        for holiday in calendar_of(parse(f"DE-{land}")).days_of(year):
            found.setdefault(holiday.date, []).append(land)
    return {day: ", ".join(lands) for day, lands in found.items()}


class German(Regime):
    country = "DE"
    articles = {
        "start": "BGB § 187(1)",
        "begin": "BGB §§ 187(2), 188(2)",
        "day": "BGB § 188(1)",
        "week": "BGB § 188(2)",
        "month": "BGB § 188(2)",
        "quarter": "BGB §§ 188(2), 189(1)",
        "halfyear": "BGB §§ 188(2), 189(1)",
        "halfmonth": "BGB § 189(1)",
        "year": "BGB § 188(2)",
        "month_end": "BGB § 188(3)",
        "half": "BGB § 189",
        "end": "BGB § 188",
        "werktag": "BGB § 193",
        "roll": "BGB § 193",
        "backward": "BGB §§ 187, 188",
        "extension": "BGB § 190",
        "first_period": "ZPO § 517",
        "fiction": "AO § 122(2), VwVfG § 41(2), SGB X § 37(2)",
        "hour_abs": "BGB § 187",
        "hour_zpo222": "ZPO § 222(3)",
        "hour_fullhour": "BGB § 187(1)",
    }
    court = False  # whether a court's recess of the time before 1997 matters

    def __init__(
        self, code, fiction_doubt="", hour_mode="abs", court=False, **articles
    ):
        super().__init__(code, **articles)
        self.fiction_doubt, self.hour_mode = fiction_doubt, hour_mode
        self.court = court

    def warn_of_law(self, q, calendar, trace):
        if self.court and q.event.year < 1997:
            trace.doubt("de_recess_before_1997", "ZPO § 223 old")

    def doubts_of_law(self, q, served, nominal, end, calendar, trace):
        if not calendar.place.part and q.options.shift:
            self._doubt_land(end, trace)
        if (
            self.code == "DE-StPO"
            and "345" in q.rule
            and q.event.day == monthrange(q.event.year, q.event.month)[1]
        ):
            trace.doubt("stpo_345_start", "StPO § 345(1)")

    def _doubt_land(self, end, trace):
        lands = _lands(end.year).get(end)
        if lands:
            trace.doubt("no_land", self.article("roll"), day=end, lands=lands)


def _court(code, law="", roll="", **articles):
    """A law whose periods are those of ZPO § 222."""
    refer = f"{law}, " if law else ""
    return German(
        code,
        hour_mode="zpo222",
        court=True,
        roll=roll or f"{refer}ZPO § 222(2)",
        start=f"{refer}ZPO § 222(1), BGB § 187(1)",
        backward=f"{refer}ZPO § 222, BGB §§ 187, 188",
        extension=f"{refer}ZPO § 224(3), BGB § 190",
        **articles,
    )


REGIMES = (
    German("DE-BGB"),
    _court("DE-ZPO"),
    _court("DE-ArbGG", "ArbGG § 46(2)"),
    _court("DE-FamFG", "FamFG § 16(2)"),
    _court("DE-VwGO", "VwGO § 57(2)"),
    _court("DE-FGO", "FGO § 54(2)"),
    _court("DE-InsO", "InsO § 4"),
    _court("DE-BVerfGG", "BVerfGG § 93"),
    German(
        "DE-SGG",
        start="SGG § 64(1)",
        day="SGG § 64(2)",
        week="SGG § 64(2)",
        month="SGG § 64(2)",
        year="SGG § 64(2)",
        month_end="SGG § 64(2)",
        roll="SGG § 64(3)",
        fiction="SGB X § 37(2)",
        extension="SGG § 65",
        no_roll="SGG § 64(3)",
    ),
    German(
        "DE-AO",
        fiction_doubt="ao_fiction_place",
        start="AO § 108(1), BGB § 187(1)",
        roll="AO § 108(3)",
        fiction="AO §§ 122(2), 108(3)",
        extension="AO § 109",
    ),
    German(
        "DE-VwVfG",
        fiction_doubt="vwvfg_fiction_weekend",
        start="VwVfG § 31(1), (2)",
        roll="VwVfG § 31(3)",
        fiction="VwVfG § 41(2)",
        extension="VwVfG § 31(7)",
    ),
    German(
        "DE-SGBX",
        start="SGB X § 26(1), (2)",
        roll="SGB X § 26(3)",
        fiction="SGB X § 37(2)",
        extension="SGB X § 26(7)",
    ),
    German(
        "DE-StPO",
        start="StPO § 42",
        day="StPO § 42",
        week="StPO § 43(1)",
        month="StPO § 43(1)",
        month_end="StPO § 43(1)",
        roll="StPO § 43(2)",
        werktag="StPO § 43",
        backward="StPO §§ 42, 43",
    ),
    German(
        "DE-OWiG",
        start="OWiG § 46(1), StPO § 42",
        day="OWiG § 46(1), StPO § 42",
        week="OWiG § 46(1), StPO § 43(1)",
        month="OWiG § 46(1), StPO § 43(1)",
        month_end="OWiG § 46(1), StPO § 43(1)",
        roll="OWiG § 46(1), StPO § 43(2)",
        werktag="OWiG § 46(1), StPO § 43",
        backward="OWiG § 46(1), StPO §§ 42, 43",
    ),
)
