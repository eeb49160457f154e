"""What nobody gives takes no default from outside.

A caller may send ``default_state`` or ``default_acknowledged_by_id`` in the context,
and a user may save defaults of his own. What only the suite fills in has the default
of its field, or none.
"""

from odoo import api, models

from odoo.addons.legal_crm.models.own_defaults import own_defaults

from .legal_deadline_guard import ENTERED


class LegalDeadline(models.Model):
    _inherit = "legal.deadline"

    @api.model
    def default_get(self, fields):
        defaults = super().default_get([name for name in fields if name in ENTERED])
        return defaults | own_defaults(self, [n for n in fields if n not in ENTERED])


class LegalDeadlineSheet(models.Model):
    _inherit = "legal.deadline.sheet"

    @api.model
    def default_get(self, fields):
        # pylint: disable=method-required-super  # that is what takes them from outside
        return own_defaults(self, fields)


class LegalDeadlineWarning(models.Model):
    _inherit = "legal.deadline.warning"

    @api.model
    def default_get(self, fields):
        # pylint: disable=method-required-super  # that is what takes them from outside
        return own_defaults(self, fields)


class LegalDeadlineNotice(models.Model):
    _inherit = "legal.deadline.notice"

    @api.model
    def default_get(self, fields):
        # pylint: disable=method-required-super  # that is what takes them from outside
        return own_defaults(self, fields)


class LegalDeadlineControlLine(models.Model):
    _inherit = "legal.deadline.control.line"

    @api.model
    def default_get(self, fields):
        # pylint: disable=method-required-super  # that is what takes them from outside
        return own_defaults(self, fields)


class LegalDeadlineRecalculation(models.Model):
    _inherit = "legal.deadline.recalculation"

    @api.model
    def default_get(self, fields):
        open_names = [n for n in fields if n in ("name", "jurisdiction_ids")]
        given = super().default_get(open_names)
        return given | own_defaults(self, [n for n in fields if n not in open_names])


class LegalDeadlineRecalculationLine(models.Model):
    _inherit = "legal.deadline.recalculation.line"

    @api.model
    def default_get(self, fields):
        # pylint: disable=method-required-super  # that is what takes them from outside
        return own_defaults(self, fields)
