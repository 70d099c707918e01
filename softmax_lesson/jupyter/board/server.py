"""The addresses of the board: where kernels send to, the two pages, and what keeps these up to date.

    POST room/KEY                 events from a kernel: {"sent": its clock, "events": [...]}
    GET  projector?key=KEY        the page for all; the key goes into a cookie, out of the address on the wall
    GET  teacher?key=KEY          the page for the teacher
    GET  live/projector, .../teacher   the state of a page as JSON, again and again (server-sent events)

Each of the three has a key of its own. Whoever has the room's can send, and see nothing.
"""

import asyncio
import contextlib
import hmac
import json
import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor

import tornado.httpserver
import tornado.iostream
import tornado.netutil
import tornado.web

from softmax_lesson.jupyter.board import files, pages
from softmax_lesson.jupyter.board.heard import event_of, is_time
from softmax_lesson.jupyter.board.tally import Tally

MOST_EVENTS, MOST_BYTES = 200, 200_000  # in one message
TICK = 0.5  # seconds between two states of a page, where something is new
IDLE = 20.0  # seconds that a connection may say nothing; an open page is told something all the time
OTHERS = 64  # files that the board itself has open, at most
CONNECTIONS = 4096  # at once, where the system lets a process have so many
STILL = 5.0  # seconds after which it is said again: minutes pass also where nothing happens
LOOK = 1.0  # seconds between two looks into the shared folder
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Board:
    """All that the addresses share: the keys, the tally, the files, and the pages that are open.

    keys: {"room", "projector", "teacher"}. folder: where what arrives is kept. shared: a folder that students
    write to, or None. Raises OSError where the folder cannot be written.
    """

    def __init__(self, keys: dict, folder, shared=None, title: str = ""):
        """Read what was kept."""
        self.keys, self.title, self.tally = keys, title, Tally()
        self.received = files.Received(folder)
        self.shared = files.Followed(shared) if shared else None
        self.troubles = {}
        for event in files.everything(files.Followed(folder, leave_out=self.received.path)):
            self.tally.add(event)
        self.open = {"projector": set(), "teacher": set()}
        self._pending, self._writing = [], None
        # One writing after the other; and who looks into a folder far away holds up nobody.
        self._disk, self._network = ThreadPoolExecutor(1), ThreadPoolExecutor(1)

    # ---- in

    async def hear(self, events: list) -> None:
        """Count events when they are on the disk; raises OSError when they cannot be written."""
        new = {event.id: event for event in events if not self.tally.knows(event)}
        if new:
            self._pending += new.values()
            while not all(map(self.tally.knows, new.values())):
                if self._writing is None:
                    self._writing = asyncio.ensure_future(self._write())
                await asyncio.shield(self._writing)

    async def _write(self) -> None:
        """Write all that waits, in one go, and count it."""
        events, self._pending = self._pending, []
        try:
            await asyncio.get_running_loop().run_in_executor(self._disk, self.received.append, events)
            for event in events:
                self.tally.add(event)
            self.troubles.pop("disk", None)
        except OSError as trouble:
            self.troubles["disk"] = f"What arrives cannot be kept: {trouble.strerror or trouble}."
            raise
        finally:
            self._writing = None

    async def follow(self) -> None:
        """Look into the shared folder, for ever."""
        while self.shared:
            try:
                news = await asyncio.get_running_loop().run_in_executor(self._network, self.shared.new)
                self.troubles.pop("shared", None)
            except OSError as trouble:
                news, why = [], trouble.strerror or trouble
                self.troubles["shared"] = f"The shared folder cannot be read: {why}."
            for event in news:
                self.tally.add(event)
            await asyncio.sleep(LOOK)

    # ---- out

    def state(self, page: str) -> str:
        """Return what a page shows now, as a message of its stream."""
        state = getattr(self.tally, page)(time.time()) | {"trouble": " ".join(self.troubles.values())}
        return f"data: {json.dumps(state, ensure_ascii=False)}\n\n"

    async def tell(self) -> None:
        """Tell the open pages what is new, for ever."""
        told, when = None, 0.0
        while True:
            await asyncio.sleep(TICK)
            news = (self.tally.events, *self.troubles.values())
            if news != told or time.monotonic() - when >= STILL:
                told, when = news, time.monotonic()
                for page, open_ in self.open.items():
                    message = self.state(page) if open_ else ""
                    for live in list(open_):
                        live.say(message)


class Handler(tornado.web.RequestHandler):
    """An address of a board, with headers that let nothing foreign into a page."""

    def initialize(self, board: Board):
        """Take the board."""
        self.board = board

    def set_default_headers(self):
        """Forbid what the pages do not need."""
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def write_error(self, status_code, **_):
        """Say an error in a line; what failed stands in the terminal."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}: {self._reason}\n")

    def cookie_name(self, page: str) -> str:
        """Return the name of a page's cookie: another board on this machine has another port."""
        host = re.sub(r"\W", "", self.request.host)
        return f"softmax-board-{page}-{host}"

    def may_see(self, page: str) -> bool:
        """Whether the browser has the key of a page; the teacher's opens both."""
        names = {page, "teacher"}
        return any(self._is_key(name, self.get_cookie(self.cookie_name(name), "")) for name in names)

    def _is_key(self, name: str, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.board.keys[name].encode())


