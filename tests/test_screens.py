"""Every screen opens, wide and on a phone, without an error, for each role."""

from datetime import date, timedelta

import pytest

MENUS = (
    "/odoo/my-matters",
    "/odoo/matters",
    "/odoo/to-be-filed",
    "/odoo/communications",
    "/odoo/legal-contacts",
    "/odoo/parties",
)
CONFIGURATION = (
    "/odoo/matter-types",
    "/odoo/practice-areas",
    "/odoo/matter-stages",
    "/odoo/party-roles",
    "/odoo/legal-teams",
)
NEED_TO_KNOW = (
    "/odoo/walls",
    "/odoo/access-log",
    "/odoo/filing-log",
    "/odoo/ledger-checks",
    "/odoo/ledger-seals",
)
PEOPLE = (
    "/odoo/staff-changes",
    "/odoo/roles-until",
    "/odoo/roles-and-sign-in",
    "/odoo/second-factor",
)
DATES = (
    "/odoo/my-dates",
    "/odoo/dates",
    "/odoo/matters-without-date",
    "/odoo/deadlines",
    "/odoo/deadlines-to-check",
    "/odoo/deadline-warnings",
    "/odoo/evening-control",
    "/odoo/control-sheets",
    "/odoo/print-dates",
    "/odoo/absences",
    "/odoo/deadline-recalculations",
)
RULES = (
    "/odoo/deadline-rules",
    "/odoo/jurisdictions",
    "/odoo/deadline-imports",
)
TASKS = (
    "/odoo/my-legal-tasks",
    "/odoo/team-tasks",
    "/odoo/legal-tasks",
)
WATCH = (
    "/odoo/calendar-links",
    "/odoo/deadline-runs",
)
DATA_PROTECTION = (
    "/odoo/privacy-requests",
    "/odoo/privacy-letters",
    "/odoo/restrictions",
    "/odoo/personal-data-map",
    "/odoo/data-subjects",
    "/odoo/retention-rules",
    "/odoo/legal-holds",
    "/odoo/erasure-runs",
    "/odoo/erasure-run-records",
    "/odoo/erasure-journal",
    "/odoo/erasure-openings",
    "/odoo/suppression-list",
)
REGISTER = (
    "/odoo/register",
    "/odoo/processors",
    "/odoo/transfers",
    "/odoo/measures",
    "/odoo/measure-tests",
    "/odoo/consents",
    "/odoo/privacy-notices",
    "/odoo/privacy-notices-given",
)
REGISTER_LISTS = (
    "/odoo/register-gaps",
    "/odoo/contact-purposes",
    "/odoo/adequacy-decisions",
    "/odoo/register-person-category",
    "/odoo/register-data-category",
    "/odoo/register-recipient-category",
)
INCIDENTS = (
    "/odoo/incidents",
    "/odoo/report-incident",
    "/odoo/incident-filings",
    "/odoo/incident-journal",
)
ASSESSMENTS = (
    "/odoo/privacy-overview",
    "/odoo/impact-assessments",
    "/odoo/privacy-action-plan",
    "/odoo/access-reviews",
    "/odoo/access-review-lines",
    "/odoo/privacy-trainings",
    "/odoo/privacy-trainings-taken",
    "/odoo/privacy-trainings-due",
    "/odoo/privacy-acknowledgements",
    "/odoo/roles-withheld",
)
#: of everybody, in the same application
MY_PRIVACY = (
    "/odoo/privacy-policies",
    "/odoo/my-trainings",
    "/odoo/my-access-decisions",
    "/odoo/my-privacy-measures",
)
VIEWS = {
    "/odoo/matters": ("kanban", "calendar", "pivot", "graph", "activity"),
    "/odoo/communications": ("kanban", "calendar", "pivot", "graph"),
    "/odoo/my-dates": ("kanban", "calendar"),
    "/odoo/dates": ("kanban", "calendar"),
    "/odoo/deadlines": ("kanban", "calendar", "pivot"),
    "/odoo/legal-tasks": ("kanban", "calendar"),
    "/odoo/absences": ("calendar",),
    "/odoo/privacy-requests": ("list", "calendar", "graph"),
}


def look(tab, path):
    tab.goto(path)
    assert not tab.page.query_selector(".o_error_dialog"), path
    assert not tab.errors, (path, tab.errors)


