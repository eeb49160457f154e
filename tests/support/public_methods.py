"""Run by ``bin/odoo shell``: what the suite offers to callers, as JSON.

Each public method that an addon of the suite defines or extends, on each model; so a
new method is probed by itself. The server's own rule of what is public is applied
(``odoo.service.model.get_public_method``).
"""

import inspect
import json

from odoo.service.model import get_public_method


def suite_methods(cls):
    for base in cls.__mro__:
        if base.__module__.startswith(("odoo.addons.legal_", "odoo.addons.gdpr_")):
            yield from (
                name
                for name, value in vars(base).items()
                if inspect.isfunction(value) and not name.startswith("_")
            )


def describe(name, function):
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return {
        "name": name,
        "model": bool(getattr(function, "_api_model", False)),
        "parameters": [
            parameter.name
            for parameter in parameters
            if parameter.default is parameter.empty
            and parameter.kind
            in (parameter.POSITIONAL_OR_KEYWORD, parameter.POSITIONAL_ONLY)
        ],
        "keywords": [
            parameter.name
            for parameter in parameters
            if parameter.kind == parameter.KEYWORD_ONLY
            and parameter.default is parameter.empty
        ],
    }


found = {}
for model_name in env.registry:  # noqa: F821  the shell's own name
    model = env[model_name]  # noqa: F821
    methods = []
    for method_name in sorted(set(suite_methods(type(model)))):
        try:
            methods.append(describe(method_name, get_public_method(model, method_name)))
        except Exception:  # closed to callers, which is what we want of it
            continue
    if methods or model_name.startswith(("legal.", "gdpr.")):
        found[model_name] = {
            "methods": methods,
            "abstract": model._abstract,
            "transient": model._transient,
            "matter_fields": [
                [field.name, field.type]
                for field in model._fields.values()
                if field.comodel_name == "legal.matter" and field.store
            ],
            "fields": {
                field.name: [field.type, field.comodel_name or ""]
                for field in model._fields.values()
                if field.store
            },
        }
print("JSON:" + json.dumps(found))
