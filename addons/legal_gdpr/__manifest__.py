{
    "name": "Law Firm: Data Protection",
    "summary": "Personal data found, exported, blocked, erased and proved: "
    "requests, retention, erasure with a journal",
    "version": "19.0.1.0.0",
    "category": "Services/Legal",
    "license": "LGPL-3",
    "author": "Law Firm Suite",
    "website": "https://github.com/law-firm-suite/law-firm-suite",
    "depends": [
        "legal_deadlines",
    ],
    "data": [
        "security/legal_gdpr_groups.xml",
        "security/ir.model.access.csv",
        "security/legal_gdpr_rules.xml",
        "views/legal_gdpr_menu_root.xml",
        "views/gdpr_erasure_journal_views.xml",
        "views/gdpr_suppression_views.xml",
        "views/gdpr_closed_page.xml",
        "wizards/gdpr_erasure_status_views.xml",
        "report/gdpr_certificate.xml",
        "data/gdpr_erasure_cron.xml",
    ],
    "demo": [
        "demo/res_users.xml",
    ],
    "oca_data_manual": ["demo/logins.csv"],
    "application": True,
    "uninstall_hook": "uninstall_hook",
}
