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
        "data/gdpr_retention_rule_data.xml",
        "wizards/gdpr_legal_hold_release_views.xml",
        "views/gdpr_retention_rule_views.xml",
        "views/gdpr_legal_hold_views.xml",
        "views/gdpr_title_views.xml",
        "views/gdpr_retention_views.xml",
        "data/gdpr_erasure_run_data.xml",
        "views/gdpr_erasure_run_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "demo": [
        "demo/res_users.xml",
    ],
    "oca_data_manual": ["data/retention_catalogue.csv", "demo/logins.csv"],
    "application": True,
    "uninstall_hook": "uninstall_hook",
}
