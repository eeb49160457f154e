from odoo import api, fields, models

from ..engine import errors, places

# Postal zones that lie wholly in one Land; the others straddle a border, and a wrong
# Land means a wrong date. Nothing is proposed there.
GERMAN_ZONES = {
    "BE": "10",
    "BW": "70 71 72 73 77 78 79",
    "BY": "80 81 82 83 84 85 90 92 94",
    "HE": "60 61",
    "HH": "20",
    "NI": "30",
    "NW": "40 42 44 45 47 50 58 59",
    "SH": "24",
}
# The seats of the larger courts, by the first digits; in between cantons mix.
SWISS_ZONES = {
    "BE": "300 301",
    "BS": "400 401 402 403 404 405",
    "GE": "120",
    "LU": "600",
    "SG": "900",
    "VD": "100 101",
    "ZH": "800 801 802 803 804 805",
}
# FR-AM is for a person to choose: it depends on the churches of the commune.
FRENCH_ZONES = {
    **{code: code for code in "57 67 68 971 972 973 974 976".split()},
    **{code: code for code in "975 984 986 987 988".split()},
    "977": "97133",
    "978": "97150",
}
ZONES = {"DE": GERMAN_ZONES, "CH": SWISS_ZONES, "FR": FRENCH_ZONES}
#: countries whose holidays are the same wherever no zone says otherwise
WHOLE = ("AT", "FR")


class ResPartner(models.Model):
    _inherit = "res.partner"

    jurisdiction_id = fields.Many2one(
        "legal.jurisdiction",
        compute="_compute_jurisdiction_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Where a court or an authority sits: its holidays decide about deadlines. "
        "Proposed from the address; what you choose stays.",
    )
    # What was proposed last: as long as nobody chose otherwise, a new address proposes
    # anew.
    jurisdiction_proposal_id = fields.Many2one(
        "legal.jurisdiction",
        compute="_compute_jurisdiction_id",
        store=True,
        ondelete="set null",
        export_string_translation=False,
    )

    @api.depends("is_company", "country_id", "state_id", "zip")
    def _compute_jurisdiction_id(self):
        proposals = self._propose_jurisdictions()
        for partner in self:
            proposal = proposals[partner] if partner.is_company else proposals[self[:0]]
            if partner.jurisdiction_id == partner.jurisdiction_proposal_id:
                partner.jurisdiction_id = proposal
            partner.jurisdiction_proposal_id = proposal

    def _propose_jurisdictions(self):
        """{contact: jurisdiction of its address, empty where that is not sure}.

        The empty contact is in it as well.
        """
        codes = {partner: partner._jurisdiction_code() for partner in self}
        jurisdictions = self.env["legal.jurisdiction"].search(
            [("code", "in", list(set(filter(None, codes.values()))))]
        )
        known = {jurisdiction.code: jurisdiction for jurisdiction in jurisdictions}
        nothing = jurisdictions.browse()
        return {
            self.browse(): nothing,
            **{partner: known.get(code, nothing) for partner, code in codes.items()},
        }

    @api.model
    def _propose_all_jurisdictions(self):
        """On installation the addresses are there before the places are."""
        countries = [*ZONES, *WHOLE]
        companies = self.with_context(active_test=False).search(
            [("is_company", "=", True), ("country_id.code", "in", countries)]
        )
        for name in ("jurisdiction_id", "jurisdiction_proposal_id"):
            self.env.add_to_compute(self._fields[name], companies)

    def _jurisdiction_code(self):
        """The engine's place of this address, "" where the region is not sure."""
        country = self.country_id.code or ""
        # CH has its cantons in several languages: ZH, ZH-FR
        part = (self.state_id.code or "").split("-")[0]
        zip_code = (self.zip or "").replace(" ", "").upper()
        zip_code = zip_code.removeprefix(f"{country}-").removeprefix(f"{country[:1]}-")
        for code in (part, _part_of(country, zip_code)):
            if code and country in ZONES:
                try:
                    return places.parse(f"{country}-{code}").key
                except errors.DeadlineError:
                    continue  # a department of France, say: no holidays of its own
        return country if country in WHOLE else ""

    def _legal_jurisdiction(self):
        """Where this contact sits: its own place, or that of what it belongs to.

        A chamber or a clerk has the place of the court above it; a contact that has
        none is asked for its address at last.

        :return: ``legal.jurisdiction``, empty where nobody knows
        """
        # A contact has a handful of levels above it.
        partner = self[:1]
        while partner:
            if partner.jurisdiction_id:
                return partner.jurisdiction_id
            partner = partner.parent_id
        return self[:1]._propose_jurisdictions()[self[:1]]


def _part_of(country, zip_code):
    """The region of a zip code, the longest prefix first; "" where it is not sure."""
    found = [
        (len(prefix), part)
        for part, prefixes in ZONES.get(country, {}).items()
        for prefix in prefixes.split()
        if zip_code.startswith(prefix)
    ]
    return max(found)[1] if found else ""
