import hashlib
import os
from datetime import timezone

from odoo import api, models
from odoo.tools import SQL

#: the files of communication ``c``: its own, those of its mail, the mail as it came
_FILES = SQL(
    """SELECT c.original_id AS id
        UNION
       SELECT attachment_id FROM legal_communication_attachment_rel
        WHERE communication_id = c.id
        UNION
       SELECT attachment_id FROM message_attachment_rel
        WHERE message_id = c.message_id"""
)


class LegalCommunication(models.Model):
    """Filing is recorded, with a keyed hash of what the entry says.

    The trigger guards the row. The hash covers the text of the mail and the files as
    well, and shows a change by somebody who can drop triggers.
    """

    _inherit = "legal.communication"

    def _file(self):
        result = super()._file()
        self._log_filing("filed")
        return result

    def _correct(self, vals, reason):
        new = super()._correct(vals, reason)
        self._log_filing("corrected")
        return new

    def _log_filing(self, action):
        ring = self.env["legal.key"]._for_writing()
        said = self._what_is_said()
        self.env["legal.filing.log"]._append(
            [
                {
                    "action": action,
                    "communication_id": communication.id,
                    "matter_id": communication.sudo().matter_id.id,  # its number
                    "digest": self._filing_digest(ring, said[communication.id]),
                }
                for communication in self
            ]
        )

    @api.model
    def _filing_digest(self, ring, text, key_id=None):
        key_id = key_id or ring.current
        return f"{key_id}:{ring.mac(key_id, 'filed', text)}"

    def _what_is_said(self):
        """What must stay as it was filed, as one text per entry, whatever a session
        has set: {id: JSON}.

        The row as the trigger compares it; subject, text and sender of the mail; the
        checksums of all files. Where mail and files hang may change: a correction that
        moves a mail to another matter takes them along.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id, jsonb_build_array(
                    c.matter_id, c.channel, c.direction,
                    to_char(c.date, 'YYYY-MM-DD HH24:MI:SS.US'),
                    round(c.duration::numeric, 6)::text,
                    c.subject, c.body, c.user_id, c.message_id, c.replaces_id,
                    c.original_id, c.original_sha256,
                    c.email_from, c.email_to, c.email_cc, c.filed_by_id,
                    to_char(c.filed_on, 'YYYY-MM-DD HH24:MI:SS.US'),
                    (SELECT jsonb_build_array(m.subject, m.body, m.email_from,
                            to_char(m.date, 'YYYY-MM-DD HH24:MI:SS.US'))
                       FROM mail_message m WHERE m.id = c.message_id),
                    (SELECT jsonb_agg(jsonb_build_array(a.id, a.checksum) ORDER BY a.id)
                       FROM (%s) AS file JOIN ir_attachment a ON a.id = file.id)
                )::text
                  FROM legal_communication c WHERE c.id = ANY(%s)
                """,
                _FILES,
                self.ids,
            )
        )
        return dict(rows)

    @api.model
    def _verify_filed(self, entries, files=True):
        """Compare communications with what they said when they were filed.

        :param entries: ``legal.filing.log`` records
        :param bool files: also look at the files on the disk: whether they are there,
            and whether those touched since still have the contents of their checksum
        :return: list of (finding, communication id, document id or 0), empty if all
            say what they said. Entries made with a key that is lost are not judged.
        """
        ring = self.env["legal.key"]._for_reading()
        ids = list({entry.communication_id.id for entry in entries})
        said = self.browse(ids)._what_is_said()
        found = []
        for entry in entries:
            communication_id = entry.communication_id.id
            key_id = entry.digest.partition(":")[0]
            if communication_id not in said:
                found.append(("filed_missing", communication_id, 0))
            elif key_id in ring and entry.digest != self._filing_digest(
                ring, said[communication_id], key_id
            ):
                found.append(("filed_changed", communication_id, 0))
        if files:
            found += self.browse(said)._damaged_files(min(entries.mapped("date")))
        return found

    def _damaged_files(self, since):
        """The documents whose file is not what its checksum says.

        Files of Odoo's store are written once. One whose status has changed since it
        was filed (also by a restore) is read again; the others are only looked at.

        :return: list of ("filed_file", communication id, document id)
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id, a.id, a.store_fname, a.checksum, a.file_size
                  FROM legal_communication c
                 CROSS JOIN LATERAL (%s) AS file
                  JOIN ir_attachment a ON a.id = file.id
                 WHERE c.id = ANY(%s) AND a.store_fname IS NOT NULL
                """,
                _FILES,
                self.ids,
            )
        )
        return [
            ("filed_file", communication_id, attachment_id)
            for communication_id, attachment_id, name, checksum, size in rows
            if not self._is_file_intact(name, checksum, size, since)
        ]

    @api.model
    def _is_file_intact(self, name, checksum, size, since):
        """Whether a file of the store is what its checksum says (see above)."""
        path = self.env["ir.attachment"]._full_path(name)
        return _is_intact(path, checksum, size, since)


def _is_intact(path, checksum, size, since):
    try:
        status = os.stat(path)
        if status.st_size != size:
            return False
        if status.st_ctime < since.replace(tzinfo=timezone.utc).timestamp():
            return True
        with open(path, "rb") as file:
            found = hashlib.sha1()  # Odoo's own checksum, which is sealed
            while piece := file.read(1 << 20):
                found.update(piece)
            return found.hexdigest() == checksum
    except OSError:
        return False
