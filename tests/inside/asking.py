"""What a data protection officer does with a request: run inside Odoo.

Each function takes the steps that the buttons take, as the people who press them.
"""

from odoo import fields
from odoo.exceptions import UserError


def close_matters(env, ids, day):
    """The mandates ended on ``day``; what is left open in them is done."""
    matters = env["legal.matter"].browse(ids)
    for matter in matters:
        stage = env["legal.matter.stage"]._first("closed", matter.practice_area_id)
        env.flush_all()
        env.cr.execute(
            "UPDATE legal_matter SET date_closed = %s, state = 'closed', stage_id = %s "
            "WHERE id = %s",
            [fields.Date.to_date(day), stage.id, matter.id],
        )
    env.invalidate_all()


def approve_rules(env, *codes):
    """The officer approves these drafts of the catalogue."""
    officer = env.ref("legal_gdpr.user_dpo")
    for code in codes:
        rule = env["gdpr.retention.rule"].search([("code", "=", code)])
        rule.with_user(officer).action_approve()


def ask(env, kind, partner_id, **values):
    """A request that is taken in, checked and collected. :return: its id"""
    officer = env.ref("legal_gdpr.user_dpo")
    request = (
        env["gdpr.request"]
        .with_user(officer)
        .create({"kind": kind, "channel": "letter", "partner_id": partner_id, **values})
    )
    request._settle_identity("lawyer", "Known for years.")
    request.action_collect()
    return request.id


def found(env, request_id):
    """[[model, id, edge, confirmed, erase_decision, keep_source]]"""
    items = env["gdpr.request"].browse(request_id).subject_id.item_ids
    return [
        [i.res_model, i.res_id, i.edge, i.confirmed, i.erase_decision, i.keep_source]
        for i in items
    ]


def decide(env, request_id):
    """The officer looked at every mention: it is the person. The files go that name
    him; of the texts of others he is taken out. The second address is his as well."""
    subject = env["gdpr.request"].browse(request_id).subject_id
    subject.item_ids.filtered(lambda item: not item.confirmed).confirmed = True
    env["gdpr.erasure"]._propose(subject)
    subject.item_ids.filtered(
        lambda item: item.erase_decision == "pending"
    ).erase_decision = "delete"


def collect_again(env, request_id):
    env["gdpr.request"].browse(request_id).with_user(
        env.ref("legal_gdpr.user_dpo")
    ).action_collect()


def release(env, request_id):
    """Ready, and released by a partner. :return: what became of it"""
    request = env["gdpr.request"].browse(request_id)
    request.with_user(env.ref("legal_gdpr.user_dpo")).action_review()
    request.with_user(env.ref("legal_gdpr.user_dpo")).action_prepare()
    request.with_user(env.ref("legal_crm.user_partner")).action_release()
    items = request.subject_id.item_ids
    return {
        "done": request.erased_count,
        "kept": request.kept_count,
        "refused": [
            [i.res_model, i.res_id, i.note]
            for i in items
            if i.erase_decision in ("delete", "redact") and not i.erased_on
        ],
        "kept_items": [
            [i.res_model, i.res_id, i.keep_source]
            for i in items
            if i.erase_decision in ("block", "keep")
        ],
    }


def grant(env, request_id):
    """Everything is told; released, and the file is built. :return: the file's id"""
    request = env["gdpr.request"].browse(request_id)
    items = request.subject_id.item_ids
    items.write({"confirmed": True, "access_decision": "disclose"})
    request.with_user(env.ref("legal_gdpr.user_dpo")).action_review()
    request.with_user(env.ref("legal_gdpr.user_dpo")).action_prepare()
    request.with_user(env.ref("legal_crm.user_partner")).action_release()
    if request.export_ids.state == "building":
        request.export_ids._build()
    return request.export_ids.attachment_id.id


def answer(env, request_id):
    """The letter goes out: the request is closed."""
    request = env["gdpr.request"].browse(request_id)
    officer = env.ref("legal_gdpr.user_dpo")
    letter = request.with_user(officer).action_answer()["res_id"]
    env["gdpr.request.letter"].with_user(officer).browse(letter).action_send()


def years_pass(env, request_id, invoice_ids):
    """The vouchers' ten years are over, and nobody can ask about the request."""
    env.flush_all()
    for table, column, ids in (
        ("account_move", "id", invoice_ids),
        ("account_move_line", "move_id", invoice_ids),
    ):
        env.cr.execute(
            f"UPDATE {table} SET date = '2012-06-01' WHERE {column} = ANY(%s)", [ids]
        )
    env.cr.execute(
        "UPDATE gdpr_subject_item SET keep_until = '2023-12-31' "
        "WHERE keep_until IS NOT NULL"
    )
    env.cr.execute(
        "UPDATE gdpr_request SET closed_on = '2020-01-01' WHERE id = %s", [request_id]
    )
    env.invalidate_all()


def jobs(env, *names):
    """The scheduled actions, as the system runs them."""
    for name in names:
        env.ref(f"legal_gdpr.{name}").method_direct_trigger()
        env.cr.commit()


def recycle(env, partner_id):
    """Odoo's own cleaning is told to delete a contact. :return: what it says"""
    cleaning = env["data_recycle.model"].create(
        {
            "name": "Old contacts",
            "res_model_id": env["ir.model"]._get_id("res.partner"),
            "domain": repr([("id", "=", partner_id)]),
            "recycle_action": "unlink",
            "include_archived": True,
        }
    )
    cleaning._recycle_records()
    records = env["data_recycle.record"].search(
        [("recycle_model_id", "=", cleaning.id)]
    )
    try:
        with env.cr.savepoint():
            records.action_validate()
    except UserError as error:
        return str(error)
    finally:
        records.unlink()
        cleaning.unlink()
    return f"{len(records)} deleted"
