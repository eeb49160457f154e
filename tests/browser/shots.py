"""Look at screens: sign in and take a picture of each address, wide and on a phone.

    .venv/bin/python tests/browser/shots.py --login anna /odoo/matters /odoo/contacts

writes screens/odoo-matters-1400.png, screens/odoo-matters-390.png and so on, and
prints what the browser's console complained of. The server is one that runs
(bin/serve); --url says where if it is not http://localhost:8069.
"""

import argparse
import contextlib
import re
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]
sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "bin")]

from suite import chromium  # noqa: E402

from browser.tab import Tabs, launched  # noqa: E402


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--url", default="http://localhost:8069")
    parser.add_argument("--login", default="admin")
    parser.add_argument("--password", help="the login itself if not given")
    parser.add_argument("--out", default="screens", type=Path, metavar="FOLDER")
    parser.add_argument("--widths", default="1400,390")
    parser.add_argument("--full", action="store_true", help="the whole page's height")
    parser.add_argument(
        "--click",
        action="append",
        default=[],
        metavar="SELECTOR",
        help="click this before the picture, as 'text=Parties'; can be repeated",
    )
    return parser.parse_args()


def main():
    options = parse()
    found = 0
    with (
        launched(chromium.find()) as process,
        contextlib.closing(Tabs(process)) as tabs,
    ):
        for width in map(int, options.widths.split(",")):
            height = 900 if width >= 768 else 844
            tab = tabs.open(options.url, options.login, options.password, width, height)
            for path in options.paths:
                tab.goto(path)
                for selector in options.click:
                    tab.page.click(selector)
                    tab.settle()
                name = re.sub(r"\W+", "-", path).strip("-") or "start"
                print(tab.shot(options.out / f"{name}-{width}.png", options.full))
                for error in tab.errors:
                    print(f"  {error}")
                found += len(tab.errors)
                tab.errors.clear()
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