@pytest.mark.parametrize(
    ("role", "width", "menus"),
    [
        ("assistant", 390, MENUS + DATES + TASKS),
        ("avocat", 1400, MENUS + DATES + TASKS),
        ("lawyer", 390, RULES),
        ("partner", 1400, MENUS + CONFIGURATION + PEOPLE[:1] + RULES + WATCH),
        ("partner", 390, WATCH),
        ("compliance", 390, NEED_TO_KNOW + PEOPLE),
        ("auditor", 1400, NEED_TO_KNOW[1:] + PEOPLE),
        ("admin", 1400, PEOPLE),
        ("dpo", 1400, DATA_PROTECTION),
        ("dpo", 390, DATA_PROTECTION),
        ("lawyer", 390, ("/odoo/legal-titles", "/odoo/identifications")),
        ("assistant", 1400, ("/odoo/identifications",)),
        ("dpo", 1400, REGISTER + REGISTER_LISTS + INCIDENTS),
        ("dpo", 390, REGISTER + REGISTER_LISTS + INCIDENTS),
        ("partner", 390, REGISTER + INCIDENTS[:2]),
        ("auditor", 1400, REGISTER + INCIDENTS[:1] + INCIDENTS[2:]),
        ("assistant", 390, INCIDENTS[:2]),
        ("dpo", 1400, (*ASSESSMENTS, "/odoo/impact-assessment-questions")),
        ("dpo", 390, ASSESSMENTS),
        ("auditor", 1400, ASSESSMENTS),
        ("assistant", 390, MY_PRIVACY),
    ],
)
def test_menus(server, browser, role, width, menus):
    tab = browser.open(server.url, role, server.password(role), width)
    for path in menus:
        look(tab, path)
        overflow = tab.page.evaluate(
            "document.documentElement.scrollWidth - window.innerWidth"
        )
        assert overflow <= 0, f"{path} is {overflow} px too wide"


@pytest.mark.parametrize("path", VIEWS)
def test_views(server, browser, path):
    tab = browser.open(server.url, "lawyer", server.password("lawyer"))
    look(tab, path)
    for view in VIEWS[path]:
        tab.page.click(f".o_switch_view.o_{view}")
        tab.page.wait_for_selector(f".o_{view}_view, .o_{view}_renderer")
        tab.settle()
        assert not tab.errors, (view, tab.errors)


@pytest.mark.parametrize(("role", "width"), [("lawyer", 1400), ("assistante", 390)])
def test_forms(server, browser, role, width):
    rpc = server.rpc(role)
    matter = rpc.call("legal.matter", "search", [[("state", "=", "open")]])[0]
    entry = rpc.call("legal.communication", "search", [[("state", "=", "filed")]])[0]
    waiting = rpc.call("legal.communication", "search", [[("to_file", "=", True)]])[0]
    contact = rpc.call("res.partner", "search", [[("party_ids", "!=", False)]])[0]
    tab = browser.open(server.url, role, server.password(role), width)
    for path in (
        f"/odoo/matters/{matter}",
        "/odoo/matters/new",
        f"/odoo/communications/{entry}",
        f"/odoo/to-be-filed/{waiting}",
        f"/odoo/legal-contacts/{contact}",
    ):
        look(tab, path)
    tab.goto(f"/odoo/matters/{matter}")
    for page in tab.page.query_selector_all(".o_notebook_headers a.nav-link"):
        page.click()
        tab.settle()
        assert not tab.errors, tab.errors


@pytest.fixture(scope="module")
def dates(server):
    """One record of each kind that is made by hand: a dict of paths by name."""
    rpc = server.rpc("lawyer")

    def first(model, domain=()):
        return rpc.call(model, "search", [list(domain)], {"limit": 1})[0]

    def make(model, **values):
        return rpc.call(model, "create", [[values]])[0]

    matter = first("legal.matter", [("state", "=", "open")])
    day = date.today()
    deadline = make(
        "legal.deadline",
        name="Grounds of appeal",
        matter_id=matter,
        user_id=rpc.uid,
        date_deadline=(day + timedelta(days=10)).isoformat(),
        manual_reason="set by the court",
    )
    make(
        "legal.deadline",
        kind="follow_up",
        name="Ask the client",
        matter_id=matter,
        user_id=rpc.uid,
        date_deadline=day.isoformat(),
    )
    own = [("deadline_id", "=", deadline)]
    absence = rpc.call(
        "resource.calendar.leaves",
        "create",
        [
            [
                {
                    "legal_user_id": rpc.uid,
                    "date_from": f"{day + timedelta(days=30)} 06:00:00",
                    "date_to": f"{day + timedelta(days=31)} 18:00:00",
                }
            ]
        ],
    )[0]
    control = rpc.call("legal.deadline.control", "action_start", [[]])["res_id"]
    task = make("project.task", name="Copies", matter_id=matter)
    return {
        "deadline": f"/odoo/deadlines/{deadline}",
        "warning": f"/odoo/deadline-warnings/{first('legal.deadline.warning', own)}",
        "sheet": f"/odoo/control-sheets/{first('legal.deadline.sheet', own)}",
        "control": f"/odoo/evening-control/{control}",
        "absence": f"/odoo/absences/{absence}",
        "task": f"/odoo/legal-tasks/{task}",
        "rule": f"/odoo/deadline-rules/{first('legal.deadline.rule')}",
        "place": f"/odoo/jurisdictions/{first('legal.jurisdiction')}",
        "matter": f"/odoo/matters/{matter}",
    }


