"""One person in every application: run inside Odoo, by ``support.inside``.

``plant(env, token, digits)`` makes a person whose every text holds ``token`` and whose
every number holds ``digits``, and returns what was made, by a name of its own. Nothing
here knows the suite's map: a place that the map forgets is found out by the scan.
"""

import base64
from datetime import datetime, timedelta

from odoo import Command

#: what a field takes by its meaning and not as any text
_NOT_FREE = {
    "lang", "tz", "vat", "company_registry", "email_normalized", "phone_sanitized",
    "website", "color", "login", "domain", "peppol_eas", "peppol_endpoint",
    "acc_number", "state", "type", "number", "access_token", "signup_type", "barcode",
    "im_status",
    "invoice_edi_format_store",
}  # fmt: skip


class Person:
    def __init__(self, env, token, digits):
        self.env, self.token, self.digits = env, token, digits
        self.name = f"Xaver {token.title()}"
        self.email = f"xaver.{token}@{token}.example"
        self.phone = f"+49 711 {digits}"
        self.made = {}
        self.lawyer = env.ref("legal_crm.user_lawyer")

    def text(self, what):
        return f"{what} of {self.name}"

    def keep(self, label, record):
        self.made[label] = [record._name, record.ids]
        return record

    def fill(self, record):
        """Write the token into every free text of ``record`` that is empty."""
        for name, field in record._fields.items():
            if (
                field.type not in ("char", "text", "html")
                or not field.store
                or field.compute
                or field.related
                or field.readonly
                or name in _NOT_FREE
                or name.startswith(("message_", "activity_", "access_"))
                or record[name]
            ):
                continue
            try:
                with self.env.cr.savepoint():
                    record.write({name: self.text(name)})
                    self.env.flush_all()
            except Exception:  # a field with a meaning of its own: it stays empty
                record.invalidate_recordset()
        return record


def plant(env, token, digits):
    person = Person(env, token, digits)
    for step in (
        contact, names_and_numbers, portal_user, inquiries, matters, communications,
        calendar, tasks, mailing, invoice, applicant, files, chatter, custom,
        never_a_contact,
    ):  # fmt: skip
        step(person, env)
    env.flush_all()
    return person.made


def contact(person, env):
    partner = person.keep(
        "contact",
        env["res.partner"].create(
            {
                "name": person.name,
                "email": person.email,
                "phone": person.phone,
                "street": f"{person.token.title()}weg 7",
                "city": "Stuttgart",
                "zip": "70173",
                "function": person.text("Trade"),
                "comment": f"<p>{person.text('Remark')}</p>",
                "ref": f"K{person.digits}",
            }
        ),
    )
    person.partner = person.fill(partner)
    person.keep(
        "second address",
        env["res.partner"].create(
            {
                "parent_id": partner.id,
                "type": "other",
                "name": f"{person.name} privat",
                "street": f"Am {person.token.title()} 2",
                "email": f"privat@{person.token}.example",
            }
        ),
    )


def names_and_numbers(person, env):
    person.keep(
        "birth name",
        env["legal.partner.name"].create(
            {
                "partner_id": person.partner.id,
                "name": f"Xaver Geborener-{person.token.title()}",
                "kind": "birth",
                "note": person.text("Source"),
            }
        ),
    )
    person.keep(
        "bank account",
        env["res.partner.bank"].create(
            {
                "partner_id": person.partner.id,
                "acc_number": f"ACC{person.digits}",
                "acc_holder_name": person.name,
            }
        ),
    )


def portal_user(person, env):
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "partner_id": person.partner.id,
                "login": person.email,
                "password": f"pw-{person.digits}",
                "group_ids": [Command.set(env.ref("base.group_portal").ids)],
            }
        )
    )
    person.keep("portal user", user)
    if "res.device.log" in env:
        log = env["res.device.log"].create(
            {
                "session_identifier": "x" * 42,
                "platform": "linux",
                "browser": "firefox",
                "ip_address": "192.0.2.7",
                "country": "Germany",
                "city": person.token,
                "device_type": "computer",
                "user_id": user.id,
                "first_activity": datetime.now(),
                "last_activity": datetime.now(),
                "revoked": False,
            }
        )
        person.keep("device", log)


