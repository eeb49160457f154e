from datetime import datetime

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK
from odoo.addons.legal_crm.tests.common import LegalCommon


class DeadlineCommon(LegalCommon):
    """The small firm with an open matter, in Berlin."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._empty_calendar()
        cls.berlin = cls._jurisdiction("DE-BE", "Berlin")
        cls.company.legal_jurisdiction_id = cls.berlin
        cls.matter = cls._matter()
        cls.matter.action_open()

    @classmethod
    def _jurisdiction(cls, code, name=None):
        places = cls.env["legal.jurisdiction"]
        return places.search([("code", "=", code)], limit=1) or places.create(
            {"code": code, "name": name or code}
        )

    @classmethod
    def _typed_wrong(cls, jurisdiction, code):
        """A code that nobody could enter today stands in the database."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE legal_jurisdiction SET code = %s WHERE id = %s",
            [code, jurisdiction.id],
        )
        jurisdiction.invalidate_recordset()

    @classmethod
    def _rule(cls, code, **values):
        """The rule of the catalogue, or one of the firm's own."""
        rules = cls.env["legal.deadline.rule"]
        found = rules.search([("code", "=", code)], limit=1)
        if found:
            found.write(values)
            return found
        return rules.create(
            {
                "code": code,
                "name": code,
                "regime": "DE-ZPO",
                "length": 1,
                "unit": "month",
                "source": "ZPO",
                **values,
            }
        )

    @property
    def now(self):
        return datetime.now()

    @classmethod
    def _deadline(cls, date="2026-12-15", user=None, matter=None, **values):
        """A deadline entered by hand (no rule), by ``user`` (the first lawyer)."""
        return (
            cls.env["legal.deadline"]
            .with_user(user or cls.lawyer)
            .create(
                {
                    "name": "Grounds of appeal",
                    "matter_id": (matter or cls.matter).id,
                    "user_id": cls.lawyer.id,
                    "date_deadline": date,
                    "manual_reason": "set by the court",
                    **values,
                }
            )
        )

    @classmethod
    def _set(cls, deadline, **values):
        """Write guarded fields, as the dialogs of the suite do."""
        deadline.sudo().with_context(legal_unlock=UNLOCK).write(values)
        return deadline

    @classmethod
    def _empty_calendar(cls):
        """What the demo firm has in its calendar was done long ago."""
        cls.env.flush_all()
        cls.env.cr.execute(
            """
            UPDATE legal_deadline
               SET state = 'done', date_deadline = '2020-01-01',
                   done_on = '2020-01-01 10:00:00', cancelled_on = NULL,
                   needs_entry_check = FALSE, pending_kind = NULL,
                   extension_state = NULL, extension_query_on = NULL,
                   warnings_stale = FALSE;
            UPDATE legal_deadline_warning SET state = 'closed', next_on = NULL;
            UPDATE calendar_event SET active = FALSE WHERE matter_id IS NOT NULL;
            DELETE FROM mail_activity WHERE res_model = 'legal.deadline';
            """
        )
        cls.env.invalidate_all()
