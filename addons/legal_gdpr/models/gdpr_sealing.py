from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.legal_crm.tools import keyring

from ..tools.sealed import PREFIX, KeyLost, SealError

#: rows that are sealed anew in one transaction
BATCH = 500
FILES = 20


class GdprSealing(models.AbstractModel):
    """Everything that is sealed, at once: rotation of keys, and what is lost.

    Rotation goes batch by batch, each a transaction. Killed anywhere, the next call
    goes on: what has the current key is done. What cannot be opened stays as it is.
    """

    _name = "gdpr.sealing"
    _description = "Encryption at Rest"

    _gdpr_none = "stores nothing"

    @api.model
    def _columns(self):
        """``[(model, name of the field)]`` of what is sealed in the database."""
        return [
            (model, name)
            for model_name in sorted(self.env.registry)
            for model in [self.env[model_name]]
            if model._auto and not (model._abstract or model._transient)
            for name in getattr(model, "_sealed", ())
        ]

    @api.model
    def _was_used(self):
        """Whether there is anything sealed."""
        tables = [
            (model._table, f"{name}_sealed") for model, name in self._columns()
        ] + [("ir_attachment", "gdpr_seal_key")]
        self.env.flush_all()
        return any(
            self.env.execute_query(
                SQL(
                    "SELECT 1 FROM %s WHERE %s IS NOT NULL LIMIT 1",
                    SQL.identifier(table),
                    SQL.identifier(column),
                )
            )
            for table, column in tables
        )

    # -- rotation ----------------------------------------------------------------------

    @api.model
    def _new_key(self):
        """Add a key to the key file; from now on it seals.

        :return: its id
        :raises UserError: there is no usable key file
        """
        keys = self.env["legal.key"]
        keys._for_writing()
        try:
            return keyring.add(keys._path()).current
        except keyring.KeyFileError as error:
            raise UserError(
                self.env._(
                    "The key file %(path)s cannot be written: %(reason)s.",
                    path=keys._path(),
                    reason=str(error),
                )
            ) from error

    @api.model
    def _rotate(self, step=None, batch=BATCH):
        """Seal with the current key what an older one sealed.

        :param step: called with the number of rows after each batch, commits, and says
            whether there is time for another
        :return: {"done": rows, "left": rows not reached, "lost": {key id: rows},
            "damaged": rows, "ended": whether nothing was left for want of time}
        """
        sealer = self.env["legal.key"]._sealer(writing=True)
        step = step or (lambda _number: True)
        result = {"done": 0, "left": 0, "lost": {}, "damaged": 0}
        goes_on = True
        for model, name in self._columns():
            goes_on = goes_on and self._rotate_column(
                model, name, sealer, step, batch, result
            )
        goes_on = goes_on and self._rotate_files(sealer, step, result)
        result["ended"] = goes_on
        result["left"] = self._count_old(sealer)
        result["left"] -= sum(result["lost"].values()) + result["damaged"]
        result["left"] = max(result["left"], 0)
        return result

    def _rotate_column(self, model, name, sealer, step, batch, result):
        """:return: whether there is time for more"""
        after = 0
        place = model._place(name)
        table = SQL.identifier(model._table)
        sealed, index = (SQL.identifier(f"{name}_{end}") for end in ("sealed", "index"))
        while True:
            model.flush_model([f"{name}_sealed"])
            # who works on a row just now is not disturbed: the next call finds it
            rows = self.env.execute_query(
                SQL(
                    "SELECT id, %s FROM %s WHERE %s IS NOT NULL AND %s NOT LIKE %s"
                    " AND id > %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
                    sealed,
                    table,
                    sealed,
                    sealed,
                    f"{PREFIX}{sealer.current}:%",
                    after,
                    batch,
                )
            )
            if not rows:
                return True
            for row_id, stored in rows:
                try:
                    value = sealer.open(stored, place)
                except SealError as error:
                    self._count(result, error)
                    continue
                # past the ORM: nobody changed the record
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET %s = %s, %s = %s WHERE id = %s",
                        table,
                        sealed,
                        sealer.seal(value, place),
                        index,
                        sealer.index(value, place),
                        row_id,
                    )
                )
                result["done"] += 1
            model.invalidate_model(flush=False)
            after = rows[-1][0]
            if not step(len(rows)):
                return False

    def _rotate_files(self, sealer, step, result):
        after = 0
        # sudo: the system's own work
        files = self.env["ir.attachment"].sudo().with_context(skip_res_field_check=True)
        while True:
            batch = files.search(
                [
                    ("gdpr_seal_key", "not in", (False, sealer.current)),
                    ("id", ">", after),
                ],
                order="id",
                limit=FILES,
            )
            if not batch:
                return True
            for file in batch:
                try:
                    file._gdpr_turn(seal=True)
                    result["done"] += 1
                except SealError as error:
                    self._count(result, error)
            after = batch[-1].id
            if not step(len(batch)):
                return False

    @api.model
    def _count(self, result, error):
        if isinstance(error, KeyLost):
            lost = result["lost"]
            lost[error.key_id] = lost.get(error.key_id, 0) + 1
        else:
            result["damaged"] += 1

    @api.model
    def _count_old(self, sealer):
        """How many values and files are not sealed with the current key."""
        total = 0
        for model, name in self._columns():
            model.flush_model([f"{name}_sealed"])
            column = SQL.identifier(f"{name}_sealed")
            ((number,),) = self.env.execute_query(
                SQL(
                    "SELECT count(*) FROM %s WHERE %s IS NOT NULL AND %s NOT LIKE %s",
                    SQL.identifier(model._table),
                    column,
                    column,
                    f"{PREFIX}{sealer.current}:%",
                )
            )
            total += number
        self.env["ir.attachment"].flush_model(["gdpr_seal_key"])
        ((number,),) = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM ir_attachment"
                " WHERE gdpr_seal_key IS NOT NULL AND gdpr_seal_key <> %s",
                sealer.current,
            )
        )
        return total + number

    @api.model
    def _cron_seal(self):
        """Files of marked matters sealed, of others opened; older keys replaced."""
        cron = self.env["ir.cron"]

        def step(number):
            # how much is left costs more to count than to do: there is some, until the
            # end was reached. Otherwise Odoo takes it for done, and waits an hour.
            return cron._commit_progress(number, remaining=1)

        step(0)
        # sudo: the system's own work
        files = self.env["ir.attachment"].sudo()
        if not files._gdpr_turn_all(step, FILES):
            return
        sealing = self.sudo()
        if sealing._rotate(step)["ended"]:
            cron._commit_progress(remaining=0)
