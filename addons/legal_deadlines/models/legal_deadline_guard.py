from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.legal_crm.models.legal_access_mixin import UNLOCK
from odoo.addons.legal_crm.models.legal_erasing import is_erasing

#: What may be written directly; each change is recorded on a control sheet.
_TRACED = frozenset({"name", "note", "user_id", "deputy_id", "team_id", "warning_days"})
#: What says nothing of the deadline.
_FREE = frozenset(
    {
        "access_list_id",
        "activity_ids",
        "message_follower_ids",
        "message_ids",
        "message_main_attachment_id",
        "next_ids",
        "sheet_ids",
        "warning_date_ids",
    }
)
#: What a caller may give a new deadline; the rest is the suite's to fill.
ENTERED = _TRACED | {
    "kind",
    "matter_id",
    "company_id",
    "rule_id",
    "regime",
    "length",
    "unit",
    "direction",
    "options",
    "trigger_date",
    "trigger_time",
    "pronounced_on",
    "jurisdiction_id",
    "court_id",
    "communication_id",
    "event_id",
    "previous_id",
    "previous_link",
    "date_deadline",
    "moment_deadline",
    "manual_reason",
}


class LegalDeadline(models.Model):
    """Nothing of a deadline changes without a trace, and none is deleted.

    BGH, 17.04.2012, II ZB 11/12: staff may neither change nor delete alone, and no
    change is untraceable. BGH demands that struck entries stay visible.
    """

    _inherit = "legal.deadline"

    def init(self):
        """No deadline disappears, also not by SQL; none moves to another matter."""
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION legal_deadline_guard() RETURNS trigger AS $$
                BEGIN
                    IF TG_OP = 'DELETE' AND legal_erasing() THEN
                        RETURN OLD;
                    END IF;
                    IF TG_OP = 'UPDATE' THEN
                        IF OLD.matter_id IS DISTINCT FROM NEW.matter_id THEN
                            RAISE EXCEPTION
                                'A deadline stays in its matter (id %%)', OLD.id;
                        END IF;
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'A deadline is not deleted: %% is refused', TG_OP;
                END $$ LANGUAGE plpgsql;
                CREATE OR REPLACE TRIGGER legal_deadline_guard
                    BEFORE UPDATE OF matter_id OR DELETE ON legal_deadline
                    FOR EACH ROW EXECUTE FUNCTION legal_deadline_guard();
                CREATE OR REPLACE TRIGGER legal_deadline_guard_truncate
                    BEFORE TRUNCATE ON legal_deadline
                    FOR EACH STATEMENT EXECUTE FUNCTION legal_deadline_guard();
                """
            )
        )
        return super().init()

    def _is_unlocked(self):
        return self.env.context.get("legal_unlock") is UNLOCK

    def _unlocked(self):
        """These deadlines for a write of guarded fields, after everything was asked."""
        return self.with_context(legal_unlock=UNLOCK)

    def write(self, vals):
        if self._is_unlocked():
            return super().write(vals)
        refused = set(vals) - _TRACED - _FREE
        if refused:
            raise UserError(
                self.env._(
                    "“%s” is not overwritten: use “Change”, “Done” or “Strike” of the "
                    "deadline. They ask what has to be asked, and keep what was.",
                    ", ".join(
                        sorted(
                            self._fields[name].get_description(self.env, ["string"])[
                                "string"
                            ]
                            for name in refused
                            if name in self._fields
                        )
                    ),
                )
            )
        traced = set(vals) & _TRACED
        before = self._snapshot() if traced else {}
        result = super().write(vals)
        if traced:
            self._record("changed", before)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if is_erasing(self):
            return
        raise UserError(
            self.env._(
                "A deadline is not deleted. Strike it with a reason: it stays visible, "
                "struck through."
            )
        )

    def unlink(self):
        # mail.thread deletes the messages first: ask before, not half-way
        if self:
            self._unlink_never()
        return super().unlink()

    # pylint: disable-next=method-required-super  # there is no way to a copy
    def copy(self, default=None):
        """A copy would be an entry that nobody checked against what was served."""
        raise UserError(
            self.env._("A deadline is not copied: enter it, so that it is computed.")
        )

    @api.constrains("user_id", "deputy_id", "matter_id")
    def _check_readers(self):
        """Whoever answers for a date must be able to see it."""
        # sudo: whoever assigns may know who cannot be assigned
        deadlines = self.sudo().filtered("matter_id")
        people = (deadlines.user_id | deadlines.deputy_id).filtered(
            lambda user: user.id != SUPERUSER_ID
        )
        readers = deadlines._readers_among(people)
        for deadline in deadlines:
            for user in (deadline.user_id | deadline.deputy_id) & people:
                if user not in readers.get(deadline.id, user):
                    raise ValidationError(
                        self.env._(
                            "%(colleague)s may not read the matter %(matter)s and "
                            "cannot answer for its dates. Choose somebody who may.",
                            colleague=user.name,
                            matter=deadline.matter_id.number,
                        )
                    )
