"""A tab of headless Chromium that remembers what went wrong in it."""

import contextlib
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import sync_playwright
from support.rpc import web_session

# Chromium is not to call anybody on its own.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOADED = ".o_web_client .o_action, .o_web_client .o_home_menu, main, .o_database_list"


@contextlib.contextmanager
def launched(executable):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=ARGUMENTS, headless=True
        )
        with contextlib.closing(browser):
            yield browser


class Tabs:
    """Opens tabs, each with cookies of its own, and closes them all."""

    def __init__(self, browser):
        self.browser = browser
        self.contexts = []

    def open(self, url, login=None, password=None, width=1400, height=900):
        """A tab, signed in if a login is given; below 768 it is a phone."""
        phone = width < 768
        context = self.browser.new_context(
            base_url=url,
            viewport={"width": width, "height": height},
            is_mobile=phone,
            has_touch=phone,
            accept_downloads=True,
        )
        self.contexts.append(context)
        tab = Tab(context.new_page(), url)
        if login:
            tab.sign_in(login, password or login)
        return tab

    def close(self):
        for context in self.contexts:
            context.close()


class Tab:
    """``page`` is playwright's; ``errors`` what the console and the server said."""

    def __init__(self, page, url):
        self.page, self.url, self.errors = page, url, []
        self.pending = set()
        page.on("request", self._request)
        page.on("requestfinished", self._answered)
        page.on("requestfailed", self._answered)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("response", self._response)
        page.set_default_timeout(30_000)

    def _request(self, request):
        # The script of the worker for live updates is never reported as finished.
        if "websocket_worker" not in request.url:
            self.pending.add(request)

    def _answered(self, request):
        self.pending.discard(request)

    def _console(self, message):
        if message.type == "error":
            self.errors.append(message.text)

    def _response(self, response):
        if response.status >= 500:
            self.errors.append(f"{response.status} {response.url}")

    def sign_in(self, login, password):
        """Without typing: quicker, and the form has tests of its own."""
        session = web_session(self.url.rstrip("/"), login, password)
        cookie = {"name": "session_id", "value": session.cookies["session_id"]}
        self.page.context.add_cookies([cookie | {"url": self.url}])

    def goto(self, path):
        """Open an address and wait until its screen is there."""
        self.page.goto(urljoin(self.url, path))
        self.page.wait_for_selector(LOADED)
        self.settle()
        return self

    def settle(self):
        """Wait until nothing is being fetched and no spinner turns."""
        quiet = 0
        for _step in range(100):  # 10 seconds at most
            quiet = 0 if self.pending else quiet + 1
            if quiet > 5:
                break
            self.page.wait_for_timeout(100)
        self.page.wait_for_function(
            "!document.querySelector('.o_blockUI, .o_loading_indicator')"
        )
        self.page.wait_for_timeout(300)

    def shot(self, path, full=False):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(path), full_page=full)
        return path
