from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.redaction import Redactor
from .gdpr_retention import HANGING, IN_USE, PAPERS

#: deleted at the very end, in this order: others lead to them
LAST = ("res.users", "res.partner")


class GdprErasure(models.AbstractModel):
    """A person: everything that was found of him, as it was decided."""

    _inherit = "gdpr.erasure"

    @api.model
    def _propose(self, subject):
        """Fill in what nobody has decided yet: law-bound records are blocked until
        their day, his own are deleted, he is taken out of those shared with others."""
        # sudo: the whole of the person, as the law demands, not what somebody may read
        subject = subject.sudo()._legal_unlocked()
        # his own request does not keep what it asks to be erased
        retention = self.env["gdpr.retention"]
        self = self.with_env(retention._answering(subject.request_ids.ids).env)
        # the certificate says the law in the language of whoever gets it
        self = self.with_context(
            lang=subject.lang or subject.company_id.partner_id.lang or self.env.lang
        )
        items = subject.item_ids.filtered(
            lambda item: item.erase_decision == "pending" and item.confirmed
        )
        people = subject.partner_id | subject._own_partners()
        proposed = defaultdict(list)
        for model_name, same in items.grouped("res_model").items():
            if model_name in self.env:
                for item, values in self._proposals(same, people):
                    proposed[tuple(values.items())].append(item.id)
        for values, ids in proposed.items():
            items.browse(ids).write(dict(values))
        return True

    @api.model
    def _proposals(self, items, people):
        """Yield (item, values) for findings of one kind; asked once for all of them."""
        # sudo: the whole of the person, as in _propose
        model = self.env[items[0].res_model].sudo()
        records = model.browse(items.mapped("res_id")).exists()
        verdicts = self.env["gdpr.retention"]._judge(records)
        gone = self._in_reasons(records, verdicts)
        # work goes on with a record of which one person is taken out
        changed = self._reasons(records, (IN_USE,))
        by_id = {record.id: record for record in records}
        matters = items._matters_of(records)
        sides = items._sides(matters.values())
        proof = self.env._("Art. 5(2) GDPR: proof that requests were answered")
        disputed = self.env._("Art. 17(3)(e) GDPR: a matter is not closed yet")
        for item in items:
            reasons = gone if item.edge == "owned" else changed
            record = by_id.get(item.res_id)
            if record is None:
                yield item, {"erase_decision": "delete"}  # gone already
            elif self._is_proof(record):
                yield item, {"erase_decision": "keep", "keep_source": proof}
            elif self._is_disputed(item, matters[record.id], verdicts[record.id]):
                yield item, {"erase_decision": "keep", "keep_source": disputed}
            elif record.id in reasons:
                yield item, self._blocked(verdicts[record.id], reasons[record.id])
            else:
                decision = self._may_be(item, record, people, sides)
                yield item, {"erase_decision": decision}

    @api.model
    def _is_proof(self, record):
        """Whether it is a request, or one of its letters and files.

        What the person agreed to and was told is his own, and no proof of a request.
        """
        if isinstance(record, self.env.registry["gdpr.append.only"]):
            return False
        name = record._name
        if name in PAPERS:
            name = record[HANGING[name][0]]
        return (name or "").startswith("gdpr.")

    @api.model
    def _is_disputed(self, item, matter, verdict):
        """Whether a matter that is in work needs the record."""
        if item.edge == "owned" and IN_USE in verdict.waiting:
            return True
        return matter.state in ("intake", "open")

    @api.model
    def _may_be(self, item, record, people, sides):
        """delete, redact or keep, where no law and no matter in work says anything."""
        if record._name == "legal.matter.party" and record.partner_id in people:
            return "delete"  # it says nothing but that this person is a party
        if record._name == "legal.matter" and "own" in sides.get(record.id, ()):
            others = record.party_ids.filtered(
                lambda party: party.side == "own" and party.partner_id not in people
            )
            return "redact" if others else "delete"  # the file of this client alone
        if record._name == "ir.attachment" and item.edge != "stop":
            # nobody is taken out of a file; of one that only names the person,
            # somebody says whether it goes
            return "pending" if item.edge == "mention" else "delete"
        return {"owned": "delete", "stop": "keep"}.get(item.edge, "redact")

    @api.model
    def _blocked(self, verdict, reason):
        # sudo: which law it is
        rules = self.env["gdpr.retention.rule"].sudo()
        rule = rules.browse([r for r in verdict.rules if r > IN_USE][:1])
        may_on, today = verdict.may_on, fields.Date.context_today(self)
        return {
            "erase_decision": "block",
            "keep_source": rule.source or reason,
            "keep_until": may_on - timedelta(days=1)
            if may_on and may_on > today
            else False,
        }

    @api.model
    def _block_kept(self, subject):
        """What the law keeps of the person's own is not used any more (§ 35(3) BDSG):
        restricted until its day, where its kind can be."""
        # sudo: as in _erase_subject
        restriction = self.env["gdpr.restriction"].sudo()
        items = subject.item_ids.filtered(
            lambda item: item.confirmed
            and item.edge == "owned"
            and item.erase_decision == "block"
            and item.res_model in self.env
            and restriction._can_block(self.env[item.res_model])
        )
        for item in items:
            # sudo: as in _erase_subject
            record = self.env[item.res_model].sudo().browse(item.res_id).exists()
            try:
                restriction._block(record, item.keep_source, source="retention")
            except UserError as error:
                item.note = str(error)

    @api.model
    def _erase_subject(self, subject, source="request", request_id=None):
        """Carry out what was decided on the findings of a person. Called again, it goes
        on where it ended: what is done has its day, and nothing is done twice.

        In the queue (a ``cron_id``) or with ``gdpr_commit`` in the context, each batch
        is committed by itself.

        :param subject: a gdpr.subject whose data was looked for
        :return: {"done": number, "kept": number, "refused": {item id: reason}}
        :raises UserError: the list outside the database cannot be written
        """
        # sudo: the whole of the person; the caller has approved it
        subject = subject.sudo()._legal_unlocked()
        self.env["gdpr.erasure.file"]._reconcile()
        self._propose(subject)
        self._remember_identifiers(subject)
        self = self.with_context(
            gdpr_redactor=Redactor(
                subject.identifier_ids.mapped(lambda i: (i.kind, i.value)), self._mark()
            ),
            gdpr_partner_ids=tuple(self._partners_of(subject).ids),
        )
        result = {"done": 0, "kept": 0, "refused": {}}
        for action, items in self._steps(subject):
            for start in range(0, len(items), 100):
                self._erase_items(
                    items[start : start + 100], action, source, request_id, result
                )
                if self.env.context.get("gdpr_commit"):
                    # asked for by the command, which has no job to go on with
                    self.env.cr.commit()  # pylint: disable=invalid-commit
                elif self.env.context.get("cron_id"):
                    self.env["ir.cron"]._commit_progress(0)
        self._block_kept(subject)
        self._redact_echo(subject)
        result["kept"] = len(
            subject.item_ids.filtered(lambda i: i.erase_decision in ("block", "keep"))
        )
        return result

    @api.model
    def _redact_echo(self, subject):
        """What applications wrote about the deletion itself ("bank account ...
        archived"), and the notices that wait for a browser."""
        redactor = self.env.context["gdpr_redactor"]
        # sudo: as in _erase_subject
        journal = self.env["gdpr.erasure.journal"].sudo()
        begin = journal.search([("subject", "=", subject.token)], order="id", limit=1)
        if begin and redactor:
            # sudo: as in _erase_subject
            echo = (
                self.env["mail.message"]
                .sudo()
                .search([("date", ">=", begin.date), ("model", "not like", "gdpr.%")])
            )
            with self.env["legal.erasing"]._open() as env:
                echo = echo.with_env(env)
                self._redact_texts(echo, redactor)
                self._redact_tracking(echo, redactor)
        self._redact_bus(redactor)

    @api.model
    def _steps(self, subject):
        """[(action, items)]: first out of what others keep, then what is his own."""
        items = subject.item_ids.filtered(
            lambda item: item.confirmed and not item.erased_on
        )
        steps = []
        for last in (False, *LAST):
            for action in ("redact", "delete"):
                chosen = items.filtered(
                    lambda item, action=action, last=last: item.erase_decision == action
                    and (item.res_model == last if last else item.res_model not in LAST)
                )
                for model_name in sorted(set(chosen.mapped("res_model"))):
                    steps.append(
                        (
                            action,
                            chosen.filtered(
                                lambda item, name=model_name: item.res_model == name
                            ),
                        )
                    )
        return steps

    @api.model
    def _erase_items(self, items, action, source, request_id, result):
        model = self.env.get(items[0].res_model)
        reasons = {}
        if model is not None:
            # sudo: as in _erase_subject
            records = model.sudo().browse(items.mapped("res_id"))
            if action == "redact":
                self._list_files(items.subject_id, records.exists())
            reasons = self._destroy(
                records,
                action,
                source,
                request_id=request_id,
                subject_token=items.subject_id.token,
            )
        for item in items:
            if reason := reasons.get(item.res_id):
                result["refused"][item.id] = reason
                item.note = reason
        done = items.filtered(lambda item: item.id not in result["refused"])
        done.write({"erased_on": fields.Datetime.now(), "note": False})
        result["done"] += len(done)
        self.env.flush_all()

    @api.model
    def _partners_of(self, subject):
        """The contacts that are the person himself."""
        ids = subject.item_ids.filtered(
            lambda item: item.res_model == "res.partner"
            and item.edge == "owned"
            and item.confirmed
        ).mapped("res_id")
        # sudo: as in _erase_subject
        partners = self.env["res.partner"].sudo().browse(ids).exists()
        return partners | subject.partner_id

    @api.model
    def _remember_identifiers(self, subject):
        """Write down by what his contacts are known, before they are gone: a run that
        is killed goes on with the same."""
        known = set(subject.identifier_ids.mapped(lambda i: (i.kind, i.value)))
        found = dict.fromkeys(
            pair
            for pair in self._identifiers_of(self._partners_of(subject))
            if pair not in known
        )
        # sudo: as in _erase_subject
        self.env["gdpr.subject.identifier"].sudo().create(
            [
                {
                    "subject_id": subject.id,
                    "kind": kind,
                    "value": value,
                    "source": "found",
                }
                for kind, value in found
            ]
        )

    @api.model
    def _list_files(self, subject, records):
        """Files of shared records whose text names him become findings of their own:
        somebody decides whether each is deleted or kept."""
        files = self._files_naming(records, self.env.context["gdpr_redactor"])
        known = subject.item_ids.filtered(
            lambda item: item.res_model == "ir.attachment"
        ).mapped("res_id")
        # sudo: as in _erase_subject
        self.env["gdpr.subject.item"].sudo().create(
            [
                {
                    "subject_id": subject.id,
                    "res_model": "ir.attachment",
                    "res_id": file.id,
                    "edge": "mention",
                    "path": "index_content",
                    "field_names": "index_content",
                    "confirmed": False,
                }
                for file in files
                if file.id not in known
            ]
        )
