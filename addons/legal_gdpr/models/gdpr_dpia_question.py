import csv

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import file_open

_NAMES = {"en_US": "name", "de_DE": "name_de", "fr_FR": "name_fr"}


class GdprDpiaQuestion(models.Model):
    """The questions an impact assessment answers: proportionality and rights.

    They follow the CNIL's method. The firm adds its own, and archives what it does not
    ask; an update of the suite leaves alone what the firm reworded.
    """

    _name = "gdpr.dpia.question"
    _description = "Question of the Impact Assessment"
    _order = "sequence, id"

    _gdpr_none = "a catalogue of questions"

    code = fields.Char(readonly=True, copy=False)
    sequence = fields.Integer(default=100)
    name = fields.Char(string="Question", required=True, translate=True)
    section = fields.Selection(
        [
            ("proportionality", "Proportionality and Necessity"),
            ("rights", "Rights of the Data Subjects"),
        ],
        required=True,
        default="proportionality",
    )
    source = fields.Char(string="Law")
    active = fields.Boolean(default=True)
    catalogue_name = fields.Char(
        readonly=True, copy=False, export_string_translation=False
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "This question is there already."
    )

    @api.model
    def _sync_catalogue(self):
        """Bring in the questions that come with the suite, with every update."""
        with file_open("legal_gdpr/data/dpia_questions.csv") as file:
            rows = list(csv.DictReader(file))
        known = {
            question.code: question
            for question in self.with_context(active_test=False, lang="en_US").search(
                [("code", "in", [row["code"] for row in rows])]
            )
        }
        for row in rows:
            question = known.get(row["code"])
            if question is None:
                question = self.with_context(lang="en_US").create(
                    {
                        "code": row["code"],
                        "name": row["name"],
                        "catalogue_name": row["name"],
                        "section": row["section"],
                        "source": row["source"],
                        "sequence": int(row["sequence"]),
                    }
                )
            elif question.name != question.catalogue_name or (
                question.name == row["name"]
            ):
                continue
            else:
                question.write({"name": row["name"], "catalogue_name": row["name"]})
            question._take_names(row)

    def _take_names(self, row):
        languages = dict(self.env["res.lang"].get_installed())
        self.update_field_translations(
            "name",
            {lang: row[column] for lang, column in _NAMES.items() if lang in languages},
        )

    @api.ondelete(at_uninstall=False)
    def _keep_catalogue(self):
        if self.filtered("code"):
            raise UserError(
                self.env._(
                    "A question of the catalogue is archived, not deleted: with the "
                    "next update it would be back."
                )
            )
