import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pdfminer.high_level import extract_text
from tools.risk import CELL, Point, highest, level, picture, places

LABELS = {
    "title": "Map <of> risks",
    "severity": "Severity",
    "likelihood": "Likelihood",
    "low": "Low",
    "medium": "Medium",
    "high": "High",
}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    "severity,likelihood,expected",
    [
        (1, 1, "low"),
        (2, 2, "low"),
        (3, 2, "medium"),
        (2, 3, "medium"),
        (4, 1, "medium"),
        (1, 4, "medium"),
        (3, 3, "high"),
        (4, 4, "high"),
        (0, 3, None),
        (None, None, None),
    ],
)
def test_level(severity, likelihood, expected):
    assert level(severity, likelihood) == expected


@pytest.mark.parametrize("severity,likelihood", [(5, 1), (1, -1), (2.5, 1)])
def test_off_the_scale_is_refused(severity, likelihood):
    with pytest.raises(ValueError):
        level(severity, likelihood)


def test_highest_is_not_known_while_one_is_open():
    assert highest(["low", "high", "medium"]) == "high"
    assert highest(["low", None]) is None
    assert highest([]) is None


def test_low_left_below_high_right_above():
    low, high = Point(1, 1, 1), Point(2, 4, 4)
    where = places([low, high])
    assert where[low] == (CELL / 2, 3.5 * CELL)
    assert where[high] == (3.5 * CELL, CELL / 2)


def test_points_of_one_cell_do_not_cover_each_other_and_stay_inside():
    points = [Point(n, 2, 3) for n in range(1, 8)]
    where = places(points)
    assert len(set(where.values())) == 7
    for x, y in where.values():
        assert 2 * CELL < x < 3 * CELL
        assert 2 * CELL < y < 3 * CELL


def test_the_picture_is_readable_without_colour():
    svg = ElementTree.fromstring(
        picture([Point(1, 4, 3), Point(1, 2, 1, after=True)], LABELS)
    )
    circles = svg.findall(f"{SVG}circle")
    assert [c.get("fill") for c in circles] == ["#ffffff", "#111111"]
    texts = [t.text for t in svg.findall(f"{SVG}text")]
    assert texts.count("1") == 4  # two scales, and the risk twice
    assert texts.count("High") == 4
    assert len(svg.findall(f"{SVG}line")) == 1
    assert svg.find(f"{SVG}title").text == "Map <of> risks"


def test_a_risk_that_is_not_rated_is_not_drawn_and_nothing_breaks():
    svg = ElementTree.fromstring(picture([], LABELS))
    assert len(svg.findall(f"{SVG}rect")) == 16


def test_the_picture_is_printed(tmp_path):
    """By the program that prints: what a browser draws, it may leave out."""
    svg = picture([Point(1, 3, 3), Point(1, 2, 1, after=True)], LABELS)
    page, paper = tmp_path / "map.html", tmp_path / "map.pdf"
    page.write_text(f"<!DOCTYPE html><html><body>{svg}</body></html>")
    program = Path(sys.executable).with_name("wkhtmltopdf")
    found = program if program.exists() else shutil.which("wkhtmltopdf")
    subprocess.run([found, "--quiet", page, paper], check=True)
    text = extract_text(paper)
    for word in ("Likelihood", "Low", "High"):
        assert word in text
