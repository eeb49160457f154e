from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import sealing
from .legal_ledger_block import LATE


class LedgerBroken(Exception):
    """What is wrong with a ledger: the first thing found, by its code.

    :param str finding: one of ``legal_ledger_check.FINDINGS``
    :param int block: the number of the first block concerned, 0 if there is none
    :param int low: first entry (or block) concerned
    :param int high: last one
    :param str detail: a code, such as the id of a key
    """

    def __init__(self, finding, block=0, low=0, high=0, detail=""):
        super().__init__(finding)
        self.values = {
            "finding": finding,
            "first_broken": block,
            "low": low,
            "high": high or low,
            "detail": detail,
        }


class LegalLedgerVerifier(models.AbstractModel):
    """Compares a ledger with its seals, and the seals with the file outside.

    Reads block by block, in constant memory; a long ledger may be verified in parts,
    since blocks never change.
    """

    _name = "legal.ledger.verifier"
    _description = "Verification of a Record"

    _gdpr_none = "stores nothing"

    @api.model
    def _verify(self, ledger, after=0):
        """Verify a ledger from block ``after`` + 1 on.

        :return: yields (number of the block, entries in it) for each sound block
        :raises LedgerBroken: with the first block that is wrong
        """
        blocks = self.env["legal.ledger.block"]
        start = blocks._start(ledger).number
        ring = self.env["legal.key"]._for_reading()
        anchored = {
            line["number"]: line["seal"]
            for line in blocks._anchor().lines(blocks._database(), ledger._name)
        }
        number, previous = max(after, start - 1, 0), ""
        if after >= max(start, 1):
            before = blocks.search(
                [("ledger", "=", ledger._name), ("number", "=", after)]
            )
            previous = before.seal
        for block in self._blocks(ledger, number):
            if block.number != number + 1:
                raise LedgerBroken("gap", number + 1, number + 1, block.number - 1)
            self._verify_seal(block, previous, ring, anchored.get(block.number))
            self._verify_entries(ledger, block)
            number, previous = block.number, block.seal
            yield block.number, block.count
        self._verify_end(ledger, number)
        self._verify_unsealed(ledger, start)

    @api.model
    def _blocks(self, ledger, number):
        """The blocks after ``number``, a few at a time."""
        while True:
            blocks = self.env["legal.ledger.block"].search(
                [("ledger", "=", ledger._name), ("number", ">", number)],
                order="number",
                limit=100,
            )
            for block in blocks:
                yield block
                number = block.number
            blocks.invalidate_recordset()
            if len(blocks) < 100:
                return

    @api.model
    def _verify_seal(self, block, previous, ring, anchored):
        number = block.number
        if block.key_id not in ring:
            raise LedgerBroken("key", number, detail=block.key_id)
        if block._as_block().seal(ring, block.key_id) != block.seal:
            raise LedgerBroken("altered", number)
        try:
            ranges = sealing.parse_ranges(block.entries)
        except ValueError as error:
            raise LedgerBroken("altered", number) from error
        if sealing.size(ranges) != block.count:
            raise LedgerBroken("altered", number)
        if (block.previous or "") != (previous if block.kind == "seal" else ""):
            raise LedgerBroken("chain", number)
        if anchored and anchored != block.seal:
            raise LedgerBroken("anchor", number)

    @api.model
    def _verify_entries(self, ledger, block):
        ranges = sealing.parse_ranges(block.entries)
        digest = sealing.Digest()
        for _id, text in self.env["legal.ledger.block"]._read_entries(ledger, ranges):
            digest.add(text)
        if digest.count != block.count:
            raise LedgerBroken("missing", block.number, *self._missing(ledger, ranges))
        if digest.hex() != block.digest:
            raise LedgerBroken("changed", block.number, ranges[0][0], ranges[-1][1])

    @api.model
    def _missing(self, ledger, ranges):
        """The first run of ids in ``ranges`` that are not there: (low, high)."""
        blocks = self.env["legal.ledger.block"]
        present = sealing.merge(
            (entry_id, entry_id)
            for entry_id, _text in blocks._read_entries(ledger, ranges)
        )
        for low, high in ranges:
            missing = sealing.gaps(present, low, high)
            if missing:
                return missing[0]
        return 0, 0

    @api.model
    def _verify_end(self, ledger, number):
        """Nothing was cut off: the file outside knows no block after ``number``."""
        blocks = self.env["legal.ledger.block"]
        known = blocks._anchor().lines(blocks._database(), ledger._name)
        if not known or known[-1]["number"] <= number:
            return
        gone = [line for line in known if line["number"] > number]
        last_id = blocks._last(ledger).last_id
        raise LedgerBroken(
            "tail",
            gone[0]["number"],
            last_id + 1,
            gone[-1]["last_id"],
            detail=str(gone[-1]["number"]),
        )

    @api.model
    def _verify_unsealed(self, ledger, start):
        """No entry stands among sealed ones that came to light long afterwards."""
        blocks = self.env["legal.ledger.block"]
        floor, gaps = blocks._late_gaps(ledger)
        if floor:
            rows = self.env.execute_query(
                SQL(
                    "SELECT entries FROM legal_ledger_block "
                    "WHERE ledger = %s AND number >= %s ORDER BY number",
                    ledger._name,
                    start,
                )
            )
            sealed = sealing.merge(
                pair for (text,) in rows for pair in sealing.parse_ranges(text)
            )
            added = blocks._ids_in(ledger, sealing.gaps(sealed, 1, floor), 1)
            if added:
                near = blocks.search(
                    [("ledger", "=", ledger._name), ("last_id", ">", added[0])],
                    order="number",
                    limit=1,
                )
                raise LedgerBroken("added", near.number, added[0])
        waiting = blocks._ids_in(ledger, gaps, 1)
        old = fields.Datetime.now() - LATE
        if waiting and ledger.browse(waiting[0]).date < old:
            raise LedgerBroken("unsealed", 0, waiting[0])
