from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .erasure_common import ErasureCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25 10:00:00")
class TestSelectiveDeletion(ErasureCommon):
    """One record or some fields: chosen, judged, approved by another, gone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dpo2 = cls._user("d.zwei", "legal_gdpr.group_dpo", "Doris Zwei")
        # officers who work on files as well: they alone may read matters
        cls.both = cls._user("d.beide", "legal_gdpr.group_dpo", "Dora Beide")
        cls.both2 = cls._user("d.drei", "legal_gdpr.group_dpo", "Dirk Drei")
        (cls.both | cls.both2).group_ids |= cls.env.ref("legal_crm.group_lawyer")
        cls.person = cls._contact("Erna Beispiel", "erna@example.com", phone="030 123")
        cls.env["gdpr.field.map"]._discover()

    def _wizard(self, record, user=None, **values):
        return (
            self.env["gdpr.selective.deletion"]
            .with_user(user or self.dpo)
            .create(
                {
                    "record_ref": f"{record._name},{record.id}",
                    "ground": "consent",
                    **values,
                }
            )
        )

    def _rows(self, record, *names):
        rows = self.env["gdpr.field.map"].search(
            [("model", "=", record._name), ("field", "in", names)]
        )
        self.assertEqual(len(rows), len(names))
        return [Command.set(rows.ids)]

    def _run(self, action):
        return self.env["gdpr.erasure.run"].browse(action["res_id"])

    def test_a_record_goes_when_another_officer_approves(self):
        person_id = self.person.id
        run = self._run(self._wizard(self.person).action_delete())
        self.assertTrue(self.person.exists())
        self.assertEqual((run.kind, run.ground, run.state), (
            "selective", "consent", "simulated"))  # fmt: skip
        self.assertEqual(run.activity_ids.user_id & self.dpo2, self.dpo2)
        with self.assertRaises(UserError) as raised:
            run.with_user(self.dpo).action_approve()
        self.assertIn("another officer", str(raised.exception))
        run.with_user(self.dpo2).action_approve()
        self.assertFalse(self.person.exists())
        self.assertEqual((run.state, run.done_count), ("done", 1))
        self.assertFalse(run.activity_ids)
        entry = self._journal()
        self.assertEqual(
            (entry.source, entry.model, entry.res_id, entry.run_id),
            ("selective", "res.partner", person_id, run.id),
        )
        self.assertNotIn("Erna", f"{run.name} {run.read()}")

    def test_alone_where_the_firm_says_so(self):
        self.company.gdpr_four_eyes = False
        run = self._run(self._wizard(self.person).action_delete())
        self.assertEqual(run.state, "done")
        self.assertFalse(self.person.exists())

    def test_without_a_second_officer_it_says_so(self):
        self.dpo2.active = False
        others = self.env.ref("legal_gdpr.group_dpo").all_user_ids - self.dpo
        others.sudo().write({"active": False})
        with self.assertRaises(UserError) as raised:
            self._wizard(self.person).action_delete()
        self.assertIn("second one", str(raised.exception))

    def test_fields_are_emptied_and_forgotten_by_the_tracking(self):
        self.company.gdpr_four_eyes = False
        message = self.person.message_post(body="x")
        field = self.env["ir.model.fields"]._get("res.partner", "phone")
        other = self.env["ir.model.fields"]._get("res.partner", "email")
        tracking = self.env["mail.tracking.value"].create(
            [
                {"mail_message_id": message.id, "field_id": one.id,
                 "old_value_char": "old", "new_value_char": "new"}
                for one in (field, other)
            ]
        )  # fmt: skip
        wizard = self._wizard(
            self.person, what="fields", field_ids=self._rows(self.person, "phone")
        )
        run = self._run(wizard.action_delete())
        self.assertFalse(self.person.phone)
        self.assertEqual(self.person.email, "erna@example.com")
        self.assertEqual(tracking.exists(), tracking[1])
        self.assertEqual(self._journal().action, "empty")
        self.assertEqual(self._lines()[0]["fields"], ["phone"])
        self.assertEqual(run.line_ids.fields_label, "Phone")

    def test_a_picture_leaves_the_disk(self):
        self.company.gdpr_four_eyes = False
        file = self.env["ir.attachment"].create(
            {"name": "image_1920", "res_model": "res.partner", "raw": b"a picture 99",
             "res_id": self.person.id, "res_field": "image_1920"}
        )  # fmt: skip
        names, stored = set(), file.store_fname
        erasure = type(self.env["gdpr.erasure"])
        with patch.object(
            erasure, "_drop_files_later", lambda service, files: names.update(files)
        ):
            self.env["gdpr.erasure"]._destroy(
                self.person, "empty", "selective", fields=["image_1920"]
            )
        self.assertFalse(file.exists())
        self.assertEqual(names, {stored})

    def test_what_must_stay_is_said_first_and_refused(self):
        self._retention("legal.matter")
        self._closed_on(self.matter, "2024-03-05")
        wizard = self._wizard(self.matter, user=self.both)
        self.assertIn("§ 50 BRAO", wizard.stays)
        self.assertIn("2031", wizard.stays)
        with self.assertRaises(UserError) as raised:
            wizard.action_delete()
        self.assertIn("2031", str(raised.exception))
        self.assertFalse(self.env["gdpr.erasure.run"].search([
            ("kind", "=", "selective")]))  # fmt: skip
        self._closed_on(self.matter, "2010-03-05")
        self._hold(self._call(self.matter))
        wizard.invalidate_recordset()
        self.assertIn("held", wizard.stays)

    def test_a_hold_between_choice_and_approval_keeps_it_and_its_end_goes_on(self):
        run = self._run(self._wizard(self.person).action_delete())
        hold = self._hold(self.person)
        run.with_user(self.dpo2).action_approve()
        self.assertTrue(self.person.exists())
        line = run.sudo().line_ids
        self.assertEqual((run.state, line.state), ("done", "kept"))
        self.assertEqual(line.hold_ids, hold)
        hold.with_user(self.lawyer)._release("Over.")
        self.assertEqual((run.state, line.state), ("stopped", "pending"))
        run.with_user(self.dpo2).action_run()
        run._run_batch()
        self.assertFalse(self.person.exists())
        self.assertEqual(line.state, "done")

    def test_nobody_else_opens_it(self):
        for user in (self.assistant, self.lawyer, self.partner_user):
            with self.assertRaises(AccessError):
                self._wizard(self.person, user=user)
            with self.assertRaises(AccessError):
                self.env["gdpr.erasure.run"].with_user(user)._choose(
                    self.person.with_user(user), [], "consent"
                )

    def test_behind_a_wall_there_is_no_such_record(self):
        self._closed_on(self.matter, "2010-03-05")
        self.env.flush_all()
        self.matter.sudo()._raise_wall(self.both, "Conflict")
        wizard = self._wizard(self.matter, user=self.both)
        self.assertFalse(wizard.verdict)
        self.assertFalse(wizard.stays)
        with self.assertRaises(UserError) as raised:
            wizard.action_delete()
        self.assertIn("no such record", str(raised.exception))
        # and who may not read it does not approve it
        run = self._run(self._wizard(self.matter, user=self.both2).action_delete())
        with self.assertRaises(UserError) as raised:
            run.with_user(self.both).action_approve()
        self.assertIn("may not read", str(raised.exception))
        self.assertTrue(self.matter.exists())

    def test_forged_values(self):
        rule = self.env["ir.rule"].search([], limit=1)
        self._destroy(self._contact("Gone"))
        for record in (
            rule, self.env.ref("base.user_admin"), self.company,
            self._journal()[0], self.env.ref("legal_gdpr.group_dpo"),
        ):  # fmt: skip
            with self.assertRaises(UserError, msg=record._name):
                self._wizard(record).action_delete()
        # who may read no matter is not told of them
        with self.assertRaises(UserError):
            self._wizard(self.matter)
        other = self._rows(self.env["crm.lead"], "email_from")
        for fields in (other, []):
            wizard = self._wizard(self.person, what="fields", field_ids=fields)
            with self.assertRaises(UserError):
                wizard.action_delete()
        with self.assertRaises(UserError):
            self._wizard(
                self.person, field_ids=other, what="fields", ground="wrong"
            ).action_delete()
        self.assertTrue(self.person.exists())

    def test_a_run_does_not_become_a_single_deletion_by_hand(self):
        runs = self.env["gdpr.erasure.run"].with_user(self.dpo)
        run = runs.with_context(
            default_kind="selective", default_ground="consent"
        ).create({"kind": "selective", "ground": "wrong"})
        self.assertEqual((run.kind, run.ground), ("retention", False))
        with self.assertRaises(UserError):
            run.write({"kind": "selective"})
        chosen = self._run(self._wizard(self.person).action_delete())
        with self.assertRaises(UserError):
            chosen.with_user(self.dpo).action_simulate()
        with self.assertRaises(UserError):
            chosen.with_user(self.dpo).action_run()
        chosen.with_user(self.dpo).unlink()
        self.assertTrue(self.person.exists())

    def test_other_fields_or_another_record_are_not_what_was_approved(self):
        wizard = self._wizard(
            self.person, what="fields", field_ids=self._rows(self.person, "phone")
        )
        run = self._run(wizard.action_delete())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE gdpr_erasure_run_line SET field_names = 'email' WHERE run_id = %s",
            [run.id],
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            run.with_user(self.dpo2).action_approve()
        self.assertEqual(self.person.phone, "030 123")

    def test_the_dialog_opens_on_the_record_and_offers_its_fields(self):
        dialog = Form(
            self.env["gdpr.selective.deletion"]
            .with_user(self.dpo)
            .with_context(active_model="res.partner", active_id=self.person.id)
        )
        self.assertEqual(dialog.record_ref, f"res.partner,{self.person.id}")
        dialog.ground = "wrong"
        dialog.what = "fields"
        possible = dialog.possible_ids
        names = self.env["gdpr.field.map"].browse(possible.ids).mapped("field")
        self.assertIn("phone", names)
        self.assertNotIn("child_ids", names)
        self.assertTrue(dialog.four_eyes)
        dialog.field_ids.add(
            self.env["gdpr.field.map"].search(
                [("model", "=", "res.partner"), ("field", "=", "phone")]
            )
        )
        wizard = dialog.save()
        self.assertEqual(wizard.record_ref, self.person)
