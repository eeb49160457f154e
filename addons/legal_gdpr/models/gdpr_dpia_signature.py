import hashlib
import json

from markupsafe import Markup

from odoo import api, fields, models

from ..tools.risk import Point, picture
from .gdpr_dpia import CRITERIA
from .gdpr_dpia_risk import RATINGS
from .gdpr_dpia_steps import _CONTEXT


class GdprDpia(models.Model):
    """What is signed: a hash over the content; and the map of its risks."""

    _inherit = "gdpr.dpia"

    unchanged = fields.Boolean(
        string="As Signed",
        compute="_compute_unchanged",
        help="The content has the hash with which it was signed.",
    )
    risk_map = fields.Html(compute="_compute_risk_map", sanitize=False)

    def _content(self):
        """All that is signed, as plain values in a fixed order."""
        self.ensure_one()
        # sudo: the same content whoever signs, or looks whether it is unchanged
        dpia = self.sudo().with_context(lang="en_US")
        return {
            "activity": [
                dpia.processing_id.id,
                dpia.processing_id.code,
                dpia.processing_id.version,
            ],
            "revision": dpia.revision,
            "criteria": [name for name in CRITERIA if dpia[name]],
            "not_needed_reason": dpia.not_needed_reason or "",
            "context": [dpia[name] or "" for name in _CONTEXT],
            "answers": [
                [a.id, a.name or "", a.answer or "", a.measures or "", a.verdict or ""]
                for a in dpia.answer_ids.sorted("id")
            ],
            "risks": [
                [
                    risk.id,
                    risk.event,
                    risk.name or "",
                    *(
                        risk[name] or ""
                        for name in ("sources", "threats", "impacts", "measures")
                    ),
                    *(risk[name] or "" for name in RATINGS),
                ]
                for risk in dpia.risk_ids.sorted("id")
            ],
            "actions": [
                [
                    action.id,
                    action.name,
                    action.measure_id.id or 0,
                    action.owner_id.id or 0,
                    fields.Date.to_string(action.date_due) or "",
                    action.risk_ids.sorted("id").ids,
                ]
                for action in dpia.action_ids.sorted("id")
            ],
            "opinions": [
                dpia.officer_opinion or "",
                dpia.officer_opinion_by_id.id or 0,
                dpia.subjects_asked or "",
                dpia.subjects_opinion or "",
                dpia.subjects_why_not or "",
            ],
            "authors": dpia.author_ids.sorted("id").ids,
        }

    def _written_content(self):
        return json.dumps(self._content(), sort_keys=True, ensure_ascii=False)

    def _sign(self, values):
        self.ensure_one()
        content = self._written_content()
        self._unlocked().write(
            {
                **values,
                "validated_by_id": self.env.uid,
                "validated_on": fields.Datetime.now(),
                "signed_content": content,
                "digest": hashlib.sha256(content.encode()).hexdigest(),
            }
        )

    @api.depends("digest", "state")
    def _compute_unchanged(self):
        for dpia in self:
            digest = hashlib.sha256(dpia._written_content().encode()).hexdigest()
            dpia.unchanged = bool(dpia.digest) and digest == dpia.digest

    def _criteria_labels(self):
        """The criteria that are met, in words."""
        self.ensure_one()
        return [self._label(name) for name in CRITERIA if self[name]]

    def _author_names(self):
        # sudo: the names of colleagues, also of those who left
        return ", ".join(self.sudo().author_ids.mapped("name"))

    # -- the picture -----------------------------------------------------------------

    def _points(self):
        points = []
        for number, risk in enumerate(self.risk_ids, start=1):
            for when in ("before", "after"):
                severity, likelihood = risk._rating(when)
                if severity and likelihood:
                    points.append(
                        Point(number, severity, likelihood, after=when == "after")
                    )
        return points

    @api.depends("risk_ids.sequence", *(f"risk_ids.{name}" for name in RATINGS))
    @api.depends_context("lang")
    def _compute_risk_map(self):
        labels = {
            "title": self.env._("Risk map: hollow before the measures, filled after"),
            "severity": self.env._("Severity"),
            "likelihood": self.env._("Likelihood"),
            "low": self.env._("Low"),
            "medium": self.env._("Medium"),
            "high": self.env._("High"),
        }
        for dpia in self:
            # the picture escapes its texts itself
            svg = Markup(picture(dpia._points(), labels))  # noqa: S704
            legend = Markup("").join(
                Markup("<li>%s</li>") % (risk.name or "") for risk in dpia.risk_ids
            )
            dpia.risk_map = Markup(
                '<div class="o_gdpr_risk_map">%s<ol>%s</ol><p>%s</p></div>'
            ) % (svg, legend, labels["title"])
