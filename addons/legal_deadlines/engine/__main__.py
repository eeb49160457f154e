"""`python -m engine check FILE`, from the folder of the addon."""

import argparse
import sys

from .check import check


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m engine", description="The deadline engine, by itself."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser(
        "check", help="compute every line of a file of worked examples"
    )
    checking.add_argument("file", help="laid out like data/deadline_examples.csv")
    options = parser.parse_args(arguments)
    return check(options.file)


if __name__ == "__main__":
    sys.exit(main())
