from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import LegalCommon


@tagged("post_install", "-at_install")
class TestAccess(LegalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matters = {
            "firm": cls._matter(),
            "team": cls._matter(access_policy="team"),
            "restricted": cls._matter(access_policy="restricted"),
            "walled": cls._matter(excluded_user_ids=cls.partner_user.ids),
        }
        cls.matters["team"].member_ids |= cls.assistant
        for matter in cls.matters.values():
            cls._call(matter)._file()

    def _readable(self, user):
        ids = {matter.id: key for key, matter in self.matters.items()}
        found = (
            self.env["legal.matter"].with_user(user).search([("id", "in", list(ids))])
        )
        return {ids[matter.id] for matter in found}

    def test_who_reads_what(self):
        self.assertEqual(
            self._readable(self.lawyer), {"firm", "team", "restricted", "walled"}
        )
        self.assertEqual(self._readable(self.lawyer2), {"firm", "walled"})
        self.assertEqual(self._readable(self.assistant), {"firm", "team", "walled"})
        # a wall beats every role
        self.assertEqual(self._readable(self.partner_user), {"firm"})

    def test_no_legal_role_no_matter(self):
        for user in (self.admin_user, self.outsider):
            for model in (
                "legal.matter",
                "legal.matter.party",
                "legal.communication",
                "legal.matter.reference",
                "legal.communication.proposal",
            ):
                with self.assertRaises(AccessError, msg=f"{user.name} {model}"):
                    self.env[model].with_user(user).search([])

    def test_search_and_check_agree(self):
        """The rule searches with SQL and checks with a compute: same answer."""
        users = self.lawyer | self.lawyer2 | self.assistant | self.partner_user
        for user in users:
            for matter in self.matters.values():
                for record in (matter, *matter.party_ids, *matter.communication_ids):
                    record = record.with_user(user)
                    found = bool(record.search([("id", "=", record.id)]))
                    self.env.invalidate_all()
                    self.assertEqual(found, record.has_access("read"))
                    self.assertEqual(found, record.sudo().legal_readable)

    def test_children_follow_the_matter(self):
        matter = self.matters["firm"]
        call = matter.communication_ids
        self.assertTrue(call.with_user(self.lawyer2).has_access("read"))
        matter.access_policy = "team"
        self.env.flush_all()
        self.env.invalidate_all()
        for record in (*matter.party_ids, *matter.reference_ids, call):
            self.assertFalse(
                record.with_user(self.lawyer2).has_access("read"), record._name
            )
        matter.member_ids |= self.lawyer2
        self.env.invalidate_all()
        self.assertTrue(call.with_user(self.lawyer2).has_access("read"))

    def test_waiting_mail_follows_its_proposal(self):
        """Mail that seems to belong to a matter is read by its readers, also later."""
        matter = self.matters["firm"]
        # as the gateway makes it
        mail = self.env["legal.communication"].create(
            {
                "channel": "email",
                "subject": "No number",
                "proposal_ids": [(0, 0, {"matter_id": matter.id, "score": 0.5})],
            }
        )
        mail._sync_access_lists()
        self.assertTrue(mail.with_user(self.lawyer2).has_access("read"))
        matter.with_user(self.lawyer)._raise_wall(self.lawyer2, "Former client")
        self.env.invalidate_all()
        for record in (mail, mail.proposal_ids):
            self.assertFalse(record.with_user(self.lawyer2).has_access("read"))
            self.assertTrue(record.with_user(self.assistant).has_access("read"))

    def test_an_answer_is_kept_for_each_user(self):
        """What is known of a list in a transaction is known of one user."""
        matter = self.matters["walled"]
        for _again in range(2):
            self.assertTrue(matter.with_user(self.lawyer2).has_access("read"))
            self.assertFalse(matter.with_user(self.partner_user).has_access("read"))
        key = matter.sudo().access_list_id
        self.assertTrue(key._readable_by(self.lawyer2.id))
        self.assertFalse(key._readable_by(self.partner_user.id))

    def test_same_readers_share_a_list(self):
        one = self._matter(access_policy="team")
        two = self._matter(access_policy="team")
        self.assertTrue(one.sudo().access_list_id)
        self.assertEqual(one.sudo().access_list_id, two.sudo().access_list_id)

    def test_restricted_name_is_hidden_elsewhere(self):
        matter = self.matters["restricted"]
        self.assertEqual(
            matter.with_user(self.lawyer2).sudo().display_name, matter.number
        )
        self.assertIn("Meier", matter.with_user(self.lawyer).sudo().display_name)

    def test_the_key_is_not_written_by_hand(self):
        matter = self.matters["restricted"]
        matter.with_user(self.lawyer).write({"access_list_id": False})
        self.assertTrue(matter.sudo().access_list_id)
        call = (
            self.env["legal.communication"]
            .with_user(self.lawyer)
            .create(
                {"matter_id": matter.id, "channel": "note", "access_list_id": False}
            )
        )
        self.assertEqual(call.sudo().access_list_id, matter.sudo().access_list_id)

    def test_nobody_writes_into_a_matter_he_cannot_read(self):
        matter = self.matters["restricted"]
        with self.assertRaises(AccessError):
            self._call(matter, user=self.lawyer2)
        draft = self._call(self.matters["firm"], user=self.lawyer2)
        with self.assertRaises(AccessError):
            draft.write({"matter_id": matter.id})
            self.env.flush_all()

    def test_a_matter_that_comes_as_a_default_counts_the_same(self):
        """The forms opened from a matter name it in the context."""
        matter = self.matters["restricted"]
        samples = (
            ("legal.communication", {"channel": "note"}),
            ("calendar.event", {"name": "Hearing"}),
        )
        for model, values in samples:
            records = self.env[model].with_context(default_matter_id=matter.id)
            record = records.with_user(self.lawyer).create(dict(values))
            self.assertEqual(record.matter_id, matter, model)
            self.assertEqual(
                record.sudo().access_list_id, matter.sudo().access_list_id, model
            )
            self.assertFalse(record.with_user(self.lawyer2).has_access("read"), model)
            with self.assertRaises(AccessError, msg=model):
                records.with_user(self.lawyer2).create(dict(values))

    def test_a_wall_is_not_lifted_by_the_team(self):
        matter = self.matters["walled"]
        for user in (self.lawyer, self.assistant):
            with self.assertRaises(AccessError):
                matter.with_user(user).write({"excluded_user_ids": [(5, 0, 0)]})
            self.env.invalidate_all()
        matter.with_user(self.lawyer)._raise_wall(self.lawyer2, "Former client")
        self.assertFalse(matter.with_user(self.lawyer2).has_access("read"))

    def test_a_wall_stands_around_the_next_instance(self):
        matter = self.matters["walled"].with_user(self.lawyer)
        child = matter.browse(matter.action_new_submatter()["res_id"])
        for copy in child | matter.copy():
            self.assertEqual(copy.excluded_user_ids, self.partner_user)
            self.assertFalse(copy.with_user(self.partner_user).has_access("read"))

    def test_find_does_not_leak(self):
        matter = self.matters["restricted"]
        found = self.env["legal.matter"].with_user(self.lawyer2)
        self.assertFalse(found.search([("find", "ilike", matter.number)]))
        self.assertFalse(found.name_search(matter.number))

    def test_followers_are_readers(self):
        matter = self.matters["restricted"]
        partners = self.lawyer2.partner_id | self.lawyer.partner_id | self.meier
        matter.message_subscribe(partners.ids)
        followers = matter.message_partner_ids
        self.assertNotIn(self.lawyer2.partner_id, followers)
        self.assertNotIn(self.meier, followers)
        self.assertIn(self.lawyer.partner_id, followers)
