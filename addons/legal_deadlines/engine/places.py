"""Where a court sits, or what else decides about holidays: `parse("DE-BY/catholic")`.

DE            Germany without holidays of a Land
DE-BY         a Land; DE-BY/catholic where the municipality is mostly Catholic;
              DE-BY/Augsburg
FR            France; FR-971 and so on overseas
FR-67 FR-68 FR-57 FR-6AE   Alsace-Moselle; FR-AM, or /protestant: a commune with a
              Protestant or mixed church
CH-ZH         a canton
AT, AT-9      Austria; its holidays are federal
EU-LU         the Court of Justice and the General Court
NL            another state, for EU law; with its subdivision if it has any
-             no holidays at all
"""

import re
from functools import cache
from typing import NamedTuple

import holidays

from .errors import UnknownPlace

_PLACE = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,4}))?(?:/(\w+))?\Z")
LAENDER = frozenset("BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH".split())
CANTONS = frozenset(
    "AG AI AR BE BL BS FR GE GL GR JU LU NE NW OW SG SH SO SZ TG TI UR VD VS ZG "
    "ZH".split()
)
# ours -> the package's; the INSEE and ISO numbers are both in use
FRENCH = {
    **{code: "6AE" for code in ("AM", "57", "67", "68", "6AE")},
    **{code: code for code in ("971", "972", "973", "974", "976")},
    **{"975": "PM", "977": "BL", "978": "MF", "984": "TF"},
    **{"986": "WF", "987": "PF", "988": "NC"},
    **{code: code for code in ("PM", "BL", "MF", "TF", "WF", "PF", "NC")},
}
ALSACE_MOSELLE = frozenset(("AM", "57", "67", "68", "6AE"))
AUSTRIAN = frozenset("123456789")
ZONES = {
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "CH": "Europe/Zurich",
    "AT": "Europe/Vienna",
    "EU": "Europe/Luxembourg",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "GB": "Europe/London",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IS": "Atlantic/Reykjavik",
    "IT": "Europe/Rome",
    "LI": "Europe/Vaduz",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
}
OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "976": "Indian/Mayotte",
    "BL": "America/St_Barthelemy",
    "MF": "America/Marigot",
    "PM": "America/Miquelon",
    "WF": "Pacific/Wallis",
    "PF": "Pacific/Tahiti",
    "NC": "Pacific/Noumea",
    "TF": "Indian/Kerguelen",
}


class Place(NamedTuple):
    """`key` as it was given; `part` as the `holidays` package names it."""

    key: str
    country: str
    part: str
    local: str

    @property
    def zone(self):
        """Name of its time zone; UTC where there is no place."""
        if self.country == "FR" and self.part in OVERSEAS:
            return OVERSEAS[self.part]
        return ZONES.get(self.country, "UTC")


NOWHERE = Place("-", "", "", "")


@cache
def parse(key):
    """The place of a key; UnknownPlace tells which are known."""
    if key == "-":
        return NOWHERE
    found = _PLACE.match(key)
    if not found:
        raise UnknownPlace(place=key)
    country, part, local = found[1], found[2] or "", found[3] or ""
    known = _CHECKS.get(country, _other)(country, part, local)
    if known is None:
        raise UnknownPlace(place=key)
    return Place(key, country, *known)


def _german(_country, part, local):
    if part and part not in LAENDER:
        return None
    if local == "Augsburg":
        return ("Augsburg", "") if part == "BY" else None
    return (part, local) if local in ("", "catholic") and (part or not local) else None


def _french(_country, part, local):
    if part and part not in FRENCH:
        return None
    if part == "AM":
        local = "protestant"
    if local not in ("", "protestant") or local and part not in ALSACE_MOSELLE:
        return None
    return FRENCH.get(part, ""), local


def _swiss(_country, part, local):
    return (part, "") if not local and (not part or part in CANTONS) else None


def _austrian(_country, part, local):
    return ("", "") if not local and (not part or part in AUSTRIAN) else None


def _union(_country, part, local):
    return (part, "") if part == "LU" and not local else None


def _other(country, part, local):
    if local or country not in ZONES:
        return None
    if part and part not in holidays.country_holidays(country).subdivisions:
        return None
    return part, ""


_CHECKS = {
    "DE": _german,
    "FR": _french,
    "CH": _swiss,
    "AT": _austrian,
    "EU": _union,
}
