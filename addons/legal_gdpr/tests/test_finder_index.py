from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from .test_finder import TestFinder

TABLES = ("ir_attachment", "legal_matter", "mail_message", "res_partner")


@tagged("post_install", "-at_install")
class TestFinderByIndex(TestFinder):
    """All that is found by reading is found by the index as well."""

    allow_inherited_tests_method = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        finder = cls.env["gdpr.finder"]
        for table, columns, _rows in finder._to_index(smallest=-1):
            if table in TABLES:
                finder._index_texts(table, columns)
        # of a table this small the planner would not take it
        cls.env.cr.execute("SET LOCAL enable_seqscan = off")

    def _plan(self, word):
        finder = self.env["gdpr.finder"]
        joined = finder._joined(finder._indexed_columns()["mail_message"])
        rows = self.env.execute_query(
            SQL(
                "EXPLAIN SELECT id FROM mail_message WHERE %s LIKE ANY(%s)",
                joined,
                [f"%{word}%"],
            )
        )
        return "\n".join(line for (line,) in rows)

    def test_it_is_used(self):
        self.assertIn("gdpr_texts_mail_message_", self._plan("zabelstein"))

    def test_a_table_is_indexed_once(self):
        finder = self.env["gdpr.finder"]
        self.assertLessEqual(set(TABLES), set(finder._indexed_columns()))
        left = {table for table, _columns, _rows in finder._to_index(smallest=-1)}
        self.assertFalse(left & set(TABLES))

    def test_a_text_that_came_later_is_read(self):
        """What the index does not know is found in full, and indexed anew."""
        finder = self.env["gdpr.finder"]
        columns = finder._indexed_columns()["mail_message"]
        finder._index_texts("mail_message", [c for c in columns if c != "body"])
        note = self.matter.message_post(body="Seen with Quirin Zabelstein")
        self._assert_found(self._find(), note, "mention", confirmed=False)
        self.assertIn(
            ("mail_message", columns),
            [(table, names) for table, names, _n in finder._to_index(smallest=-1)],
        )
        finder._index_texts("mail_message", columns)
        self.assertEqual(len(finder._indexes()["mail_message"]), 1, "one is enough")

    def test_what_a_killed_run_left_is_made_anew(self):
        finder = self.env["gdpr.finder"]
        ((name, columns, _usable),) = finder._indexes()["mail_message"]
        self.env.cr.execute(SQL("COMMENT ON INDEX %s IS NULL", SQL.identifier(name)))
        self.assertNotIn("mail_message", finder._indexed_columns())
        note = self.matter.message_post(body="Seen with Quirin Zabelstein")
        self._assert_found(self._find(), note, "mention", confirmed=False)
        finder._index_texts("mail_message", columns)
        self.assertEqual(finder._indexes()["mail_message"], [(name, columns, True)])

    def test_the_scheduler_leaves_the_largest_to_the_command(self):
        finder = self.env["gdpr.finder"]
        done = []
        rows = [("small", ["a"], 10), ("large", ["b"], 10**7)]

        def to_index(self, smallest=0, largest=None):
            return [row for row in rows if largest is None or row[2] <= largest]

        with (
            self.enter_registry_test_mode(),
            patch.object(type(finder), "_to_index", to_index),
            patch.object(
                type(finder), "_index_texts", lambda self, *args: done.append(args)
            ),
        ):
            self.env.ref("legal_gdpr.cron_gdpr_index_texts").method_direct_trigger()
        self.assertEqual(done, [("small", ["a"])])
