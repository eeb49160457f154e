"""As an intruder: every door into a closed matter, over the server's interfaces.

A matter and all that belongs to it carry a marker in every text. Each person it is
closed to then tries whatever the server offers. The marker never comes back, and
nothing is changed. The methods are found by looking, so that a new one is tried by
itself.
"""

import base64
import functools
import json
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone

import pytest
import requests
from suite import paths
from support.rpc import RpcError

MARKER = "Zyxwundel"
#: what of the ids below has no column that names the matter, or is a view
NO_ROW_OF_ITS_OWN = (
    "legal.matter",
    "ir.attachment",
    "calendar.attendee",
    "legal.agenda",
    "legal.deadline.import",
    "legal.deadline.import.problem",
    "legal.deadline.recalculation",
)
#: who may read nothing of the matter: behind the wall, without a role, outside
INTRUDERS = (
    "lawyer2",
    "admin",
    "accountant",
    "auditor",
    "compliance",
    "employee2",
    "client",
)
#: what the compliance officer and the auditor are there for
OFFICE = {
    "compliance": ("legal.wall", "legal.wall.raise", "legal.wall.lower"),
    "auditor": ("legal.access.log",),
}
#: the administrator hands mail over to the firm, as the gateway does: it may be filed
DELIVERY = {"admin": ("message_process",)}


