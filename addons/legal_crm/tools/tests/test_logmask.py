import logging
import secrets
import uuid

import pytest
from tools import logmask


@pytest.mark.parametrize(
    "path",
    [
        "/legal/ics/{}.ics",
        "/privacy/answer/{}",
        "/calendar/join_videocall/{}",
        "/web/content/12?access_token={}&download=true",
        "/web/reset_password?token={}&db=firm",
        "/web/login?login=me&password={}",
        "/mail/unfollow?res_id=3&pid=4&token={}",
        "/auth_oauth/signin?state=1&code={}",
    ],
)
def test_what_opens_something_is_masked(path):
    for token in (
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(16),
        secrets.token_hex(16),
        str(uuid.uuid4()),
    ):
        line = f'"GET {path.format(token)} HTTP/1.1" 200 -'
        assert token not in logmask.masked(line)
        assert token not in logmask.masked(line.replace(" HTTP", "#model.name HTTP"))


@pytest.mark.parametrize(
    "path",
    [
        "/web/dataset/call_kw/legal.matter/web_search_read",
        "/web/dataset/call_button/legal.matter/action_open_something_long",
        "/odoo/matters/12",
        "/web/assets/1f3c2d1/web.assets_frontend_lazy.min.js",
        "/mail/data?cids=1",
        "/web/image/res.users/2/avatar_128?unique=1764000000000",
    ],
)
def test_other_addresses_stay(path):
    line = f'"GET {path} HTTP/1.1" 200 -'
    assert logmask.masked(line) == line


def test_a_record_is_changed_for_all_handlers(caplog):
    logmask.install()
    logmask.install()
    logger = logging.getLogger("werkzeug")
    assert len([f for f in logger.filters if isinstance(f, logmask.MaskFilter)]) == 1
    with caplog.at_level(logging.INFO, logger="werkzeug"):
        logger.info('"%s" %s -', "GET /x?token=hidden HTTP/1.1", "200")
        logger.info('"%s" %s -', "GET /odoo HTTP/1.1", "404")
    assert caplog.messages[0] == '"GET /x?token=… HTTP/1.1" 200 -'
    assert caplog.messages[1] == '"GET /odoo HTTP/1.1" 404 -'
