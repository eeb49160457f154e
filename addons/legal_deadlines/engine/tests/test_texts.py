"""Every step, doubt and error has its sentence, and every sentence its values."""

import ast
import random
import re
from datetime import date, time
from pathlib import Path

import pytest
from engine import Options, Request, compute, errors, explain, texts
from engine.regimes import REGIMES
from test_naive import cases

PACKAGE = Path(texts.__file__).parent


def used(method):
    """First arguments of all calls of `trace.METHOD`, conditionals included."""
    found = set()
    for path in (*PACKAGE.glob("*.py"), *PACKAGE.glob("regimes/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if getattr(getattr(node, "func", None), "attr", "") != method:
                continue
            for arg in ast.walk(node.args[0]) if node.args else ():
                if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                    found.add(arg.value)
    return found


def test_every_code_has_a_text_and_every_text_a_code():
    periods = {"day", "week", "month", "year", "quarter", "halfyear", "halfmonth"}
    singular = {code for code in texts.STEPS if code.endswith("_1")}
    assert used("step") | periods | {"first_period"} == texts.STEPS.keys() - singular
    named = {"ao_fiction_place", "vwvfg_fiction_weekend"}
    assert used("doubt") | named == texts.DOUBTS.keys()
    classes = [cls for cls in vars(errors).values() if hasattr(cls, "code")]
    assert {cls.code for cls in classes} == texts.ERRORS.keys()


@pytest.mark.parametrize("code", sorted(REGIMES))
def test_every_computation_explains_itself(code):
    for request, _case in cases(code, 400):
        result = compute(request)
        lines = explain(result)
        assert lines and not any("%(" in line for line in lines)
        assert all(step.article or step.code in UNWRITTEN for step in result.steps), (
            request, result.steps,
        )  # fmt: skip
        words = re.findall(r"\d{4}-\d\d-\d\d", " ".join(map(texts.step, result.steps)))
        assert str(result.date) in words


# What no law says: it follows from what an early warning is for.
UNWRITTEN = ("early_warning", "roll_back", "no_roll", "cautious")


def test_a_translation_reaches_every_part():
    seen = []

    def translate(sentence):
        seen.append(sentence)
        return (
            sentence.upper()
            .replace("%(DATE)S", "%(date)s")
            .replace("%(START)S", "%(start)s")
            .replace("%(OFF)S", "%(off)s")
        )

    request = Request("DE-ZPO", date(2025, 3, 20), 1, "month", place="DE-BY")
    lines = explain(compute(request), translate, lambda day: f"{day:%d.%m.%Y}")
    assert lines[1] == (
        "ONE MONTH FROM 20.03.2025 ENDS ON THE SAME NUMBER, 20.04.2025. (BGB § 188(2))"
    )
    assert texts.STEPS["roll"] in seen


def test_units_are_translated_and_in_number():
    early = Request(
        "DE-ZPO", date(2025, 3, 20), 1, "week", "backward", "DE-BY",
        Options.parse("vorfrist=1"),
    )  # fmt: skip
    assert explain(compute(early))[0].startswith("1 week before Thu 2025-03-20 is")


def test_hours_explain_themselves():
    chance = random.Random(3)
    for mode in ("zpo222", "fullhour", "abs"):
        for _each in range(300):
            request = Request(
                "EU-GDPR", date(2020, 1, 1).replace(month=1 + chance.randrange(12)),
                chance.randrange(1, 200), "hour", place="DE-BY",
                options=Options.parse(f"mode={mode}"),
                event_time=time(chance.randrange(24), chance.randrange(60)),
            )  # fmt: skip
            assert not any("%(" in line for line in explain(compute(request)))
