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
        "security/project_task_rules.xml",
        "data/project_task_data.xml",
        "views/project_task_views.xml",
    ],
    "demo": [
        "demo/project_task.xml",
    ],
    "application": True,
}
