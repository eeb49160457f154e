import logging

from odoo.exceptions import LockError

_logger = logging.getLogger(__name__)


def each_alone(records, step):
    """Work of the scheduler: ``step(record)`` for each, in a transaction of its own.

    One that fails stops no other, and comes again at the next run; Odoo would switch a
    job off that fails every day. The caller has no savepoint open: it is committed.

    :return: whether all were looked at, before the time was over
    """
    cron = records.env["ir.cron"]
    cron._commit_progress(remaining=len(records))
    for record in records:
        try:
            with records.env.cr.savepoint():
                step(record)
        except LockError:
            # somebody works on it right now: at the next run
            _logger.info("%s: at the next run", record)
        except Exception:
            _logger.exception("%s: left for the next run", record)
        if not cron._commit_progress(1):
            return False
    return True
