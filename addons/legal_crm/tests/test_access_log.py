import base64
import json
import os
import tempfile
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import LegalCommon

LOG = "legal.access.log"


class AccessLogCommon(LegalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = cls._user("audit", "legal_crm.group_auditor", "Aud Itor")
        cls.compliance = cls._user("comp", "legal_crm.group_compliance", "Com Pliance")
        cls.matter = cls._matter()

    def _logged(self, *domain):
        """The entries made since ``_mark``."""
        return self.env[LOG].search([("id", ">", self.mark), *domain])

    def setUp(self):
        super().setUp()
        self._mark()

    def _mark(self):
        # another request: what one transaction recorded once is recorded again
        for name in (LOG, f"{LOG}.print"):
            self.env.cr.precommit.data.pop(name, None)
        self.mark = self.env[LOG].search([], limit=1).id or 0


@tagged("post_install", "-at_install")
class TestAccessLog(AccessLogCommon):
    def test_opening_a_form_is_one_look(self):
        matter = self.matter.with_user(self.lawyer2)
        matter.web_read(
            {"number": {}, "name": {}, "child_ids": {"fields": {"name": {}}}}
        )
        matter.read(["name"])
        entry = self._logged()
        self.assertRecordValues(
            entry,
            [
                {
                    "action": "open",
                    "model": "legal.matter",
                    "res_id": self.matter.id,
                    "matter_id": self.matter.id,
                    "actor_id": self.lawyer2.id,
                    "person_id": False,
                    "quantity": 1,
                    "channel": "system",
                }
            ],
        )
        self._mark()
        matter.read(["client_id"])
        self.assertEqual(self._logged().action, "open")

    def test_names_and_lists_are_no_look(self):
        matters = self.env["legal.matter"].with_user(self.lawyer2)
        matter = matters.browse(self.matter.id)
        matter.web_read({"display_name": {}})
        matter.read(["number"])
        matter.web_read({})
        domain = [("id", "=", self.matter.id)]
        matters.web_search_read(domain, {"name": {}, "client_id": {}})
        matters.search_read(domain, ["name"])
        matters.web_read_group(
            domain,
            ["stage_id"],
            auto_unfold=True,
            unfold_read_specification={"name": {}},
        )
        changes = {"lawyer_id": self.lawyer2.id}
        matter.onchange(changes, ["lawyer_id"], {"lawyer_id": {}, "name": {}})
        (matter | self._matter().with_user(self.lawyer2)).read(["name"])
        self.assertFalse(self._logged())

    def test_what_no_list_shows_is_a_look_however_it_is_read(self):
        other = self._matter()
        matters = self.env["legal.matter"].with_user(self.lawyer2)
        for read in (
            lambda: matters.browse((self.matter | other).ids).read(["description"]),
            lambda: matters.search_read([("id", "in", (self.matter | other).ids)]),
            lambda: matters.web_search_read(
                [("id", "in", (self.matter | other).ids)], {"description": {}}
            ),
        ):
            self._mark()
            read()
            self.assertEqual(self._logged().matter_id, self.matter | other)

    def test_the_system_and_the_suites_own_code_are_not_recorded(self):
        self.matter.sudo().read(["name"])
        self.matter.with_user(self.lawyer2).sudo().web_read({"description": {}})
        self.assertFalse(self._logged())

    def test_a_refused_look_leaves_no_entry(self):
        self.matter._raise_wall(self.lawyer2, "Former client")
        self._mark()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.matter.with_user(self.lawyer2).web_read({"name": {}})
        self.assertFalse(self._logged())

    def test_opening_a_communication_opens_its_matter(self):
        call = self._call(self.matter)
        self._mark()
        call.with_user(self.lawyer2).web_read(
            {"subject": {}, "matter_id": {"fields": {"display_name": {}}}}
        )
        self.assertRecordValues(
            self._logged(),
            [{"model": "legal.communication", "matter_id": self.matter.id}],
        )
        waiting = self._call(self.env["legal.matter"], matter_id=False)
        self._mark()
        waiting.with_user(self.lawyer2).read(["subject"])
        self.assertFalse(self._logged())

    def test_export_names_each_matter_and_how_much_of_it(self):
        other = self._matter()
        calls = self._call(self.matter) | self._call(self.matter) | self._call(other)
        exporter = new_test_user(
            self.env, "exp", "legal_crm.group_lawyer,base.group_allow_export"
        )
        self._mark()
        calls.with_user(exporter).export_data(["subject"])
        entries = self._logged().sorted(lambda e: e.matter_id.id)
        self.assertRecordValues(
            entries,
            [
                {
                    "action": "export",
                    "model": "legal.communication",
                    "matter_id": self.matter.id,
                    "quantity": 2,
                    "actor_id": exporter.id,
                },
                {
                    "action": "export",
                    "model": "legal.communication",
                    "matter_id": other.id,
                    "quantity": 1,
                    "actor_id": exporter.id,
                },
            ],
        )
        file = self._file_of(self.matter)
        self._mark()
        file.with_user(exporter).export_data(["name"])
        self.assertEqual(self._logged().matter_id, self.matter)

    def test_printing(self):
        report = self.env["ir.actions.report"].with_user(self.lawyer2)
        both = self.matter | self._matter()
        for render in ("_render_qweb_html", "_render_qweb_pdf"):
            self._mark()
            getattr(report, render)("legal_crm.report_cover", both.ids)
            entries = self._logged()
            self.assertEqual(entries.mapped("action"), ["print"] * 2, render)
            self.assertEqual(entries.matter_id, both)
            self.assertEqual(entries[0].detail, "legal_crm.report_cover")

    def test_printing_the_timeline_is_of_the_matters_in_it(self):
        self._call(self.matter).action_file()
        wizard = (
            self.env["legal.communication.report"]
            .with_user(self.lawyer2)
            .create({"matter_id": self.matter.id})
        )
        name = self.env.ref("legal_crm.action_report_timeline").report_name
        self._mark()
        self.env["ir.actions.report"].with_user(self.lawyer2)._render_qweb_html(
            name, wizard.ids
        )
        self.assertRecordValues(
            self._logged(), [{"action": "print", "matter_id": self.matter.id}]
        )

    def test_reading_the_contents_of_a_file(self):
        file = self._file_of(self.matter)
        as_lawyer = file.with_user(self.lawyer2)
        as_lawyer.read(["name", "mimetype"])
        as_lawyer.with_context(bin_size=True).read(["datas"])
        self.assertFalse(self._logged())
        for read in (
            lambda: as_lawyer.read(["raw"]),
            lambda: as_lawyer.web_read({"datas": {}}),
            lambda: as_lawyer.search_read([("id", "=", file.id)], ["datas"]),
            lambda: as_lawyer.read(["index_content"]),
        ):
            self._mark()
            read()
            self.assertRecordValues(
                self._logged(),
                [
                    {
                        "action": "download",
                        "res_id": file.id,
                        "matter_id": self.matter.id,
                    }
                ],
            )

    def _file_of(self, record):
        return self.env["ir.attachment"].create(
            {
                "name": "secret.txt",
                "raw": b"secret",
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    def test_roles_given_and_taken(self):
        user = self.outsider
        user.with_user(self.admin_user).write(
            {"group_ids": [(4, self.env.ref("legal_crm.group_partner").id)]}
        )
        entries = self._logged()
        self.assertEqual(set(entries.mapped("action")), {"role_given"})
        # a partner is a lawyer and an assistant too
        self.assertEqual(
            set(entries.mapped("detail")),
            {f"legal_crm.group_{name}" for name in ("partner", "lawyer", "assistant")},
        )
        self.assertEqual(entries.person_id, user)
        self.assertEqual(entries.actor_id, self.admin_user)
        self._mark()
        self.env.ref("legal_crm.group_partner").user_ids -= user
        self.assertEqual(set(self._logged().mapped("action")), {"role_taken"})
        self.assertEqual(len(self._logged()), 3)
        self._mark()
        user.write({"group_ids": [(4, self.env.ref("base.group_no_one").id)]})
        self.assertFalse(self._logged())

    def test_roles_by_implication(self):
        group = self.env["res.groups"].create(
            {"name": "Trainees", "user_ids": [(4, self.outsider.id)]}
        )
        self.assertFalse(self._logged())
        group.implied_ids = self.env.ref("legal_crm.group_assistant")
        self.assertRecordValues(
            self._logged(),
            [
                {
                    "action": "role_given",
                    "person_id": self.outsider.id,
                    "detail": "legal_crm.group_assistant",
                }
            ],
        )
        self._mark()
        group.unlink()
        self.assertEqual(self._logged().action, "role_taken")

    def test_new_people_with_a_role(self):
        user = new_test_user(self.env, "n.eu", "legal_crm.group_assistant")
        self.assertRecordValues(
            self._logged(), [{"action": "role_given", "person_id": user.id}]
        )

    def test_readers_changed(self):
        self.matter.with_user(self.partner_user).write(
            {"access_policy": "team", "member_ids": [(4, self.assistant.id)]}
        )
        entries = self._logged(("action", "=", "readers"))
        self.assertEqual(
            {(e.detail, e.person_id.id) for e in entries},
            {("access_policy:team", False), ("member_ids+", self.assistant.id)},
        )
        self.assertEqual(entries.matter_id, self.matter)
        self._mark()
        self.matter.lawyer_id = self.lawyer2
        self.assertEqual(
            {(e.detail, e.person_id) for e in self._logged(("action", "=", "readers"))},
            {("lawyer_id-", self.lawyer), ("lawyer_id+", self.lawyer2)},
        )
        self._mark()
        self.matter.write({"lawyer_id": self.lawyer2.id, "access_policy": "team"})
        self.assertFalse(self._logged())

    # -- reading it ------------------------------------------------------------------

    def test_the_auditor_reads_who_and_what_and_no_content(self):
        self.matter.with_user(self.lawyer2).read(["name"])
        log = self.env[LOG].with_user(self.auditor)
        rows = log.web_search_read(
            [("id", ">", self.mark)],
            {
                "action": {},
                "actor_id": {"fields": {"display_name": {}}},
                "matter_id": {"fields": {"display_name": {}}},
                "matter_number": {},
                "model_label": {},
            },
        )["records"]
        self.assertEqual(rows[0]["actor_id"]["display_name"], "Anne Lefèvre")
        self.assertEqual(rows[0]["matter_id"]["display_name"], self.matter.number)
        self.assertNotIn("Meier", json.dumps(rows, default=str))
        for method, arguments in (
            ("web_search_read", ([], {"matter_id": {"fields": {"name": {}}}})),
            ("search", ([("matter_id.name", "ilike", "Meier")],)),
            ("formatted_read_group", ([], ["matter_id.name"], ["__count"])),
        ):
            try:
                found = getattr(log, method)(*arguments)
            except AccessError:
                continue
            self.assertNotIn("Meier", str(found), method)
            if method == "search":
                self.assertFalse(found)

    def test_grouping_searching_and_pivot_as_auditor(self):
        self.matter.with_user(self.lawyer2).read(["name"])
        log = self.env[LOG].with_user(self.auditor)
        domain = [("id", ">", self.mark)]
        groups = log.formatted_read_group(domain, ["actor"], ["__count"])
        self.assertEqual([g["actor"] for g in groups], ["Anne Lefèvre"])
        self.assertEqual(
            log.search(groups[0]["__extra_domain"] + domain), self._logged()
        )
        groups = log.web_read_group(domain, ["matter_id"], ["__count"])["groups"]
        self.assertEqual(groups[0]["matter_id"], (self.matter.id, self.matter.number))
        log.formatted_read_grouping_sets(domain, [["actor", "action"]], ["__count"])
        log.formatted_read_group(domain, ["date:day", "action"], ["__count"])
        found = self._logged()
        for search in (
            [("actor_id", "=", self.lawyer2.id)],
            [("actor_id", "in", self.lawyer2.ids)],
            [("actor_id", "ilike", "lefèvre")],
            [("actor_id.login", "=", "a.lefevre")],
            [("matter_number", "ilike", self.matter.number)],
            [("matter_id", "=", self.matter.id)],
            [("person_id", "=", False), ("action", "=", "open")],
        ):
            self.assertEqual(log.search(search + domain), found, search)
        self.assertFalse(log.search([("actor_id", "ilike", "koch")] + domain))
        self.assertFalse(log.search([("actor_id", "!=", self.lawyer2.id)] + domain))

    def test_a_matter_that_is_gone_does_not_hurt(self):
        entry = self.env[LOG]._append([{"action": "open", "matter_id": 2**31 - 2}])
        log = entry.with_user(self.auditor)
        rows = log.web_read(
            {"matter_id": {"fields": {"display_name": {}}}, "matter_number": {}}
        )
        self.assertIn("gone", rows[0]["matter_id"]["display_name"])
        self.assertIn(str(2**31 - 2), rows[0]["matter_number"])
        log.formatted_read_group([("id", "=", entry.id)], ["matter_id"], ["__count"])
        log.web_read_group([("id", "=", entry.id)], ["matter_id"], ["__count"])
        log.read(["matter_id"])

    def test_nobody_else_reads_it(self):
        for user in (self.lawyer, self.partner_user, self.admin_user, self.outsider):
            for model in (LOG, "legal.filing.log", "legal.ledger.block"):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_no_personal_data_in_the_table(self):
        self.matter.with_user(self.lawyer2).write(
            {"member_ids": [(4, self.lawyer2.id)]}
        )
        self.matter.with_user(self.lawyer2).read(["description"])
        self.env.cr.execute(
            "SELECT string_agg(t::text, '|') FROM legal_access_log t WHERE id > %s",
            [self.mark],
        )
        text = self.env.cr.fetchone()[0]
        for word in ("lefevre", "Lefèvre", "@", "Meier", "brandt"):
            self.assertNotIn(word, text)

    # -- the key -----------------------------------------------------------------------

    def test_without_its_key_nothing_is_opened_and_the_log_is_readable(self):
        self.matter.with_user(self.lawyer2).read(["name"])
        entry = self._logged()
        with (
            tempfile.TemporaryDirectory() as folder,
            patch.dict(os.environ, {"LEGAL_KEY_FILE": f"{folder}/keys.json"}),
        ):
            self._mark()
            entry.invalidate_recordset()
            for content in (None, "nonsense"):
                if content:
                    with open(f"{folder}/keys.json", "w") as file:
                        file.write(content)
                with self.assertRaisesRegex(UserError, "keys.json"):
                    self.matter.with_user(self.lawyer2).read(["name"])
                log = entry.with_user(self.auditor)
                log.invalidate_recordset()
                self.assertFalse(log.actor_id)
                groups = log.formatted_read_group(
                    [("id", "=", entry.id)], ["actor"], ["__count"]
                )
                self.assertIn("unknown", groups[0]["actor"])
                log.search([("actor_id", "ilike", "lef")])
        entry.invalidate_recordset()
        self.assertEqual(entry.actor_id, self.lawyer2)

    def test_a_person_who_is_gone_is_unknown(self):
        entry = self.env[LOG]._append(
            [{"action": "open", "actor": self.env["legal.key"]._user_token(10**8)}]
        )
        self.assertFalse(entry.with_user(self.auditor).actor_id)


@tagged("post_install", "-at_install")
class TestAccessLogHttp(AccessLogCommon, HttpCase):
    """Over the wire: core serves these calls on a read-only cursor in tests."""

    def setUp(self):
        super().setUp()
        self.file = self.env["ir.attachment"].create(
            {
                "name": "secret.txt",
                "raw": b"secret",
                "res_model": "legal.matter",
                "res_id": self.matter.id,
            }
        )
        self.lawyer2.group_ids += self.env.ref("base.group_allow_export")
        self._mark()
        self.authenticate("a.lefevre", "a.lefevre")

    def _rpc(self, model, method, *args, **kwargs):
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": kwargs,
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        ).json()
        self.assertNotIn("error", response)
        return response["result"]

    def _opened(self):
        self.env.invalidate_all()
        return self._logged().mapped(lambda e: (e.action, e.model, e.channel))

    def test_opening_over_the_client(self):
        with self.assertNoLogs("odoo.http", "WARNING"):
            self._rpc("legal.matter", "web_read", [self.matter.id], {"name": {}})
            self._rpc("legal.matter", "read", [self.matter.id], ["name"])
        self.assertEqual(self._opened(), [("open", "legal.matter", "web")] * 2)

    def test_a_row_inside_a_contact_is_no_look(self):
        self._rpc(
            "res.partner",
            "web_read",
            [self.meier.id],
            {"matter_ids": {"fields": {"name": {}}}},
        )
        self.assertEqual(self._opened(), [])

    def test_reading_a_list_stays_read_only(self):
        with self.assertNoLogs("odoo.http", "WARNING"):
            self._rpc("legal.matter", "web_search_read", [], {"name": {}})
        self.assertEqual(self._opened(), [])
        # what no list shows is recorded all the same, on a second attempt
        with self.assertLogs("odoo.http", "WARNING"):
            self._rpc("legal.matter", "web_search_read", [], {"description": {}})
        self.assertIn(("open", "legal.matter", "web"), self._opened())

    def test_downloads(self):
        with self.assertNoLogs("odoo.http", "WARNING"):
            for url in (
                f"/web/content/{self.file.id}?download=true",
                f"/web/content/ir.attachment/{self.file.id}/raw",
                f"/web/content?model=ir.attachment&id={self.file.id}&field=datas",
                f"/web/image/{self.file.id}",
                f"/web/image/{self.file.id}?width=0",
            ):
                self._mark()
                self.assertEqual(self.url_open(url).content, b"secret", url)
                self.assertEqual(self._opened(), [("download", "ir.attachment", "web")])
            self._mark()
            self.url_open(f"/web/image/res.partner/{self.meier.id}/avatar_128")
        self.assertEqual(self._opened(), [])

    def test_the_next_piece_of_a_file_is_the_same_download(self):
        url = f"/web/content/{self.file.id}"
        piece = self.url_open(url, headers={"Range": "bytes=2-3"})
        self.assertEqual(piece.content, b"cr")
        self.assertEqual(len(self._opened()), 1)
        self.url_open(url, headers={"Range": "bytes=4-5"})
        self.assertEqual(len(self._opened()), 1)

    def test_a_picture_of_the_composer(self):
        picture = self.env["ir.attachment"].create(
            {
                "name": "p.png",
                "raw": base64.b64decode(
                    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
                    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
                ),
                "res_model": "legal.matter",
                "res_id": self.matter.id,
            }
        )
        self._mark()
        self.url_open(f"/web/image/{picture.id}/200x200")
        self.assertEqual(self._opened(), [])
        for size in ("", "/4000x0", "/100x2000"):
            self._mark()
            self.url_open(f"/web/image/{picture.id}{size}")
            self.assertEqual(len(self._opened()), 1, size)

    def test_printing_over_the_client(self):
        with self.assertNoLogs("odoo.http", "WARNING"):
            self.url_open(f"/report/html/legal_crm.report_cover/{self.matter.id}")
        self.assertEqual(self._opened(), [("print", "legal.matter", "web")])

    def test_exporting_a_grouped_list(self):
        from odoo.http import Request

        data = {
            "model": "legal.matter",
            "fields": [{"name": "name", "label": "Name", "type": "char"}],
            "ids": self.matter.ids,
            "domain": [],
            "groupby": ["stage_id"],
            "import_compat": False,
            "context": {},
        }
        response = self.url_open(
            "/web/export/xlsx",
            data={
                "data": json.dumps(data),
                "csrf_token": Request.csrf_token(self),
            },
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self._opened(), [("export", "legal.matter", "web")])
