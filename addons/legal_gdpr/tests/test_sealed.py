import base64
import json
import os
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.legal_crm.tools import keyring

from .common import GdprCommon

MARKER = "Zqxmarkerwort"
RAW = f"%PDF-1.4 {MARKER} in a file, {MARKER}".encode()


class SealedCommon(GdprCommon):
    """A key file of its own, that tests may lose."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = cls.enterClassContext(_folder())
        cls.key_file = cls.folder / "keys.json"
        cls.enterClassContext(
            patch.dict(os.environ, {"LEGAL_KEY_FILE": str(cls.key_file)})
        )
        keyring.make(cls.key_file)
        # those of the demo firm need the key of the installation
        cls.env["gdpr.identification"].search([]).unlink()
        cls.compliance = cls._user(
            "c.ompliance", "legal_crm.group_compliance", "Cora Wagner"
        )
        cls.auditor = cls._user("a.udit", "legal_crm.group_auditor", "Axel Prüfer")

    def setUp(self):
        super().setUp()
        whole = self.key_file.read_text()
        self.addCleanup(self.key_file.write_text, whole)

    @classmethod
    def _identify(cls, user=None, **values):
        return (
            cls.env["gdpr.identification"]
            .with_user(user or cls.assistant)
            .create(
                {
                    "partner_id": cls.meier.id,
                    "kind": "passport",
                    "document_number": "C01X 00T47",
                    "birth_date": "1971-03-09",
                    "issued_by": f"{MARKER} Stadt",
                    "risk": "high",
                    "risk_reason": f"{MARKER} because",
                    "beneficial_owners": f"Otto {MARKER} owns it",
                    **values,
                }
            )
        )

    def _row(self, record, *columns):
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT {', '.join(columns)} FROM {record._table} WHERE id = %s",
            [record.id],
        )
        return self.env.cr.fetchone()

    def _new_key(self):
        """A new current key; :return: the id of the one before."""
        old = keyring.read(self.key_file).current
        self.env["gdpr.sealing"]._new_key()
        self.env.invalidate_all()
        return old

    def _lose(self, key_id):
        """Take a key out of the file."""
        data = json.loads(self.key_file.read_text())
        data["keys"].pop(key_id)
        if data["current"] == key_id:
            data["current"] = next(iter(data["keys"]), None)
        if data["current"] is None:
            self.key_file.unlink()
        else:
            self.key_file.write_text(json.dumps(data))
        self.env.invalidate_all()

    def _file(self, matter, raw=RAW, user=None, **values):
        return (
            self.env["ir.attachment"]
            .with_user(user or self.lawyer)
            .create(
                {"name": "note.txt", "raw": raw, "mimetype": "text/plain",
                 "res_model": matter._name, "res_id": matter.id, **values}
            )
        )  # fmt: skip

    def _on_disk(self, file):
        return Path(file._full_path(file.sudo().store_fname)).read_bytes()


class _folder:
    def __enter__(self):
        import tempfile

        self.held = tempfile.TemporaryDirectory()
        return Path(self.held.__enter__())

    def __exit__(self, *error):
        return self.held.__exit__(*error)


@tagged("post_install", "-at_install")
class TestSealedFields(SealedCommon):
    """Values that nobody reads in the database."""

    def test_what_is_entered_is_read_and_not_stored(self):
        record = self._identify()
        self.env.invalidate_all()
        record = record.with_user(self.assistant)
        self.assertEqual(record.document_number, "C01X 00T47")
        self.assertEqual(str(record.birth_date), "1971-03-09")
        self.assertEqual(record.risk, "high")
        row = self._row(
            record, "document_number_sealed", "birth_date_sealed", "risk_sealed",
            "issued_by_sealed",
        )  # fmt: skip
        for value in row:
            self.assertTrue(value.startswith("sealed:1:"))
        self.env.cr.execute(
            "SELECT t::text FROM gdpr_identification t WHERE id = %s", [record.id]
        )
        text = self.env.cr.fetchone()[0]
        for plain in (MARKER, "C01X", "1971-03-09", "high"):
            self.assertNotIn(plain, text)

    def test_several_fields_at_once_are_all_kept(self):
        record = self._identify()
        record.write({"document_number": "A1", "issued_by": "B2", "note": "C3"})
        self.env.invalidate_all()
        self.assertEqual(
            (record.document_number, record.issued_by, record.note), ("A1", "B2", "C3")
        )
        self.assertEqual(record.risk_reason, f"{MARKER} because")
        record.write({"note": False})
        self.assertEqual(self._row(record, "note_sealed", "note_index"), (None, None))

    def test_a_whole_value_is_found_and_a_part_refused(self):
        record = self._identify()
        other = self._identify(document_number="ZZ9", risk="low")
        model = self.env["gdpr.identification"].with_user(self.assistant)
        for written in ("C01X 00T47", "c01x00t47", "C01X-00T47"):
            self.assertEqual(model.search([("document_number", "=", written)]), record)
        self.assertFalse(model.search([("document_number", "=", "C01X")]))
        self.assertEqual(
            model.search([("document_number", "in", ["ZZ9", "C01X 00T47"])]),
            record | other,
        )
        self.assertEqual(
            model.search([("risk", "!=", "high"), ("id", "in", (record | other).ids)]),
            other,
        )
        self.assertEqual(
            model.search([("birth_date", "=", "1971-03-09")]), record | other
        )
        self.assertIn(record, model.search([("note", "=", False)]))
        with self.assertRaisesRegex(UserError, "whole value"):
            model.search([("document_number", "ilike", "C01X")])

    def test_after_a_rotation_both_keys_find_it(self):
        first = self._identify()
        self._new_key()
        second = self._identify()
        self.assertEqual(
            self.env["gdpr.identification"].search(
                [("document_number", "=", "C01X00T47")]
            ),
            first | second,
        )

    def test_compliance_reads_what_belongs_to_no_matter(self):
        own, other = self._identify(), self._identify(matter_id=self.matter.id)
        seen = self.env["gdpr.identification"].with_user(self.compliance)
        self.assertEqual(seen.search([]), own)
        with self.assertRaises(AccessError):
            other.with_user(self.compliance).read(["note"])

    def test_columns_are_nobodys_to_read_or_write(self):
        record = self._identify()
        for user in (self.assistant, self.lawyer, self.compliance, self.admin_user):
            mine = record.with_user(user)
            for column in ("document_number_sealed", "document_number_index"):
                with self.assertRaises(AccessError):
                    mine.write({column: "sealed:1:k00000000:AAAA"})
                with self.assertRaises(AccessError):
                    mine.read([column])
                with self.assertRaises(AccessError):
                    mine.search([(column, "like", "a")])
                with self.assertRaises(AccessError):
                    self.env["gdpr.identification"].with_user(user).create(
                        {"partner_id": self.meier.id, column: "x"}
                    )

    def test_an_envelope_cannot_be_entered(self):
        record = self._identify()
        stolen = self._row(record, "risk_reason_sealed")[0]
        with self.assertRaises(UserError):
            record.write({"note": stolen})

    def test_who_reads_it(self):
        matter = self._matter(user=self.lawyer)
        record = self._identify(user=self.lawyer, matter_id=matter.id)
        for user in (self.auditor, self.outsider, self.admin_user, self.dpo):
            with self.assertRaises(AccessError):
                record.with_user(user).read(["document_number"])
        self.assertEqual(record.with_user(self.assistant).issued_by, f"{MARKER} Stadt")
        with self.assertRaises(AccessError):
            record.with_user(self.assistant).unlink()
        matter.access_policy = "team"
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            record.with_user(self.lawyer2).read(["document_number"])

    def test_days_that_cannot_be(self):
        with self.assertRaises(ValidationError):
            self._identify(issued_on="2020-01-01", valid_until="2019-01-01")
        with self.assertRaises(ValidationError):
            self._identify(identified_on="2099-01-01")
        with self.assertRaises(ValidationError):
            self._identify(identified_on="2020-01-01", valid_until="2019-01-01")

    def test_what_runs_out_is_listed(self):
        today = "2026-11-25"
        from odoo.tests import freeze_time

        with freeze_time(today):
            made = {
                state: self._identify(identified_on="2020-01-01", **values)
                for state, values in {
                    "expired": {"valid_until": "2026-11-24"},
                    "soon": {"valid_until": "2026-12-24"},
                    "review": {"next_review": "2026-11-25"},
                    "valid": {"valid_until": "2030-01-01"},
                }.items()
            }
            valid = self._identify(identified_on="2020-01-01")
            model = self.env["gdpr.identification"].with_user(self.assistant)
            for state, record in made.items():
                self.assertEqual(record.state, state)
                expected = record | valid if state == "valid" else record
                self.assertEqual(
                    model.search(
                        [("state", "=", state), ("partner_id", "=", self.meier.id)]
                    ),
                    expected,
                )

    # -- health ------------------------------------------------------------------------

    def test_health_needs_a_lawyer_and_a_reason(self):
        matter = self._matter()
        party = matter.party_ids[0]
        with self.assertRaises(ValidationError), self.cr.savepoint():
            party.with_user(self.lawyer).write({"health": MARKER})
        self.env.invalidate_all()
        with self.assertRaises(AccessError), self.cr.savepoint():
            party.with_user(self.assistant).write(
                {"health": MARKER, "health_reason": "claim"}
            )
        self.env.invalidate_all()
        party.with_user(self.lawyer).write(
            {"health": f"{MARKER} leg", "health_reason": f"{MARKER} claim"}
        )
        self.env.invalidate_all()
        self.assertEqual(party.with_user(self.assistant).health, f"{MARKER} leg")
        self.assertTrue(party.with_user(self.assistant).has_health)
        with self.assertRaises(AccessError):
            party.with_user(self.auditor).read(["health"])
        self.assertTrue(self._row(party, "health_sealed")[0].startswith("sealed:1:"))
        # an assistant goes on working with the party
        party.with_user(self.assistant).write({"note": "called"})
        messages = self.env["mail.message"].search([]).mapped("body")
        self.assertFalse([body for body in messages if MARKER in (body or "")])

    def test_health_of_a_restricted_person_is_not_shown(self):
        matter = self._matter()
        party = matter.party_ids.filtered(lambda p: p.partner_id == self.meier)
        values = {"health": f"{MARKER} leg", "health_reason": "claim"}
        party.with_user(self.lawyer).write(values)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET gdpr_restricted = TRUE WHERE id = %s",
            [self.meier.id],
        )
        self.env.invalidate_all()
        self.assertFalse(party.with_user(self.lawyer).health)
        with self.assertRaises(AccessError):
            party.with_user(self.lawyer).write({"health": "other"})
        self.env.invalidate_all()
        self.env.cr.execute(
            "UPDATE res_partner SET gdpr_restricted = FALSE WHERE id = %s",
            [self.meier.id],
        )
        self.assertEqual(party.with_user(self.lawyer).health, f"{MARKER} leg")

    # -- the person ------------------------------------------------------------------

    def test_the_map_knows_them(self):
        self.env["gdpr.field.map"]._discover()
        rows = self.env["gdpr.field.map"]._rows("legal.matter.party").grouped("field")
        row = rows["health_sealed"]
        self.assertTrue(row.special)
        self.assertEqual(
            (row.role, row.on_access, row.on_erasure, row.state),
            ("content", "export", "empty", "confirmed"),
        )
        self.assertEqual(rows["health_index"].on_access, "leave")

    def test_the_answer_has_it_in_clear(self):
        self.env["gdpr.field.map"]._discover()
        record = self._identify()
        export = self.env["gdpr.export"].new(
            {"request_id": self.env["gdpr.request"].new({"kind": "access"})}
        )
        item = self.env["gdpr.subject.item"].new(
            {"res_model": record._name, "res_id": record.id,
             "field_names": "issued_by_sealed"}
        )  # fmt: skip
        plan = export._plan(item, record.sudo())
        told = {field.name: record.sudo()[field.name] for field, _l, _c in plan}
        self.assertEqual(told["issued_by"], f"{MARKER} Stadt")
        self.assertEqual(told["document_number"], "C01X 00T47")
        self.assertFalse(
            [name for name in told if name.endswith(("_index", "_sealed"))]
        )
        choices = {field.name: choices for field, _label, choices in plan}
        self.assertEqual(choices["risk"]["high"], "High")

    def test_who_is_named_in_it_is_found(self):
        self.env["gdpr.field.map"]._discover()
        record = self._identify(beneficial_owners="Wilhelmine Ostertag owns it")
        person = self._contact("Wilhelmine Ostertag", "w@ostertag.example")
        subject = self.env["gdpr.subject"].create(
            {"name": "Wilhelmine Ostertag", "partner_id": person.id}
        )
        self.env["gdpr.finder"]._find(subject)
        found = subject.item_ids.filtered(lambda i: i.res_model == record._name)
        self.assertEqual(found.mapped("res_id"), record.ids)

    def test_an_erasure_empties_column_and_index(self):
        matter = self._matter()
        party = matter.party_ids.filtered(lambda p: p.partner_id == self.meier)
        party.with_user(self.lawyer).write(
            {"health": f"{MARKER} leg", "health_reason": "claim"}
        )
        erasure = self.env["gdpr.erasure"].sudo()
        redactor = erasure._redactor_of(self.meier)
        with self.env["legal.erasing"]._open() as env:
            env["gdpr.erasure"].sudo()._redact_for(
                party.with_env(env).sudo(), redactor, self.meier.ids
            )
        self.assertEqual(
            self._row(party, "health_sealed", "health_index", "health_reason_sealed"),
            (None, None, None),
        )

    def test_a_sealed_text_is_redacted_for_somebody_named_in_it(self):
        record = self._identify(beneficial_owners="Wilhelmine Ostertag and others")
        erasure = self.env["gdpr.erasure"].sudo()
        person = self._contact("Wilhelmine Ostertag")
        erasure._redact_texts(record.sudo(), erasure._redactor_of(person))
        self.env.invalidate_all()
        self.assertNotIn("Ostertag", record.beneficial_owners)
        self.assertIn("and others", record.beneficial_owners)
        self.assertEqual(record.document_number, "C01X 00T47")

    # -- the key ---------------------------------------------------------------------

    def test_without_the_key_a_form_opens_and_nothing_is_written_over(self):
        record = self._identify()
        old = self._new_key()
        self._lose(old)
        record = record.with_user(self.lawyer)
        shown = record.read(
            ["document_number", "birth_date", "risk", "sealed_problem", "partner_id"]
        )[0]
        self.assertIn(old, shown["document_number"])
        self.assertFalse(shown["birth_date"])
        self.assertIn(old, shown["sealed_problem"])
        self.assertIn("backup", shown["sealed_problem"])
        before = self._row(record, "document_number_sealed", "birth_date_sealed")
        for values in (
            {"document_number": "NEW"},
            {"birth_date": "2000-01-01"},
            {"document_number": False},
        ):
            with self.assertRaisesRegex(UserError, "not written over"):
                record.write(values)
            self.env.invalidate_all()
        # the form sends back what it showed
        record.write({"document_number": shown["document_number"], "kind": "id_card"})
        self.assertEqual(
            self._row(record, "document_number_sealed", "birth_date_sealed"), before
        )
        # neither by an assistant, nor while the file as a whole can be put back
        with self.assertRaisesRegex(AccessError, "given up by a lawyer"):
            record.with_user(self.assistant).action_give_up_sealed()
        kept = self.key_file.read_bytes()
        self.key_file.unlink()
        with self.assertRaisesRegex(UserError, "backup"):
            record.action_give_up_sealed()
        self.key_file.write_bytes(kept)
        self.assertEqual(
            self._row(record, "document_number_sealed", "birth_date_sealed"), before
        )
        record.action_give_up_sealed()
        self.assertFalse(record.sealed_problem)
        record.write({"document_number": "NEW"})
        self.env.invalidate_all()
        self.assertEqual(record.document_number, "NEW")

    def test_without_a_key_file_nothing_new_is_taken_in(self):
        record = self._identify()
        self.key_file.unlink()
        self.env.invalidate_all()
        self.assertIn("missing", record.document_number)
        with self.assertRaisesRegex(UserError, "backup"):
            self._identify()
        self.assertFalse(self.key_file.exists())

    def test_a_value_moved_by_hand_does_not_open(self):
        record = self._identify()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE gdpr_identification SET document_number_sealed = issued_by_sealed"
            " WHERE id = %s",
            [record.id],
        )
        self.env.invalidate_all()
        with mute_logger("odoo.addons.legal_gdpr.models.gdpr_sealed"):
            self.assertIn("damaged", record.document_number)


@tagged("post_install", "-at_install")
class TestRotation(SealedCommon):
    """Keys replaced, also when it is cut off, and when one is gone half way."""

    def _stamps(self, records):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id, issued_by_sealed, write_date FROM gdpr_identification"
            " WHERE id = ANY(%s) ORDER BY id",
            [records.ids],
        )
        return self.env.cr.fetchall()

    def _keys(self, records):
        return {stored.split(":")[2] for _id, stored, _date in self._stamps(records)}

    def test_all_get_the_new_key_and_stay_what_they_were(self):
        records = self._identify() | self._identify(issued_by="Second")
        matter = self._matter(encrypt_files=True)
        file = self._file(matter)
        old = self._new_key()
        result = self.env["gdpr.sealing"]._rotate()
        new = keyring.read(self.key_file).current
        self.assertNotEqual(old, new)
        self.assertGreater(result["done"], 2)
        self.assertEqual((result["lost"], result["left"]), ({}, 0))
        self.assertEqual(self._keys(records), {new})
        self.assertEqual(file.gdpr_seal_key, new)
        self._lose(old)
        self.assertEqual(records[0].issued_by, f"{MARKER} Stadt")
        self.assertEqual(file.raw, RAW)
        self.assertEqual(
            self.env["gdpr.identification"].search([("issued_by", "=", "Second")]),
            records[1],
        )
        self.assertEqual(self.env["gdpr.sealing"]._rotate()["done"], 0)

    def test_killed_half_way_it_goes_on(self):
        records = self._identify()
        for number in range(4):
            records |= self._identify(issued_by=f"Number {number}")
        old = self._new_key()
        new = keyring.read(self.key_file).current
        calls = []

        def killed(number):
            calls.append(number)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return True

        sealing = self.env["gdpr.sealing"]
        with self.assertRaises(KeyboardInterrupt):
            sealing._rotate(killed, batch=2)
        self.env.invalidate_all()
        # readable all the time, with either key
        self.assertEqual(records[-1].issued_by, "Number 3")
        sealer = self.env["legal.key"]._sealer()
        left = sealing._count_old(sealer)
        self.assertTrue(left)
        stop = sealing._rotate(lambda _number: False, batch=2)
        self.assertTrue(stop["left"])
        result = sealing._rotate(batch=2)
        self.assertEqual((result["left"], result["lost"]), (0, {}))
        self.assertEqual(self._keys(records), {new})
        self._lose(old)
        self.assertEqual(
            records.mapped("issued_by"),
            [f"{MARKER} Stadt", *(f"Number {number}" for number in range(4))],
        )

    def test_a_key_lost_half_way(self):
        """The file of before the rotation is put back: what the new key sealed waits
        for it; nothing is destroyed."""
        first, second = self._identify(), self._identify(issued_by="Second")
        matter = self._matter(encrypt_files=True)
        file = self._file(matter)
        old = self._new_key()
        self.env["gdpr.sealing"]._rotate()
        whole = self.key_file.read_text()
        middle = keyring.read(self.key_file).current
        self._new_key()
        self.env["gdpr.sealing"]._rotate_column(
            self.env["gdpr.identification"], "issued_by",
            self.env["legal.key"]._sealer(writing=True), lambda _n: False, 1,
            {"done": 0, "lost": {}, "damaged": 0},
        )  # fmt: skip
        newest = keyring.read(self.key_file).current
        self.key_file.write_text(whole)
        self.env.invalidate_all()
        self.assertEqual(self._keys(first), {newest})
        self.assertIn(newest, first.issued_by)
        self.assertEqual(second.issued_by, "Second")
        before = self._stamps(first | second)
        result = self.env["gdpr.sealing"]._rotate()
        self.assertEqual(result["lost"], {newest: 1})
        self.assertEqual(result["left"], 0)
        self.assertEqual(self._stamps(first | second)[0], before[0])
        self.assertEqual(self._keys(second), {middle})
        self.assertEqual(file.raw, RAW)
        self.assertNotEqual(old, middle)

    def test_the_cron_rotates_as_well(self):
        record = self._identify()
        self._new_key()
        left = []

        def progress(cron, processed=0, *, remaining=None, deactivate=False):
            left.append(remaining)
            return 60

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", progress):
            self.env["gdpr.sealing"]._cron_seal()
        self.assertEqual(self._keys(record), {keyring.read(self.key_file).current})
        self.assertEqual(left[-1], 0, "done")

    def test_what_there_was_no_time_for_goes_on_at_once(self):
        """Odoo takes a job that leaves nothing for done, and waits an hour."""
        self._identify()
        self._new_key()
        left = []

        def progress(cron, processed=0, *, remaining=None, deactivate=False):
            left.append(remaining)
            return 0

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", progress):
            self.env["gdpr.sealing"]._cron_seal()
        self.assertTrue(left[-1])


@tagged("post_install", "-at_install")
class TestSealedFiles(SealedCommon):
    """Files of marked matters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matter = cls._matter(encrypt_files=True)
        cls.open_matter = cls._matter()

    def test_a_new_file_is_sealed_and_read_as_it_is(self):
        file = self._file(self.matter)
        twin = self._file(self.open_matter)
        self.assertTrue(file.gdpr_seal_key)
        self.assertFalse(twin.gdpr_seal_key)
        self.assertNotEqual(file.store_fname, twin.store_fname)
        self.assertNotIn(MARKER.encode(), self._on_disk(file))
        self.assertEqual(self._on_disk(twin), RAW)
        self.env.invalidate_all()
        self.assertEqual(file.with_user(self.assistant).raw, RAW)
        self.assertEqual(base64.b64decode(file.datas), RAW)
        self.assertEqual((file.file_size, file.checksum), (len(RAW), twin.checksum))
        self.assertFalse(file.index_content)
        self.assertIn(MARKER, twin.index_content)
        self.assertEqual(file._file_read(file.store_fname, 4), b"%PDF")

    def test_in_the_database_too(self):
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        file = self._file(self.matter)
        self.assertFalse(file.store_fname)
        stored = bytes(self._row(file, "db_datas")[0])
        self.assertNotIn(MARKER.encode(), stored)
        self.env.invalidate_all()
        self.assertEqual(file.raw, RAW)
        old = self._new_key()
        self.env["gdpr.sealing"]._rotate()
        self._lose(old)
        self.assertEqual(file.raw, RAW)

    def test_written_anew_copied_and_moved(self):
        file = self._file(self.matter)
        name = file.store_fname
        file.write({"raw": b"another text " + RAW})
        self.assertTrue(file.gdpr_seal_key)
        self.assertNotEqual(file.store_fname, name)
        self.assertNotIn(MARKER.encode(), self._on_disk(file))
        copy = file.copy()
        self.assertTrue(copy.gdpr_seal_key)
        self.assertEqual(copy.raw, file.raw)
        self.assertNotEqual(copy.store_fname, file.store_fname)
        file.write({"res_id": self.open_matter.id})
        self.assertFalse(file.gdpr_seal_key)
        self.assertEqual(self._on_disk(file), b"another text " + RAW)
        self.assertIn(MARKER, file.index_content)
        file.write({"res_id": self.matter.id})
        self.assertTrue(file.gdpr_seal_key)
        self.assertFalse(file.index_content)

    def test_equal_files_several_at_once(self):
        files = self.env["ir.attachment"].create(
            [
                {"name": f"{number}", "raw": RAW, "res_model": matter._name,
                 "res_id": matter.id}
                for number, matter in enumerate(
                    [self.matter, self.open_matter, self.matter]
                )
            ]
        )  # fmt: skip
        self.assertEqual(files.mapped("name"), ["0", "1", "2"])
        self.assertEqual(
            [bool(file.gdpr_seal_key) for file in files], [True, False, True]
        )
        self.assertEqual(len(set(files.mapped("store_fname"))), 3)
        files[0].unlink()
        self.env.invalidate_all()
        self.assertEqual(files[2].raw, RAW)

    def test_a_message_with_a_file(self):
        message = self.matter.with_user(self.lawyer).message_post(
            body="see file", attachments=[("m.txt", RAW)]
        )
        self.assertTrue(message.attachment_ids.gdpr_seal_key)
        upload = (
            self.env["ir.attachment"]
            .with_user(self.lawyer)
            .create(
                {"name": "u.txt", "raw": RAW, "res_model": "mail.compose.message",
                 "res_id": 0}
            )
        )  # fmt: skip
        self.assertFalse(upload.gdpr_seal_key)
        self.matter.with_user(self.lawyer).message_post(
            body="see", attachment_ids=upload.ids
        )
        self.assertTrue(upload.gdpr_seal_key)
        self.assertNotIn(MARKER.encode(), self._on_disk(upload))

    def test_the_key_is_not_a_users_to_write(self):
        file = self._file(self.open_matter)
        file.write({"gdpr_seal_key": "k00000000"})
        self.assertFalse(file.gdpr_seal_key)
        forged = self._file(self.open_matter, gdpr_seal_key="k00000000")
        self.assertFalse(forged.gdpr_seal_key)
        self.assertEqual(forged.raw, RAW)

    def test_marking_seals_what_is_there_and_unmarking_opens_it(self):
        communication = self._call(self.open_matter)
        files = self._file(self.open_matter) | self._file(communication, RAW + b"1")
        names = files.mapped("store_fname")
        with self.assertRaises(AccessError):
            self.open_matter.with_user(self.assistant).encrypt_files = True
        self.open_matter.with_user(self.lawyer).encrypt_files = True
        self.assertEqual(self.open_matter.encrypt_files_waiting, 2)
        dropped = set()
        with patch.object(
            type(self.env["gdpr.erasure"]),
            "_drop_files_later",
            lambda _self, names: dropped.update(names),
        ):
            self._run_all()
        self.assertEqual(self.open_matter.encrypt_files_waiting, 0)
        self.assertEqual(dropped, set(names))
        for file in files:
            self.assertTrue(file.gdpr_seal_key)
            self.assertFalse(file.index_content)
            self.assertNotIn(MARKER.encode(), self._on_disk(file))
        self.assertEqual(files.mapped("raw"), [RAW, RAW + b"1"])
        self.open_matter.with_user(self.lawyer).encrypt_files = False
        self._run_all()
        self.assertEqual(files.mapped("gdpr_seal_key"), [False, False])
        self.assertEqual([self._on_disk(f) for f in files], [RAW, RAW + b"1"])

    def _run_all(self):
        files = self.env["ir.attachment"].sudo()
        self.assertTrue(files._gdpr_turn_all(lambda _number: True, 1))
        self.env.invalidate_all()

    def test_a_filed_mail_stays_what_it_was(self):
        communication = self._call(self.matter)
        file = self._file(communication)
        communication.attachment_ids = file
        communication._file()
        entries = self.env["legal.filing.log"].search(
            [("communication_id", "=", communication.id)]
        )
        self.assertEqual(communication._verify_filed(entries), [])
        self._new_key()
        self.env["gdpr.sealing"]._rotate()
        self.env.invalidate_all()
        self.assertEqual(communication._verify_filed(entries), [])
        path = Path(file._full_path(file.store_fname))
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        with mute_logger("odoo.addons.legal_gdpr.models.gdpr_sealed_file"):
            self.assertEqual(
                communication._verify_filed(entries),
                [("filed_file", communication.id, file.id)],
            )

    def test_the_copy_of_a_document_is_always_sealed(self):
        record = self._identify(document_copy=base64.b64encode(RAW))
        file = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [("res_model", "=", record._name), ("res_field", "=", "document_copy"),
                 ("res_id", "=", record.id)]
            )
        )  # fmt: skip
        self.assertTrue(file.gdpr_seal_key)
        self.assertNotIn(MARKER.encode(), self._on_disk(file))
        self.env.invalidate_all()
        self.assertEqual(base64.b64decode(record.document_copy), RAW)

    def test_without_the_key(self):
        good = self._file(self.open_matter, b"open to read")
        file = self._file(self.matter)
        old = self._new_key()
        self._lose(old)
        files = good | file
        self.assertEqual(good.with_prefetch(files._ids).raw, b"open to read")
        with self.assertRaisesRegex(UserError, old):
            file.with_prefetch(files._ids).raw  # noqa: B018
        # a list and a form read names and sizes
        self.assertEqual(
            file.read(["name", "file_size"])[0],
            {"id": file.id, "name": "note.txt", "file_size": len(RAW)},
        )
        with self.assertRaisesRegex(UserError, "not written over"):
            file.write({"raw": b"new"})
        self.env.invalidate_all()
        result = self.env["gdpr.sealing"]._rotate()
        self.assertEqual(result["lost"], {old: 1})
        self.assertEqual(self.env["gdpr.export"]._content_of(file), None)
        file.unlink()

    def test_a_file_changed_on_the_disk_does_not_open(self):
        file = self._file(self.matter)
        path = Path(file._full_path(file.store_fname))
        raw = bytearray(path.read_bytes())
        raw[-1] ^= 1
        path.write_bytes(bytes(raw))
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "damaged"):
            file.raw  # noqa: B018

    def test_what_is_not_its_checksum_is_not_sealed_over(self):
        file = self._file(self.open_matter, RAW + b" of its own")
        Path(file._full_path(file.store_fname)).write_bytes(b"tampered")
        self.open_matter.with_user(self.lawyer).encrypt_files = True
        self.env.invalidate_all()
        with mute_logger("odoo.addons.legal_gdpr.models.gdpr_sealed_file"):
            self._run_all()
        self.assertFalse(file.gdpr_seal_key)

    def test_the_vacuum_keeps_sealed_files(self):
        file = self._file(self.matter)
        path = Path(file._full_path(file.store_fname))
        self.env.flush_all()
        self.env["ir.attachment"]._gc_file_store_unsafe()
        self.assertTrue(path.exists())
        file.unlink()
        self.env.flush_all()
        self.env["ir.attachment"]._gc_file_store_unsafe()
        self.assertFalse(path.exists())


@tagged("post_install", "-at_install")
class TestSealedDownload(SealedCommon, HttpCase):
    def test_it_is_downloaded_as_it_is(self):
        matter = self._matter(encrypt_files=True)
        file = self._file(matter)
        self.env.flush_all()
        self.authenticate("s.koch", "s.koch")
        for url in (
            f"/web/content/{file.id}?download=true",
            f"/web/content/ir.attachment/{file.id}/raw",
        ):
            answer = self.url_open(url)
            self.assertEqual((answer.status_code, answer.content), (200, RAW), url)
        part = self.url_open(f"/web/content/{file.id}", headers={"Range": "bytes=0-3"})
        self.assertIn(part.content, (RAW, b"%PDF"))
        old = self._new_key()
        self._lose(old)
        answer = self.url_open(f"/web/content/{file.id}?download=true")
        self.assertGreaterEqual(answer.status_code, 400)
        self.assertLess(answer.status_code, 500)
        self.assertIn(old, answer.text)
