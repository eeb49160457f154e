"""Pure computation of the matter file: no database, no import of odoo."""
