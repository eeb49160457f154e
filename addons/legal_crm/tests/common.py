from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon


class LegalCommon(BaseCommon):
    """A small firm: two lawyers, an assistant, a partner, people without a role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.write(
            {
                "legal_number_pattern": "{counter:4}/{year2}",
                "legal_number_yearly": True,
                "legal_default_access_policy": "firm",
                "legal_filing_threshold": 0.7,
            }
        )
        cls.lawyer = cls._user("l.brandt", "legal_crm.group_lawyer", "Lena Brandt")
        cls.lawyer2 = cls._user("a.lefevre", "legal_crm.group_lawyer", "Anne Lefèvre")
        cls.assistant = cls._user("s.koch", "legal_crm.group_assistant", "Sara Koch")
        cls.partner_user = cls._user("p.groß", "legal_crm.group_partner", "Paul Groß")
        cls.admin_user = cls._user("sysadmin", "base.group_system", "Sys Admin")
        cls.outsider = cls._user("o.empl", "base.group_user", "Other Employee")
        cls.meier = cls._contact("Hans Meier", "hans.meier@example.com")
        cls.mueller = cls._contact(
            "Müller GmbH", "info@mueller.example", is_company=True
        )
        cls.counsel = cls._contact("Dr. Eva Stern", "stern@kanzlei-stern.example")
        cls.area = cls.env.ref("legal_crm.area_civil")

    @classmethod
    def _user(cls, login, groups, name):
        return new_test_user(
            cls.env, login, groups=groups, name=name, email=f"{login}@firm.example"
        )

    @classmethod
    def _contact(cls, name, email=False, **values):
        return cls.env["res.partner"].create({"name": name, "email": email, **values})

    @classmethod
    def _matter(cls, user=None, **values):
        """An intake of Meier against Müller, by ``user`` (the first lawyer)."""
        user = user or cls.lawyer
        return (
            cls.env["legal.matter"]
            .with_user(user)
            .create(
                {
                    "client_id": cls.meier.id,
                    "opponent_id": cls.mueller.id,
                    "practice_area_id": cls.area.id,
                    "lawyer_id": cls.lawyer.id,
                    **values,
                }
            )
        )

    @classmethod
    def _call(cls, matter, user=None, **values):
        return (
            cls.env["legal.communication"]
            .with_user(user or cls.lawyer)
            .create(
                {
                    "matter_id": matter.id,
                    "channel": "phone",
                    "direction": "in",
                    "subject": "Call about the deadline",
                    "body": "<p>He will send the papers.</p>",
                    "partner_ids": [(6, 0, cls.meier.ids)],
                    **values,
                }
            )
        )
