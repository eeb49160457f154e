"""Pictures that a mail asks the reader's browser to fetch from somewhere."""

import re

# src, srcset, background and poster that point outside; cid: and data: stay.
_ATTRIBUTE = re.compile(
    r"""(?P<before><[a-z][^<>]*?\s)(?:src|srcset|background|poster)\s*=\s*"""
    r"""(?:"\s*(?:https?:)?//[^"]*"|'\s*(?:https?:)?//[^']*'|(?:https?:)?//[^\s<>"']+)""",
    re.IGNORECASE,
)
_STYLE = re.compile(r"""url\(\s*(['"]?)\s*(?:https?:)?//[^)]*\)""", re.IGNORECASE)


def without_remote(html: str) -> str:
    """Return `html` without pictures from elsewhere.

    Opening a mail must not tell its sender that, when and where it is read: a picture
    fetched from his server does. The original keeps them.

    >>> without_remote('<p><img src="https://x.example/1.gif" width="1"></p>')
    '<p><img  width="1"></p>'
    >>> without_remote('<img src="cid:logo"><img src="data:image/png;base64,AA">')
    '<img src="cid:logo"><img src="data:image/png;base64,AA">'
    """
    previous = None
    while previous != html:  # several in one element
        previous = html
        html = _ATTRIBUTE.sub(lambda found: found["before"], html)
    return _STYLE.sub("none", html)
