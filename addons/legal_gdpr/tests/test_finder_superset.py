import logging

from odoo.tests import tagged

from .common import GdprCommon

_logger = logging.getLogger(__name__)


@tagged("post_install", "-at_install")
class TestFinderSuperset(GdprCommon):
    """Whatever Odoo's own look-up finds of a person, the finder finds as well."""

    def test_superset_of_privacy_lookup(self):
        if "privacy.lookup.wizard" not in self.env:
            self.skipTest("Odoo's own look-up is not installed")
        name, email = "Quirin Zabelstein", "quirin.zabelstein@example.org"
        person = self.env["res.partner"].create(
            {"name": name, "email": email, "phone": "+49 30 7654321"}
        )
        self.env["crm.lead"].create(
            {"name": "Inquiry", "partner_id": person.id, "email_from": email}
        )
        self.env["res.users"].create(
            {"name": name, "login": email, "partner_id": person.id,
             "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)]}
        )  # fmt: skip
        self.matter.message_post(body="mine", author_id=person.id)
        self.matter.message_post(body="hello", email_from=email, author_id=False)
        self.env["calendar.event"].create(
            {"name": "Talk", "start": "2026-01-01", "stop": "2026-01-01",
             "partner_ids": [(4, person.id)]}
        )  # fmt: skip
        self.env["project.task"].create({"name": "Call", "partner_id": person.id})
        self.env["ir.attachment"].create(
            {"name": "x.txt", "raw": b"x", "res_model": "res.partner",
             "res_id": person.id}
        )  # fmt: skip
        self.matter.description = f"<p>{name} said so</p>"
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": name, "email": email}
        )
        wizard.action_lookup()
        theirs = {(line.res_model, line.res_id) for line in wizard.line_ids}
        subject = self.env["gdpr.subject"].create({"partner_id": person.id})
        self.env["gdpr.finder"]._find(subject)
        ours = {(item.res_model, item.res_id) for item in subject.item_ids}
        table = [("model", "look-up", "finder")]
        for model in sorted({model for model, _id in ours | theirs}):
            table.append(
                (
                    model,
                    sum(m == model for m, _id in theirs),
                    sum(m == model for m, _id in ours),
                )
            )
        for row in table:
            _logger.info("%-32s %8s %8s", *row)
        # the findings of the look-up itself are no data of the firm
        theirs = {pair for pair in theirs if not pair[0].startswith("privacy.")}
        self.assertEqual(sorted(theirs - ours), [])
        self.assertGreater(len(ours), len(theirs))
