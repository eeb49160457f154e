import os
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.legal_crm.models import legal_ledger_block
from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK
from odoo.addons.legal_crm.tools import keyring
from odoo.addons.legal_crm.tools.anchor import Anchor

from .common import LegalCommon

LOG, BLOCK, CHECK = "legal.access.log", "legal.ledger.block", "legal.ledger.check"


class LedgerCommon(LegalCommon):
    """A ledger of its own: key file and file of seals lie in a folder of the test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.folder = Path(folder)
        cls.enterClassContext(
            patch.dict(os.environ, {"LEGAL_KEY_FILE": f"{folder}/keys.json"})
        )
        keyring.make(cls.folder / "keys.json")
        cls.auditor = cls._user("audit", "legal_crm.group_auditor", "Aud Itor")
        cls.compliance = cls._user("comp", "legal_crm.group_compliance", "Com Pliance")
        cls.log = cls.env[LOG]
        cls.blocks = cls.env[BLOCK]

    def setUp(self):
        super().setUp()
        self.anchor = Anchor(self.folder / f"{self._testMethodName}.jsonl")
        patcher = patch.object(type(self.blocks), "_anchor", lambda blocks: self.anchor)
        patcher.start()
        self.addCleanup(patcher.stop)
        # in one transaction nothing is really committed
        for name in ("commit", "rollback"):
            patcher = patch.object(self.env.cr, name, lambda: None)
            patcher.start()
            self.addCleanup(patcher.stop)

    def _fresh(self):
        """An empty ledger, as on the first day."""
        self._tamper("DELETE FROM legal_access_log; DELETE FROM legal_ledger_block")

    def _append(self, count=5):
        return self.log._append(
            [{"action": "open", "matter_id": n, "quantity": 1} for n in range(count)]
        )

    def _seal(self, size=5):
        with patch.object(legal_ledger_block, "BLOCK_SIZE", size):
            self.blocks._seal_ledger(self.log)

    def _three_blocks(self):
        """Blocks 1, 2 and 3 with five entries each; :return: the entries"""
        self._fresh()
        entries = self.log
        for _number in range(3):
            entries |= self._append()
            self._seal()
        self.assertEqual(self._state(), ("ok", False, 0))
        return entries.sorted("id")

    def _tamper(self, sql, *values):
        """What the owner of the database can do: switch the triggers off, and go."""
        self.env.flush_all()
        cr = self.env.cr
        for table in ("legal_access_log", "legal_ledger_block"):
            cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cr.execute(sql, values)
        for table in ("legal_access_log", "legal_ledger_block"):
            cr.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER legal_ledger_guard")
            cr.execute(
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER legal_ledger_guard_truncate"
            )
        self.env.invalidate_all()

    def _check(self):
        with patch.object(type(self.env[CHECK]), "_tell", lambda check: None):
            return self.env[CHECK]._run(self.log, asked_by=self.env.user)

    def _state(self):
        check = self._check()
        return check.state, check.finding, check.first_broken

    def assertFound(self, finding, block, *words, state="broken"):
        check = self._check()
        found = (check.state, check.finding, check.first_broken)
        self.assertEqual(found, (state, finding, block), check.message)
        for word in words:
            self.assertIn(str(word), check.message)
        self.assertNotIn("%", check.message)


@tagged("post_install", "-at_install")
class TestLedgerIsAppendOnly(LedgerCommon):
    def test_nobody_changes_adds_or_deletes(self):
        entry = self._append(1)
        self._seal()
        block = self.blocks.search([], limit=1)
        everybody = [
            self.env.user,
            self.lawyer,
            self.partner_user,
            self.admin_user,
            self.auditor,
            self.compliance,
        ]
        for user in everybody:
            for record in (entry.with_user(user), entry.with_user(user).sudo(), block):
                for context in ({}, {"legal_unlock": True}):
                    record = record.with_context(**context)
                    with self.assertRaises(UserError):
                        record.write({"seal": "x", "action": "print"})
                    with self.assertRaises(UserError):
                        record.unlink()
                    with self.assertRaises(UserError):
                        record.create({"action": "open"})
                    with self.assertRaises(UserError):
                        record.copy()
                    with self.assertRaises(UserError):
                        record.web_save({"action": "print"}, {})
        with self.assertRaises(UserError):
            entry.action = "print"
        self.assertFalse(self.log.load(["action"], [["open"]])["ids"])

    def test_the_suite_may_create(self):
        entry = self.log.with_context(legal_unlock=UNLOCK).create({"action": "open"})
        self.assertEqual(entry.actor_id, self.env.user)

    def test_the_database_refuses_as_well(self):
        self._append(1)
        self._seal()
        for table, column in (
            ("legal_access_log", "quantity"),
            ("legal_filing_log", "action"),
            ("legal_ledger_block", "count"),
        ):
            if table == "legal_filing_log":
                self.env["legal.filing.log"]._append(
                    [{"action": "filed", "communication_id": 1, "digest": "x"}]
                )
            for sql in (
                f"UPDATE {table} SET {column} = {column}",
                f"DELETE FROM {table}",
                f"TRUNCATE {table}",
                f"TRUNCATE {table} CASCADE",
            ):
                with (
                    self.assertRaisesRegex(psycopg2.Error, table),
                    mute_logger("odoo.sql_db"),
                    self.env.cr.savepoint(),
                ):
                    self.env.cr.execute(sql)

    def test_replication_mode_does_not_switch_it_off(self):
        self._append(1)
        with (
            self.assertRaisesRegex(psycopg2.Error, "legal_access_log"),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute("SET LOCAL session_replication_role = replica")
            self.env.cr.execute("DELETE FROM legal_access_log")

    def test_many_entries_are_one_statement(self):
        self.env["legal.key"]._for_writing()
        asked = self.env.cr.sql_log_count
        entries = self._append(300)
        self.assertEqual(self.env.cr.sql_log_count - asked, 1)
        self.assertEqual(len(entries), 300)
        self.assertEqual(entries[7].matter_id.id, 7)


@tagged("post_install", "-at_install")
class TestSealing(LedgerCommon):
    def test_blocks_follow_each_other(self):
        entries = self._three_blocks()
        blocks = self.blocks.search([("ledger", "=", LOG)], order="number")
        self.assertEqual(blocks.mapped("number"), [1, 2, 3])
        self.assertEqual(blocks.mapped("count"), [5, 5, 5])
        self.assertEqual(blocks[0].previous or "", "")
        self.assertEqual(blocks[1].previous, blocks[0].seal)
        self.assertEqual(blocks[0].entries, f"{entries[0].id}-{entries[4].id}")
        self._seal()
        self.assertEqual(self.blocks.search_count([("ledger", "=", LOG)]), 3)
        lines = self.anchor.lines(self.blocks._database(), LOG)
        self.assertEqual([line["seal"] for line in lines], blocks.mapped("seal"))

    def test_a_long_list_becomes_several_blocks(self):
        self._fresh()
        self._append(12)
        self._seal()
        counts = self.blocks.search([("ledger", "=", LOG)], order="number").mapped(
            "count"
        )
        self.assertEqual(counts, [5, 5, 2])
        self.assertEqual(self._state(), ("ok", False, 0))

    def _insert_with_id(self, entry_id, date=None):
        self.env.cr.execute(
            "INSERT INTO legal_access_log (id, date, action, quantity) "
            "VALUES (%s, %s, 'open', 1)",
            [entry_id, date or fields.Datetime.now()],
        )

    def test_an_id_that_appears_late_is_sealed_later_and_once(self):
        self._fresh()
        first = self._append(2)
        self.env.cr.execute("SELECT nextval('legal_access_log_id_seq')")
        late_id = self.env.cr.fetchone()[0]
        self._append(2)
        self._seal()
        block = self.blocks.search([("ledger", "=", LOG)])
        self.assertIn(",", block.entries)
        # the transaction that took the id is only committed now
        self._insert_with_id(late_id)
        after = self._append(1)
        self._seal()
        second = self.blocks.search([("ledger", "=", LOG)], limit=1)
        self.assertEqual(second.entries, f"{late_id},{after.id}")
        self.assertEqual(second.last_id, after.id)
        self._seal()
        self.assertEqual(self.blocks.search_count([("ledger", "=", LOG)]), 2)
        self.assertEqual(self._state(), ("ok", False, 0))
        self.assertTrue(first)

    def test_what_is_put_into_an_old_gap_is_an_addition(self):
        with freeze_time("2026-03-02 10:00:00"):
            self._fresh()
            self._append(2)
            self.env.cr.execute("SELECT nextval('legal_access_log_id_seq')")
            gap = self.env.cr.fetchone()[0]
            self._append(2)
            self._seal()
        with freeze_time("2026-03-05 10:00:00"):
            self._append(1)
            self._seal()
            self._append(1)
            self._seal()
            self._insert_with_id(gap)
            self._seal()
            self.assertFound("added", 1, gap)

    def test_what_nobody_seals_is_a_warning(self):
        with freeze_time("2026-03-02 10:00:00"):
            self._fresh()
            entry = self._append(1)
        with freeze_time("2026-03-02 12:00:00"):
            self.assertEqual(self._state(), ("ok", False, 0))
        with freeze_time("2026-03-04 10:00:00"):
            self.assertFound("unsealed", 0, entry.id, state="warning")

    def test_a_second_sealer_does_not_wait(self):
        self._fresh()
        self._append(3)
        with self.registry.cursor() as other:
            names = ("legal.ledger", LOG)
            other.execute("SELECT pg_advisory_lock(hashtext(%s), hashtext(%s))", names)
            self._seal()
            self.assertFalse(self.blocks.search([("ledger", "=", LOG)]))
            other.execute(
                "SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", names
            )
        self._seal()
        self.assertTrue(self.blocks.search([("ledger", "=", LOG)]))

    def test_the_lock_is_given_back_after_an_error(self):
        self._fresh()
        self._append(3)
        with (
            patch.object(type(self.blocks), "_seal_next", side_effect=ValueError),
            self.assertRaises(ValueError),
        ):
            self._seal()
        with self.registry.cursor() as other:
            other.execute(
                "SELECT pg_try_advisory_lock(hashtext(%s), hashtext(%s))",
                ("legal.ledger", LOG),
            )
            self.assertTrue(other.fetchone()[0])
            other.execute("SELECT pg_advisory_unlock_all()")

    def test_killed_before_the_file_was_written(self):
        self._fresh()
        self._append()
        self._seal()
        self._append()
        with (
            patch.object(Anchor, "append", side_effect=OSError("killed")),
            self.assertRaises(OSError),
        ):
            self._seal()
        database = self.blocks._database()
        self.assertEqual(self.anchor.last(database, LOG)["number"], 1)
        self.assertEqual(self._state(), ("ok", False, 0))
        self._seal()
        self.assertEqual(self.anchor.last(database, LOG)["number"], 2)
        self.assertEqual(self._state(), ("ok", False, 0))

    def test_the_canonical_text_does_not_depend_on_the_session(self):
        entry = self._append(1)
        plain = list(self.log._canonical(entry.id, entry.id))
        for setting in (
            "DateStyle = 'German, DMY'",
            "TimeZone = 'Asia/Tokyo'",
            "lc_time = 'C'",
            "IntervalStyle = 'iso_8601'",
            "extra_float_digits = 0",
        ):
            self.env.cr.execute(f"SET LOCAL {setting}")
        self.assertEqual(list(self.log._canonical(entry.id, entry.id)), plain)

    def test_the_scheduled_actions(self):
        self._fresh()
        self._append(3)
        self.blocks._cron_seal()
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self.env[CHECK]._cron_check()
            checks = self.env[CHECK].search([("date", "=", fields.Datetime.now())])
            ledgers = {"legal.access.log", "legal.filing.log", "legal.communication"}
            # those of other addons come along
            self.assertLessEqual(ledgers, set(checks.mapped("ledger")))
            # called again in the same night: what is done is not done twice
            self.env[CHECK]._cron_check()
            self.assertEqual(
                self.env[CHECK].search([("date", "=", fields.Datetime.now())]), checks
            )

    def test_a_long_ledger_is_verified_over_several_runs(self):
        self._fresh()
        for _number in range(120):
            self._append(1)
            self._seal(1)
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *args, **kwargs: 0):
            self.assertIsNone(self.env[CHECK]._run(self.log))
        running = self.env[CHECK].search([("state", "=", "running")])
        self.assertEqual((running.position, running.entries), (50, 50))
        with patch.object(cron, "_commit_progress", lambda *args, **kwargs: 1):
            check = self.env[CHECK]._run(self.log)
        self.assertEqual(check, running)
        self.assertEqual((check.state, check.entries, check.blocks), ("ok", 120, 120))


@tagged("post_install", "-at_install")
class TestTampering(LedgerCommon):
    """As the owner of the database, who can switch triggers off."""

    def test_an_entry_is_changed(self):
        entries = self._three_blocks()
        for column, value in (
            ("action", "'print'"),
            ("date", "date - interval '1 second'"),
            ("matter_id", "NULL"),
            ("actor", "NULL"),
            ("detail", "'x'"),
            ("quantity", "2"),
            ("channel", "'rpc'"),
        ):
            with self.subTest(column), self.env.cr.savepoint() as savepoint:
                self._tamper(
                    f"UPDATE legal_access_log SET {column} = {value} WHERE id = %s",
                    entries[7].id,
                )
                self.assertFound("changed", 2, entries[5].id, entries[9].id)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_two_entries_change_places(self):
        entries = self._three_blocks()
        one, two = entries[6].id, entries[7].id
        self._tamper(
            "UPDATE legal_access_log SET id = CASE id WHEN %s THEN -1 ELSE id END "
            "WHERE id = %s; "
            "UPDATE legal_access_log SET id = %s WHERE id = %s; "
            "UPDATE legal_access_log SET id = %s WHERE id = -1",
            *(one, one, one, two, two),
        )
        self.assertFound("changed", 2)

    def test_an_entry_is_deleted(self):
        entries = self._three_blocks()
        self._tamper("DELETE FROM legal_access_log WHERE id = %s", entries[12].id)
        self.assertFound("missing", 3, entries[12].id)

    def test_all_entries_are_truncated(self):
        entries = self._three_blocks()
        self._tamper("TRUNCATE legal_access_log")
        self.assertFound("missing", 1, entries[0].id, entries[4].id)

    def test_an_entry_and_its_mention_are_deleted(self):
        entries = self._three_blocks()
        self._tamper(
            "DELETE FROM legal_access_log WHERE id = %s; "
            "UPDATE legal_ledger_block SET entries = %s, count = 4 WHERE number = 2",
            *(entries[9].id, f"{entries[5].id}-{entries[8].id}"),
        )
        self.assertFound("altered", 2)

    def test_a_block_is_altered(self):
        self._three_blocks()
        for column, value in (
            ("entries", "'1-5'"),
            ("count", "6"),
            ("last_id", "1"),
            ("digest", "'0'"),
            ("previous", "'0'"),
            ("seal", "'0'"),
            ("sealed_on", "sealed_on - interval '1 hour'"),
            ("kind", "'restart'"),
        ):
            with self.subTest(column), self.env.cr.savepoint() as savepoint:
                self._tamper(
                    f"UPDATE legal_ledger_block SET {column} = {value} "
                    "WHERE ledger = 'legal.access.log' AND number = 2"
                )
                self.assertFound("altered", 2)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_blocks_change_places(self):
        self._three_blocks()
        self._tamper(
            "UPDATE legal_ledger_block SET number = 99 WHERE number = 2; "
            "UPDATE legal_ledger_block SET number = 2 WHERE number = 3; "
            "UPDATE legal_ledger_block SET number = 3 WHERE number = 99"
        )
        self.assertFound("altered", 2)

    def test_a_block_is_missing_in_the_middle(self):
        entries = self._three_blocks()
        self._tamper(
            "DELETE FROM legal_ledger_block WHERE number = 2; "
            "DELETE FROM legal_access_log WHERE id BETWEEN %s AND %s",
            *(entries[5].id, entries[9].id),
        )
        self.assertFound("gap", 2, "2 to 2")
        self._tamper("DELETE FROM legal_ledger_block WHERE number = 1")
        self.assertFound("gap", 1, "1 to 2")

    def test_the_end_is_removed(self):
        entries = self._three_blocks()
        self._tamper(
            "DELETE FROM legal_ledger_block WHERE number > 1; "
            "DELETE FROM legal_access_log WHERE id > %s",
            entries[4].id,
        )
        words = ("2 to 3", f"{entries[5].id} to {entries[14].id}")
        self.assertFound("tail", 2, *words)
        # nothing is sealed over it, and it stays found
        self._append(2)
        self._seal()
        self.assertFound("tail", 2)
        self.assertEqual(self.blocks.search_count([("ledger", "=", LOG)]), 1)

    def test_everything_is_removed(self):
        entries = self._three_blocks()
        self._tamper("DELETE FROM legal_ledger_block; DELETE FROM legal_access_log")
        self.assertFound("tail", 1, "1 to 3", entries[14].id)
        self._append(2)
        self._seal()
        self.assertFound("tail", 1)

    def test_the_end_is_removed_and_sealed_anew_with_the_key(self):
        entries = self._three_blocks()
        self._tamper(
            "DELETE FROM legal_ledger_block WHERE number = 3; "
            "DELETE FROM legal_access_log WHERE id = %s",
            entries[14].id,
        )
        with patch.object(type(self.blocks), "_carry_out", return_value=True):
            self._seal()
        self.assertFound("anchor", 3, self.anchor.path)

    def test_a_chain_from_elsewhere(self):
        self._three_blocks()
        third = self.blocks.search([("ledger", "=", LOG)], limit=1)
        ring = self.env["legal.key"]._for_reading()
        forged = third._as_block()._replace(previous="0" * 64)
        self._tamper(
            "UPDATE legal_ledger_block SET previous = %s, seal = %s WHERE id = %s",
            *(forged.previous, forged.seal(ring, ring.current), third.id),
        )
        self.assertFound("chain", 3, "block 2")

    def test_another_key_file(self):
        self._three_blocks()
        key_id = self.blocks.search([("ledger", "=", LOG)], limit=1).key_id
        path = self.folder / "keys.json"
        away = path.rename(path.with_name("away.json"))
        try:
            self.assertFound("key", 1, key_id, path)
            self.env["legal.key"]._ensure_for_accepting()
            self.assertFound("key", 1, key_id)
        finally:
            away.rename(path)
        self.assertEqual(self._state(), ("ok", False, 0))

    def test_a_copied_database_begins_a_new_file(self):
        self._three_blocks()
        self.anchor.path.unlink()
        self._append()
        self._seal()
        warning = self.env[CHECK].search([("state", "=", "warning")], limit=1)
        self.assertEqual(warning.finding, "anchor_missing")
        self.assertIn(str(self.anchor.path), warning.message)
        self.assertEqual(self._state(), ("ok", False, 0))
        self.assertEqual(self.anchor.last(self.blocks._database(), LOG)["number"], 4)

    def test_another_database_had_this_name(self):
        self._fresh()
        self.anchor.append(
            [{"database": "older", "ledger": LOG, "number": 9, "seal": "x"}]
        )
        self._append()
        self._seal()
        warning = self.env[CHECK].search([("state", "=", "warning")], limit=1)
        self.assertEqual(warning.finding, "anchor_stranger")
        self.assertEqual(self._state(), ("ok", False, 0))

    def test_readers_are_told(self):
        entries = self._three_blocks()
        self._tamper("DELETE FROM legal_access_log WHERE id = %s", entries[2].id)
        self.env[CHECK]._run(self.log, asked_by=self.env.user)
        messages = self.env["mail.message"].search(
            [("partner_ids", "in", self.auditor.partner_id.ids)], limit=1
        )
        self.assertIn(str(entries[2].id), messages.body)
        self.assertTrue(
            self.env["mail.message"].search_count(
                [("partner_ids", "in", self.compliance.partner_id.ids)]
            )
        )


@tagged("post_install", "-at_install")
class TestAccepting(LedgerCommon):
    def _damage(self):
        entries = self._three_blocks()
        self._tamper(
            "DELETE FROM legal_ledger_block WHERE number = 3; "
            "DELETE FROM legal_access_log WHERE id > %s",
            entries[9].id,
        )
        self.assertFound("tail", 3)
        return entries

    def _accept(self, user):
        wizard = (
            self.env["legal.ledger.accept"]
            .with_user(user)
            .create({"ledger": LOG, "reason": "Backup of Sunday restored"})
        )
        wizard.action_apply()

    def test_accept_after_a_restore(self):
        self._damage()
        self._accept(self.auditor)
        accepted = self.env[CHECK].search([("state", "=", "accepted")])
        self.assertEqual(accepted.user_id, self.auditor)
        self.assertIn("Backup of Sunday", accepted.message)
        entry = self.log.search([], limit=1)
        self.assertEqual(entry.action, "ledger_accepted")
        self.assertEqual(entry.actor_id, self.auditor)
        self.assertEqual(entry.detail, f"{LOG}:4")
        self.assertEqual(self._state(), ("ok", False, 0))
        self._append()
        self._seal()
        self.assertEqual(self._state(), ("ok", False, 0))
        lines = self.anchor.lines(self.blocks._database(), LOG)
        self.assertEqual([line["number"] for line in lines][:2], [4, 5])
        self.assertEqual(lines[0]["begins"], "restart")

    def test_what_was_accepted_is_guarded_again(self):
        entries = self._damage()
        self._accept(self.compliance)
        self._seal()
        self._tamper("DELETE FROM legal_access_log WHERE id = %s", entries[1].id)
        self.assertFound("missing", 4, entries[1].id)

    def test_a_new_beginning_cannot_be_forged_without_the_key(self):
        self._damage()
        self._tamper(
            "UPDATE legal_ledger_block SET kind = 'restart', number = 7, previous = '' "
            "WHERE number = 2 AND ledger = 'legal.access.log'"
        )
        self._seal()
        self.assertFound("altered", 7)

    def test_the_removed_new_beginning_is_missed(self):
        self._damage()
        self._accept(self.auditor)
        self._seal()
        self._tamper("DELETE FROM legal_ledger_block WHERE number >= 4")
        self.assertFound("tail", 4)

    def test_with_a_lost_key(self):
        self._three_blocks()
        path = self.folder / "keys.json"
        away = path.rename(path.with_name("away.json"))
        try:
            self.assertFound("key", 1)
            self._accept(self.auditor)
            self._seal()
            self.assertEqual(self._state(), ("ok", False, 0))
            path.unlink()
        finally:
            away.rename(path)

    def test_others_do_not_accept_and_nobody_without_a_reason(self):
        for user in (self.lawyer, self.partner_user, self.admin_user):
            with self.assertRaises(AccessError):
                self._accept(user)
            with self.assertRaises(AccessError):
                self.env[CHECK].with_user(user)._accept(LOG, "x")
            with self.assertRaises(AccessError):
                self.env[CHECK].with_user(user).action_verify_now()
        checks = self.env[CHECK].with_user(self.auditor)
        with self.assertRaises(UserError):
            checks._accept(LOG, "  ")
        with self.assertRaises(UserError):
            checks._accept("legal.matter", "x")

    def test_verify_now(self):
        entries = self._three_blocks()
        action = self.env[CHECK].with_user(self.auditor).action_verify_now()
        self.assertEqual(action["params"]["type"], "success")
        self._tamper("DELETE FROM legal_access_log WHERE id = %s", entries[2].id)
        action = self.env[CHECK].with_user(self.compliance).action_verify_now()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertIn(str(entries[2].id), action["params"]["message"])
        # what was found stays to be read, with who asked
        check = (
            self.env[CHECK]
            .with_user(self.auditor)
            .search([("state", "=", "broken")], limit=1)
        )
        self.assertEqual(check.user_id, self.compliance)
        with self.assertRaises(AccessError):
            check.write({"state": "ok"})