def inquiries(person, env):
    lead = env["crm.lead"].create(
        {
            "name": person.text("Inquiry"),
            "partner_id": person.partner.id,
            "contact_name": person.name,
            "email_from": person.email,
            "phone": person.phone,
            "description": f"<p>{person.text('Story')}</p>",
        }
    )
    person.keep("inquiry", person.fill(lead))
    person.keep(
        "inquiry without contact",
        env["crm.lead"].create(
            {
                "name": person.text("Call"),
                "contact_name": person.name,
                "email_from": f"{person.name} <{person.email}>",
            }
        ),
    )


def matters(person, env):
    values = {
        "practice_area_id": env.ref("legal_crm.area_civil").id,
        "lawyer_id": person.lawyer.id,
        "description": person.text("Facts"),
    }
    other = env["res.partner"].create(
        # nothing of the person in it
        {"name": f"Gegner {person.token[::-1].title()}"}
    )
    person.other = other
    mine = env["legal.matter"].create(
        {**values, "client_id": person.partner.id, "opponent_id": other.id}
    )
    person.keep("matter as client", mine)
    against = env["legal.matter"].create(
        {**values, "client_id": other.id, "opponent_id": person.partner.id}
    )
    person.keep("matter as opponent", against)
    person.mine, person.against = mine, against
    for matter in mine, against:
        party = matter.party_ids.filtered(lambda p: p.partner_id == person.partner)
        party.write({"reference": f"Z-{person.digits}"})
        matter.with_user(person.lawyer).action_open()


def communications(person, env):
    entries = env["legal.communication"]
    for matter in person.mine, person.against:
        call = entries.create(
            {
                "matter_id": matter.id,
                "channel": "phone",
                "direction": "in",
                "subject": person.text("Call"),
                "body": f"<p>{person.text('What was said')}</p>"
                f"<p>Herr {person.token.title()} bittet um Rückruf.</p>",
                "partner_ids": [Command.set(person.partner.ids)],
            }
        )
        person.keep(f"call {matter.id}", call)
        if matter == person.mine:
            call.action_file()
    mail = f"""From: {person.name} <{person.email}>
To: akten@kanzlei-brandt.example
Subject: {person.mine.number} {person.text("News")}
Message-ID: <{person.token}-1@{person.token}.example>
Date: Tue, 24 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{person.text("Letter")}, {person.phone}
"""
    env["mail.thread"].message_process(False, mail.encode())
    waiting = mail.replace(person.mine.number, "").replace(
        f"{person.token}-1@", f"{person.token}-2@"
    )
    env["mail.thread"].message_process(False, waiting.encode())
    person.keep(
        "mails",
        entries.search([("subject", "ilike", person.token), ("channel", "=", "email")]),
    )


def calendar(person, env):
    start = datetime(2026, 12, 1, 9)
    event = env["calendar.event"].create(
        {
            "name": person.text("Meeting"),
            "start": start,
            "stop": start + timedelta(hours=1),
            "partner_ids": [Command.link(person.partner.id)],
            "description": f"<p>{person.text('Agenda')}</p>",
            "location": f"{person.token.title()}weg 7",
        }
    )
    person.keep("appointment", event)


def tasks(person, env):
    project = env["project.project"].create({"name": f"Project {person.token[::-1]}"})
    project.task_properties_definition = [
        {"name": "who", "type": "char", "string": "Who"}
    ]
    task = env["project.task"].create(
        {
            "name": person.text("Task"),
            "project_id": project.id,
            "partner_id": person.partner.id,
            "description": f"<p>{person.text('Notes')}</p>",
            "task_properties": {"who": person.name},
        }
    )
    person.keep("task", task)
    if "employee_id" in env["account.analytic.line"]._fields:
        employee = env["hr.employee"].search([], limit=1) or env["hr.employee"].create(
            {"name": "Somebody", "user_id": person.lawyer.id}
        )
        person.keep(
            "timesheet",
            env["account.analytic.line"].create(
                {
                    "name": person.text("Telephone call"),
                    "project_id": project.id,
                    "task_id": task.id,
                    "employee_id": employee.id,
                    "unit_amount": 0.5,
                }
            ),
        )