class Events(Handler):
    """Where kernels send to."""

    async def post(self, key):
        """Keep the events of a message; answer when they are on the disk."""
        if not self._is_key("room", key):
            raise tornado.web.HTTPError(403, reason="This is not the room's address")
        try:
            message = json.loads(self.request.body)
            given, sent = message["events"], message["sent"]
            if not isinstance(given, list) or len(given) > MOST_EVENTS or not is_time(sent):
                raise ValueError
        except (ValueError, KeyError, TypeError, RecursionError):
            raise tornado.web.HTTPError(400, reason="Expected events") from None
        # A kernel's clock may be wrong; how long ago something was, by that clock, is not.
        now = time.time()
        events = [event for one in given if (event := event_of(one, now, now - sent))]
        try:
            await self.board.hear(events)
        except OSError:
            raise tornado.web.HTTPError(507, reason="The board cannot write") from None
        # What is no event is heard, too: it would be sent again and again.
        self.write({"heard": len(given)})


class Page(Handler):
    """One of the two pages."""

    def get(self, page):
        """Take the key out of the address, or show the page."""
        key = self.get_query_argument("key", None)
        if key is not None:
            if not self._is_key(page, key):
                raise tornado.web.HTTPError(403, reason="This is not the address that the board printed")
            self.set_cookie(self.cookie_name(page), key, httponly=True, samesite="Strict")
            self.redirect(page)
        elif self.may_see(page):
            self.write(pages.document(page, self.board.title))
        else:
            raise tornado.web.HTTPError(403, reason="Open the address that the board printed")


class File(Handler):
    """A script or a style of the pages."""

    def get(self, name):
        """Give the file."""
        if name not in pages.FILES:
            raise tornado.web.HTTPError(404)
        path, kind = pages.FILES[name]
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.write(path.read_bytes())


class Live(Handler):
    """The stream of states of one open page."""

    async def get(self, page):
        """Say the state at once and then whatever is new, until the page is closed."""
        if not self.may_see(page):
            raise tornado.web.HTTPError(403)
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("X-Accel-Buffering", "no")
        self.closed, self.sending = asyncio.Event(), None
        self.say(f"retry: 1000\n{self.board.state(page)}")
        self.board.open[page].add(self)
        try:
            await self.closed.wait()
        finally:
            self.board.open[page].discard(self)

    def say(self, message: str) -> None:
        """Send a state; a page that has not taken the last one yet waits for the next."""
        if self.sending is None or self.sending.done():
            self.write(message)
            self.sending = asyncio.ensure_future(self._sent())

    async def _sent(self) -> None:
        with contextlib.suppress(tornado.iostream.StreamClosedError):
            await self.flush()

    def on_connection_close(self):
        """End the stream when its page is gone."""
        self.closed.set()


def application(board: Board) -> tornado.web.Application:
    """Return all addresses. No request is logged: keys stand in some."""
    mine = {"board": board}
    addresses = [
        (r"/room/([\w-]+)", Events, mine),
        (r"/(projector|teacher)", Page, mine),
        (r"/live/(projector|teacher)", Live, mine),
        (r"/files/([\w.]+)", File, mine),
    ]
    return tornado.web.Application(
        addresses,
        log_function=lambda handler: None,
        default_handler_class=Nothing,
        default_handler_args=mine,
    )


class Nothing(Handler):
    """Any other address."""

    def prepare(self):
        """Say that nothing is there."""
        raise tornado.web.HTTPError(404, reason="Nothing is here")


class Server(tornado.httpserver.HTTPServer):
    """Closes a connection at once where no more can be held: else a stranger who holds many would have the
    board ask again and again for the next, and say each time in the terminal that it got none."""

    held, most = 0, 0

    def handle_stream(self, stream, address):
        """Take a connection, or close it."""
        if self.held >= self.most:
            stream.close()
            return
        self.held += 1
        super().handle_stream(stream, address)

    def on_close(self, server_conn):
        """Count what is still open."""
        self.held -= 1
        super().on_close(server_conn)


def connections() -> int:
    """Return how many connections can be held at once; the system is asked for more than it gives first."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows, where asyncio waits for 512 at most
        return 512 - OTHERS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHERS
    if soft < wanted and soft != resource.RLIM_INFINITY:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return CONNECTIONS if soft == resource.RLIM_INFINITY else max(min(soft - OTHERS, CONNECTIONS), OTHERS)


async def serve(board: Board, sockets) -> None:
    """Answer on these sockets until cancelled."""
    logging.getLogger("tornado.general").setLevel(logging.ERROR)
    server = Server(
        application(board),
        max_body_size=MOST_BYTES,
        max_header_size=16_384,
        idle_connection_timeout=IDLE,
        body_timeout=30,
    )
    server.most = connections()
    server.add_sockets(sockets)
    try:
        await asyncio.gather(board.follow(), board.tell())
    finally:
        server.stop()
