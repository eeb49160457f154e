from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.legal_crm.models import legal_access_coverage as coverage
from odoo.addons.legal_crm.models.legal_access_mixin import LegalAccessMixin

from .common import LegalCommon
from .samples import SAMPLES

#: pairs of fields that name a record of any model, where core has no field type for it
_PAIRS = [("res_model", "res_id"), ("model", "res_id"), ("model_name", "res_id")]


@tagged("post_install", "-at_install")
class TestCoverage(LegalCommon):
    """Every model of every application that leads to a matter is closed somehow."""

    maxDiff = None

    def _models(self):
        return {
            name: self.env[name]
            for name in self.env.registry
            if not self.env[name]._abstract
        }

    def _keyed(self):
        return {
            name
            for name, model in self._models().items()
            if isinstance(model, LegalAccessMixin)
        }

    def _ruled(self):
        """Models with a global rule that asks for the key of what they point at."""
        rules = self.env["ir.rule"].search(
            [
                "|",
                ("domain_force", "ilike", "legal_readable"),
                ("domain_force", "ilike", "legal_open"),
            ]
        )
        return set(rules.filtered("global").mapped("model_id.model")) | set(
            coverage.WITH_DOCUMENT
        )

    @staticmethod
    def _points(model, targets):
        """Why ``model`` leads to one of ``targets``: names of fields, or ""."""
        for field in model._fields.values():
            if field.comodel_name in targets and (
                (field.type in ("many2one", "many2many") and field.store)
                or (field.type == "one2many" and field.store and not field.inverse_name)
                or (field.related and field.type in ("many2one", "many2many"))
            ):
                return field.name
            if field.type in ("reference", "many2one_reference") and field.store:
                return field.name
        for pair in _PAIRS:
            if all(
                name in model._fields and model._fields[name].store for name in pair
            ):
                return ", ".join(pair)
        if set(model._inherits) & targets:
            return "_inherits"
        if set(getattr(model, "_depends", None) or ()) & targets:
            return "_depends"
        return ""

    def _leading(self):
        """Models that lead to a matter by any number of steps: {model: field}."""
        models, found = self._models(), {}
        targets = self._keyed() | self._ruled() | set(coverage.CARRIERS)
        for name, model in models.items():
            # a wizard is its user's alone: ir.rule._compute_domain, tested below
            if name in self._keyed() or model._transient:
                continue
            field = self._points(model, targets)
            if field:
                found[name] = field
        return found

    def test_every_path_to_a_matter_is_closed(self):
        models = self._models()
        closed = self._ruled() | set(coverage.CARRIERS) | set(coverage.ENDS)
        missing = {
            name: field
            for name, field in self._leading().items()
            if name not in closed and not getattr(models[name], "_access_exempt", "")
        }
        self.assertEqual(
            missing,
            {},
            "leads to a matter: inherit the mixin, or say what closes it",
        )

    def test_the_table_names_nothing_else(self):
        """A model that leads nowhere any more does not stay in the table."""
        leading = set(self._leading())
        for name in (*coverage.CARRIERS, *coverage.ENDS):
            if name in self.env.registry:
                self.assertIn(name, leading)
        for name, reason in {**coverage.CARRIERS, **coverage.ENDS}.items():
            self.assertGreater(len(reason.split()), 3, f"say more on {name}")

    def test_a_wizard_is_its_users_alone(self):
        matter = self._matter()
        values = {"matter_ids": [(6, 0, matter.ids)], "state": "closed"}
        wizard = self.env["legal.matter.state.wizard"].with_user(self.lawyer)
        wizard = wizard.create({**values, "reason": "Settled in secret"})
        own, other = wizard, wizard.with_user(self.lawyer2)
        self.assertEqual(own.search([("id", "=", own.id)]), own)
        self.assertEqual(own.reason, "Settled in secret")
        self.assertFalse(other.search([("id", "=", own.id)]))
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            other.read(["reason"])
        with self.assertRaises(AccessError):
            other.action_apply()
        with self.assertRaises(AccessError):
            other.write({"reason": "Mine now"})

    def test_no_name_passes_a_wall(self):
        """The name of every keyed model, as Odoo reads it for a many2one elsewhere."""
        matter = self._matter(access_policy="restricted", name="Marker against Nobody")
        samples = {name: make(self, matter) for name, make in SAMPLES.items()}
        self.assertEqual(set(samples), self._keyed(), "add a sample of the new model")
        people = self.lawyer2 | self.partner_user | self.admin_user | self.outsider
        for name, record in samples.items():
            for user in people:
                self.env.invalidate_all()
                shown = record.with_user(user).sudo().display_name
                self.assertIn(shown, (matter.number, "Confidential"), name)
            self.env.invalidate_all()
            shown = record.with_user(self.lawyer).sudo().display_name
            self.assertNotIn(shown, (matter.number, "Confidential"), name)
