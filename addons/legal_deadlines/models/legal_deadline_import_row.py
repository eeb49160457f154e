import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.legal_crm.tools import references

from .. import engine
from ..engine import arithmetic, errors, request

KINDS = {
    "": "deadline",
    **dict.fromkeys(("deadline", "frist", "délai"), "deadline"),
    **dict.fromkeys(
        ("follow-up", "follow_up", "wiedervorlage", "wv", "rappel", "relance"),
        "follow_up",
    ),
}
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})\Z")


class LegalDeadlineImport(models.Model):
    """One line of the file: what it says, as values of a deadline."""

    _inherit = "legal.deadline.import"

    def _read_rows(self, rows):
        """The deadlines of some lines; one query for each thing they name.

        :param rows: list of (line number, {column: text})
        :return: (list of (line number, values), list of (line number, reason))
        """
        self.ensure_one()
        look_up = self._look_up([row for _line, row in rows])
        good, bad = [], []
        for line, row in rows:
            try:
                good.append((line, self._row_vals(line, row, look_up)))
            except engine.DeadlineError as error:
                bad.append((line, self.env["legal.deadline"]._engine_error(error)))
            except UserError as error:
                bad.append((line, str(error)))
        return self._drop_without_reader(good, bad)

    def _look_up(self, rows):
        """What the lines name, looked up at once, with the rights of this user."""
        return {
            "matter": self._matters_of({row.get("matter", "") for row in rows}),
            "rule": self._rules_of({row.get("rule", "") for row in rows}),
            "place": self._places(),
            "user": self._people(),
        }

    def _row_vals(self, line, row, look_up):
        """Values of one deadline.

        :raises UserError: what the line says cannot be
        :raises engine.DeadlineError: the same, of the computation
        """
        matter = self._matter_of(row.get("matter", ""), look_up["matter"])
        kind = KINDS.get(row.get("kind", "").casefold())
        if not kind:
            raise UserError(
                self.env._("“%s” is no kind. Write deadline or follow-up.", row["kind"])
            )
        user = self._person_of(row.get("user", ""), look_up["user"])
        vals = {
            "kind": kind,
            "matter_id": matter.id,
            "company_id": matter.company_id.id,
            "user_id": (user or matter.lawyer_id or self.env.user).id,
            "deputy_id": self._person_of(row.get("deputy", ""), look_up["user"]).id,
            "note": row.get("note") or False,
            "import_id": self.id,
            "import_line": line,
        }
        place = self._place_of(row.get("place", ""), look_up["place"])
        vals |= self._computed_vals(row, place, look_up["rule"])
        vals["name"] = row.get("name") or vals.pop("rule_name", False)
        if not vals["name"]:
            raise UserError(self.env._("The line does not say what is due."))
        vals.pop("rule_name", None)
        return vals

    # -- the date ----------------------------------------------------------------------

    def _computed_vals(self, row, place, rules):
        """The date, by a rule and its event or as the file has it.

        It is computed here to know whether it can be; ``legal.deadline`` computes it
        again when it is created, and keeps the result.
        """
        trigger = self._read_day(row.get("trigger"))
        typed = self._read_day(row.get("date"))
        rule = self._rule_of(row.get("rule", ""), trigger or typed, rules)
        reason = row.get("reason") or ""
        vals = {
            "rule_id": rule.id,
            "rule_name": rule.name,
            "trigger_date": trigger,
            "jurisdiction_id": place.id,
            "manual_reason": reason or False,
        }
        if not (rule and trigger):
            if not typed:
                raise UserError(
                    self.env._(
                        "Enter the day of the event from which “%(rule)s” is counted: "
                        "%(trigger)s.",
                        rule=rule.name,
                        trigger=rule.trigger_text or self.env._("service"),
                    )
                    if rule
                    else self.env._("The line has no rule and no date. Enter one.")
                )
            if not reason:
                vals["manual_reason"] = self.env._("taken over from %s", self.name)
            return {**vals, "date_deadline": typed}
        more = self._own_period(row)
        pronounced = self._read_day(row.get("pronounced"))
        result = rule._compute_date(
            trigger,
            place.code or "",
            today=fields.Date.context_today(self),
            event_time=request.read_time(row.get("time")),
            pronounced=pronounced,
            local_holidays=place._local_holidays(),
            **more,
        )
        return {
            **vals,
            "trigger_time": row.get("time") or False,
            "pronounced_on": pronounced,
            **more,
            **self._typed_instead(typed, reason, result),
        }

    @api.model
    def _own_period(self, row):
        if not row.get("length"):
            return {}
        length = request.read_length(row["length"])
        if length <= 0:
            raise errors.PeriodNotPositive(length=length)
        return {"length": length, **({"unit": row["unit"]} if row.get("unit") else {})}

    def _typed_instead(self, typed, reason, result):
        """The date of the file, where it differs from the law and says why."""
        safe = result.safe
        day = safe.date() if hasattr(safe, "hour") else safe
        if not typed or typed == day:
            return {}
        if not reason:
            raise UserError(
                self.env._(
                    "By the law the date is %(computed)s, not %(typed)s. Leave the "
                    "date empty, or say why another one holds.",
                    computed=fields.Date.to_string(day),
                    typed=fields.Date.to_string(typed),
                )
            )
        return {"date_deadline": typed}

    @api.model
    def _read_day(self, text):
        """A date as 2026-02-28 or, day first, 28.2.2026 and 28/02/2026; or None."""
        if not text:
            return None
        found = _DAY_FIRST.match(text)
        if found:
            day, month, year = (int(part) for part in found.groups())
            iso = f"{year:04d}-{month:02d}-{day:02d}"
        else:
            iso = text
        try:
            return arithmetic.in_range(request.read_date(iso))
        except errors.InvalidDate:
            raise errors.InvalidDate(value=text) from None

    # -- what a line names -------------------------------------------------------------

    def _matters_of(self, numbers):
        """{canonical number: matters}, of what this user may read."""
        found = {}
        keys = list({references.canonical(number) for number in numbers} - {""})
        rows = self.env["legal.matter.reference"].search([("key", "in", keys)])
        matters = self.env["legal.matter"].search([("id", "in", rows.matter_id.ids)])
        for row in rows:
            if row.matter_id in matters:
                own = row.kind in ("number", "legacy")
                found.setdefault(row.key, {}).setdefault(own, matters.browse())
                found[row.key][own] |= row.matter_id
        # Our own number counts more than another's that looks the same.
        return {key: kinds.get(True) or kinds[False] for key, kinds in found.items()}

    def _matter_of(self, number, matters):
        if not number:
            raise UserError(self.env._("The line has no matter number."))
        found = matters.get(references.canonical(number))
        if not found:
            raise UserError(self.env._("No matter has the number “%s”.", number))
        if len(found) > 1:
            raise UserError(
                self.env._(
                    "Several matters have the number “%(number)s”: %(matters)s. Write "
                    "ours.",
                    number=number,
                    matters=", ".join(found.mapped("number")),
                )
            )
        if found.state in ("closed", "archived"):
            raise UserError(
                self.env._(
                    "The matter %s is closed. Reopen it before you enter a date.",
                    found.number,
                )
            )
        return found

    def _rules_of(self, codes):
        """{code: its versions, the latest first}."""
        codes = [code.strip().upper() for code in codes if code]
        rules = self.env["legal.deadline.rule"].search(
            [("code", "in", codes)], order="date_from DESC NULLS LAST"
        )
        return rules.grouped("code")

    def _rule_of(self, code, day, rules):
        none = self.env["legal.deadline.rule"]
        if not code:
            return none
        day = day or fields.Date.context_today(self)
        for rule in rules.get(code.strip().upper(), none):
            if not rule.date_from or rule.date_from <= day:
                return rule
        raise errors.UnknownRule(code=code, similar=none._similar_codes(code))

    def _places(self):
        """{code or name, folded: jurisdictions}."""
        found = {}
        for place in self.env["legal.jurisdiction"].search([("active", "=", True)]):
            for word in {place.code.casefold(), place.name.casefold()}:
                found[word] = found.get(word, place) | place
        return found

    def _place_of(self, text, places):
        if not text:
            return self.jurisdiction_id
        found = places.get(text.casefold())
        if not found or len(found) > 1:
            raise errors.UnknownPlace(place=text)
        return found

    def _people(self):
        """{login, e-mail, name or initials, folded: users}."""
        found = {}
        users = self.env["res.users"].search([("share", "=", False)])
        for user in users:
            name = user.name or ""
            initials = "".join(part[0] for part in re.split(r"[\s-]+", name) if part)
            for word in {
                (text or "").casefold()
                for text in (user.login, user.email, name, initials)
            }:
                found[word] = found.get(word, user) | user
        found.pop("", None)
        return found

    def _person_of(self, text, people):
        if not text:
            return self.env["res.users"]
        found = people.get(text.casefold())
        if not found:
            raise UserError(
                self.env._(
                    "Nobody is known as “%s”. Write a login, an e-mail address or "
                    "initials.",
                    text,
                )
            )
        if len(found) > 1:
            raise UserError(
                self.env._(
                    "“%(text)s” may be %(people)s. Write the login.",
                    text=text,
                    people=", ".join(found.mapped("name")),
                )
            )
        return found

    def _drop_without_reader(self, good, bad):
        """Whoever answers for a date must be able to read its matter."""
        matters = self.env["legal.matter"].browse(
            {vals["matter_id"] for _line, vals in good}
        )
        names = ("user_id", "deputy_id")
        users = self.env["res.users"].browse(
            {vals[name] for _line, vals in good for name in names if vals[name]}
        )
        readers = matters._readers_among(users)
        kept = []
        for line, vals in good:
            shut_out = [
                user
                for user in users.browse([vals[name] for name in names if vals[name]])
                if user not in readers[vals["matter_id"]]
            ]
            if shut_out:
                bad.append(
                    (
                        line,
                        self.env._(
                            "%(colleague)s may not read the matter %(matter)s and "
                            "cannot answer for its dates. Choose somebody who may.",
                            colleague=shut_out[0].name,
                            matter=matters.browse(vals["matter_id"]).number,
                        ),
                    )
                )
            else:
                kept.append((line, vals))
        return kept, bad
