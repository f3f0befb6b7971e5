"""How much of an answer a client has taken, whatever the kernel holds for it."""

import asyncio
import socket

import pytest

from portal.http_protocol import MeteredTransport

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
