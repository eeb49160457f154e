from odoo import SUPERUSER_ID, api, models
from odoo.http import request
from odoo.service.server import thread_local

from .legal_access_mixin import UNLOCK


def writing(method):
    """Mark an override of a read-only method: it writes into the log of access.

    Core serves ``@api.readonly`` methods from a replica where there is one. The client
    asks the method itself, the definition nearest to the model first.
    """
    method._readonly = False
    return method


class LegalAccessMixin(models.AbstractModel):
    """Looks into a matter are recorded: opening it, and taking a list of it away."""

    _inherit = "legal.access.mixin"

    #: whether reading one record counts as opening its matter
    _look_opens = False
    #: fields that show nothing of the case: reading only these is no look
    _look_free = frozenset(
        {
            "id",
            "access_list_id",
            "active",
            "company_id",
            "create_date",
            "create_uid",
            "display_name",
            "legal_readable",
            "number",
            "write_date",
            "write_uid",
        }
    )
    #: fields that no list shows: reading them is a look, of one record or of many
    _look_content = frozenset()

    @writing
    def read(self, fields=None, load="_classic_read"):
        rows = super().read(fields, load=load)
        self._log_look(fields)
        return rows

    @writing
    def web_read(self, specification):
        # The rows inside a form (sub-matters, communications) are a list.
        self._log_look(list(specification) or ["id"])
        return super(LegalAccessMixin, self._listing()).web_read(specification)

    @api.model
    def web_search_read(self, *args, **kwargs):
        return super(LegalAccessMixin, self._listing()).web_search_read(*args, **kwargs)

    @api.model
    def web_read_group(self, *args, **kwargs):
        return super(LegalAccessMixin, self._listing()).web_read_group(*args, **kwargs)

    @api.model
    def search_read(self, domain=None, fields=None, *args, **kwargs):
        rows = super().search_read(domain, fields, *args, **kwargs)
        if self._look_opens and (not fields or self._look_content & set(fields)):
            self.browse([row["id"] for row in rows])._log_look(fields)
        return rows

    def export_data(self, fields_to_export):
        data = super().export_data(fields_to_export)
        if self._look_recorded():
            self.env["legal.access.log"]._log_by_matter("export", self)
        return data

    def _listing(self):
        """The same records, read for a list: one row of it is not an open form."""
        # the sentinel: a caller over RPC cannot say that he only lists
        return self.with_context(legal_listing=UNLOCK)

    def _look_recorded(self):
        """Whether a person looks: not the suite's own code, nor the system."""
        return not self.env.su and self.env.uid != SUPERUSER_ID

    def _log_look(self, fields):
        """Record that the user opens these records, if that is what he does.

        One record, with more than its name, is opened. Several are a list, unless what
        no list shows is read of them as well.
        """
        if not self._look_opens or not self._look_recorded():
            return
        ids = [record_id for record_id in self._ids if record_id]
        if not ids:
            return
        names = set(fields or ())
        content = not names or names & self._look_content
        if not content and (
            len(ids) > 1
            or names <= self._look_free
            or self.env.context.get("legal_listing") is UNLOCK
            or self._inside_another()
        ):
            return
        log = self.env["legal.access.log"]
        matters = log._matters_of(self.browse(ids))
        log._log_once("open", self.browse([i for i in ids if i in matters]))

    def _inside_another(self):
        """Whether the client reads a record of another kind that shows this one."""
        if request:
            asked = request.params.get("model") or request.params.get("__model__")
        else:  # XML-RPC and JSON-RPC: "model.method"
            asked = (thread_local.rpc_model_method or "").rpartition(".")[0]
        return bool(asked) and asked != self._name
