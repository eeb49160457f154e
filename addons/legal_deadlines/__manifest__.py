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
    "external_dependencies": {"python": ["holidays", "dateutil", "vobject"]},
    "data": [
        "security/ir.model.access.csv",
        "security/legal_deadlines_rules.xml",
        "wizards/legal_ics_feed_new_views.xml",
        "views/legal_agenda_views.xml",
        "views/calendar_event_views.xml",
        "views/legal_matter_agenda_views.xml",
        "views/legal_ics_feed_views.xml",
        "views/legal_deadlines_menus.xml",
    ],
    "demo": [],
    "assets": {
        "web.assets_backend": [
            "legal_deadlines/static/src/**/*",
        ],
    },
    "application": True,
}
