from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK
from odoo.addons.legal_crm.models.legal_erasing import is_erasing

#: What may change on a sheet: that it was printed. The readers follow the matter.
_PRINTED = frozenset({"printed_on", "printed_by_id"})


class LegalDeadlineSheet(models.Model):
    """A control sheet stays as it was written: it is what a check is compared with."""

    _inherit = "legal.deadline.sheet"

    def init(self):
        """Refuse changes in the database as well, to whoever works past the ORM."""
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION legal_deadline_sheet_guard()
                RETURNS trigger AS $$
                DECLARE
                    free text[] := ARRAY['printed_on', 'printed_by_id',
                                         'access_list_id', 'write_date', 'write_uid'];
                BEGIN
                    IF legal_erasing() AND TG_OP IN ('UPDATE', 'DELETE') THEN
                        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    END IF;
                    IF TG_OP = 'UPDATE' THEN
                        IF to_jsonb(OLD) - free = to_jsonb(NEW) - free THEN
                            RETURN NEW;
                        END IF;
                        RAISE EXCEPTION 'A control sheet is not changed (id %%)',
                            OLD.id;
                    END IF;
                    RAISE EXCEPTION 'A control sheet is not deleted: %% is refused',
                        TG_OP;
                END $$ LANGUAGE plpgsql;
                CREATE OR REPLACE TRIGGER legal_deadline_sheet_guard
                    BEFORE UPDATE OR DELETE ON legal_deadline_sheet
                    FOR EACH ROW EXECUTE FUNCTION legal_deadline_sheet_guard();
                CREATE OR REPLACE TRIGGER legal_deadline_sheet_guard_truncate
                    BEFORE TRUNCATE ON legal_deadline_sheet
                    FOR EACH STATEMENT EXECUTE FUNCTION legal_deadline_sheet_guard();
                """
            )
        )
        return super().init()

    def write(self, vals):
        unlocked = self.env.context.get("legal_unlock") is UNLOCK
        if not is_erasing(self) and not (unlocked and set(vals) <= _PRINTED):
            raise UserError(
                self.env._(
                    "A control sheet stays as it was written. What changes on the "
                    "deadline gets a sheet of its own."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if is_erasing(self):
            return
        raise UserError(self.env._("A control sheet is not deleted."))

    def _mark_printed(self):
        """Write down who printed these sheets first, and when."""
        new = self.filtered(lambda sheet: not sheet.printed_on)
        # sudo: nobody has the right to write a sheet; who prints it may read it
        new.sudo().with_context(legal_unlock=UNLOCK).write(
            {"printed_on": fields.Datetime.now(), "printed_by_id": self.env.uid}
        )
