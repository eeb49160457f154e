from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK

from .gdpr_retention import HANGING, PAPERS

#: stamped by the decision itself
_STAMPED = {"access_by_id", "access_on", "erased_on", "proposal", "matter_id"}
PROPOSALS = [
    ("own", "The person's own data"),
    ("named", "Named in a text"),
    ("points", "Only points at the person"),
    ("not_client", "The person is not our client in this matter"),
    ("both_sides", "The person is on both sides"),
    ("internal", "Internal note: look whether it is tactics"),
]
_DECISIONS = {"access_decision", "access_ground", "confirmed", "erase_decision"}


class GdprSubjectItem(models.Model):
    """The secrecy review: each finding is decided by somebody who may read it.

    What a client's mandate covers is not the other side's to know: the requester may
    be the opponent (§ 29(1) BDSG, art. 23 GDPR and the secrecy of each country).
    """

    _inherit = "gdpr.subject.item"

    proposal = fields.Selection(
        PROPOSALS,
        string="Why Proposed",
        readonly=True,
        help="What the proposal rests on.",
    )

    def write(self, vals):
        if self.env.context.get("legal_unlock") is UNLOCK:
            return super().write(vals)
        if _STAMPED & vals.keys():
            raise UserError(
                self.env._("Who decided and when is written by the decision itself.")
            )
        if _DECISIONS & vals.keys():
            self.check_access("write")
            self._check_open()
            if "access_decision" in vals or "confirmed" in vals:
                vals = {
                    **vals,
                    "access_by_id": self.env.uid,
                    "access_on": fields.Datetime.now(),
                }
            if vals.get("access_decision") not in (None, "withhold"):
                vals.setdefault("access_ground", False)
        return super().write(vals)

    @api.constrains("erase_decision", "keep_source")
    def _check_kept(self):
        for item in self:
            if item.erase_decision in ("block", "keep") and not item.keep_source:
                raise ValidationError(
                    self.env._(
                        "What is kept needs the law that keeps it: the certificate "
                        "says it."
                    )
                )

    def _check_open(self):
        """:raises UserError: an answer that rests on these decisions is released"""
        # sudo: whether a request is decided, not which
        requests = self.sudo().subject_id.request_ids
        if any(request.state == "released" for request in requests):
            raise UserError(
                self.env._("The answer is released: the decisions stay as they are.")
            )
        # who decides anew takes the officer's “ready” back
        requests.filtered("prepared_by_id").filtered(
            lambda request: request.state == "review"
        )._unlocked().write({"prepared_by_id": False, "prepared_on": False})

    def _decide(self, decision, ground=False):
        """Decide many at once, as the user may read them.

        :param decision: disclose, redact or withhold
        :param ground: of GROUNDS, for withhold
        """
        if not self:
            raise UserError(self.env._("Choose the findings first."))
        self.write({"access_decision": decision, "access_ground": ground})

    def action_disclose(self):
        self._decide("disclose")

    def action_redact(self):
        self._decide("redact")

    def action_withhold_mandate(self):
        self._decide("withhold", "mandate")

    def action_withhold_others(self):
        self._decide("withhold", "others")

    def action_erase(self):
        """The record goes."""
        self._decide_erasure("delete")

    def action_erase_redact(self):
        """The record stays, the person is taken out of it."""
        self._decide_erasure("redact")

    def _decide_erasure(self, decision):
        if not self:
            raise UserError(self.env._("Choose the findings first."))
        self.write({"erase_decision": decision, "keep_source": False})

    def action_confirm(self):
        """It is this person, and nobody of the same name."""
        self.write({"confirmed": True})

    def action_other_person(self):
        self._decide("withhold", "other_person")

    def action_open_record(self):
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id)
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    # -- proposals ---------------------------------------------------------------------

    def _propose(self, kind):
        """Fill in what is proposed where nobody decided yet. Runs as superuser.

        :param kind: of the request; an erasure asks what may go as well
        """
        if not self.env.su:
            raise AccessError(self.env._("Proposals are made by the request."))
        unlocked = self._legal_unlocked()
        if kind == "erasure":
            for subject in unlocked.subject_id:
                self.env["gdpr.erasure"]._propose(subject)
        for model, items in unlocked.grouped("res_model").items():
            if model not in self.env:
                continue
            records = self.env[model].browse(items.mapped("res_id")).exists()
            by_id = {record.id: record for record in records}
            matters = self._matters_of(records)
            sides = items._sides(matters.values())
            proposed = defaultdict(list)
            for item in items:
                record = by_id.get(item.res_id)
                if record is None:
                    continue
                values = {}
                if not item.access_by_id and item.access_decision == "pending":
                    values |= item._proposed_access(record, matters[record.id], sides)
                if values:
                    proposed[tuple(values.items())].append(item.id)
            for values, ids in proposed.items():
                items.browse(ids).write(dict(values))

    @api.model
    def _matters_of(self, records):
        """``{id: matter}``, some of them empty; one look at each kind of document.

        :param records: of one model
        """
        none = self.env["legal.matter"]
        if records._name == "legal.matter":
            return {record.id: record for record in records}
        field = records._fields.get("matter_id")
        if field and field.comodel_name == "legal.matter":
            return {record.id: record.matter_id for record in records}
        if records._name not in PAPERS:
            return dict.fromkeys(records._ids, none)
        named, _number = HANGING[records._name]
        below = defaultdict(lambda: defaultdict(list))
        for record in records:
            if record.res_id and record[named] != records._name:
                below[record[named]][record.res_id].append(record.id)
        found = dict.fromkeys(records._ids, none)
        for model, documents in below.items():
            if model in self.env:
                there = self.env[model].browse(documents).exists()
                for res_id, matter in self._matters_of(there).items():
                    found |= dict.fromkeys(documents[res_id], matter)
        return found

    def _sides(self, matters):
        """{matter id: sides of the subject there}; one query for all matters."""
        ids = {matter.id for matter in matters if matter}
        partners = self.subject_id.partner_id | self.subject_id._own_partners()
        sides = {}
        for party in self.env["legal.matter.party"].search(
            [("matter_id", "in", list(ids)), ("partner_id", "in", partners.ids)]
        ):
            sides.setdefault(party.matter_id.id, set()).add(party.side)
        return sides

    def _proposed_access(self, record, matter, sides):
        self.ensure_one()
        if self.edge == "mention":
            return {"confirmed": False, "proposal": "named"}
        mine = sides.get(matter.id, set()) if matter else set()
        if matter and "own" not in mine:
            return {
                "access_decision": "withhold",
                "access_ground": "mandate",
                "proposal": "not_client",
            }
        if matter and mine - {"own"}:
            return {"proposal": "both_sides"}
        if matter and self._is_internal(record):
            return {"proposal": "internal"}
        if self.edge in ("owned", "shared"):
            return {
                "access_decision": "disclose",
                "proposal": "own",
            }
        return {"proposal": "points"}

    @staticmethod
    def _is_internal(record):
        if record._name == "legal.communication":
            return record.direction == "internal" or record.channel == "note"
        if record._name == "mail.message":
            return record.is_internal or record.message_type == "notification"
        return record._name == "project.task"


class GdprSubject(models.Model):
    _inherit = "gdpr.subject"

    request_ids = fields.One2many("gdpr.request", "subject_id", string="Requests")

    def _own_partners(self):
        """The contacts that were found to be the person itself."""
        ids = [
            item.res_id
            for item in self.item_ids
            if item.res_model == "res.partner" and item.edge == "owned"
        ]
        return self.env["res.partner"].browse(ids).exists()

    def _forget(self):
        """Take away by what the person is known; the token and the counts stay, and
        the numbers of the records that a law still keeps: their day comes."""
        # sudo: the officer forgets what lies behind walls as well
        for subject in self.sudo():
            subject.identifier_ids.unlink()
            waiting = subject.item_ids.filtered(
                lambda item: item.erase_decision == "block" and not item.erased_on
            )
            waiting._legal_unlocked().write({"note": False})
            (subject.item_ids - waiting)._legal_unlocked().unlink()
            subject.write({"name": False, "partner_id": False, "state": "forgotten"})
