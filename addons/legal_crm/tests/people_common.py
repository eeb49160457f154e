from contextlib import contextmanager

from odoo import fields

from .common import LegalCommon


class PeopleCommon(LegalCommon):
    """The small firm, with a compliance officer and an administrator beside it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.registry.clear_cache()
        # the demo firm has officers of its own; the tests speak of the last one
        officers = cls.env["res.users"]._active_holders(
            cls.env.ref("legal_crm.group_compliance")
        )
        cls.compliance = cls._user(
            "c.sommer", "legal_crm.group_compliance", "Ines Sommer"
        )
        for officer in officers:
            officer.active = False
        cls.boss = cls._user("k.boss", "legal_crm.group_partner", "Karin Boss")
        cls.activity_type = cls.env.ref("mail.mail_activity_data_todo")

    @classmethod
    def _matter(cls, user=None, **values):
        # sudo: looked at after its lawyer has left
        return super()._matter(user, **values).sudo()

    @classmethod
    def _change(cls, user=None, planner=None, **values):
        return (
            cls.env["legal.staff.change"]
            .with_user(planner or cls.boss)
            .create({"user_id": (user or cls.lawyer).id, "kind": "leave", **values})
        )

    @classmethod
    def _activity(cls, record, user=None, summary="Write to the court"):
        return cls.env["mail.activity"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "activity_type_id": cls.activity_type.id,
                "summary": summary,
                "user_id": (user or cls.lawyer).id,
            }
        )

    @classmethod
    def _restricted(cls, **values):
        return cls._matter(
            access_policy="restricted", **{"member_ids": [(6, 0, [])], **values}
        )

    @contextmanager
    def assertRefused(self, exception, text):
        """Refused with a sentence that has ``text`` in it, and undone."""
        with self.assertRaises(exception) as caught:  # rolls back; …Regex does not
            yield caught
        self.assertIn(text, str(caught.exception))

    def _left(self, change):
        """Carried out today, by a partner."""
        change.action_check()
        change.action_confirm()
        self.env.flush_all()
        self.env.invalidate_all()
        return change

    def _logged(self, action, record=None):
        domain = [("action", "=", action)]
        if record is not None:
            domain += [("model", "=", record._name), ("res_id", "in", record.ids)]
        return self.env["legal.access.log"].sudo().search(domain)

    def _key(self, user, scope="rpc"):
        """An API key of ``user``."""
        keys = self.env["res.users.apikeys"].with_user(user).sudo()
        return keys._generate(scope, "test", fields.Datetime.add(self._now(), days=30))

    @staticmethod
    def _now():
        return fields.Datetime.now()

    def _by_key(self, key, user, group="base.group_user"):
        """What a program gets that calls with an API key (HttpCase)."""
        return self.url_open(
            "/json/2/res.users/has_group",
            json={"ids": user.ids, "group_ext_id": group},
            headers={
                "Authorization": f"bearer {key}",
                "X-Odoo-Database": self.env.cr.dbname,
            },
        )

    def _call_web(self, model, method, *args):
        """The answer to a call of the web client (HttpCase)."""
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        return self.url_open("/web/dataset/call_kw", json={"params": params}).json()
