import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .gdpr_retention import IN_USE

_logger = logging.getLogger(__name__)

#: records that are locked, judged, written down and destroyed together
BATCH = 500
#: kept without a rule: nobody has said yet how long
MONEY = (
    "account.move",
    "account.move.line",
    "account.payment",
    "account.bank.statement.line",
)


class GdprErasure(models.AbstractModel):
    """The one way in for every destruction.

    Each record is locked, judged once more, written down outside the database, and
    then destroyed with what hangs on it, together with its entry in the journal: both
    or neither. It is the caller's business who may ask for it; nothing here is public.
    """

    _name = "gdpr.erasure"
    _description = "Erasure"

    _gdpr_none = "stores nothing"

    @api.model
    def _destroy(
        self,
        records,
        action,
        source,
        *,
        rule=None,
        request_id=None,
        run_id=None,
        subject_token=None,
        fields=None,
        overrule=(),
    ):
        """Destroy records, or the person in them.

        :param records: a recordset of any stored model; what is gone already is done
        :param str action: ``delete`` the records; ``redact`` the person out of them
            (who: the context value ``gdpr_redactor``, a tools.redaction.Redactor with
            ``gdpr_partner_ids``; without it the contacts that the record names);
            ``empty`` the ``fields``
        :param str source: one of the journal's: retention, request, selective, hand,
            restore
        :param rule: the gdpr.retention.rule that says so
        :param fields: names, for ``empty``; for ``redact`` the only ones, if given
        :param overrule: ids of rules whose minimum is not heeded; a hold always is
        :return: {id: None when it is done, or the reason why the record stays}
        :raises UserError: the list outside the database cannot be written, or there is
            no key: nothing more was destroyed
        """
        if action not in ("delete", "redact", "empty"):
            raise ValueError(f"nothing is destroyed by {action!r}")
        if request_id:
            answering = self.env["gdpr.retention"]._answering([request_id])
            self = self.with_env(answering.env)
        facts = {
            "action": action,
            "source": source,
            "rule_id": rule.id if rule else None,
            "rule_version": rule.version if rule else None,
            "request_id": request_id,
            "run_id": run_id,
            "subject": subject_token,
        }
        results = dict.fromkeys(records.ids)
        for start in range(0, len(results), BATCH):
            batch = records.browse(records.ids[start : start + BATCH])
            results.update(self._destroy_batch(batch, facts, fields, overrule))
        return results

    @api.model
    def _drop(self, attachments):
        """Destroy files whose time is over: the bytes on the disk go at once.

        :param attachments: ``ir.attachment`` that nothing keeps
        """
        if attachments:
            self._destroy(attachments, "delete", "retention")

    @api.model
    def _destroy_batch(self, records, facts, names, overrule):
        # sudo: what goes by law goes whoever asked; it is judged right here
        records = records.sudo().with_context(active_test=False)
        self.env.flush_all()
        there = records.exists()
        locked = there.try_lock_for_update()
        results = {
            record_id: self.env._("Somebody else is working on it. Try again later.")
            for record_id in (there - locked).ids
        }
        families = self._families(locked, facts["action"])
        reasons = {}
        if facts["source"] != "restore":  # it was judged when it went the first time
            reasons = self._family_reasons(families, facts["action"], overrule)
        goes = []
        for record in locked:
            if reasons.get(record):
                results[record.id] = reasons[record]
            else:
                goes.append(record)
        if not goes:
            return results
        # a sub-matter that is due together with its matter goes with it, once
        below = {
            member: root
            for root in goes
            for part in families[root]
            for member in part
            if member != root
        }
        roots = [record for record in goes if record not in below]
        results |= self._write_down_and_destroy(roots, families, facts, names or ())
        for record in goes:
            if record in below:
                top = below[record]
                while top in below:
                    top = below[top]
                results[record.id] = results[top.id]
        return results

    @api.model
    def _would_stay(self, records, action):
        """{id: why}: what ``_destroy`` would refuse now. Nothing is changed."""
        # sudo: whether it stays depends on what others may not read
        records = records.sudo().with_context(active_test=False)
        reasons = self._family_reasons(self._families(records, action), action)
        return {record.id: reason for record, reason in reasons.items()}

    @api.model
    def _holding(self, records, action):
        """{id: set of ids of the holds on it, or on what goes with it}"""
        # sudo: as in _would_stay
        records = records.sudo().with_context(active_test=False)
        found = {}
        families = self._families(records, action)
        for name, members in self._roots_of(families).items():
            everybody = self.env[name].sudo().browse(members)  # sudo: as above
            for member_id, some in (
                self.env["gdpr.retention"]._holds_on(everybody).items()
            ):
                for root in members[member_id]:
                    found.setdefault(root.id, set()).update(some)
        return found

    @api.model
    def _roots_of(self, families):
        """{model: {id of a member: the roots with which it goes}}"""
        found = {}
        for root, parts in families.items():
            for member in (record for part in parts for record in part):
                members = found.setdefault(member._name, {})
                members.setdefault(member.id, []).append(root)
        return found

    @api.model
    def _family_reasons(self, families, action, overrule=()):
        """{root: why it stays}: a record stays with any of its own that has to."""
        if action != "delete":
            # work goes on with a record of which one person is taken out
            overrule = (*overrule, IN_USE)
        found = {}
        for name, members in self._roots_of(families).items():
            everybody = self.env[name].sudo().browse(members)  # sudo: as in _would_stay
            for member_id, reason in self._reasons(everybody, overrule).items():
                for root in members[member_id]:
                    found.setdefault(root, reason)
        return found

    @api.model
    def _write_down_and_destroy(self, roots, families, facts, names):
        file = self.env["gdpr.erasure.file"]
        rows = [
            (root, member)
            for root in roots
            for part in families[root]
            for member in part
        ]
        restored = self.env.context.get("gdpr_entries")
        if restored:
            numbers = [restored[member._name, member.id] for _root, member in rows]
        else:
            always = {
                "time": fields.Datetime.to_string(fields.Datetime.now()),
                "action": facts["action"],
                "subject": facts["subject"],
                "rule": facts["rule_id"],
                "source": facts["source"],
                "fields": list(names),
            }
            members = [member for _root, member in rows]
            numbers = file._intend(
                {**always, "model": member._name, "id": member.id, "record": token}
                for member, token in zip(
                    members, file._record_tokens(members), strict=True
                )
            )
        if not restored:  # else the file says already that it came to pass
            file._settle_later(numbers)
        entries = {}
        for number, (root, member) in zip(numbers, rows, strict=True):
            entries.setdefault(root, []).append((number, member))
        return self._in_savepoints(roots, families, entries, facts, names)

    @api.model
    def _in_savepoints(self, roots, families, entries, facts, names):
        """All at once; if one refuses, each half on its own, down to the one."""
        results = {}
        parts = [roots]
        while parts:
            part = parts.pop()
            try:
                with self.env.cr.savepoint():
                    self._do(part, families, entries, facts, names)
            except psycopg2.OperationalError:
                raise  # a conflict of transactions: the whole is tried again
            except Exception as error:  # whatever an application's own unlink raises
                self.env.invalidate_all()
                if len(part) == 1:
                    results[part[0].id] = self._refusal(part[0], error)
                else:
                    middle = len(part) // 2
                    parts += [part[middle:], part[:middle]]
                continue
            results.update((root.id, None) for root in part)
        return results

    @api.model
    def _do(self, roots, families, entries, facts, names):
        """Destroy and journal. The journal goes last: without it nothing is kept."""
        journal = []
        for root in roots:
            for number, member in entries[root]:
                journal.append(
                    {
                        **facts,
                        "action": "replay"
                        if facts["source"] == "restore"
                        else self._journal_action(facts["action"], member),
                        "model": member._name,
                        "res_id": member.id,
                        "quantity": 1,
                        "entry": number,
                    }
                )
        with self.env["legal.erasing"]._open() as env:
            files = set()
            for members in self._in_layers(roots, families):
                members = members.with_env(env).with_context(
                    **{k: v for k, v in self.env.context.items()
                       if k.startswith("gdpr_")}
                )  # fmt: skip
                if facts["action"] == "delete":
                    files |= self._delete(members)
                elif facts["action"] == "redact":
                    self._redact(members, names)
                else:
                    files |= self._empty(members, names)
        if files:
            journal.append({**facts, "action": "file", "quantity": len(files)})
            self._drop_files_later(files)
        # sudo: nobody has the right to add to the journal
        self.env["gdpr.erasure.journal"].sudo()._append(journal)

    @api.model
    def _in_layers(self, roots, families):
        """Recordsets in the order of destruction: what hangs before what holds."""
        layers = {}
        for root in roots:
            for depth, part in enumerate(reversed(families[root])):
                layers.setdefault((depth, part._name), {}).update(
                    dict.fromkeys(part.ids)
                )
        # sudo: as the families are
        return [
            self.env[name].sudo().with_context(active_test=False).browse(ids)
            for (_depth, name), ids in sorted(
                layers.items(), key=lambda layer: -layer[0][0]
            )
        ]

    @api.model
    def _journal_action(self, action, record):
        return action

    @api.model
    def _refusal(self, record, error):
        """Why a record was not destroyed, for whoever asked."""
        if isinstance(error, psycopg2.Error):
            _logger.info("%s stays: %s", record, error)
            table = getattr(error.diag, "table_name", None)
            labels = {
                self.env[name]._table: self.env[name]._description
                for name in self.env.registry
                if not self.env[name]._abstract
            }
            return self.env._(
                "Other records need it (%s). Delete or change them first.",
                labels.get(table) or table or "?",
            )
        if isinstance(error, UserError):
            return str(error.args[0] if error.args else error)
        _logger.error("%s stays", record, exc_info=error)
        return self.env._(
            "Its application failed (%s). The log of the server says more.",
            type(error).__name__,
        )

    # -- what keeps a record -----------------------------------------------------------

    @api.model
    def _reasons(self, records, overrule=()):
        """{id: why it must stay, in words}; who is not in it may go."""
        verdicts = self.env["gdpr.retention"]._judge(records, overrule)
        return self._in_reasons(records, verdicts)

    @api.model
    def _in_reasons(self, records, verdicts):
        """``_reasons`` out of verdicts that were asked for already."""
        today = fields.Date.context_today(self)
        found = {}
        for record_id, verdict in verdicts.items():
            if not verdict.may_go(today):
                found[record_id] = self._say(verdict)
            elif not verdict.rules and self._is_money(records.browse(record_id)):
                found[record_id] = self.env._(
                    "It belongs to the books, and no approved retention rule says how "
                    "long they are kept. Approve one first."
                )
        return found

    @api.model
    def _is_money(self, record):
        state = record.state if "state" in record._fields else None
        if record._name == "account.move.line":
            state = record.parent_state
        return record._name in MONEY and state != "draft"

    @api.model
    def _say(self, verdict):
        """What keeps a record, by which law, and until when."""
        # sudo: what holds a record is told to whoever may not delete it
        if verdict.holds:
            hold = self.env["gdpr.legal.hold"].sudo().browse(verdict.holds[0])
            return self.env._(
                "It is held (%(ground)s, set on %(day)s): a hold is released first.",
                ground=dict(
                    hold._fields["ground"]._description_selection(self.env)
                ).get(hold.ground),
                day=format_date(self.env, hold.date),
            )
        if other := self.env["gdpr.retention"]._other_reason(verdict):
            return other
        if verdict.waiting:
            # sudo: as above
            rule = self.env["gdpr.retention.rule"].sudo().browse(verdict.waiting[0])
            return self.env._(
                "It is kept under %(law)s; the period has not begun yet.",
                law=rule.source,
            )
        # sudo: as above
        rule = self.env["gdpr.retention.rule"].sudo().browse(verdict.rules[0])
        return self.env._(
            "It is kept under %(law)s and may be deleted from %(day)s on.",
            law=rule.source,
            day=format_date(self.env, verdict.may_on),
        )

    @api.model
    def _in_the_making(self, records):
        """Those in a matter that is in work. Whoever keeps the file takes a party or a
        draft out of it again: only holds and rules of their own keep these."""
        name = self.env["gdpr.retention"]._matter_field(records)
        if not name:
            return records.browse()
        # sudo: the state of the matter, whoever asks
        return records.filtered(lambda r: r.sudo()[name].state in ("intake", "open"))

    @api.model
    def _check(self, records):
        """:raises UserError: one of them must stay; until when, by which law"""
        making = self._in_the_making(records)
        reasons = self._reasons(records - making)
        if making:
            # sudo: which rules there are
            others = self.env["gdpr.retention.rule"].sudo()
            others = others.search([("model", "!=", records._name)])
            reasons |= self._reasons(making, (IN_USE, *others.ids))
        if not reasons:
            return
        # a name only to whoever may read it
        readable = records.browse(reasons)._filtered_access("read")
        lines = []
        for record_id, reason in list(reasons.items())[:5]:
            record = records.browse(record_id)
            name = record.display_name if record in readable else record_id
            lines.append(f"“{name}”: {reason}")
        if len(reasons) > 5:
            lines.append(self.env._("... and %s more.", len(reasons) - 5))
        raise UserError(self.env._("This is not deleted:\n%s", "\n".join(lines)))
