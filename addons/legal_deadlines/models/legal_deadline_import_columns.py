"""The columns of a file of deadlines."""

# What stands above a column: the first word is ours, the others are understood too.
COLUMNS = {
    "matter": "matter|number|aktenzeichen|az|akte|dossier|numéro",
    "rule": "rule|rule code|regel|fristart|règle",
    "name": "what|text|name|bezeichnung|frist|objet|délai",
    "kind": "kind|art|genre",
    "trigger": "served on|trigger|trigger date|zugestellt am|zustellung|ereignis"
    "|signifié le|signification",
    "time": "at|time|uhrzeit|heure",
    "pronounced": "pronounced on|verkündet am|prononcé le",
    "place": "place|jurisdiction|ort|gerichtsort|lieu|ressort",
    "length": "period|length|dauer|durée",
    "unit": "unit|einheit|unité",
    "date": "date|due|datum|fristende|échéance",
    "user": "responsible|user|lawyer|zuständig|anwalt|responsable|avocat",
    "deputy": "deputy|vertreter|vertretung|suppléant",
    "reason": "reason|grund|motif",
    "note": "note|notes|bemerkung|notiz|remarque",
}
ALIASES = {word: name for name, words in COLUMNS.items() for word in words.split("|")}
#: columns of the file of bad lines: it is mended and imported again
IGNORED = ("", "line", "problem")
