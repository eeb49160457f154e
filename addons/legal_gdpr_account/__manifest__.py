{
    "name": "Law Firm: Data Protection of Invoices",
    "summary": "An invoice says when it may go, by which law, and what holds it",
    "version": "19.0.1.0.0",
    "category": "Services/Legal",
    "license": "LGPL-3",
    "author": "Law Firm Suite",
    "website": "https://github.com/law-firm-suite/law-firm-suite",
    "depends": [
        "legal_gdpr",
        "account",
    ],
    "data": [
        "views/account_move_views.xml",
    ],
    "auto_install": True,
}
