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
        "wizards/legal_deadline_entry_views.xml",
        "wizards/legal_deadline_dialogs_views.xml",
        "views/legal_deadline_views.xml",
        "views/legal_matter_views.xml",
        "views/legal_communication_views.xml",
        "views/legal_deadlines_menus.xml",
    ],
    "demo": [],
    "application": True,
}
