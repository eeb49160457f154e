import base64
import io
import zipfile

from odoo import Command, fields, http
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.misc import limited_field_access_token

from .common import LegalCommon

MARKER = b"The marker of a contract nobody else may read"


class DocumentDoors(LegalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matter = cls._matter(access_policy="restricted")
        cls.call = cls._call(cls.matter)
        cls.file = cls._file_of(cls.call)
        cls.own = cls._matter(user=cls.lawyer2, lawyer_id=cls.lawyer2.id)

    @classmethod
    def _file_of(cls, record, user=None, **values):
        return (
            cls.env["ir.attachment"]
            .with_user(user or cls.lawyer)
            .create(
                {
                    "name": "marker.txt",
                    "raw": MARKER,
                    "mimetype": "text/plain",
                    "res_model": record._name,
                    "res_id": record.id,
                    **values,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestDoorsDocuments(DocumentDoors):
    """Files of a matter, as somebody behind the wall and as the administrator."""

    def _closed_to(self):
        return self.lawyer2 | self.admin_user | self.outsider

    def test_by_id_and_by_search(self):
        for user in self._closed_to():
            file = self.file.with_user(user)
            self.env.invalidate_all()
            for method, args in (
                ("read", [["name"]]),
                ("read", [["raw"]]),
                ("read", [["access_token"]]),
                ("write", [{"name": "x"}]),
                ("write", [{"res_model": "res.partner", "res_id": user.partner_id.id}]),
                ("unlink", []),
                ("copy", []),
                ("copy", [{"res_model": "res.partner", "res_id": user.partner_id.id}]),
                ("generate_access_token", []),
            ):
                with self.assertRaises(AccessError, msg=f"{user.name} {method} {args}"):
                    getattr(file, method)(*args)
                self.env.invalidate_all()
            for domain in (
                [("id", "=", file.id)],
                [("name", "=", "marker.txt")],
                [("index_content", "ilike", "contract nobody")],
                [("checksum", "=", self.file.checksum)],
                [("store_fname", "=", self.file.sudo().store_fname)],
            ):
                self.assertFalse(file.search(domain), domain)
            try:
                found = file.search([("res_model", "=", "legal.communication")])
            except AccessError:
                found = file.browse()  # without a role not even that is answered
            self.assertNotIn(self.file, found)
            self.assertFalse(file.name_search("marker.txt"))
            self.assertEqual(
                file._read_group([("name", "=", "marker.txt")], [], ["__count"]),
                [(0,)],
            )

    def test_its_name_elsewhere(self):
        for user in self._closed_to():
            self.env.invalidate_all()
            self.assertEqual(
                self.file.with_user(user).sudo().display_name, "Confidential"
            )
        self.env.invalidate_all()
        self.assertEqual(self.file.with_user(self.lawyer).display_name, "marker.txt")

    def test_by_hash(self):
        """Nobody gets a file by its fingerprint, nor learns that the firm has it."""
        files = self.env["ir.attachment"].with_user(self.lawyer2)
        forged = files.create(
            {
                "name": "forged",
                "store_fname": self.file.sudo().store_fname,
                "checksum": self.file.checksum,
                "file_size": len(MARKER),
            }
        )
        forged.write(
            {
                "store_fname": self.file.sudo().store_fname,
                "checksum": self.file.checksum,
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(forged.raw)
        same = {
            "name": "same.txt",
            "datas": base64.b64encode(MARKER),
            "mimetype": "text/plain",
        }
        ids = files.create_unique([same])
        self.assertNotIn(self.file.id, ids)
        self.assertEqual(files.browse(ids).create_uid, self.lawyer2)

    def test_a_file_is_not_searched_through_a_link_of_ones_own(self):
        """Core's link fields search past the rights of the file."""
        draft = self._call(self.own, user=self.lawyer2)
        with self.assertRaises(AccessError):
            draft.write({"attachment_ids": [Command.link(self.file.id)]})
        with self.assertRaises(AccessError):
            self._call(
                self.own, self.lawyer2, attachment_ids=[Command.link(self.file.id)]
            )
        # as it was linked before the wall
        self.env.cr.execute(
            "INSERT INTO legal_communication_attachment_rel "
            "(communication_id, attachment_id) VALUES (%s, %s)",
            (draft.id, self.file.id),
        )
        self.env.invalidate_all()
        found = draft.search([("attachment_ids.index_content", "ilike", "contract")])
        self.assertNotIn(draft, found)
        self.assertFalse(draft.attachment_ids)
        mine = self._file_of(draft, self.lawyer2, name="mine.txt", raw=b"own words")
        draft.attachment_ids = mine
        found = draft.search([("attachment_ids.name", "=", "mine.txt")])
        self.assertIn(draft, found)

    def test_a_file_is_not_sent_along(self):
        partner = self.lawyer2.partner_id
        for model, values in (
            ("mail.compose.message", {"model": "res.partner", "res_ids": partner.ids}),
            (
                "mail.scheduled.message",
                {
                    "model": "res.partner",
                    "res_id": partner.id,
                    "author_id": partner.id,
                    "body": "x",
                    "scheduled_date": fields.Datetime.now(),
                },
            ),
            (
                "mail.template",
                {
                    "name": "x",
                    "model_id": self.env["ir.model"]._get_id("res.partner"),
                },
            ),
        ):
            with self.assertRaises(AccessError, msg=model):
                self.env[model].with_user(self.lawyer2).create(
                    {**values, "attachment_ids": [Command.link(self.file.id)]}
                )
        with self.assertRaises(AccessError):
            self.own.with_user(self.lawyer2).message_post(
                body="look", attachment_ids=self.file.ids
            )

    def test_a_file_stays_where_its_owner_put_it(self):
        """One's own upload in a matter that is closed now does not move elsewhere."""
        matter = self._matter(user=self.lawyer2)
        call = self._call(matter, user=self.lawyer2)
        upload = self._file_of(call, self.lawyer2)
        matter.with_env(self.env).excluded_user_ids |= self.lawyer2
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            draft = self._call(
                self.own, self.lawyer2, attachment_ids=[Command.link(upload.id)]
            )
            draft._file()
        self.assertEqual(upload.sudo().res_id, call.id)

    def test_nothing_of_a_matter_is_public(self):
        with self.assertRaisesRegex(ValidationError, "marker.txt"):
            self.file.public = True
        with self.assertRaises(ValidationError):
            self._file_of(self.matter, public=True)
        with self.assertRaises(ValidationError):
            self.file.sudo().write({"public": True})
        free = self._file_of(self.meier, public=True)
        with self.assertRaises(ValidationError):
            free.write({"res_model": "legal.matter", "res_id": self.matter.id})

    def test_the_administrator_opens_no_loose_uploads(self):
        loose = (
            self.env["ir.attachment"]
            .with_user(self.lawyer)
            .create({"name": "on its way.txt", "raw": MARKER})
        )
        admin = loose.with_user(self.admin_user)
        self.assertFalse(admin.search([("id", "=", loose.id)]))
        self.assertFalse(admin.search([("name", "=", "on its way.txt")]))
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            admin.read(["raw"])
        self.assertEqual(loose.raw, MARKER)
        own = self.env["ir.attachment"].with_user(self.admin_user)
        own = own.create({"name": "admin.txt", "raw": b"x"})
        self.assertEqual(own.search([("id", "=", own.id)]), own)

    def test_links_are_void_after_the_wall(self):
        self.file.generate_access_token()
        self.env["ir.attachment"]._legal_mark_sent(self.file.ids)
        self.assertTrue(self.file.sudo().legal_sent_on)
        before = self.file.access_token
        self.matter.sudo().member_ids |= self.lawyer2
        self.matter.sudo().member_ids -= self.lawyer2
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertNotEqual(self.file.access_token, before)
        self.assertFalse(self.file.sudo().legal_sent_on)

    def test_a_mail_marks_the_files_it_links(self):
        self.file.generate_access_token()
        link = f"/web/image/{self.file.id}?access_token={self.file.access_token}"
        mail = self.env["mail.mail"].create(
            {"body_html": f'<img src="{link}">', "email_to": "client@example.com"}
        )
        mail._prepare_outgoing_list()
        self.assertTrue(self.file.sudo().legal_sent_on)

    def test_a_filed_document_keeps_its_lock(self):
        self.call.attachment_ids = self.file
        self.call._file()
        with self.assertRaises(UserError):
            self.file.write({"name": "other.txt"})


@tagged("post_install", "-at_install")
class TestDoorsDocumentLinks(DocumentDoors, HttpCase):
    """Every address under which a file is served, with every token for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.model.data"].create(
            {
                "module": "legal_test",
                "name": "marker",
                "model": "ir.attachment",
                "res_id": cls.file.id,
            }
        )

    def _sign_in(self, user):
        password = f"password of {user.login}"
        user.sudo().password = password
        self.env.flush_all()
        self.authenticate(user.login, password)

    def _addresses(self):
        file = self.file.sudo()
        tokens = {
            "raw": limited_field_access_token(file, "raw", scope="binary"),
            "own": file.access_token,
        }
        plain = (
            f"/web/content/{file.id}",
            f"/web/content/{file.id}?download=true&unique={file.checksum}",
            f"/web/content?model=ir.attachment&id={file.id}&field=raw",
            f"/web/content/ir.attachment/{file.id}/datas",
            f"/web/content/ir.attachment/{file.id}/index_content",
            "/web/content/legal_test.marker",
            f"/web/image/{file.id}",
            f"/web/image/{file.id}-{file.checksum[-8:]}/marker.txt",
            f"/mail/attachment/pdf_first_page/{file.id}",
        )
        yield from plain
        for name, token in tokens.items():
            for address in plain:
                sign = "&" if "?" in address else "?"
                if name == "raw" or "datas" not in address:
                    yield f"{address}{sign}access_token={token}"

    def _assert_closed(self, who):
        for address in self._addresses():
            answer = self.url_open(address)
            self.assertNotIn(b"marker of a contract", answer.content, (who, address))
        zipped = self.url_open(
            "/mail/attachment/zip",
            data={
                "file_ids": str(self.file.id),
                "zip_name": "x.zip",
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertNotIn(b"PK", zipped.content[:2], who)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_no_address_opens_a_closed_file(self):
        self.file.generate_access_token()
        self.authenticate(None, None)
        self._assert_closed("anonymous")
        for user in self.lawyer2 | self.admin_user | self.outsider:
            self._sign_in(user)
            self._assert_closed(user.name)

    @mute_logger("odoo.http")
    def test_a_reader_opens_it_with_a_stale_token_too(self):
        self._sign_in(self.lawyer)
        for address in (
            f"/web/content/{self.file.id}",
            f"/web/content/{self.file.id}?access_token=stale",
            f"/web/content/{self.file.id}?unique=abc&access_token=stale",
        ):
            answer = self.url_open(address)
            self.assertEqual(answer.content, MARKER)
            # no proxy and no browser keeps it for the next one
            cache = answer.headers["Cache-Control"]
            self.assertNotIn("public", cache)
            self.assertNotIn("immutable", cache)
            self.assertNotRegex(cache, r"max-age=[1-9]")
        zipped = self.url_open(
            "/mail/attachment/zip",
            data={
                "file_ids": str(self.file.id),
                "zip_name": "x.zip",
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        with zipfile.ZipFile(io.BytesIO(zipped.content)) as archive:
            self.assertEqual(archive.read("marker.txt"), MARKER)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_a_link_from_a_mail_opens_outside_and_not_behind_the_wall(self):
        self.file.generate_access_token()
        address = f"/web/content/{self.file.id}?access_token={self.file.access_token}"
        self.assertEqual(self.url_open(address).status_code, 404)
        self.env["ir.attachment"]._legal_mark_sent(self.file.ids)
        self.env.flush_all()
        self.assertEqual(self.url_open(address).content, MARKER)
        self._sign_in(self.lawyer2)
        self.assertNotIn(MARKER, self.url_open(address).content)

    @mute_logger("odoo.http")
    def test_a_token_of_ownership_deletes_nothing(self):
        token = self.file._get_ownership_token()
        self._sign_in(self.lawyer2)
        answer = self.make_jsonrpc_request_safely(
            "/mail/attachment/delete",
            {"attachment_id": self.file.id, "access_token": token},
        )
        self.assertIn("error", answer)
        self.assertTrue(self.file.sudo().exists())
        posted = self.make_jsonrpc_request_safely(
            "/mail/message/post",
            {
                "thread_model": "legal.matter",
                "thread_id": self.own.id,
                "post_data": {
                    "body": "look",
                    "attachment_ids": self.file.ids,
                    "attachment_tokens": [token],
                },
            },
        )
        self.assertIn("error", posted)

    def make_jsonrpc_request_safely(self, path, params):
        answer = self.url_open(path, json={"jsonrpc": "2.0", "params": params})
        return answer.json()