class Closed:
    """The matter, and the ids of what belongs to it by model."""

    def __init__(self, server):
        self.server = server
        self.rpc = server.rpc("lawyer")
        self.ids = {}
        self.fill()

    def new(self, model, **values):
        ids = self.rpc.call(model, "create", [[values]])
        self.ids.setdefault(model, []).extend(ids)
        return ids[0]

    def user(self, login):
        return self.server.psql("SELECT id FROM res_users WHERE login = %s", login)[0][
            0
        ]

    def fill(self):
        text = f"<p>{MARKER} in the text</p>"
        self.partner = self.rpc.call(
            "res.partner", "create", [[{"name": "Doors Klientin"}]]
        )[0]
        self.matter = matter = self.new(
            "legal.matter",
            client_id=self.partner,
            name=f"{MARKER} against somebody",
            description=text,
            court_reference=f"{MARKER} 7 O 1/26",
            legacy_number=f"{MARKER}-1",
            excluded_user_ids=[
                (4, self.user("lawyer2")),
                (4, self.user("associe")),
            ],
        )
        self.new("legal.matter", parent_id=matter, name=f"{MARKER} appeal")
        row = self.rpc.call("legal.matter", "read", [[matter], ["party_ids", "number"]])
        self.number = row[0]["number"]
        self.ids["legal.matter.party"] = row[0]["party_ids"]
        self.rpc.call(
            "legal.matter.party",
            "write",
            [row[0]["party_ids"], {"reference": f"{MARKER} 12", "note": MARKER}],
        )
        self.new("legal.matter.reference", matter_id=matter, value=f"{MARKER} 99")
        for subject in ("call", "draft"):
            self.new(
                "legal.communication",
                matter_id=matter,
                channel="phone",
                subject=f"{MARKER} {subject}",
                body=text,
                partner_ids=[(4, self.partner)],
            )
        filed = self.ids["legal.communication"][0]
        self.rpc.call("legal.communication", "action_file", [[filed]])
        self.new(
            "calendar.event",
            name=f"{MARKER} hearing",
            description=text,
            location=MARKER,
            start="2040-01-01 09:00:00",
            stop="2040-01-01 10:00:00",
            matter_id=matter,
            user_id=self.user("lawyer"),
        )
        self.new(
            "crm.lead",
            name=f"{MARKER} inquiry",
            description=text,
            contact_name=MARKER,
            partner_id=self.partner,
            matter_id=matter,
        )
        self.new(
            "ir.attachment",
            name=f"{MARKER}.txt",
            raw=f"{MARKER} in the file",
            mimetype="text/plain",
            res_model="legal.matter",
            res_id=matter,
        )
        for model, table in (
            ("legal.wall", "legal_wall"),
            ("legal.communication.proposal", "legal_communication_proposal"),
        ):
            rows = self.server.psql(
                f"SELECT id FROM {table} WHERE matter_id = %s", matter
            )
            self.ids[model] = [row_id for (row_id,) in rows]
        attendees = self.server.psql(
            "SELECT id FROM calendar_attendee WHERE event_id = %s",
            self.ids["calendar.event"][0],
        )
        self.ids["calendar.attendee"] = [row_id for (row_id,) in attendees]
        self.fill_dates()

    def fill_dates(self):
        """A deadline that runs and one that waits for its check, and all about them."""
        matter, rpc, server = self.matter, self.rpc, self.server
        given = {
            "matter_id": matter,
            "user_id": self.user("lawyer"),
            "note": MARKER,
            "manual_reason": f"{MARKER} by order of the court",
        }
        ahead = (date.today() + timedelta(days=30)).isoformat()
        running = self.new(
            "legal.deadline",
            name=f"{MARKER} appeal",
            date_deadline=ahead,
            communication_id=self.ids["legal.communication"][0],
            **given,
        )
        sent = self.new(
            "legal.deadline",
            name=f"{MARKER} reply",
            date_deadline=date.today().isoformat(),
            **given,
        )
        receipt = self.new(
            "ir.attachment",
            name=f"{MARKER} receipt.txt",
            raw=f"{MARKER} received",
            mimetype="text/plain",
        )
        values = {
            "deadline_ids": [(6, 0, [sent])],
            "what": f"{MARKER} by beA",
            "sent_on": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S"),
            "receipt_ids": [(6, 0, [receipt])],
        }
        dialog = rpc.call("legal.deadline.done", "create", [[values]])
        rpc.call("legal.deadline.done", "action_apply", [dialog])
        rpc.call("legal.deadline.control", "action_start", [[]])
        self.new("gdpr.title", name=f"{MARKER} judgment", matter_id=matter, note=MARKER)
        (identified,) = rpc.call("res.partner", "create", [[{"name": "Identified"}]])
        self.new(
            "gdpr.identification",
            partner_id=identified,
            matter_id=matter,
            note=f"{MARKER} money",
        )
        self.new(
            "project.task",
            name=f"{MARKER} task",
            description=f"<p>{MARKER}</p>",
            matter_id=matter,
            user_ids=[(6, 0, [self.user("lawyer")])],
        )
        file = f"matter;date;what;reason\n{self.number};{ahead};{MARKER};{MARKER}\n"
        file += f"nowhere;{ahead};{MARKER};{MARKER}\n"
        done = self.new(
            "legal.deadline.import",
            name=f"{MARKER}.csv",
            file=base64.b64encode(file.encode()).decode(),
        )
        rpc.call("legal.deadline.import", "action_check", [[done]])
        self.rows("legal.deadline.import.problem", "import_id = %s", done)
        ((key,),) = server.psql(
            "SELECT access_list_id FROM legal_deadline WHERE id = %s", running
        )
        # what the scheduled actions leave behind
        ((warning,),) = server.psql(
            "SELECT min(id) FROM legal_deadline_warning WHERE deadline_id = %s", running
        )
        server.psql(
            "INSERT INTO legal_deadline_notice (warning_id, deadline_id, matter_id,"
            " access_list_id, user_id, level, sent_on, channel)"
            " VALUES (%s, %s, %s, %s, %s, 0, now(), 'activity') RETURNING id",
            warning,
            running,
            matter,
            key,
            self.user("lawyer"),
        )
        ((run,),) = server.psql(
            "INSERT INTO legal_deadline_recalculation (name, state, total, counted,"
            " last_id) VALUES ('Correction', 'review', 1, 1, 1) RETURNING id"
        )
        self.ids["legal.deadline.recalculation"] = [run]
        server.psql(
            "INSERT INTO legal_deadline_recalculation_line (recalculation_id,"
            " deadline_id, matter_id, access_list_id, date_before, date_after, problem,"
            " accept, state) VALUES (%s, %s, %s, %s, %s, %s, %s, true, 'open')"
            " RETURNING id",
            run,
            running,
            matter,
            key,
            ahead,
            date.today(),
            f"{MARKER} cannot be computed",
        )
        for model in (
            "legal.deadline.warning",
            "legal.deadline.notice",
            "legal.deadline.sheet",
            "legal.deadline.control.line",
            "legal.deadline.recalculation.line",
        ):
            self.rows(model, "matter_id = %s", matter)
            assert self.ids[model], model
        # a query, without a table
        domain = [("matter_id", "=", matter)]
        self.ids["legal.agenda"] = rpc.call("legal.agenda", "search", [domain])
        assert self.ids["legal.agenda"]

    def rows(self, model, where, value):
        table = model.replace(".", "_")
        found = self.server.psql(f"SELECT id FROM {table} WHERE {where}", value)
        self.ids[model] = [row_id for (row_id,) in found]

    def digest(self):
        """What the rows of the matter say, all of them."""
        parts = [
            "SELECT 'matter', md5(string_agg(t::text, '|' ORDER BY id)) "
            "FROM legal_matter t WHERE id = %(id)s OR parent_id = %(id)s"
        ]
        for model in self.ids:
            if model not in NO_ROW_OF_ITS_OWN:
                table = model.replace(".", "_")
                parts.append(
                    # a mark that holidays changed, for whoever may change them
                    f"SELECT '{table}', md5(string_agg((to_jsonb(t) - "
                    "'warnings_stale')::text, '|' ORDER BY id)) "
                    f"FROM {table} t WHERE matter_id = %(id)s"
                )
        parts += [
            "SELECT 'files', md5(string_agg(t::text, '|' ORDER BY id)) "
            "FROM ir_attachment t WHERE res_model = 'legal.matter' AND res_id = %(id)s",
            "SELECT 'messages', count(*)::text FROM mail_message "
            "WHERE model = 'legal.matter' AND res_id = %(id)s",
            "SELECT 'members', md5(string_agg(t::text, '|' ORDER BY t)) "
            "FROM legal_matter_excluded_rel t WHERE matter_id = %(id)s",
        ]
        sql = " UNION ALL ".join(parts).replace("%(id)s", str(int(self.matter)))
        return dict(self.server.psql(sql))


