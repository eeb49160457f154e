from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .common import GdprCommon


class RequestCommon(GdprCommon):
    """The small firm, with the clock of art. 12 GDPR and a second officer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule("EU-GDPR-12", regime="EU-GDPR", length=1, unit="month")
        cls.dpo2 = cls._user("f.second", "legal_gdpr.group_dpo", "Finn Second")

    @classmethod
    def _request(cls, user=None, **values):
        values.setdefault("owner_id", cls.dpo.id)
        return (
            cls.env["gdpr.request"]
            .with_user(user or cls.dpo)
            .create(
                {
                    "kind": "access",
                    "partner_id": cls.meier.id,
                    "text": "What do you know about me?",
                    **values,
                }
            )
        )

    @classmethod
    def _item(cls, subject, record, edge="shared", **values):
        """A finding, as the finder writes it."""
        return (
            cls.env["gdpr.subject.item"]
            .with_context(legal_unlock=UNLOCK)
            .create(
                {
                    "subject_id": subject.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "edge": edge,
                    "path": "test",
                    **values,
                }
            )
        )

    @classmethod
    def _collected(cls, *findings, **values):
        """A request whose identity is settled, with these findings and no others.

        :param findings: (record, edge, field names)
        """
        request = cls._request(**values)
        request._settle_identity("lawyer")
        subject = request._take_subject()
        for record, edge, names in findings:
            cls._item(subject, record, edge, field_names=names)
        subject.sudo().item_ids._propose(request.kind)
        return request
