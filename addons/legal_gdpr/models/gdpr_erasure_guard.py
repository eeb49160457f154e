from odoo import api, models, tools

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK
from odoo.addons.legal_crm.models.legal_erasing import is_erasing

#: guarded whether or not a rule speaks of them
ALWAYS = frozenset(
    {
        "res.partner",
        "res.users",
        "crm.lead",
        "calendar.event",
        "account.move",
        "hr.employee",
        "mailing.contact",
        "legal.matter",
        "legal.matter.party",
        "legal.communication",
        "legal.deadline",
    }
)
#: people who work here, what they may do, and the firm: archived, changed, not deleted
NEVER = frozenset({"res.users", "res.groups", "res.company"})


class Base(models.AbstractModel):
    """What the law keeps is not deleted, by whatever way: a button, an import, another
    application's cleaning or a script all end in ``unlink``."""

    _inherit = "base"

    def unlink(self):
        guard = self.env["gdpr.erasure.guard"]
        if not self or not guard._is_guarded(self):
            return super().unlink()
        self.check_access("unlink")
        records = guard._chosen(self)
        self.env["gdpr.erasure"]._check(records)
        with guard._journaled(records):
            return super().unlink()


class GdprErasureGuard(models.AbstractModel):
    """Which deletions by hand are judged and written down."""

    _name = "gdpr.erasure.guard"
    _description = "Guard of Deletions"

    _gdpr_none = "stores nothing"

    @api.model
    def _is_guarded(self, records):
        name = records._name
        # Odoo's own bookkeeping first: it deletes while our tables are being made
        if records._transient or records._abstract or name.startswith("ir."):
            return False
        if name not in ALWAYS and name not in self._models():
            return False
        context = records.env.context
        return not (
            is_erasing(records)
            # the suite's own housekeeping, and an application that is taken out
            or context.get("legal_unlock") is UNLOCK
            or context.get(MODULE_UNINSTALL_FLAG)
        )

    @api.model
    def _is_technical(self, model_name):
        """Whether records of a kind are the system's own, or the proof itself: no rule
        and no choice of a person deletes them."""
        model = self.env.get(model_name)
        return (
            model is None
            or model._abstract
            or model._transient
            or not model._auto
            or model_name in NEVER
            or model_name.startswith(("ir.", "base."))
            or (model_name.startswith("gdpr.") and model_name != "gdpr.title")
            or hasattr(model, "_ledger_fields")
        )

    @api.model
    @tools.ormcache()
    def _models(self):
        """Names of further models of which a rule or a hold speaks."""
        # sudo: that there is a rule or a hold counts, whoever asks
        rules = self.env["gdpr.retention.rule"].sudo()
        holds = self.env["gdpr.legal.hold"].sudo()
        ruled = rules.search([("state", "=", "approved")]).mapped("model")
        held = holds.search(
            [("released_on", "=", False), ("scope", "!=", "person")]
        ).mapped("res_model")
        return frozenset(filter(None, [*ruled, *held]))

    @api.model
    def _chosen(self, records):
        """Private appointments are nobody's business."""
        if records._name == "calendar.event" and "matter_id" in records._fields:
            # sudo: whether there is a matter, whoever asks
            return records.sudo().filtered("matter_id").with_env(records.env)
        return records

    @api.model
    def _journaled(self, records):
        return self.env["gdpr.erasure"]._by_hand(records)
