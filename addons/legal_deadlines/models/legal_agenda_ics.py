from datetime import timedelta

import vobject
from vobject.icalendar import utc

from odoo import api, fields, models

DAYS_BACK, DAYS_AHEAD = 30, 400
MOST = 5000  # dates of one person that a calendar program is given


class LegalAgenda(models.Model):
    """Somebody's dates as a calendar (RFC 5545) for a program outside.

    What leaves the house says of a date its kind and the number of the matter: no
    name, no text, no place, no participants. Calendar programs copy what they get to
    phones and to services that the firm does not choose.
    """

    _inherit = "legal.agenda"

    @api.model
    def _ics(self):
        """The dates of the current user, by his rights, language and time zone.

        :return: bytes; the same ones as long as nothing changed
        """
        today = fields.Date.context_today(self)
        rows = self.search(
            [
                ("mine", "=", True),
                ("date", ">=", today - timedelta(days=DAYS_BACK)),
                ("date", "<=", today + timedelta(days=DAYS_AHEAD)),
            ],
            limit=MOST,
        )
        calendar = vobject.iCalendar()
        calendar.add("prodid").value = "-//Law Firm Suite//Deadlines//EN"
        calendar.add("method").value = "PUBLISH"
        calendar.add("x-wr-calname").value = self.env._("Dates of the Firm")
        calendar.add("x-published-ttl").value = "PT1H"
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        # sudo: the id of this database, which makes those of the dates unique
        house = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        for row in rows:
            row._add_ics_event(calendar.add("vevent"), kinds, house)
        return calendar.serialize().encode()

    def _add_ics_event(self, event, kinds, house):
        """Fill in one date.

        :param event: an empty VEVENT of ``vobject``
        :param dict kinds: the names of the kinds, in the language of the user
        :param str house: what makes the identifier unique among all databases
        """
        self.ensure_one()
        event.add("uid").value = f"{self.res_model}-{self.res_id}@{house}"
        # A revision needs a number that grows; nothing counts them, the clock does.
        changed = self.changed_on.replace(microsecond=0)
        created = (self.created_on or changed).replace(microsecond=0)
        event.add("dtstamp").value = changed.replace(tzinfo=utc)
        event.add("last-modified").value = changed.replace(tzinfo=utc)
        age = (changed - created).total_seconds()
        event.add("sequence").value = str(max(0, int(age)))
        event.add("summary").value = self._ics_title(kinds)
        if self.all_day:
            event.add("dtstart").value = self.start.date()
            event.add("dtend").value = self.stop.date() + timedelta(days=1)
        else:
            event.add("dtstart").value = self.start.replace(tzinfo=utc)
            if self.stop > self.start:
                event.add("dtend").value = self.stop.replace(tzinfo=utc)
        status = {"provisional": "TENTATIVE", "cancelled": "CANCELLED"}
        event.add("status").value = status.get(self.state, "CONFIRMED")
        # Only where somebody has to be is his time taken.
        taken = self.res_model == "calendar.event" and self.state == "open"
        event.add("transp").value = "OPAQUE" if taken else "TRANSPARENT"

    def _ics_title(self, kinds):
        """As "Hearing 0123/26": kind and number, and whether it is done."""
        # sudo: the number alone, and the row is the user's to read
        number = self.sudo().matter_id.number or ""
        title = f"{kinds.get(self.kind, '')} {number}".strip()
        if self.state in ("done", "done_unchecked"):
            return self.env._("%s (done)", title)
        return title
