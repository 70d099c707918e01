"""Strangers at the board's addresses: what they send is refused in a line, and the room is heard."""

import asyncio
import errno
import json
import socket
import time

import pytest
import tornado.netutil
from a_room import Program, check, post

from softmax_lesson.jupyter.board import files, heard, server, tally
from softmax_lesson.jupyter.grading import tables

pytestmark = pytest.mark.teachers

ROW = "05_derivatives.other_row"
END = b"Host: a\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """A board that is ended after all attacks; its terminal must have stayed silent."""
    one = Program(tmp_path_factory.mktemp("attacked") / "board")
    yield one
    assert one.process.poll() is None
    one.end()


def raw(one, content, patience=20):
    """Return what a board answers to these bytes before it closes the connection."""
    answer = b""
    with socket.create_connection(("127.0.0.1", one.port), timeout=patience) as connection:
        try:
            connection.sendall(content)
            while part := connection.recv(65536):
                answer += part
        except ConnectionError:  # it was closed while we sent
            pass
    return answer


GETS = {
    "no such page": b"/",
    "half a letter": b"/room/%ff",
    "letter 0": b"/files/board.css%00",
    "up": b"/files/../../etc/passwd",
    "up, in disguise": b"/files/%2e%2e%2fcommand.py",
    "another host": b"//evil.example/%2f..",
    "a header": b"/projector/%0d%0aSet-Cookie:x=1",
    "a bad key": b"/projector?key=%ff",
    "a long key": b"/projector?key=" + b"a" * 9000,
    "no key": b"/live/teacher",
}


@pytest.mark.parametrize("path", GETS.values(), ids=GETS)
def test_an_address_that_is_none_is_refused_under_the_same_headers(attacked, path):
    answer = raw(attacked, b"GET " + path + b" HTTP/1.1\r\n" + END).decode("latin1")
    head, _, body = answer.partition("\r\n\r\n")
    assert head.split()[1] in ("400", "403", "404", "405")
    assert "Content-Security-Policy: default-src 'none'" in head and "\r\nServer:" not in head
    assert "Set-Cookie" not in head and len(body) < 100


LENGTHS = {
    "more than there is": b"Content-Length: 1000000000000\r\n\r\n",
    "less than nothing": b"Content-Length: -1\r\n\r\n",
    "two": b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "both ways": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk too large": b"Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\n" + b"a" * 300_000,
    "a chunk of -1": b"Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
    "a head too large": b"X: " + b"a" * 40_000 + b"\r\n\r\n",
    "packed": b"Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
}


@pytest.mark.parametrize("rest", LENGTHS.values(), ids=LENGTHS)
def test_a_message_of_an_odd_length_is_not_taken(attacked, rest):
    key = attacked.room.rpartition("/")[2].encode()
    answer = raw(attacked, b"POST /room/" + key + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + rest)
    assert not answer or answer.split()[1] == b"400"


BODIES = ["", "null", "3", "{}", '{"events":3,"sent":1}', '{"events":[],"sent":NaN}', "[" * 150_000]
BODIES += [
    '{"events":[],"sent":1e400}',
    f'{{"events":[],"sent":{"9" * 5000}}}',
    '{"events":{"a":1},"sent":1}',
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:30]))
def test_a_message_of_another_form_is_refused(attacked, body):
    assert post(attacked.room, body.encode()) == (400, "400: Expected events\n")


def test_the_room_is_heard_after_all_that(attacked):
    status, text = post(attacked.room, {"sent": time.time(), "events": [check("k", ROW)]})
    assert (status, json.loads(text)) == (200, {"heard": 1})


def test_who_holds_all_connections_keeps_nobody_out_for_long(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(server, "connections", lambda: 3)
    monkeypatch.setattr(server, "IDLE", 1.0)

    async def attack():
        (listening,) = sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
        one = server.Board(dict.fromkeys(("room", "projector", "teacher"), "x" * 16), tmp_path)
        serving = asyncio.ensure_future(server.serve(one, sockets))
        await asyncio.sleep(0)
        where = listening.getsockname()
        held = [await asyncio.open_connection(*where) for _ in range(5)]
        first = [await asyncio.wait_for(reader.read(), 10) for reader, _ in held[3:]]
        last = [await asyncio.wait_for(reader.read(), 10) for reader, _ in held[:3]]  # they said nothing
        reader, writer = await asyncio.open_connection(*where)
        writer.write(b"GET / HTTP/1.1\r\n" + END)
        answer = await asyncio.wait_for(reader.read(), 10)
        for _, one_of_them in [*held, (reader, writer)]:
            one_of_them.close()
        serving.cancel()
        one.received.close()
        return first, last, answer

    first, last, answer = asyncio.run(attack())
    assert first == [b""] * 2 and last == [b""] * 3
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert not caplog.records


def test_the_system_is_asked_for_as_many_connections_as_it_gives():
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, before[1]))
        most = server.connections()
        given = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert given > 100 and most == min(given - server.OTHERS, server.CONNECTIONS)


def test_no_more_is_kept_than_is_read_again(tmp_path, monkeypatch):
    event = heard.event_of(check("k", ROW), time.time())
    monkeypatch.setattr(files, "LARGEST", 3 * len(event.line()))
    received = files.Received(tmp_path)
    for _ in range(3):
        received.append([event])
    with pytest.raises(OSError, match="begin a new board") as full:
        received.append([event])
    assert full.value.errno == errno.EFBIG
    received.close()
    assert len(files.Followed(tmp_path).new()) == 3


def test_names_of_mistakes_do_not_pile_up():
    exercise = tally.Tally().exercises[ROW]
    for number in range(20_000):
        assert tally.sentence_of(exercise, f"mistake {number}") == ""
    assert tally.sentence_of.cache_info().currsize <= 10_000
    tally.sentence_of.cache_clear()


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_of_a_table_is_a_formula(begins):
    assert tables._safe(f"{begins}1+1") == f"'{begins}1+1"
    assert tables._safe(-1) == -1 and tables._safe("a=1") == "a=1"
