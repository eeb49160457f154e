"""Risks of an impact assessment: how high they are, and where they lie on the map.

Severity and likelihood go from 1 (negligible) to 4 (maximum), as in the CNIL's method
(Privacy Impact Assessment, methodology, 2018). The zones are the CNIL's: where both
are significant or more, the risk must not be taken; where one is, it is reduced;
otherwise it can be taken.
"""

from dataclasses import dataclass
from xml.etree import ElementTree

STEPS = (1, 2, 3, 4)
#: from here on a severity, or a likelihood, is significant
SIGNIFICANT = 3
LEVELS = ("low", "medium", "high")

#: of the picture, in units of its view box
CELL = 90
MARGIN = 46
RADIUS = 12
_FILLS = {"low": "#ffffff", "medium": "#ececec", "high": "#d2d2d2"}


def level(severity, likelihood):
    """``low``, ``medium``, ``high``, or None while one of the two is not rated.

    :raises ValueError: a rating is no step of the scale
    """
    if not severity or not likelihood:
        return None
    if severity not in STEPS or likelihood not in STEPS:
        raise ValueError(f"no step of the scale: {severity}, {likelihood}")
    high = (severity >= SIGNIFICANT) + (likelihood >= SIGNIFICANT)
    return LEVELS[high]


def highest(levels):
    """The highest of ``levels``; None if there is none, or one is not known."""
    levels = list(levels)
    if not levels or None in levels:
        return None
    return max(levels, key=LEVELS.index)


@dataclass(frozen=True)
class Point:
    """A risk on the map: ``number`` is written into it, ``after`` fills it."""

    number: int
    severity: int
    likelihood: int
    after: bool = False


def places(points):
    """Where the points are drawn: those that share a cell stand beside each other.

    :return: {point: (x, y)}; the origin is the upper left corner of the grid,
        likelihood goes to the right, severity upwards
    """
    by_cell = {}
    for point in points:
        level(point.severity, point.likelihood)  # refuses what is off the scale
        by_cell.setdefault((point.severity, point.likelihood), []).append(point)
    found = {}
    for (severity, likelihood), there in by_cell.items():
        left, top = (likelihood - 1) * CELL, (4 - severity) * CELL
        per_row = max(1, min(3, len(there)))
        rows = -(-len(there) // per_row)
        for index, point in enumerate(there):
            row, column = divmod(index, per_row)
            found[point] = (
                round(left + CELL * (2 * column + 1) / (2 * per_row), 1),
                round(top + CELL * (2 * row + 1) / (2 * max(rows, 1)), 1),
            )
    return found


def picture(points, labels):
    """The risk map as SVG: hollow before the measures, filled after them.

    Readable without colour: numbers name the risks, a line joins before and after,
    the word for the zone stands in each cell.

    :param points: iterable of ``Point``
    :param labels: dict of str: ``title``, ``severity``, ``likelihood``, and ``low``,
        ``medium``, ``high`` for the zones
    :return: str, one ``svg`` element
    """
    points = sorted(points, key=lambda p: (p.number, p.after))
    size = 4 * CELL + 2 * MARGIN
    svg = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {size} {size}",
            "width": str(size),
            "height": str(size),
            "role": "img",
            "font-family": "sans-serif",
            # no "height: auto": the printing of PDF then draws nothing at all
            "style": "max-width: 100%",
        },
    )
    ElementTree.SubElement(svg, "title").text = labels["title"]
    _grid(svg, labels)
    where = {
        point: (x + MARGIN, y + MARGIN / 2) for point, (x, y) in places(points).items()
    }
    by_key = {(point.number, point.after): place for point, place in where.items()}
    for (number, after), (x, y) in by_key.items():
        if after and (number, False) in by_key:
            from_x, from_y = by_key[number, False]
            _add(
                svg,
                "line",
                x1=from_x,
                y1=from_y,
                x2=x,
                y2=y,
                stroke="#555555",
                stroke_width=1.5,
                stroke_dasharray="4 3",
            )
    for point, (x, y) in where.items():
        _add(
            svg,
            "circle",
            cx=x,
            cy=y,
            r=RADIUS,
            stroke="#111111",
            stroke_width=2,
            fill="#111111" if point.after else "#ffffff",
        )
        _text(
            svg,
            point.number,
            x,
            y + 4.5,
            size=13,
            fill="#ffffff" if point.after else "#111111",
            weight="bold",
        )
    return ElementTree.tostring(svg, encoding="unicode")


def _grid(svg, labels):
    for severity in STEPS:
        top = MARGIN / 2 + (4 - severity) * CELL
        _text(svg, severity, MARGIN - 10, top + CELL / 2 + 4)
        for likelihood in STEPS:
            left = MARGIN + (likelihood - 1) * CELL
            zone = level(severity, likelihood)
            _add(
                svg,
                "rect",
                x=left,
                y=top,
                width=CELL,
                height=CELL,
                fill=_FILLS[zone],
                stroke="#888888",
            )
            _text(svg, labels[zone], left + CELL / 2, top + CELL - 5, size=9)
    bottom = MARGIN / 2 + 4 * CELL
    for likelihood in STEPS:
        _text(svg, likelihood, MARGIN + (likelihood - 0.5) * CELL, bottom + 16)
    _text(svg, labels["likelihood"], MARGIN + 2 * CELL, bottom + 36, size=12)
    label = _text(svg, labels["severity"], 14, MARGIN / 2 + 2 * CELL, size=12)
    label.set("transform", f"rotate(-90 14 {MARGIN / 2 + 2 * CELL})")


def _add(parent, tag, **attributes):
    return ElementTree.SubElement(
        parent,
        tag,
        {name.replace("_", "-"): str(value) for name, value in attributes.items()},
    )


def _text(parent, text, x, y, size=11, fill="#333333", weight="normal"):
    element = _add(
        parent,
        "text",
        x=x,
        y=y,
        fill=fill,
        font_size=size,
        font_weight=weight,
        text_anchor="middle",
    )
    element.text = str(text)
    return element
