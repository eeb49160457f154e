"""Which models lead to a matter without having its key, and what closes them.

``tests/test_coverage.py`` looks at every model that is installed, also at those of
other applications, and fails on one with a path to a matter that neither inherits
``legal.access.mixin``, nor has a global rule that asks for it, nor is the private
wizard of one person, nor stands here. A model of the suite says it itself, in the
class attribute ``_access_exempt``.
"""

#: Models of other applications that name their document by model and id: they are read
#: with their document, by ``ir.rule._compute_domain``. Model: the two fields, and the
#: field of the message that has them, where it is not the record itself.
WITH_DOCUMENT = {
    "sms.sms": ("model", "res_id", "mail_message_id"),
    "snailmail.letter": ("model", "res_id"),
}

#: Models that carry something of a matter to those that point at them: what points at
#: one of these leads to a matter as well. Model: what closes it.
CARRIERS = {
    "ir.attachment": "is opened with its document; no token or link field passes it by",
    "mail.activity": "is read with its document, also by the one it is assigned to",
    "mail.message": "is read with its document, also by its author and recipients",
}

#: Models that lead to a matter and end there. Model: what closes it.
ENDS = {
    "discuss.call.history": "points at messages of channels only, and has core's rule",
    "discuss.channel": "its message is one of a channel, read by the members",
    "discuss.channel.member": "its messages are those of a channel",
    "discuss.voice.metadata": "marks a file as spoken, says nothing of it",
    "ir.actions.act_window": "a setting of the administrator, holds an id at most",
    "ir.actions.server": "its record is a choice for a test run by the administrator, "
    "whose name is masked",
    "ir.model.data": "the identifier of an import; for administrators, the name of its "
    "record is masked",
    "ir.ui.menu": "points at actions, never at a document",
    "mail.followers": "is read with its document",
    "mail.mail": "is read with its document",
    "mail.message.link.preview": "is read with its message",
    "mail.message.reaction": "is read with its message",
    "mail.message.schedule": "is read with its message",
    "mail.message.translation": "is read with its message",
    "mail.notification": "is read with its message, by the one who is notified",
    "mail.scheduled.message": "is read by its author, with its document",
    "mail.template": "its files are its own; no file of a matter is linked by somebody "
    "who may not read it",
    "sms.tracker": "follows a text message, says nothing of it",
    "mail.tracking.value": "is read with its message",
    "res.partner": "its lists of matters and appointments are searched with the rules "
    "of those",
    "res.users": "shows the lists of its contact, searched with the rules of those",
    "res.users.settings.embedded.action": "keeps the order of somebody's own buttons",
    "legal.access.log": "holds numbers and codes alone, read by auditors",
}
