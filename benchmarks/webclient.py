"""What the web client asks for when it opens a view: its fields' specification."""

from lxml import etree

# Fields of which a list or form shows more than the name.
_X2MANY = ("one2many", "many2many")
LIMIT = 80  # rows of a page


def specification(env, model, view_type, view_id=False):
    """The ``specification`` of web_search_read (list, kanban) or web_read (form).

    Read from the very view the user gets, as the client does it: every field, hidden
    columns included; of many2one the name; of x2many the fields of its own view.
    """
    view = env[model].get_views([(view_id, view_type)])["views"][view_type]
    return _fields(env[model], etree.fromstring(view["arch"]))


def _fields(model, root):
    found = {}
    for node in root.iter("field"):
        if any(parent.tag == "field" for parent in _above(node, root)):
            continue  # of an embedded view
        name = node.get("name")
        field = model._fields.get(name)
        if field is None:
            continue
        spec = found.setdefault(name, {})
        if field.type == "many2one":
            spec["fields"] = {"display_name": {}}
        elif field.type in _X2MANY and not _always_hidden(node):
            inner = next((child for child in node if child.tag in _VIEWS), None)
            comodel = model.env[field.comodel_name]
            if inner is not None:
                spec["fields"] = _fields(comodel, inner)
                spec["limit"] = 40
            else:
                spec["fields"] = {"display_name": {}}
    return found


_VIEWS = ("list", "kanban", "form")


def _above(node, root):
    """The elements between ``node`` and ``root``."""
    node = node.getparent()
    while node is not None and node is not root:
        yield node
        node = node.getparent()


def _always_hidden(node):
    return node.get("invisible") in ("1", "True") or node.get("column_invisible") in (
        "1",
        "True",
    )
