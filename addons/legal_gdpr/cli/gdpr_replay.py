"""odoo gdpr_replay -d DB: what was deleted is deleted again after a restore."""

import sys

from odoo import SUPERUSER_ID, api
from odoo.cli.command import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import config

LINES = (
    ("destroyed", "deleted again"),
    ("gone", "not there, nothing to do"),
    ("strangers", "number now belongs to another record, left alone"),
    ("by_hand", "a person to be taken out of texts who is unknown now: by hand"),
    ("refused", "refused"),
    ("unclear", "begun and cut off by a crash: look at them"),
)


class gdpr_replay(Command):  # pylint: disable=invalid-name  # named as the command
    """Delete again what had been deleted before a backup was restored."""

    def run(self, cmdargs):
        self.parser.add_argument("-c", "--config", help="the configuration file")
        self.parser.add_argument("-d", "--database", required=True)
        self.parser.add_argument(
            "--check", action="store_true", help="only say what would be done"
        )
        self.parser.add_argument(
            "--open",
            metavar="REASON",
            help="let users in without it; the reason is recorded",
        )
        args = self.parser.parse_args(cmdargs)
        options = ["-c", args.config] if args.config else []
        config.parse_config([*options, "-d", args.database], setup_logging=True)
        with Registry(args.database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if "gdpr.erasure.replay" not in env:
                sys.exit("Law Firm: Data Protection is not installed in this database.")
            try:
                sys.exit(self._run(env, args))
            except UserError as error:
                cr.rollback()
                sys.exit(str(error))

    def _run(self, env, args):
        replay = env["gdpr.erasure.replay"]
        if args.open is not None:
            replay._open_without(args.open)
            env.cr.commit()
            self._say("The suite is open again; the reason is recorded.")
            return 0
        found = replay._replay(check=args.check)
        if not args.check:
            env.cr.commit()
        for name, text in LINES:
            if found[name]:
                self._say(f"{len(found[name])} {text}")
            if name != "destroyed":
                for entry in found[name][:20]:
                    self._say(
                        f"    {entry['time']} {entry['action']} {entry['model']} "
                        f"{entry['id']} {entry.get('reason', '')}".rstrip()
                    )
        if replay._pending() and not args.check:
            self._say("The suite stays closed until the rest is settled.")
            return 1
        self._say("Nothing is left to do." if not found["destroyed"] else "Done.")
        return 0

    @staticmethod
    def _say(text):
        sys.stdout.write(f"{text}\n")
