import uuid

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .legal_access_mixin import LegalAccessMixin


class CalendarEvent(models.Model):
    """An appointment of a matter is read by the readers of the matter.

    The matter is that of the document the appointment was made from (the matter, or
    anything with its key), or is chosen by hand. Everybody else sees neither the
    appointment nor that its time is taken.
    """

    _name = "calendar.event"
    _inherit = ["calendar.event", "legal.access.mixin"]

    _gdpr_data = {"matter_id": "the matter the people of the appointment meet about"}

    matter_id = fields.Many2one(
        "legal.matter",
        index="btree_not_null",
        ondelete="restrict",
    )

    # -- which matter ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events._take_matter()
        events._check_legal_people({})
        return events

    def write(self, vals):
        # Core takes keys out of what it is given: ask before.
        moved = {"res_id", "res_model_id", "res_model", "opportunity_id"} & set(vals)
        by_hand = "matter_id" in vals
        people = {"matter_id", "partner_ids", "user_id"} & set(vals)
        before = self._legal_people() if people else {}
        result = super().write(vals)
        if moved and not by_hand:
            self._take_matter(again=True)
        if people:
            self.exists()._check_legal_people(before)
        return result

    def _take_matter(self, again=False):
        """Take over the matter of the document.

        :param bool again: also where there is a matter already, as the document changed
        """
        by_matter = {}
        # sudo: which matter it is decides who reads on, whoever is writing
        for event in self.sudo().exists():
            matter_id = event._document_matter_id()
            if event.matter_id.id != (matter_id or False) and (
                again or not event.matter_id
            ):
                by_matter.setdefault(matter_id, []).append(event.id)
        for matter_id, ids in by_matter.items():
            # As the user himself: nobody puts an appointment into a matter that is
            # closed to him.
            self._check_target_matters([matter_id] if matter_id else [])
            # sudo: the rights on appointments of others were core's to check
            self.browse(ids).sudo().write({"matter_id": matter_id})

    def _document_matter_id(self):
        """The id of the matter of the document this was made from, or False."""
        self.ensure_one()
        inquiry = ("crm.lead", self.opportunity_id.id)
        for model, res_id in ((self.res_model, self.res_id), inquiry):
            document = self.env.get(model or "")
            if not res_id or not isinstance(document, LegalAccessMixin):
                continue
            record = document.browse(res_id).exists()
            if record and record._access_matter_id():
                return record._access_matter_id()
        return False

    @api.model
    def _follow_documents(self, documents):
        """The matter of these documents changed: their appointments go along."""
        domain = Domain("res_model", "=", documents._name) & Domain(
            "res_id", "in", documents.ids
        )
        if documents._name == "crm.lead":
            domain |= Domain("opportunity_id", "in", documents.ids)
        # sudo: also appointments that colleagues made, and archived ones
        events_sudo = self.sudo().with_context(active_test=False).search(domain)
        events_sudo.with_env(self.env)._take_matter(again=True)

    @api.model
    def _take_matters_of_documents(self):  # pylint: disable=missing-return
        """Give appointments made before they had a matter the one of their document."""
        keyed = ["legal.matter", *(model._name for model, _ in self._access_children())]
        domain = Domain("res_model", "in", keyed)
        domain |= Domain("opportunity_id.matter_id", "!=", False)
        events = self.with_context(active_test=False).search(
            domain & Domain("matter_id", "=", False)
        )
        for event in events:
            matter_id = event._document_matter_id()
            if matter_id:
                # Who was invited is not asked about: the rule keeps out who may not.
                super(CalendarEvent, event).write({"matter_id": matter_id})

    # -- who may be there -----------------------------------------------------------

    def _legal_people(self):
        """Map each id to its matter and to the colleagues who take part."""
        return {
            event.id: (event.matter_id, event.partner_ids.user_ids | event.user_id)
            for event in self.sudo()  # for the comparison in _check_legal_people
        }

    def _check_legal_people(self, before):
        """An invitation tells what it is about: colleagues who may not know get none.

        :param dict before: see ``_legal_people``; who took part already is not asked
            about again, he leaves when the matter is closed to him
        :raises ValidationError: with the names
        """
        # sudo: asked about everybody, whoever writes
        for event in self.sudo().filtered("matter_id"):
            matter, known = before.get(event.id, (None, self.env["res.users"]))
            closed = event._legal_shut_out_users(event.partner_ids, event.user_id)
            if matter == event.matter_id:
                closed -= known
            if closed:
                raise ValidationError(
                    self.env._(
                        "%(names)s may not read %(matter)s and cannot take part in its "
                        "appointments. Remove them from “%(event)s”, or the matter.",
                        names=", ".join(closed.mapped("name")),
                        matter=event.matter_id.number,
                        event=event.name,
                    )
                )

    def _legal_shut_out_users(self, partners, users=None):
        """The colleagues among ``partners`` and ``users`` who may not read the matter.
        Guests from outside were invited on purpose."""
        self.ensure_one()
        people = partners.user_ids | (users or self.env["res.users"])
        return people.filtered(
            lambda user: user.active
            and user._is_internal()
            and not user._is_superuser()
            and not self.matter_id._readable_for(user)
        )

    def _legal_let_go(self, users):
        """These colleagues may not read the matter any more: they leave what is to
        come, and the links they had open nothing. Called with superuser rights."""
        for event in self:
            coming = event.stop >= fields.Datetime.now()
            gone = event.partner_ids & users.partner_id
            event.attendee_ids.filtered(
                lambda attendee: attendee.partner_id in users.partner_id
            ).write({"access_token": uuid.uuid4().hex})
            if not coming:
                continue  # who was there stays on record
            vals = {}
            if event.user_id in users:
                lawyer = event.matter_id.lawyer_id
                vals["user_id"] = lawyer.id if lawyer not in users else False
            if gone:
                vals["partner_ids"] = [
                    fields.Command.unlink(partner.id) for partner in gone
                ]
            if event.access_token:
                vals.update(access_token=uuid.uuid4().hex, videocall_channel_id=False)
            if vals:
                event.with_context(
                    skip_attendee_notification=True, dont_notify=True
                ).write(vals)