@pytest.mark.parametrize(("role", "width"), [("lawyer", 1400), ("assistante", 390)])
def test_forms_of_dates(server, browser, dates, role, width):
    tab = browser.open(server.url, role, server.password(role), width)
    new = ("/odoo/absences/new", "/odoo/legal-tasks/new")
    # why somebody is away is read by himself and the partners
    mine = [p for name, p in dates.items() if name != "absence" or role == "lawyer"]
    for path in (*mine, *new):
        look(tab, path)
        overflow = tab.page.evaluate(
            "document.documentElement.scrollWidth - window.innerWidth"
        )
        assert overflow <= 0, f"{path} is {overflow} px too wide"
        for page in tab.page.query_selector_all(".o_notebook_headers a.nav-link"):
            page.click()
            tab.settle()
            assert not tab.errors, (path, tab.errors)


@pytest.mark.parametrize("width", [1400, 390])
def test_forms_of_data_protection(server, browser, width):
    rpc = server.rpc("dpo")
    tab = browser.open(server.url, "dpo", server.password("dpo"), width)
    for model, path in (
        ("gdpr.processing.activity", "register"),
        ("gdpr.processor", "processors"),
        ("gdpr.transfer", "transfers"),
        ("gdpr.measure", "measures"),
        ("gdpr.consent", "consents"),
        ("gdpr.purpose", "contact-purposes"),
        ("gdpr.notice", "privacy-notices"),
        ("gdpr.adequacy", "adequacy-decisions"),
        ("gdpr.breach", "incidents"),
    ):
        record = rpc.call(model, "search", [[]], {"limit": 1})[0]
        for end in (record, "new") if model != "gdpr.breach" else (record,):
            look(tab, f"/odoo/{path}/{end}")
            overflow = tab.page.evaluate(
                "document.documentElement.scrollWidth - window.innerWidth"
            )
            assert overflow <= 0, f"{path} is {overflow} px too wide"
            for page in tab.page.query_selector_all(".o_notebook_headers a.nav-link"):
                page.click()
                tab.settle()
                assert not tab.errors, (path, tab.errors)


def test_an_incident_is_reported_on_a_phone(server, browser):
    """One sentence, one click: and whoever reported it sees that it arrived."""
    tab = browser.open(server.url, "assistant", server.password("assistant"), 390)
    tab.goto("/odoo/report-incident")
    tab.page.fill("[name=description] textarea", "A bag was left in the tram.")
    tab.page.click("button[name=action_report]")
    tab.page.wait_for_selector(".o_notification")
    tab.settle()
    assert not tab.errors, tab.errors
    told = server.rpc("dpo").call(
        "gdpr.breach",
        "search_read",
        [[("description", "=", "A bag was left in the tram.")]],
        {"fields": ["state", "due_on", "reported_by_id"]},
    )
    assert [row["state"] for row in told] == ["reported"]
    assert told[0]["due_on"]
    assert told[0]["reported_by_id"][0] == server.rpc("assistant").uid


def test_opening_a_form_spends_no_number(server, browser):
    count = server.psql("SELECT count(*) FROM legal_matter")
    tab = browser.open(server.url, "lawyer", server.password("lawyer"))
    tab.goto("/odoo/matters/new")
    tab.goto("/odoo/matters")
    assert server.psql("SELECT count(*) FROM legal_matter") == count


def test_one_click_in_the_queue(server, browser):
    rpc = server.rpc("assistant")
    waiting = rpc.call(
        "legal.communication",
        "search",
        [[("to_file", "=", True), ("proposal_ids", "!=", False)]],
    )
    tab = browser.open(server.url, "assistant", server.password("assistant"))
    tab.goto("/odoo/to-be-filed")
    tab.page.click(".o_data_row button[name=action_file_proposal]")
    tab.page.wait_for_selector(".o_notification")
    tab.settle()
    left = rpc.call(
        "legal.communication",
        "search",
        [[("to_file", "=", True), ("proposal_ids", "!=", False)]],
    )
    assert len(left) == len(waiting) - 1
    assert not tab.errors, tab.errors


def test_settings_preview_the_next_number(server, browser):
    tab = browser.open(server.url, "admin", server.password("admin"))
    tab.goto("/odoo/settings")
    tab.page.click(".settings_tab [data-key=legal_crm]")
    pattern = "[name=legal_number_pattern] input"
    tab.page.fill(pattern, "K-{counter:6}/{year}")
    tab.page.locator(pattern).blur()
    preview = tab.page.locator("[name=legal_number_preview]")
    preview.filter(has_text="K-00").wait_for()
    tab.page.fill(pattern, "{year}")
    tab.page.locator(pattern).blur()
    tab.page.locator("[name=legal_number_error]").filter(
        has_text="{counter}"
    ).wait_for()
    assert not tab.errors, tab.errors
