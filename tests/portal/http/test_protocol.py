"""How much of an answer a client has taken, whatever the kernel holds for it; and how
long one connection keeps the others waiting."""

import asyncio
import socket

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from portal.http.protocol import EVENTS_AT_ONCE, BoundedProtocol, MeteredTransport
from portal.http.request_body import Receive, Scope, Send

ANSWER = b"x" * 300_000  # the kernel takes all of it from us, and gives on a little


async def connected() -> tuple[MeteredTransport, socket.socket]:
    """Our side of a connection, and a client with room for four kilobytes."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(listener.getsockname())
        ours, _address = listener.accept()
    ours.setblocking(False)
    client.setblocking(False)
    loop = asyncio.get_running_loop()
    transport, _protocol = await loop.create_connection(asyncio.Protocol, sock=ours)
    return MeteredTransport(transport), client


async def until_all_is_taken(meter: MeteredTransport) -> None:
    while meter.taken < meter.written:
        await asyncio.sleep(0.01)


def test_what_a_client_has_not_read_is_not_taken() -> None:
    async def send() -> None:
        meter, client = await connected()
        with client:
            meter.write(ANSWER)
            await asyncio.sleep(0.2)
            assert meter.written == len(ANSWER)
            assert meter.taken < len(ANSWER) / 2
            loop = asyncio.get_running_loop()
            read = 0
            while read < len(ANSWER):
                read += len(await loop.sock_recv(client, 2**16))
            await asyncio.wait_for(until_all_is_taken(meter), 20)
            meter.cut_off()

    asyncio.run(send())


def test_who_is_cut_off_gets_nothing_more() -> None:
    async def send() -> None:
        meter, client = await connected()
        with client:
            meter.write(ANSWER)
            await asyncio.sleep(0.1)
            meter.cut_off()
            await asyncio.sleep(0.1)
            loop = asyncio.get_running_loop()
            read = 0
            with pytest.raises(ConnectionResetError):
                while chunk := await loop.sock_recv(client, 2**16):
                    read += len(chunk)
            assert read < len(ANSWER) / 2

    asyncio.run(send())


def test_a_body_of_tiny_chunks_lets_others_in_between() -> None:
    """A megabyte of them took the event loop for seconds, and a client may open a
    hundred connections: every other request waited for minutes."""
    count = 40_000
    sizes: list[int] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        more = True
        while more:
            message = await receive()
            sizes.append(len(message["body"]))
            more = message["more_body"]
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"ok"})

    async def ask() -> bytes:
        config = Config(application, log_config=None)
        config.load()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: BoundedProtocol(config, ServerState(), {}), "127.0.0.1", 0
        )
        async with server:
            reader, writer = await asyncio.open_connection(
                *server.sockets[0].getsockname()
            )
            host = b"Host: localhost\r\n"
            writer.write(
                b"POST / HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\n"
            )
            writer.write(b"1\r\na\r\n" * count + b"0\r\n\r\n")
            writer.write(b"GET / HTTP/1.1\r\n" + host + b"\r\n")
            writer.write_eof()  # and still waits for both answers
            answer = await asyncio.wait_for(reader.read(), 60)
            writer.close()
            return answer

    assert asyncio.run(ask()).count(b"HTTP/1.1 200 OK") == 2
    assert sum(sizes) == count
    assert max(sizes) <= 2 * EVENTS_AT_ONCE
