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
        "data/ir_cron.xml",
        "views/gdpr_field_map_views.xml",
        "views/gdpr_subject_views.xml",
    ],
    "demo": [
        "demo/res_users.xml",
    ],
    "oca_data_manual": ["demo/logins.csv"],
    "application": True,
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
