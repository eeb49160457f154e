from functools import partial

from odoo.tests import tagged

from .common import LegalCommon

LIST = {
    "number": {},
    "name": {},
    "lawyer_id": {"fields": {"display_name": {}}},
    "last_communication_id": {"fields": {"display_name": {}}},
}
FORM = {
    **LIST,
    "access_policy": {},
    "party_ids": {"fields": {"partner_id": {"fields": {"display_name": {}}}}},
    "reference_ids": {"fields": {"value": {}}},
    "member_ids": {"fields": {"display_name": {}}},
    "communication_ids": {"fields": {"subject": {}, "date": {}}},
}


@tagged("post_install", "-at_install")
class TestAccessQueries(LegalCommon):
    """What need-to-know costs in queries: so many, however many records there are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        policies = [
            {},
            {"access_policy": "team"},
            {"access_policy": "team", "member_ids": [(4, cls.assistant.id)]},
            {"access_policy": "team", "member_ids": [(4, cls.lawyer2.id)]},
            {"access_policy": "restricted"},
            {"access_policy": "restricted", "member_ids": [(4, cls.lawyer2.id)]},
            {"excluded_user_ids": [(4, cls.lawyer2.id)]},
            {"excluded_user_ids": [(4, cls.partner_user.id)]},
        ]
        cls.matters = cls.env["legal.matter"]
        for n in range(80):
            cls.matters |= cls._matter(**policies[n % len(policies)])
        cls.calls = cls.env["legal.communication"]
        for matter in cls.matters:
            cls.calls |= cls._call(matter)

    def _queries(self, function, records, user):
        """How many queries ``function(records)`` takes as ``user``, with no cache."""
        records = records.with_user(user)
        for _warm in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            # what is known of lists of readers is kept with the connection
            self.env.cr.cache.clear()
            start = self.cr.sql_log_count
            function(records)
            self.env.flush_all()
        return self.cr.sql_log_count - start

    def _assert_constant(self, function, records, user):
        """As many for 8 records (one of each kind) as for 80; :return: how many"""
        few = self._queries(function, records[:8], user)
        many = self._queries(function, records, user)
        self.assertEqual(few, many)
        return many

    def _list(self, records, specification):
        domain = [("id", "in", records.ids)]
        return records.web_search_read(domain, specification, limit=len(records))

    def test_check_of_80(self):
        for records in (self.matters, self.calls):
            count = self._assert_constant(
                lambda found: found._filtered_access("read"), records, self.lawyer2
            )
            # the rows, their lists of readers, and the user's groups and companies
            self.assertLessEqual(count, 6, records._name)

    def test_a_check_after_a_list_asks_one_thing(self):
        """The key is read along with the list, so that no row is read twice."""
        for records, specification in (
            (self.matters, LIST),
            (self.calls, {"subject": {}}),
        ):
            search = partial(self._list, specification=specification)

            def search_and_check(found, search=search):
                rows = search(found)["records"]
                found.browse([row["id"] for row in rows]).check_access("read")

            alone = self._queries(search, records, self.lawyer)
            both = self._queries(search_and_check, records, self.lawyer)
            self.assertLessEqual(both, alone + 1, records._name)

    def test_list(self):
        def read(found):
            return self._list(found, LIST)

        count = self._assert_constant(read, self.matters, self.lawyer)
        free = self._queries(read, self.matters, self.env.ref("base.user_root"))
        # the lists of readers of the matters, and the user's groups and companies
        self.assertLessEqual(count, free + 5)

    def test_list_of_communications(self):
        specification = {
            "subject": {},
            "matter_id": {"fields": {"display_name": {}}},
            "partner_ids": {"fields": {"display_name": {}}},
        }

        def read(found):
            return self._list(found, specification)

        count = self._assert_constant(read, self.calls, self.lawyer)
        free = self._queries(read, self.calls, self.env.ref("base.user_root"))
        self.assertLessEqual(count, free + 5)

    def test_form(self):
        matter = self.matters[1]

        def read(found):
            return found.web_read(FORM)

        count = self._queries(read, matter, self.lawyer)
        for _n in range(20):
            self._call(matter)
        self.assertEqual(self._queries(read, matter, self.lawyer), count)
        free = self._queries(read, matter, self.env.ref("base.user_root"))
        self.assertLessEqual(count, free + 5)

    def test_names_of_what_is_hidden(self):
        def names(found):
            return found.sudo().mapped("display_name")

        for records in (self.matters, self.calls):
            self._assert_constant(names, records, self.lawyer2)

    def test_readers_change_in_one_step(self):
        """As many statements for a matter with 40 records as for one with few."""
        few, many = self.matters[1], self.matters[9]
        for _n in range(40):
            self._call(many)._file()

        def change(found):
            found.write({"member_ids": [(4, self.partner_user.id)]})
            found.write({"member_ids": [(3, self.partner_user.id)]})

        self._queries(change, few | many, self.lawyer)  # the lists are there already
        self.assertEqual(
            self._queries(change, few, self.lawyer),
            self._queries(change, many, self.lawyer),
        )

    def test_the_key_is_part_of_a_unique_index(self):
        """Else a change of readers does not wait for what is put into the matter."""
        self.cr.execute(
            """SELECT indisunique, indpred IS NULL, indexprs IS NULL FROM pg_index
                WHERE indexrelid = 'legal_matter_readers_idx'::regclass"""
        )
        self.assertEqual(self.cr.fetchall(), [(True, True, True)])
