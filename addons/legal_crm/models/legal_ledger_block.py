import contextlib
from datetime import timedelta
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, config

from ..tools import anchor, sealing
from .legal_access_mixin import UNLOCK

#: entries of one block
BLOCK_SIZE = 10_000
#: How long after a block an entry with a lower id may still come to light: its id was
#: taken before a long transaction ended. No request and no scheduled action lasts so
#: long. What appears later was added by somebody.
LATE = timedelta(days=1)
_MAX_ID = 2**31 - 1


class LegalLedgerBlock(models.Model):
    """A sealed block of a ledger's entries.

    The seal is an HMAC over what the block says, a hash of its entries and the seal
    before, so that nothing is changed, removed or put in between without its key. Each
    seal is written into a file outside the database as well: it shows a removed end.
    """

    _name = "legal.ledger.block"
    _description = "Seals of the Records"
    _order = "id desc"
    _log_access = False

    _gdpr_none = "numbers, hashes and ids of ledger entries only"

    ledger = fields.Char(string="Record", required=True, readonly=True)
    ledger_name = fields.Char(string="Record of", compute="_compute_ledger_name")
    number = fields.Integer(required=True, readonly=True)
    kind = fields.Selection(
        [("seal", "Seal"), ("restart", "Accepted as it was")],
        required=True,
        readonly=True,
    )
    entries = fields.Text(string="Numbers of the Entries", readonly=True)
    count = fields.Integer(string="Entries", readonly=True)
    last_id = fields.Integer(string="Sealed up to", readonly=True)
    sealed_on = fields.Datetime(required=True, readonly=True)
    previous = fields.Char(string="Seal Before", readonly=True)
    digest = fields.Char(string="Hash of the Entries", required=True, readonly=True)
    key_id = fields.Char(string="Key", required=True, readonly=True)
    seal = fields.Char(required=True, readonly=True)

    _number_unique = models.UniqueIndex(
        "(ledger, number)", "This block was sealed meanwhile."
    )
    _recent_idx = models.Index("(ledger, sealed_on)")

    @api.depends("ledger")
    def _compute_ledger_name(self):
        for block in self:
            model = self.env.get(block.ledger)
            block.ledger_name = self._ledger_name(model) or block.ledger

    @api.model
    def _ledger_name(self, model):
        if model is None:
            return ""
        # sudo: the name of a kind of record
        return self.env["ir.model"].sudo()._get(model._name).name

    @api.depends("ledger", "number")
    def _compute_display_name(self):
        for block in self:
            block.display_name = f"{block.ledger_name} {block.number}"

    # -- nothing is changed -----------------------------------------------------------

    def init(self):
        self.env["legal.ledger.mixin"]._guard(self._table)
        return super().init()

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("legal_unlock") is not UNLOCK:
            self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        if self:
            self._refuse()
        return super().write(vals)

    def unlink(self):
        if self:
            self._refuse()
        return super().unlink()

    def _refuse(self):
        raise UserError(
            self.env._(
                "Seals are made by the system. Nobody adds, changes or deletes one, "
                "administrators included."
            )
        )

    # -- sealing ----------------------------------------------------------------------

    @api.model
    def _cron_seal(self):
        for ledger in self.env["legal.ledger.mixin"]._ledgers():
            self._seal_ledger(ledger)

    @api.model
    def _seal_ledger(self, ledger):
        """Seal what is new in a ledger, block by block, each committed by itself.

        A kill loses at most the block that was being made; a block whose seal did not
        reach the file outside is written there by the next run.
        """
        cron = self.env["ir.cron"]
        with self._alone(ledger) as alone:
            if not alone:
                return
            # From here on the last block is seen that another process has made.
            cron._commit_progress(remaining=self._count_unsealed(ledger))
            # A chain that does not fit its file is looked at by a person first.
            if not self._carry_out(ledger):
                return
            while block := self._seal_next(ledger):
                left = cron._commit_progress(block.count)
                self._carry_out(ledger)
                if not left:
                    return

    @contextlib.contextmanager
    def _alone(self, ledger):
        """Whether this process is the one that seals the ledger; nobody waits."""
        cr = self.env.cr
        names = ["legal.ledger", ledger._name]
        lock = SQL("(hashtext(%s), hashtext(%s))", *names)
        cr.execute(SQL("SELECT pg_try_advisory_lock%s", lock))
        if not cr.fetchone()[0]:
            yield False
            return
        try:
            yield True
        except BaseException:
            cr.rollback()  # else the lock could not be given back
            raise
        finally:
            cr.execute(SQL("SELECT pg_advisory_unlock%s", lock))

    @api.model
    def _last(self, ledger):
        return self.search(
            [("ledger", "=", ledger._name)], order="number desc", limit=1
        )

    @api.model
    def _start(self, ledger):
        """The block with which the present chain begins anew, if it ever did."""
        return self.search(
            [("ledger", "=", ledger._name), ("kind", "=", "restart")],
            order="number desc",
            limit=1,
        )

    @api.model
    def _late_gaps(self, ledger):
        """Where entries may still appear that no block holds.

        :return: (floor, list of (low, high)): up to the id ``floor`` nothing may come
            any more; the ranges are what is left out above it
        """
        domain = [
            ("ledger", "=", ledger._name),
            ("number", ">=", self._start(ledger).number),
        ]
        last = self._last(ledger)
        recent = self.search(
            [*domain, ("sealed_on", ">=", fields.Datetime.now() - LATE)],
            order="number",
        )
        recent |= last
        floor = 0
        if recent:
            before = self.search(
                [*domain, ("number", "<", min(recent.mapped("number")))],
                order="number desc",
                limit=1,
            )
            floor = before.last_id
        ranges = sealing.merge(
            pair for block in recent for pair in sealing.parse_ranges(block.entries)
        )
        return floor, sealing.gaps(ranges, floor + 1, _MAX_ID)

    @api.model
    def _ids_in(self, ledger, ranges, limit=None):
        """The ids of entries in these ranges, ascending; each range by the index."""
        rows = self.env.execute_query(
            SQL(
                """SELECT found.id
                     FROM unnest(%(low)s::int[], %(high)s::int[]) AS gap(low, high)
                    CROSS JOIN LATERAL (
                          SELECT id FROM %(table)s
                           WHERE id BETWEEN gap.low AND gap.high
                           ORDER BY id LIMIT %(limit)s) AS found
                    ORDER BY found.id LIMIT %(limit)s""",
                low=[low for low, _high in ranges],
                high=[high for _low, high in ranges],
                table=SQL.identifier(ledger._table),
                limit=limit,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _count_unsealed(self, ledger):
        last_id = self._last(ledger).last_id
        rows = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM %s WHERE id > %s",
                SQL.identifier(ledger._table),
                last_id,
            )
        )
        return rows[0][0]

    @api.model
    def _seal_next(self, ledger):
        """Seal the next entries; :return: the block, empty if nothing was left."""
        _floor, gaps = self._late_gaps(ledger)
        ids = self._ids_in(ledger, gaps, BLOCK_SIZE)
        if not ids:
            return self.browse()
        entries = sealing.to_ranges(ids)
        last = self._last(ledger)
        digest = sealing.Digest()
        for _id, text in self._read_entries(ledger, sealing.parse_ranges(entries)):
            digest.add(text)
        return self._insert(
            ledger,
            number=last.number + 1,
            kind="seal",
            entries=entries,
            digest=digest,
            last_id=max(ids[-1], last.last_id),
            previous=last.seal or "",
        )

    @api.model
    def _read_entries(self, ledger, ranges):
        """Yield (id, canonical text) of the entries in ``ranges`` that are there."""
        for cluster in sealing.clusters(ranges):
            rows = ledger._canonical(cluster[0][0], cluster[-1][1])
            if len(cluster) == 1:
                yield from rows
                continue
            inside = iter(cluster)
            low, high = next(inside)
            for row in rows:
                while row[0] > high:
                    low, high = next(inside)
                if row[0] >= low:
                    yield row

    @api.model
    def _insert(self, ledger, *, digest, **values):
        ring = self.env["legal.key"]._for_writing()
        block = sealing.Block(
            ledger=ledger._name,
            count=digest.count,
            digest=digest.hex(),
            sealed_on=fields.Datetime.to_string(fields.Datetime.now()),
            **values,
        )
        # sudo: seals are made by the system, whoever asked for it
        unlocked = self.sudo().with_context(legal_unlock=UNLOCK)
        return unlocked.create(
            block._asdict()
            | {"key_id": ring.current, "seal": block.seal(ring, ring.current)}
        ).with_env(self.env)

    def _as_block(self):
        """What the seal of this row is made of."""
        self.ensure_one()
        return sealing.Block(
            ledger=self.ledger,
            number=self.number,
            kind=self.kind,
            entries=self.entries or "",
            count=self.count,
            last_id=self.last_id,
            sealed_on=fields.Datetime.to_string(self.sealed_on),
            previous=self.previous or "",
            digest=self.digest,
        )

    # -- the file outside the database ----------------------------------------------

    @api.model
    def _anchor(self):
        return anchor.Anchor(
            Path(config["data_dir"], "legal", "seals", f"{self.env.cr.dbname}.jsonl")
        )

    @api.model
    def _database(self):
        """What tells this database from another one that has, or had, its name."""
        # sudo: a number of this installation
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    def _anchor_line(self, **more):
        self.ensure_one()
        return {
            "database": self._database(),
            "ledger": self.ledger,
            "number": self.number,
            "seal": self.seal,
            "last_id": self.last_id,
            "sealed_on": fields.Datetime.to_string(self.sealed_on),
            **more,
        }

    @api.model
    def _carry_out(self, ledger):
        """Write the seals that the file outside does not have yet.

        :return: False if the file knows seals that the database does not have. Then
            the end of the chain was removed, or an older database restored.
        """
        file = self._anchor()
        mine = [("ledger", "=", ledger._name)]
        known = file.last(self._database(), ledger._name)
        start = self._start(ledger)
        if known and start.number > known["number"] and self._seal_fits(start):
            blocks = self.search(
                [*mine, ("number", ">=", start.number)], order="number"
            )
            begins = "restart"
        elif known:
            last = self.search([*mine, ("number", "=", known["number"])])
            if last.seal != known["seal"]:
                return False
            blocks = self.search([*mine, ("number", ">", last.number)], order="number")
            begins = False
        else:
            blocks, begins = self._last(ledger), "new"
            strangers = file.has_strangers(self._database())
            if blocks and (blocks.number > 1 or strangers):
                begins = "missing"
                self.env["legal.ledger.check"]._warn_anchor(ledger, blocks, strangers)
        if blocks:
            lines = [block._anchor_line() for block in blocks]
            if begins:
                lines[0]["begins"] = begins
            file.append(lines)
        return True

    @api.model
    def _seal_fits(self, block):
        ring = self.env["legal.key"]._for_reading()
        return block.key_id in ring and (
            block._as_block().seal(ring, block.key_id) == block.seal
        )

    # -- beginning anew --------------------------------------------------------------

    @api.model
    def _accept(self, ledger):
        """Begin a new chain over the entries as they are now, whatever happened.

        The new block seals every entry that is there. What was wrong before stays
        visible in the checks and in the file outside, and is not looked at any more.
        The caller has checked the rights and writes down who did it and why.

        :return: the block
        """
        with self._alone(ledger) as alone:
            if not alone:
                raise UserError(
                    self.env._("It is being sealed right now. Try again in a minute.")
                )
            digest = sealing.Digest()

            def ids():
                for entry_id, text in ledger._canonical(1, _MAX_ID):
                    digest.add(text)
                    last[0] = entry_id
                    yield entry_id

            last = [0]
            entries = sealing.to_ranges(ids())
            known = self._anchor().last(self._database(), ledger._name) or {}
            return self._insert(
                ledger,
                number=max(self._last(ledger).number, known.get("number", 0)) + 1,
                kind="restart",
                entries=entries,
                digest=digest,
                last_id=last[0],
                previous="",
            )
