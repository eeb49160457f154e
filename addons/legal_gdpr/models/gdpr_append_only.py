from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK
from odoo.addons.legal_crm.models.legal_erasing import is_erasing


class GdprAppendOnly(models.AbstractModel):
    """Events that are added and never changed, of people who may be erased.

    Unlike a ledger (``legal.ledger.mixin``) they name the person, so they go with an
    erasure, and only with one. Two contacts may be joined: the link alone then moves.
    """

    _name = "gdpr.append.only"
    _description = "Append-Only Events"

    _gdpr_none = "abstract"

    def init(self):
        """Refuse changes in the database as well, to whoever works past the ORM."""
        if not self._abstract:
            self.env.cr.execute(
                SQL(
                    """
                    CREATE OR REPLACE FUNCTION gdpr_append_guard() RETURNS trigger AS $$
                    BEGIN
                        IF TG_OP = 'TRUNCATE' THEN
                            RAISE EXCEPTION 'Nothing is changed in %%: %% is refused',
                                TG_TABLE_NAME, TG_OP;
                        END IF;
                        IF legal_erasing() THEN
                            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                        END IF;
                        IF TG_OP = 'UPDATE' AND
                           to_jsonb(OLD) - '{partner_id,company_id,write_uid,
                               write_date}'::text[]
                           = to_jsonb(NEW) - '{partner_id,company_id,write_uid,
                               write_date}'::text[]
                        THEN
                            RETURN NEW;
                        END IF;
                        RAISE EXCEPTION 'Nothing is changed in %%: %% is refused',
                            TG_TABLE_NAME, TG_OP;
                    END $$ LANGUAGE plpgsql;
                    CREATE OR REPLACE TRIGGER gdpr_append_guard
                        BEFORE UPDATE OR DELETE ON %(table)s
                        FOR EACH ROW EXECUTE FUNCTION gdpr_append_guard();
                    CREATE OR REPLACE TRIGGER gdpr_append_guard_truncate
                        BEFORE TRUNCATE ON %(table)s
                        FOR EACH STATEMENT EXECUTE FUNCTION gdpr_append_guard();
                    """,
                    table=SQL.identifier(self._table),
                )
            )
        return super().init()

    def write(self, vals):
        if (
            self
            and not is_erasing(self)
            and self.env.context.get("legal_unlock") is not UNLOCK
        ):
            raise UserError(
                self.env._(
                    "“%s” is a record of what happened: an entry is not changed. Add "
                    "a new one.",
                    self._description,
                )
            )
        return super().write(vals)

    def unlink(self):
        if self and not is_erasing(self):
            self._refuse_deletion()
        return super().unlink()

    def _refuse_deletion(self):
        raise UserError(
            self.env._(
                "“%s” is a record of what happened: an entry goes with the erasure of "
                "the person only.",
                self._description,
            )
        )