def mailing(person, env):
    if "mailing.contact" not in env:
        return
    letters = env["mailing.list"].create({"name": "Circular"})
    person.keep(
        "mailing contact",
        env["mailing.contact"].create(
            {
                "name": person.name,
                "email": person.email,
                "list_ids": [Command.set(letters.ids)],
            }
        ),
    )
    sent = env["mailing.mailing"].create(
        {
            "subject": "Circular",
            "mailing_model_id": env["ir.model"]._get_id("mailing.contact"),
            "body_html": "<p>Hello</p>",
        }
    )
    person.keep(
        "mailing trace",
        env["mailing.trace"].create(
            {
                "mass_mailing_id": sent.id,
                "model": "mailing.contact",
                "res_id": person.made["mailing contact"][1][0],
                "email": person.email,
            }
        ),
    )


def invoice(person, env):
    if "account.move" not in env or not env.company.chart_template:
        return
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": person.partner.id,
            "invoice_date": "2026-11-01",
            "ref": person.text("Reference"),
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": person.text("Advice"),
                        "quantity": 1,
                        "price_unit": 250.0,
                    }
                )
            ],
        }
    )
    move.action_post()
    person.keep("invoice", move)
    draft = move.copy({"ref": person.text("Draft")})
    person.keep("draft invoice", draft)


def applicant(person, env):
    if "hr.applicant" not in env:
        return
    person.keep(
        "applicant",
        person.fill(
            env["hr.applicant"].create(
                {
                    "partner_name": person.name,
                    "email_from": person.email,
                    "partner_phone": person.phone,
                    "partner_id": person.partner.id,
                }
            )
        ),
    )


def pdf(text):
    """A PDF of one line, as a scanner or a word processor would hand it over."""
    import io

    from reportlab.pdfgen import canvas

    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    page.drawString(72, 720, text)
    page.save()
    return stream.getvalue()


def files(person, env):
    for record, name, raw, mimetype in (
        (
            person.partner,
            "passport.txt",
            person.text("Passport").encode(),
            "text/plain",
        ),
        (person.partner, "letter.pdf", pdf(person.text("Letter")), "application/pdf"),
        (person.mine, "facts.txt", person.text("Facts").encode(), "text/plain"),
        (person.against, "claim.txt", person.text("Claim").encode(), "text/plain"),
    ):
        attachment = env["ir.attachment"].create(
            {
                "name": f"{person.token}-{name}",
                "datas": base64.b64encode(raw),
                "mimetype": mimetype,
                "res_model": record._name,
                "res_id": record.id,
                "description": person.text("File"),
            }
        )
        person.keep(f"file {name}", attachment)


def chatter(person, env):
    person.partner.message_post(
        body=person.text("Note"), subject=person.text("Subject")
    )
    person.partner.write({"phone": f"+49 711 {person.digits}9"})
    env.flush_all()
    person.partner.write({"phone": person.phone})
    person.mine.message_post(body=person.text("Remark in the file"))
    person.partner.activity_schedule(
        "mail.mail_activity_data_todo",
        summary=person.text("Call back"),
        note=person.text("Because"),
        user_id=person.lawyer.id,
    )
    person.keep(
        "outgoing mail",
        env["mail.mail"].create(
            {
                "subject": person.text("To"),
                "email_to": f"{person.name} <{person.email}>",
                "body_html": person.text("Dear"),
                "auto_delete": False,
            }
        ),
    )
    env["mail.scheduled.message"].create(
        {
            "model": "res.partner",
            "res_id": person.partner.id,
            "author_id": person.lawyer.partner_id.id,
            "subject": person.text("Later"),
            "body": person.text("Later on"),
            "scheduled_date": datetime.now() + timedelta(days=3),
        }
    )
    stranger = person.other
    stranger.message_post(body=f"{person.name} called about this contact.")


def custom(person, env):
    """A field that the firm made in the web client; both people use the same."""
    if "x_note_of_the_firm" not in env["res.partner"]._fields:
        env["ir.model.fields"].create(
            {
                "name": "x_note_of_the_firm",
                "model_id": env["ir.model"]._get_id("res.partner"),
                "field_description": "Note of the Firm",
                "ttype": "char",
                "state": "manual",
            }
        )
    person.partner.write({"x_note_of_the_firm": person.text("Custom note")})


def never_a_contact(person, env):
    """Mail of an address that nobody ever made a contact of, in core's own gateway."""
    env["mail.message"].create(
        {
            "model": "res.partner",
            "res_id": person.other.id,
            "message_type": "email",
            "email_from": f"{person.name} <{person.email}>",
            "incoming_email_to": f"info@firm.example, {person.email}",
            "body": person.text("Mail"),
            "author_id": False,
        }
    )