@pytest.fixture(scope="module")
def closed(server):
    return Closed(server)


@pytest.fixture(scope="module")
def people(server, closed, calls):
    admin = server.rpc("admin")
    ((group,),) = server.psql(
        "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_user'"
    )
    values = {
        "name": "Pförtnerin",
        "login": "employee2",
        "password": "employee2",
        "group_ids": [(6, 0, [group])],
    }
    context = {"context": {"no_reset_password": True}}
    admin.call("res.users", "create", [[values]], context)
    return {login: calls.rpc(login) for login in INTRUDERS}


@pytest.fixture(scope="module")
def fields_of(calls):
    """A function: the fields of a model; no secret, and the same for everybody.

    None where a lawyer is not told them.
    """
    rpc = calls.rpc("lawyer")

    @functools.cache
    def described(model):
        attributes = {"attributes": ["type", "relation", "groupable"]}
        try:
            return rpc.call(model, "fields_get", [], attributes)
        except RpcError:
            return None

    return described


@pytest.fixture(scope="module")
def offered(server):
    """The models and public methods of the suite; see support/public_methods.py."""
    script = (paths.ROOT / "tests" / "support" / "public_methods.py").read_text()
    command = [sys.executable, str(paths.ROOT / "bin" / "odoo"), "shell"]
    answer = subprocess.run(
        [*command, "-d", server.db, "--no-http", "--log-level=error"],
        input=script,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    (line,) = [x for x in answer.stdout.splitlines() if "JSON:" in x]
    found = json.loads(line[line.index("JSON:") + 5 :])
    assert len(found) > 15, "the shell found next to nothing"
    return found


class Probe:
    """Calls of one person, each looked through for the marker."""

    def __init__(self, closed, login, rpc):
        self.closed, self.login, self.rpc = closed, login, rpc
        self.leaks, self.calls, self.answered = [], 0, 0

    def call(self, model, method, arguments=(), keywords=None):
        self.calls += 1
        answer = None
        try:
            answer = self.rpc.call(model, method, list(arguments), keywords or {})
            self.answered += 1
            text = json.dumps(answer, ensure_ascii=False, default=str)
        except RpcError as error:
            # A traceback quotes the caller's own words: only what was found counts.
            text = f"{error.message} {error.debug.rsplit(chr(10), 2)[-1]}"
        if MARKER.lower() in text.lower():
            self.leaks.append((self.login, model, method, str(arguments)[:120]))
        return answer

    def done(self):
        assert not self.leaks, self.leaks
        assert self.calls


def guess(parameter, closed, model):
    """Plausible arguments for a parameter of that name."""
    ids = closed.ids.get(model) or [closed.matter]
    matter = closed.matter
    by_name = {
        "vals": [{}],
        "values": [{}],
        "vals_list": [[{"name": "x", "matter_id": matter}]],
        "values_list": [[{}]],
        "default": [{}],
        "domain": [[]],
        "fields": [["display_name"]],
        "fields_list": [["display_name"]],
        "operation": ["read"],
        "state": ["closed"],
        "model": ["legal.matter"],
        "message": [f"From: a@b.c\nSubject: Re: {closed.number}\n\nx"],
        "attachment_tokens": [[]],
        "partner_ids": [[closed.partner]],
        "meeting_ids": [closed.ids["calendar.event"]],
        "name": [closed.number],
        "text": [closed.number],
    }
    if parameter in by_name:
        return by_name[parameter]
    if parameter.endswith("_ids") or parameter == "ids":
        return [ids]
    if parameter.endswith("_id") or parameter == "id":
        return [ids[0], matter]
    return ["", matter]


def contexts(closed):
    event = closed.ids["calendar.event"][0]
    yield {}
    yield {
        "active_model": "legal.matter",
        "active_id": closed.matter,
        "active_ids": [closed.matter],
        "default_matter_id": closed.matter,
        "default_matter_ids": [closed.matter],
        "default_communication_id": closed.ids["legal.communication"][0],
        "default_communication_ids": closed.ids["legal.communication"],
        "default_parent_id": closed.matter,
        "default_res_model": "calendar.event",
        "default_res_id": event,
        "legal_unlock": True,
    }


def wizard_values(model, about, closed):
    """Values of a wizard that point at the matter wherever they can."""
    values = {}
    for name, (kind, comodel) in about["fields"].items():
        ids = closed.ids.get(comodel)
        if not ids or name in ("create_uid", "write_uid"):
            continue
        if kind == "many2one":
            values[name] = ids[0]
        elif kind == "many2many":
            values[name] = [(6, 0, ids)]
    for name in ("reason", "numbers", "subject"):
        if name in about["fields"]:
            values[name] = closed.number
    if model == "legal.matter.state.wizard":
        values["state"] = "closed"
    return values


@pytest.mark.parametrize("login", INTRUDERS)
def test_every_method_of_the_suite(closed, people, offered, login):
    probe = Probe(closed, login, people[login])
    before = closed.digest()
    for model, about in offered.items():
        if about["abstract"] or model in OFFICE.get(login, ()):
            continue
        ids = closed.ids.get(model) or [closed.matter]
        targets = [ids]
        if about["transient"]:
            made = probe.call(model, "create", [[wizard_values(model, about, closed)]])
            targets = [made] if made else [[]]
        for context in contexts(closed):
            keywords = {"context": context}
            for method in about["methods"]:
                if method["name"] == "unlink" and not closed.ids.get(model):
                    continue  # somebody's own rows are his
                if method["name"] in DELIVERY.get(login, ()):
                    continue
                arguments = [guess(p, closed, model) for p in method["parameters"]]
                tries = max([1, *map(len, arguments)])
                named = {p: guess(p, closed, model)[0] for p in method["keywords"]}
                for number in range(tries):
                    chosen = [found[number % len(found)] for found in arguments]
                    for target in targets:
                        lead = [] if method["model"] else [target]
                        probe.call(
                            model,
                            method["name"],
                            lead + chosen,
                            {**keywords, **named},
                        )
            for target in targets if about["transient"] else ():
                if target:
                    fields = {name: {} for name in about["fields"]}
                    probe.call(model, "web_read", [target, fields], keywords)
    probe.done()
    assert closed.digest() == before


GENERIC = (
    "legal.matter",
    "legal.matter.party",
    "legal.matter.reference",
    "legal.communication",
    "legal.communication.proposal",
    "calendar.event",
    "calendar.attendee",
    "crm.lead",
    "ir.attachment",
    "legal.deadline",
    "legal.deadline.warning",
    "legal.deadline.notice",
    "legal.deadline.sheet",
    "legal.deadline.control.line",
    "legal.deadline.recalculation.line",
    "legal.deadline.import",
    "legal.agenda",
    "project.task",
)


def specification(about):
    """Every field, with names and numbers of what it points at."""
    deeper = {"fields": {"display_name": {}}}
    return {
        name: deeper if kind in ("many2one", "many2many", "one2many") else {}
        for name, (kind, _comodel) in about.items()
    }


@pytest.mark.parametrize("login", INTRUDERS)
def test_every_way_of_the_orm(closed, people, fields_of, login):
    probe = Probe(closed, login, people[login])
    before = closed.digest()
    for model in GENERIC:
        ids = closed.ids.get(model) or []
        described = fields_of(model)
        about = {
            name: (field["type"], field.get("relation", ""))
            for name, field in described.items()
        }
        groups = [[name] for name in about if described[name].get("groupable")]
        names = list(about)
        spec = specification(about)
        for domain in (
            [["id", "in", ids]],
            [["display_name", "ilike", MARKER]],
            [["create_uid", "=", closed.rpc.uid]],
            [],
        ):
            assert not set(probe.call(model, "search", [domain]) or []) & set(ids), (
                model,
                domain,
            )
            probe.call(model, "search_read", [domain, names], {"limit": 500})
            probe.call(model, "web_search_read", [domain, spec], {"limit": 200})
            arguments = [domain, groups, ["__count", "display_name:array_agg"]]
            probe.call(model, "formatted_read_grouping_sets", arguments)
            probe.call(
                model, "formatted_read_grouping_sets", [domain, groups, ["__count"]]
            )
            for by in groups[:4]:
                probe.call(model, "web_read_group", [domain, by, ["__count"]])
        for record in ids:
            probe.call(model, "read", [[record], names])
            probe.call(model, "web_read", [[record], spec])
            probe.call(model, "web_read", [[record], {"display_name": {}}])
            probe.call(model, "export_data", [[record], ["id", "display_name"]])
            probe.call(model, "copy", [[record]])
            probe.call(model, "copy_data", [[record]])
            probe.call(model, "write", [[record], {"active": False}])
            probe.call(model, "web_save", [[record], {"active": False}, spec])
            probe.call(model, "unlink", [[record]])
            probe.call(model, "action_archive", [[record]])
            probe.call(model, "get_formview_action", [[record]])
            probe.call(model, "get_metadata", [[record]])
            probe.call(model, "message_post", [[record]], {"body": "x"})
            probe.call(model, "message_subscribe", [[record], [closed.partner]])
            probe.call(model, "activity_schedule", [[record]], {"summary": "x"})
            probe.call(model, "load", [[".id", "name"], [[str(record), "forged"]]])
            probe.call(model, "onchange", [[record], {}, names[:1], spec])
            probe.call(model, "onchange", [[], {"id": record}, [], spec])
            probe.call(model, "get_property_definition", [[record], "x"])
        for field in names:
            if field in described and about[field][1] in GENERIC:
                for method in (
                    "search_panel_select_range",
                    "search_panel_select_multi_range",
                ):
                    keywords = {"enable_counters": True, "search_domain": []}
                    probe.call(model, method, [field], keywords)
        probe.call(model, "name_search", [MARKER])
        probe.call(model, "web_name_search", [MARKER, {"display_name": {}}])
        probe.call(
            model,
            "read_progress_bar",
            [[], "create_uid", {"field": "create_uid", "colors": {}}],
        )
        probe.call(model, "default_get", [names], {"context": {"active_ids": ids}})
    probe.done()
    assert closed.digest() == before


@pytest.mark.parametrize("login", INTRUDERS)
def test_a_form_with_forged_values(closed, people, offered, fields_of, login):
    """A new record or wizard with the number of the matter in it shows nothing."""
    probe = Probe(closed, login, people[login])
    before = closed.digest()
    for model, about in offered.items():
        if about["abstract"] or model in OFFICE.get(login, ()):
            continue
        described = fields_of(model)
        if described is None:
            continue
        fields = {
            name: (field["type"], field.get("relation", ""))
            for name, field in described.items()
        }
        spec = specification(fields)
        values = wizard_values(model, {"fields": fields}, closed)
        for changed in ([], list(values)):
            probe.call(model, "onchange", [[], values, changed, spec])
        for context in contexts(closed):
            context |= {f"default_{name}": value for name, value in values.items()}
            keywords = {"context": context}
            probe.call(model, "default_get", [list(fields)], keywords)
            probe.call(model, "onchange", [[], {}, [], spec], keywords)
            probe.call(model, "web_save", [[], values, spec], keywords)
    probe.done()
    assert closed.digest() == before


@pytest.mark.parametrize("login", INTRUDERS)
def test_through_what_is_open(server, closed, people, login):
    """From the contact, the identifiers of imports, the filters to the matter."""
    probe = Probe(closed, login, server.rpc(login))
    deep = {"fields": {"display_name": {}}}
    party = {"fields": {"matter_id": deep, "number": {}, "display_name": {}}}
    probe.call(
        "res.partner",
        "web_read",
        [
            [closed.partner],
            {
                "party_ids": party,
                "matter_ids": deep,
                "matter_count": {},
                "communication_ids": deep,
                "communication_count": {},
                "meeting_ids": deep,
                "meeting_count": {},
                "opportunity_ids": deep,
                "legal_search_key": {},
            },
        ],
    )
    for domain in (
        [("party_ids.matter_id.name", "ilike", MARKER)],
        [("communication_ids.subject", "ilike", MARKER)],
        [("matter_ids.name", "ilike", MARKER)],
        [("meeting_ids.name", "ilike", MARKER)],
        [("opportunity_ids.name", "ilike", MARKER)],
        [("message_ids.body", "ilike", MARKER)],
    ):
        assert not probe.call("res.partner", "search", [domain]), domain
    assert not probe.call(
        "res.users", "search", [[("partner_id.party_ids.note", "ilike", MARKER)]]
    )
    probe.call(
        "ir.model.data",
        "search_read",
        [[("model", "like", "legal.")], ["complete_name", "display_name", "reference"]],
    )
    for model in ("mail.alias", "ir.filters", "ir.exports", "crm.activity.report"):
        probe.call(model, "search_read", [[]], {"limit": 500})
    probe.call("res.users", "systray_get_activities", [])
    probe.call("calendar.alarm_manager", "get_next_notif", [])
    for name in (MARKER, closed.number):
        for model in ("legal.matter", "mail.alias", "res.partner"):
            probe.call(model, "name_search", [name])
    probe.done()


@pytest.mark.parametrize("login", INTRUDERS)
def test_every_page(server, closed, people, login):
    """Exports, reports, breadcrumbs and files, with a session of the browser."""
    web = server.web(login)
    matter, entries = closed.matter, closed.ids["legal.communication"]
    file, receipt = closed.ids["ir.attachment"]
    deadline, sheet = (
        closed.ids["legal.deadline"][0],
        closed.ids["legal.deadline.sheet"],
    )
    imported = closed.ids["legal.deadline.import"][0]
    export = {
        "model": "legal.matter",
        "fields": [{"name": "name", "label": "Name"}, {"name": "id", "label": "id"}],
        "ids": [matter],
        "domain": [],
        "import_compat": False,
        "context": {},
    }
    pages = [
        f"/web/content/{file}",
        f"/web/image/{file}",
        f"/web/content/ir.attachment/{file}/raw",
        f"/web/content/legal.matter/{matter}/description",
        f"/web/image/legal.matter/{matter}/name",
        f"/web/image/calendar.event/{closed.ids['calendar.event'][0]}/name",
        f"/odoo/matters/{matter}",
        f"/odoo/legal.matter/{matter}",
        f"/mail/view?model=legal.matter&res_id={matter}",
        f"/my/matters/{matter}",
        f"/web/content/{receipt}",
        f"/web/content/legal.deadline.import/{imported}/file",
        f"/web/content/legal.deadline.import/{imported}/rows",
        f"/odoo/legal.deadline/{deadline}",
        f"/mail/view?model=legal.deadline&res_id={deadline}",
        f"/odoo/project.task/{closed.ids['project.task'][0]}",
        f"/my/tasks/{closed.ids['project.task'][0]}",
        *(
            f"/web/export/{kind}?data={json.dumps({**export, 'ids': ids})}"
            for kind in ("csv", "xlsx")
            for ids in ([matter], False)
        ),
    ]
    reports = [
        name
        for (name,) in server.psql(
            "SELECT report_name FROM ir_act_report_xml"
            " WHERE report_name LIKE 'legal_%%'"
        )
    ]
    assert reports
    for name in reports:
        for number in (matter, *entries, deadline, *sheet[:1]):
            pages.append(f"/report/html/{name}/{number}")
        pages.append(f"/report/pdf/{name}/{matter}")
        data = json.dumps([f"/report/pdf/{name}/{matter}", "qweb-pdf"])
        pages.append(f"/report/download?data={data}")
    leaks = [
        page
        for page in pages
        if MARKER.encode() in web.get(server.url + page, timeout=120).content
    ]
    calls = {
        "/web/action/load_breadcrumbs": {
            "actions": [
                {"model": "legal.matter", "resId": matter},
                {"action": "matters", "resId": matter},
            ]
        },
        "/html_editor/link_preview_internal": {
            "preview_url": f"{server.url}/odoo/legal.matter/{matter}"
        },
        "/mail/thread/data": {
            "thread_model": "legal.matter",
            "thread_id": matter,
            "request_list": ["activities", "attachments", "followers"],
        },
        "/calendar/notify": {},
        "/web/dataset/call_kw": {
            "model": "legal.matter",
            "method": "web_read",
            "args": [[matter], {"name": {}, "display_name": {}}],
            "kwargs": {},
        },
        "/html_editor/get_image_info": {"src": f"/web/image/{file}"},
    }
    for path, params in calls.items():
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = web.post(server.url + path, json=body, timeout=120)
        if MARKER.lower() in answer.text.lower():
            leaks.append(path)
    assert not leaks


@pytest.mark.parametrize("login", ["lawyer2", "admin"])
def test_json2_as_well(server, closed, people, login):
    rpc = server.json2(login)
    for model, ids in closed.ids.items():
        for method, arguments in (
            ("read", {"ids": ids, "fields": ["display_name"]}),
            ("web_read", {"ids": ids, "specification": {"display_name": {}}}),
            ("search_read", {"domain": [["display_name", "ilike", MARKER]]}),
            ("copy", {"ids": ids}),
        ):
            try:
                text = json.dumps(rpc.call(model, method, **arguments))
            except RpcError as error:
                text = error.message
            assert MARKER not in text, (model, method)


def test_calls_are_answered_as_over_the_wire(server, closed, people):
    """The quick way, by which the thousands of calls above go, is the server's own."""
    over_http, matter = server.rpc("lawyer2"), [closed.matter]
    answers = []
    for rpc in (over_http, people["lawyer2"]):
        said = []
        for model, method, arguments, keywords in (
            ("res.users", "read", [[rpc.uid], ["login"]], {}),
            ("legal.matter", "search", [[("id", "in", matter)]], {}),
            ("legal.matter", "read", [matter, ["name"]], {}),
            ("legal.matter", "write", [matter, {"name": "x"}], {}),
            ("legal.matter", "_search", [[]], {}),
            ("legal.matter", "sudo", [matter], {}),
            ("legal.matter", "with_user", [matter, 1], {}),
            ("legal.matter", "no_such_method", [matter], {}),
            ("no.such.model", "read", [matter], {}),
            ("legal.matter", "unlink", [matter], {"context": {"lang": "de_DE"}}),
        ):
            try:
                said.append(rpc.call(model, method, arguments, keywords))
            except RpcError as error:
                said.append((error.name, error.message))
        answers.append(said)
    assert answers[0] == answers[1]
    assert answers[0][0] == [{"id": over_http.uid, "login": "lawyer2"}]
    assert sum(isinstance(said, tuple) for said in answers[0]) == 8, answers[0]
    for wrong in (
        (server.db, over_http.uid, "wrong"),
        (server.db, people["admin"].uid, "lawyer2"),
    ):
        with pytest.raises(RpcError, match="AccessDenied"):
            people["lawyer2"]._post(
                "object", "execute_kw", *wrong, "legal.matter", "search", [[]]
            )


def test_a_reader_finds_the_marker(closed):
    """The probes look in the right place: who may read gets it everywhere."""
    probe = Probe(closed, "lawyer", closed.rpc)
    for model, ids in closed.ids.items():
        fields = ["name"] if model == "ir.attachment" else []
        probe.call(model, "read", [ids, fields])
    assert {model for _login, model, *_rest in probe.leaks} >= {
        "legal.matter",
        "legal.matter.party",
        "legal.matter.reference",
        "legal.communication",
        "calendar.event",
        "crm.lead",
        "ir.attachment",
        "legal.deadline",
        "legal.deadline.sheet",
        "legal.deadline.warning",
        "legal.deadline.notice",
        "legal.deadline.control.line",
        "legal.deadline.recalculation.line",
        "legal.deadline.import",
        "legal.agenda",
        "project.task",
    }


def test_links_for_calendar_programs(server, closed, people):
    """A reader's own link shows the date, that of somebody behind the wall does not."""
    shown = {}
    for login, rpc in (("lawyer", closed.rpc), ("lawyer2", people["lawyer2"])):
        wizard = rpc.call("legal.ics.feed.new", "create", [[{"name": "Phone"}]])
        answer = rpc.call("legal.ics.feed.new", "action_create", [wizard])
        path = answer["context"]["default_url"].partition("/legal/ics/")[2]
        page = requests.get(f"{server.url}/legal/ics/{path}", timeout=120)
        assert page.ok, page.status_code
        shown[login] = page.text.replace("\r\n ", "")
    assert f"{closed.number}" in shown["lawyer"] or MARKER in shown["lawyer"]
    assert MARKER not in shown["lawyer2"] and closed.number not in shown["lawyer2"]
