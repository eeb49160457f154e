{
    "name": "Law Firm: Deadlines",
    "summary": "Deadlines that are computed, explained, checked by a second person "
    "and cannot disappear; tasks, appointments, reminders",
    "version": "19.0.1.0.0",
    "category": "Services/Legal",
    "license": "LGPL-3",
    "author": "Law Firm Suite",
    "website": "https://github.com/law-firm-suite/law-firm-suite",
    "depends": ["legal_crm", "project", "resource"],
    "external_dependencies": {"python": ["holidays", "dateutil"]},
    "data": [
        "security/ir.model.access.csv",
        "security/legal_deadlines_rules.xml",
        "views/legal_deadlines_menus.xml",
        "data/legal_deadline_reminders_data.xml",
        "data/legal_deadline_digest_templates.xml",
        "views/legal_deadline_warning_views.xml",
        "views/resource_calendar_leaves_views.xml",
        "views/legal_deadline_reminder_settings_views.xml",
    ],
    "demo": [],
    "assets": {
        "web.assets_backend": [
            "legal_deadlines/static/src/**/*",
        ],
    },
    "application": True,
}
