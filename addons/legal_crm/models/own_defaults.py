"""What only the suite fills in takes no default from outside.

A caller may send ``default_state`` in the context, and a user may save defaults of his
own. A model that guards fields overrides ``default_get`` with this.
"""


def own_defaults(model, names):
    """The defaults of the fields themselves, whoever asks.

    :param model: an empty recordset
    :param names: names of fields
    :return: dict of name to value as ``create`` takes it; those without a default lack
    """
    found = {}
    for name in names:
        field = model._fields.get(name)
        if field and field.default:
            value = field.convert_to_cache(field.default(model), model, validate=False)
            found[name] = field.convert_to_write(
                field.convert_to_record(value, model), model
            )
    return found
