"""odoo gdpr_rotate -d DB: what is stored encrypted is sealed with the current key."""

import sys

from odoo import SUPERUSER_ID, api
from odoo.cli.command import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import config


class gdpr_rotate(Command):  # pylint: disable=invalid-name  # named as the command
    """Seal anew, with the current key, what an older key sealed."""

    def run(self, cmdargs):
        self.parser.add_argument("-c", "--config", help="the configuration file")
        self.parser.add_argument("-d", "--database", required=True)
        self.parser.add_argument(
            "--new-key",
            action="store_true",
            help="add a key to the key file first; save the file, then go on",
        )
        args = self.parser.parse_args(cmdargs)
        options = ["-c", args.config] if args.config else []
        config.parse_config([*options, "-d", args.database], setup_logging=True)
        with Registry(args.database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if "gdpr.sealing" not in env:
                sys.exit("Law Firm: Data Protection is not installed in this database.")
            try:
                sys.exit(self._run(env, args))
            except UserError as error:
                cr.rollback()
                sys.exit(str(error))

    def _run(self, env, args):
        sealing = env["gdpr.sealing"]
        if args.new_key:
            key_id = sealing._new_key()
            self._say(
                f"The new key {key_id} is in {env['legal.key']._path()}. Save this "
                "file now, apart from the database. The older keys stay in it."
            )
        done = 0

        def step(number):
            nonlocal done
            env.cr.commit()
            done += number
            self._say(f"{done} ...")
            return True

        result = sealing._rotate(step)
        env.cr.commit()
        self._say(f"{result['done']} values and files sealed with the current key.")
        for key_id, number in sorted(result["lost"].items()):
            self._say(
                f"{number} cannot be opened: the key {key_id} is missing. They are "
                "left as they are. Put the key file that holds it back from the "
                "backup, and run this again."
            )
        if result["damaged"]:
            self._say(
                f"{result['damaged']} cannot be opened: damaged. They are left as "
                "they are. Restore them from the backup."
            )
        if result["left"]:
            self._say(f"{result['left']} were in use: run this again.")
        if result["lost"] or result["damaged"] or result["left"]:
            return 1
        self._say("Nothing is left to do.")
        return 0

    @staticmethod
    def _say(text):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
