"""odoo gdpr_index -d DB: index the texts of large tables, to find a person fast."""

import sys
import time
from contextlib import closing

from odoo import SUPERUSER_ID, api
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class gdpr_index(Command):  # pylint: disable=invalid-name  # named as the command
    """Index the texts of large tables while everybody goes on working."""

    def run(self, cmdargs):
        self.parser.add_argument("-c", "--config", help="the configuration file")
        self.parser.add_argument("-d", "--database", required=True)
        self.parser.add_argument(
            "--check", action="store_true", help="only say what would be done"
        )
        args = self.parser.parse_args(cmdargs)
        options = ["-c", args.config] if args.config else []
        config.parse_config([*options, "-d", args.database], setup_logging=True)
        registry = Registry(args.database)
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if "gdpr.finder" not in env:
                sys.exit("Law Firm: Data Protection is not installed in this database.")
            todo = env["gdpr.finder"]._to_index()
        if not todo:
            self._say("Nothing is left to do: no large table without its index.")
        for table, columns, rows in todo:
            self._say(f"{table}: {rows:,} rows, {len(columns)} texts")
            if args.check:
                continue
            started = time.monotonic()
            with closing(registry.cursor()) as cr:
                # each statement by itself: an index is made beside those who write
                cr._cnx.autocommit = True
                cr.execute("SET maintenance_work_mem = '512MB'")
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["gdpr.finder"]._index_texts(table, columns, concurrently=True)
            self._say(f"    indexed in {time.monotonic() - started:.0f} s")

    @staticmethod
    def _say(text):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
