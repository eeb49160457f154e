from odoo import fields, models
from odoo.exceptions import UserError

from .legal_access_mixin import UNLOCK


class LegalMatter(models.Model):
    _inherit = "legal.matter"

    # Which state may follow which: an inquiry that comes to nothing is archived, a
    # closed matter may be opened again, an archived one is first taken out.
    _STATE_MOVES = {
        "intake": ("open", "archived"),
        "open": ("closed",),
        "closed": ("open", "archived"),
        "archived": ("closed",),
    }

    def _missing_for_state(self, state):
        """Hook: what stands in the way of ``state``, as sentences for the user."""
        self.ensure_one()
        missing = []
        if state == "open" and self.state in (False, "intake"):
            if not self.client_id:
                missing.append(self.env._("The client is missing."))
            if not self.lawyer_id:
                missing.append(self.env._("The responsible lawyer is missing."))
            if not self.practice_area_id:
                missing.append(self.env._("The practice area is missing."))
            if self.type_id.contentious and not self.opponent_id:
                missing.append(
                    self.env._(
                        "The opponent is missing; a matter of the type “%s” has one.",
                        self.type_id.name,
                    )
                )
        if state == "closed":
            missing += self._open_ends()
        return missing

    def _open_ends(self):
        """What is still running and has to end before the matter is closed."""
        ends = []
        children = self.child_ids.filtered(lambda m: m.state in ("intake", "open"))
        if children:
            ends.append(
                self.env._(
                    "Sub-matters are still open: %s.",
                    ", ".join(m.number for m in children),
                )
            )
        # sudo: an activity of a colleague also keeps the matter open
        count = len(self.sudo().activity_ids)
        if count:
            ends.append(self.env._("Activities still open: %s.", count))
        drafts = self.env["legal.communication"].search_count(
            [("matter_id", "=", self.id), ("state", "=", "draft")]
        )
        if drafts:
            ends.append(
                self.env._("Communications begun and not yet filed: %s.", drafts)
            )
        return ends

    def _check_state_change(self, state):
        """Raise one error that lists all that is missing, for all matters."""
        problems = []
        for matter in self:
            missing = matter._missing_for_state(state)
            if missing:
                problems.append(
                    f"{matter.display_name}:\n" + "\n".join(f"- {m}" for m in missing)
                )
        if problems:
            raise UserError(
                self.env._("This cannot be done yet:\n\n%s", "\n\n".join(problems))
            )

    def _before_state_change(self, state):
        """Every way into another state (button, board, import, RPC) passes here."""
        label = dict(self._fields["state"]._description_selection(self.env))
        reason = self.env.context.get("legal_state_reason") or ""
        for matter in self:
            if state not in self._STATE_MOVES.get(matter.state, ()):
                raise UserError(
                    self.env._(
                        "%(matter)s is “%(old)s” and cannot become “%(new)s” directly.",
                        matter=matter.display_name,
                        old=label[matter.state],
                        new=label[state],
                    )
                )
            needs_reason = state != "open" or matter.state != "intake"
            if needs_reason and not reason.strip():
                raise UserError(
                    self.env._(
                        "Closing, archiving and reopening need a reason: use the "
                        "buttons on the matter's form, they ask for it."
                    )
                )
        self._check_state_change(state)
        for matter in self:
            matter._log_state_change(state, reason)

    def _log_state_change(self, state, reason):
        vals = {}
        if state == "closed" and self.state == "open":
            vals = {
                "date_closed": fields.Date.context_today(self),
                "close_reason": reason,
            }
        elif state == "open" and self.state == "closed":
            vals = {"date_closed": False, "close_reason": False}
        elif state == "archived" and not self.date_closed:
            vals = {
                "date_closed": fields.Date.context_today(self),
                "close_reason": reason,
            }
        if vals:
            self.with_context(legal_unlock=UNLOCK).write(vals)
        if reason:
            label = dict(self._fields["state"]._description_selection(self.env))
            self.message_post(
                body=self.env._(
                    "%(old)s → %(new)s: %(reason)s",
                    old=label[self.state],
                    new=label[state],
                    reason=reason,
                ),
                subtype_xmlid="mail.mt_note",
            )

    def _change_state(self, state, reason=""):
        for matter in self.with_context(legal_state_reason=reason):
            matter.stage_id = self.env["legal.matter.stage"]._first(
                state, matter.practice_area_id
            )
        return True

    def action_open(self):
        """Open an accepted inquiry."""
        return self._change_state("open")

    def action_change_state(self):
        """Ask for the reason first (context: ``new_state``)."""
        titles = {
            "open": self.env._("Reopen the matter"),
            "closed": self.env._("Close the matter"),
            "archived": self.env._("Archive the matter"),
        }
        if self[:1].state == "archived":
            titles["closed"] = self.env._("Take out of the archive")
        return {
            "type": "ir.actions.act_window",
            "name": titles.get(self.env.context.get("new_state", "closed")),
            "res_model": "legal.matter.state.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_matter_ids": self.ids,
                "default_state": self.env.context.get("new_state", "closed"),
            },
        }
