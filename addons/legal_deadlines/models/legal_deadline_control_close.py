from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, format_date

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK
from odoo.addons.legal_crm.models.legal_erasing import is_erasing


class LegalDeadlineControl(models.Model):
    """Closing a control, and why a closed one stays as it is."""

    _inherit = "legal.deadline.control"

    def init(self):
        """A control is closed once; then also the database refuses every change."""
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION legal_deadline_control_guard()
                RETURNS trigger AS $$
                BEGIN
                    IF legal_erasing() AND TG_OP IN ('UPDATE', 'DELETE') THEN
                        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    END IF;
                    IF TG_OP = 'UPDATE' THEN
                        IF OLD.state = 'open' AND OLD.date = NEW.date
                           AND OLD.company_id = NEW.company_id
                           AND NEW.state IN ('open', 'closed') THEN
                            RETURN NEW;
                        END IF;
                        RAISE EXCEPTION
                            'An evening control that is over is not changed (id %%)',
                            OLD.id;
                    END IF;
                    RAISE EXCEPTION 'An evening control is not deleted: %% is refused',
                        TG_OP;
                END $$ LANGUAGE plpgsql;
                CREATE OR REPLACE TRIGGER legal_deadline_control_guard
                    BEFORE UPDATE OR DELETE ON legal_deadline_control
                    FOR EACH ROW EXECUTE FUNCTION legal_deadline_control_guard();
                CREATE OR REPLACE TRIGGER legal_deadline_control_guard_truncate
                    BEFORE TRUNCATE ON legal_deadline_control
                    FOR EACH STATEMENT EXECUTE FUNCTION legal_deadline_control_guard();
                """
            )
        )
        return super().init()

    def write(self, vals):
        """Only findings are written from outside, through the lines."""
        if self.env.context.get("legal_unlock") is not UNLOCK:
            commands = vals.get("line_ids") or []
            findings = (Command.UPDATE, Command.LINK)
            if set(vals) - {"line_ids"} or any(c[0] not in findings for c in commands):
                raise UserError(
                    self.env._(
                        "An evening control is not edited: decide on its lines, then "
                        "close it."
                    )
                )
            # Only the decisions: each line is asked whether it may be written.
            vals = {"line_ids": [c for c in commands if c[0] == Command.UPDATE]}
            if not vals["line_ids"]:
                return True
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if is_erasing(self):
            return
        raise UserError(self.env._("An evening control is not deleted."))

    # -- closing -----------------------------------------------------------------------

    def action_close(self):
        """Ask what is open, and for a remark; or say what has to be decided first."""
        self.ensure_one()
        self.check_access("write")
        self._check_open()
        self._collect()  # stays, also when there is something new to decide
        undecided = self._undecided()
        if undecided:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": self._undecided_text(undecided),
                    "next": {"type": "ir.actions.client", "tag": "soft_reload"},
                },
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Close the evening control"),
            "res_model": "legal.deadline.control.close",
            "view_mode": "form",
            "target": "new",
            "context": {"default_control_id": self.id},
        }

    def _undecided(self):
        """The lines the user may read on which nobody has decided."""
        return self._readable_lines().filtered(lambda line: not line.finding)

    def _undecided_text(self, lines):
        return self.env._(
            "%(count)s dates are not decided yet, the first is “%(name)s”. Say of each "
            "whether it is in order.",
            count=len(lines),
            name=lines[0].name,
        )

    def _open_lines(self):
        """What is not in order, and what only others may decide on."""
        # sudo: of matters closed to the user the number alone is shown, see _open_text
        return self.sudo().line_ids.filtered(lambda line: line.finding != "ok")

    def _open_text(self):
        """What is open, one a line: number of the matter, day, and why.

        The text stands on the control, which the whole firm reads: dates of matters
        that not everybody may read are only counted.
        """
        self.ensure_one()
        lines = self._open_lines()
        limited = lines.filtered("access_list_id")
        texts = [
            self.env._(
                "%(number)s, %(day)s: %(state)s",
                number=line._number(),
                day=format_date(self.env, line.date_deadline, date_format="dd.MM.yyyy"),
                state=line._open_reason(self.env),
            )
            for line in lines - limited
        ]
        if limited:
            texts.append(
                self.env._(
                    "Dates of matters with limited readers: %(count)s, of these "
                    "%(undecided)s not decided",
                    count=len(limited),
                    undecided=len(limited.filtered(lambda line: not line.finding)),
                )
            )
        return "\n".join(texts)

    def _close(self, note=""):
        """Close the control for good.

        :param note: what is done about that which is not in order
        :raises UserError: a line that the user may read is not decided, something new
            came in, or something is open and there is no remark
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_or_retry()
        self._check_open()
        if self._collect():
            raise UserError(
                self.env._(
                    "Something was recorded meanwhile. Press “Update”, decide on what "
                    "is new, and close the control then."
                )
            )
        undecided = self._undecided()
        if undecided:
            raise UserError(self._undecided_text(undecided))
        text = self._open_text()
        if text and not (note or "").strip():
            raise UserError(
                self.env._(
                    "This is open:\n%s\nSay what is done about it, then the control "
                    "can be closed.",
                    text,
                )
            )
        self.env.flush_all()  # the lines first: they cannot be written afterwards
        # sudo + unlock: closing is one method, after everything was asked
        self.sudo().with_context(legal_unlock=UNLOCK).write(
            {
                "state": "closed",
                "closed_by_id": self.env.uid,
                "closed_on": fields.Datetime.now(),
                "note": (note or "").strip() or False,
                "open_text": text or False,
            }
        )

    def action_print(self):
        self.check_access("read")
        return self.env.ref("legal_deadlines.action_report_control").report_action(
            self, config=False
        )

    def _access_printed(self):
        """Whose print it is, for the log of access: the matters on the paper."""
        return (
            self.env["legal.deadline.control.line"]
            .search([("control_id", "in", self.ids)])
            .matter_id
        )
