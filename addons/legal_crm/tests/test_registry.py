from lxml import etree

from odoo.tests import TransactionCase, tagged

from odoo.addons.legal_crm.models.legal_access_mixin import LegalAccessMixin
from odoo.addons.legal_crm.models.legal_ledger_mixin import LegalLedgerMixin

SUITE = ("legal_", "gdpr_")

#: names a document and is not read with it, and why that is no door
NOT_WALLED = {
    "ir.attachment": "core asks the document for each file",
    "ir.model.data": "XML names, for the administrator; no text of a document",
    "discuss.channel": "a message of its own channel",
    "discuss.channel.member": "a message of its own channel",
    "discuss.call.history": "a message of its own channel",
    "sms.sms": "see mail_behind_wall.py, the application is optional",
    "snailmail.letter": "see mail_behind_wall.py, the application is optional",
}


@tagged("post_install", "-at_install")
class TestRegistry(TransactionCase):
    """What every model of the suite owes, checked on all that are installed."""

    def _own_models(self):
        return [
            self.env[name]
            for name in self.env.registry
            if (self.env[name]._original_module or "").startswith(SUITE)
        ]

    def test_personal_data_is_declared(self):
        missing = [
            model._name
            for model in self._own_models()
            if not model._abstract
            and not getattr(model, "_gdpr_data", None)
            and not getattr(model, "_gdpr_none", None)
        ]
        self.assertEqual(missing, [], "declare _gdpr_data or _gdpr_none")

    def test_every_button_can_be_pressed(self):
        """The web client passes the records: a method that takes none fails."""
        views = self.env["ir.ui.view"].search(
            [("model", "in", [model._name for model in self._own_models()])]
        )
        wrong = []
        for view in views.filtered(lambda v: not v.inherit_id):
            model = self.env[view.model]
            arch = etree.fromstring(view.get_combined_arch())
            # a list inside a form has buttons of its own model
            for button in arch.xpath("//button[@type='object'][not(ancestor::field)]"):
                method = getattr(type(model), button.get("name"), None)
                if method is None or getattr(method, "_api_model", False):
                    wrong.append(f"{view.model}: {button.get('name')}")
        self.assertEqual(sorted(set(wrong)), [])

    def test_declared_fields_exist(self):
        wrong = [
            f"{model._name}.{field}"
            for name in self.env.registry
            for model in [self.env[name]]
            for field in getattr(model, "_gdpr_data", None) or {}
            if field not in model._fields
        ]
        self.assertEqual(wrong, [])

    def test_every_model_with_a_matter_has_the_key(self):
        exempt = {"legal.matter"}
        without = []
        for model in self._own_models():
            if model._abstract or model._transient or model._name in exempt:
                continue
            points = [
                field
                for field in model._fields.values()
                if field.comodel_name == "legal.matter"
                and field.type == "many2one"
                and field.store
            ]
            if isinstance(model, LegalLedgerMixin):
                continue  # the number of the matter alone, for those who read logs
            if points and not isinstance(model, LegalAccessMixin):
                without.append(model._name)
        self.assertEqual(without, [])

    def test_ledgers_point_at_nothing_that_could_change_them(self):
        for model in self._own_models():
            if not isinstance(model, LegalLedgerMixin) or model._abstract:
                continue
            self.assertFalse(model._log_access, model._name)
            self.env.cr.execute(
                "SELECT conname FROM pg_constraint "
                "WHERE contype = 'f' AND conrelid = %s::regclass",
                [model._table],
            )
            self.assertEqual(self.env.cr.fetchall(), [])
            sealed = {name for name, field in model._fields.items() if field.store}
            self.assertEqual(sealed - {"id"}, set(model._ledger_fields))

    def test_every_key_has_its_rule(self):
        rules = self.env["ir.rule"].search(
            [("domain_force", "ilike", "legal_readable")]
        )
        guarded = set(rules.mapped("model_id.model"))
        keyed = {
            name
            for name in self.env.registry
            if isinstance(self.env[name], LegalAccessMixin)
            and not self.env[name]._abstract
        }
        self.assertEqual(keyed - guarded, set())
        self.assertTrue(all(rule["global"] for rule in rules))

    def test_every_model_has_rights_and_a_description(self):
        for model in self._own_models():
            self.assertTrue(model._description and model._description != model._name)
            if not model._abstract:
                self.assertTrue(
                    self.env["ir.model.access"].search_count(
                        [("model_id.model", "=", model._name)], limit=1
                    ),
                    model._name,
                )

    def test_what_hangs_on_a_document_is_read_with_it(self):
        """Each model that names a document, or a message of one, has the wall."""
        wall = self.env.registry["legal.document.wall"]
        walled = {
            name
            for name in self.env.registry
            if issubclass(self.env.registry[name], wall)
            and not self.env[name]._abstract
        }
        hanging = set()
        for name in self.env.registry:
            model = self.env[name]
            if model._abstract or model._transient or not model._auto:
                continue
            if getattr(model, "_access_exempt", ""):
                continue
            for field in model._fields.values():
                names_document = field.type == "many2one_reference"
                names_message = (
                    field.type == "many2one" and field.comodel_name == "mail.message"
                )
                # what a model takes over from its parent has the parent's rule
                own = not field.inherited and field.name not in (
                    model._inherits.values()
                )
                if field.store and own and (names_document or names_message):
                    hanging.add(name)
        keyed = {
            name
            for name in self.env.registry
            if isinstance(self.env[name], LegalAccessMixin)
        }
        self.assertEqual(hanging - walled - keyed - set(NOT_WALLED), set())
        rules = self.env["ir.rule"].search([("domain_force", "ilike", "legal_open")])
        self.assertEqual(walled - set(rules.mapped("model_id.model")), set())
        self.assertTrue(all(rule["global"] for rule in rules))
