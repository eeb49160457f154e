"""The firm of the corpus (``firm.json``), set up in a running server over RPC."""

import json
import xmlrpc.client

from . import generate

LOGIN = "k.brandt@kanzlei.example"


class Firm:
    """A law firm of its own beside the demo's, with its own mail domain."""

    def __init__(self, server):
        self.server = server
        self.data = json.loads((generate.HERE / "firm.json").read_text("utf-8"))
        self.admin = server.rpc("admin")
        self.domain = self.data["company"]["alias_domain"]
        self.partners, self.matters = {}, {}
        self._company()
        self.uid = self._person(
            "Dr. Katharina Brandt",
            LOGIN,
            ("base", "group_user"),
            ("legal_crm", "group_partner"),
        )
        self.user = server.rpc(LOGIN)
        self._contacts()
        for matter in self.data["matters"]:
            self._matter(matter)
        for mail in self.data["sent"]:
            self._send(mail)
        for matter in self.data["matters"]:
            if matter["state"] == "closed":
                self._close(self.matters[matter["key"]])

    # -- what tests do ----------------------------------------------------------------

    def communications(self, fields, domain=()):
        domain = [["company_id", "=", self.company], *domain]
        return self.user.call(
            "legal.communication", "search_read", [domain, fields], {"order": "id"}
        )

    def feed(self, raw):
        """Hand a mail over as the gateway script does, signing in once for many."""
        server = self.server
        gateway = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object")
        return gateway.execute_kw(
            server.db,
            self.admin.uid,
            server.password("admin"),
            "mail.thread",
            "message_process",
            [False, xmlrpc.client.Binary(raw)],
        )

    def reconnect(self):
        """Sign in again after the server was started anew."""
        self.admin, self.user = self.server.rpc("admin"), self.server.rpc(LOGIN)

    def portal(self):
        """A client who is invited to the portal."""
        login = "client@portal.example"
        self._person("Portal Client", login, ("base", "group_portal"))
        return self.server.rpc(login)

    def incoming(self):
        return self.communications(["id"], [["direction", "=", "in"]])

    # -- setting up --------------------------------------------------------------------

    def _one(self, rpc, model, values, **context):
        return rpc.call(model, "create", [[values]], {"context": context})[0]

    def _find(self, model, *domain):
        return self.admin.call(model, "search", [list(domain)])

    def _company(self):
        taken = self._find("mail.alias.domain", ["name", "=", self.domain])
        if taken:
            self.admin.call(
                "mail.alias.domain", "write", [taken, {"name": "other.example"}]
            )
        elif not self._find("mail.alias.domain"):
            # the very first domain is given to every company that is there
            self._one(self.admin, "mail.alias.domain", {"name": "other.example"})
        domain = self._one(self.admin, "mail.alias.domain", {"name": self.domain})
        self.counter = self._one(
            self.admin,
            "ir.sequence",
            {"name": "Matters of the corpus", "implementation": "no_gap"},
        )
        self.company = self._one(
            self.admin,
            "res.company",
            {
                "name": self.data["company"]["name"],
                "alias_domain_id": domain,
                "legal_number_yearly": False,
                "legal_number_sequence_id": self.counter,
            },
        )

    def _person(self, name, login, *groups):
        """A user of this company, whose password is the login."""
        group_ids = [
            self.admin.call("ir.model.data", "check_object_reference", list(xmlid))[1]
            for xmlid in groups
        ]
        return self._one(
            self.admin,
            "res.users",
            {
                "name": name,
                "login": login,
                "password": login,
                "email": login,
                "company_id": self.company,
                "company_ids": [[6, 0, [self.company]]],
                "group_ids": [[6, 0, group_ids]],
            },
            no_reset_password=True,
        )

    def _contacts(self):
        for contact in self.data["partners"]:
            self.partners[contact["key"]] = self._one(
                self.user,
                "res.partner",
                {
                    "name": contact["name"],
                    "is_company": contact["is_company"],
                    "email": contact["email"],
                    "parent_id": self.partners.get(contact["parent"], False),
                },
            )

    def _matter(self, matter):
        counter, year = matter["number"].split("/")
        self.admin.call(
            "res.company",
            "write",
            [[self.company], {"legal_number_pattern": "{counter:4}/" + year}],
        )
        self.admin.call(
            "ir.sequence", "write", [[self.counter], {"number_next": int(counter)}]
        )
        [area] = self._find("legal.practice.area")[:1]
        parties = [
            {
                "partner_id": self.partners[party["partner_key"]],
                "role_id": self._find("legal.party.role", ["code", "=", party["role"]])[
                    0
                ],
                "side": party["side"],
                "reference": party["reference"],
            }
            for party in matter["parties"]
        ]
        record = self._one(
            self.user,
            "legal.matter",
            {
                "name": matter["name"],
                "legacy_number": matter["legacy_number"],
                "court_reference": matter["court_reference"],
                "access_policy": matter["access_policy"],
                "practice_area_id": area,
                "lawyer_id": self.uid,
                "member_ids": [[6, 0, [self.uid]]],
                "party_ids": [[0, 0, party] for party in parties],
            },
        )
        [found] = self.user.call(
            "legal.matter", "read", [[record], ["number", "alias_email"]]
        )
        alias = f"{matter['alias']}@{self.domain}"
        assert (found["number"], found["alias_email"]) == (matter["number"], alias)
        if matter["state"] != "intake":
            self.user.call("legal.matter", "action_open", [[record]])
        self.matters[matter["key"]] = record

    def _send(self, mail):
        partners = self.admin.call(
            "res.partner", "search", [[["email", "in", mail["to"]]]]
        )
        self.user.call(
            "legal.matter",
            "message_post",
            [[self.matters[mail["matter"]]]],
            {
                "body": "Sehr geehrte Damen und Herren",
                "subject": mail["subject"],
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                "partner_ids": partners,
                "message_id": mail["message_id"],
                "context": {
                    "legal_adverse_confirmed": partners,
                    "mail_notify_force_send": False,
                },
            },
        )

    def _close(self, record):
        [stage] = self._find("legal.matter.stage", ["state", "=", "closed"])[:1]
        self.user.call(
            "legal.matter",
            "write",
            [[record], {"stage_id": stage}],
            {"context": {"legal_state_reason": "Vergleich erfüllt"}},
        )
