import logging
from itertools import groupby

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.erasure_file import Contents
from ..tools.redaction import Redactor

_logger = logging.getLogger(__name__)

#: What is known of the file: {database: dict of inode, contents, newest, pending}
_KNOWN = {}


class GdprErasureReplay(models.AbstractModel):
    """After a backup was put back: what it brought to life is destroyed again.

    The file outside the database knows entries that the restored journal lacks. Such an
    entry is matched by number, token and creation before it: a restored sequence gives
    out the same numbers again, and a stranger who got one survives.
    """

    _name = "gdpr.erasure.replay"
    _description = "Erasures after a Restore"

    _gdpr_none = "stores nothing"

    # -- what is pending ---------------------------------------------------------------

    @api.model
    def _pending(self):
        """The entries that came to pass and that the journal lacks, oldest first."""
        return self._pending_of(self.env["gdpr.erasure.file"]._open().read())

    @api.model
    def _pending_of(self, contents):
        done = contents.done()
        if not done:
            return []
        settled = self._settled()
        last = max(
            (index for index, entry in enumerate(done) if entry["entry"] in settled),
            default=-1,
        )
        done = done[last + 1 :]
        known = self.env["gdpr.erasure.file"]._in_journal(e["entry"] for e in done)
        return [entry for entry in done if entry["entry"] not in known]

    @api.model
    def _settled(self):
        """Entries up to which somebody has replayed, or said that it need not be."""
        rows = self.env.execute_query(
            SQL(
                "SELECT entry FROM gdpr_erasure_journal "
                "WHERE action IN ('replayed', 'not_replayed') AND entry IS NOT NULL"
            )
        )
        return {number for (number,) in rows}

    @api.model
    def _is_closed(self):
        """Whether a backup was put back and nothing was replayed yet. Asked with every
        request: reads of the file only what came since, and one row of the journal."""
        file = self.env["gdpr.erasure.file"]._open()
        stamp = file.stamp()
        if stamp is None:
            return False
        [(newest,)] = self.env.execute_query(
            SQL("SELECT COALESCE(max(id), 0) FROM gdpr_erasure_journal")
        )
        key = self.env.cr.dbname, file.database, str(file.anchor.path)
        known = _KNOWN.get(key)
        if known and (known["stamp"], known["newest"]) == (stamp, newest):
            return known["closed"]
        contents = Contents()
        if (
            known
            and known["stamp"][0] == stamp[0]
            and known["stamp"][1] <= stamp[1]
            and known["newest"] <= newest
            and not known["closed"]
        ):
            contents = known["contents"]
        file.read(contents)
        closed = bool(self._pending_of(contents))
        if not closed:
            # done and known to the journal: need not be asked for again
            contents.entries = {e["entry"]: e for e in contents.open()}
        _KNOWN[key] = {
            "stamp": stamp, "newest": newest, "contents": contents, "closed": closed,
        }  # fmt: skip
        return closed

    @api.model
    def _status(self):
        """What a screen says of the file.

        :return: dict: path, exists, entries, last (time), damaged, open, pending
        """
        file = self.env["gdpr.erasure.file"]._open()
        contents = file.read()
        entries = list(contents.entries.values())
        return {
            "path": str(file.anchor.path),
            "exists": file.anchor.exists(),
            "entries": len(entries),
            "last": entries[-1]["time"] if entries else False,
            "damaged": contents.damaged,
            "open": len(contents.open()),
            "pending": len(self._pending_of(contents)),
        }

    # -- doing it ----------------------------------------------------------------------

    @api.model
    def _replay(self, check=False):
        """Destroy again what the backup brought back.

        :param bool check: only say what would be done
        :return: dict of lists of entries: ``destroyed`` (or to be), ``gone``,
            ``strangers`` (somebody else has the number now), ``by_hand`` (a redaction
            of a person of whom nothing is known any more: look for him anew),
            ``refused`` (with ``reason``), ``unclear`` (a kill cut the entry off)
        :raises UserError: the key with which an entry was made is missing
        """
        file = self.env["gdpr.erasure.file"]
        file._reconcile()
        contents = file._open().read()
        pending = self._pending_of(contents)
        found = {name: [] for name in (
            "destroyed", "gone", "strangers", "by_hand", "refused", "unclear",
        )}  # fmt: skip
        journal = file._in_journal(e["entry"] for e in contents.open())
        found["unclear"] = [e for e in contents.open() if e["entry"] not in journal]
        matched = []
        for entry in pending:
            state = self._match(entry)
            if state == "same":
                matched.append(entry)
            else:
                found[state].append(entry)
        redactors = self._redactors(matched)
        # out of texts first: afterwards nobody knows any more who it was
        matched.sort(key=lambda entry: entry["action"] == "delete")
        # neighbours alone: what is deleted comes last, in its own order
        # pylint: disable-next=bad-builtin-groupby
        for key, group in groupby(
            matched,
            key=lambda e: (e["action"], e["model"], e["subject"], tuple(e["fields"])),
        ):
            self._again(key, list(group), redactors, found, check)
        if not check and not found["refused"] and not found["by_hand"]:
            self._settle(contents, "replayed", len(found["destroyed"]))
        return found

    @api.model
    def _match(self, entry):
        """same, gone or strangers"""
        if entry["model"] not in self.env:
            return "gone"
        # sudo: after a restore, whoever may read it
        record = self.env[entry["model"]].sudo().browse(entry["id"]).exists()
        if not record:
            return "gone"
        key_id = entry["record"].partition(":")[0]
        file = self.env["gdpr.erasure.file"]
        try:
            token = file._record_token(record, key_id)
        except KeyError as error:
            raise UserError(
                self.env._(
                    "The key “%s” of the list of erasures is missing in the key file. "
                    "Put the key file back from the backup, then try again.",
                    key_id,
                )
            ) from error
        created = "create_date" in record._fields and record.create_date
        if token != entry["record"]:
            return "strangers"
        if created and created > fields.Datetime.to_datetime(entry["time"]):
            return "strangers"
        return "same"

    @api.model
    def _redactors(self, entries):
        """{token of a person: Redactor}: of what the backup still knows of him."""
        erasure = self.env["gdpr.erasure"]
        pairs, people = {}, {}
        tokens = {entry["subject"] for entry in entries if entry["subject"]}
        # sudo: as in _match
        subjects = self.env["gdpr.subject"].sudo().search([("token", "in", [*tokens])])
        for subject in subjects:
            pairs.setdefault(subject.token, []).extend(
                subject.identifier_ids.mapped(lambda i: (i.kind, i.value))
            )
        for entry in entries:
            if entry["model"] == "res.partner" and entry["subject"]:
                # sudo: as in _match
                partner = self.env["res.partner"].sudo().browse(entry["id"])
                people.setdefault(entry["subject"], []).append(partner.id)
                pairs.setdefault(entry["subject"], []).extend(
                    erasure._identifiers_of(partner)
                )
        return {
            token: (Redactor(found, erasure._mark()), tuple(people.get(token, ())))
            for token, found in pairs.items()
            if found
        }

    @api.model
    def _again(self, key, entries, redactors, found, check):
        action, model_name, subject, names = key
        redactor, partner_ids = redactors.get(subject, (None, ()))
        needs_person = action == "redact" and model_name != "res.users"
        if needs_person and subject and redactor is None:
            found["by_hand"] += entries
            return
        if check:
            found["destroyed"] += entries
            return
        erasure = self.env["gdpr.erasure"].with_context(
            gdpr_entries={(e["model"], e["id"]): e["entry"] for e in entries},
            gdpr_partner_ids=partner_ids,
            **({"gdpr_redactor": redactor} if redactor is not None else {}),
        )
        reasons = erasure._destroy(
            self.env[model_name].browse([entry["id"] for entry in entries]),
            action,
            "restore",
            subject_token=subject,
            fields=list(names),
        )
        for entry in entries:
            if reason := reasons.get(entry["id"]):
                found["refused"].append({**entry, "reason": reason})
            else:
                found["destroyed"].append(entry)

    @api.model
    def _settle(self, contents, action, quantity):
        done = contents.done()
        # sudo: nobody has the right to add to the journal
        self.env["gdpr.erasure.journal"].sudo()._append(
            [
                {
                    "action": action,
                    "source": "restore",
                    "quantity": quantity,
                    "entry": done[-1]["entry"] if done else None,
                }
            ]
        )

    @api.model
    def _open_without(self, reason):
        """Let users in although nothing, or not everything, was replayed.

        :raises UserError: no reason
        """
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why what was deleted need not be deleted again.")
            )
        contents = self.env["gdpr.erasure.file"]._open().read()
        pending = self._pending_of(contents)
        self._settle(contents, "not_replayed", len(pending))
        # sudo: made by this way alone
        return (
            self.env["gdpr.erasure.opening"]
            .sudo()
            .create(
                {
                    "reason": reason.strip(),
                    "pending": len(pending),
                    "user_id": self.env.uid,
                }
            )
        )
