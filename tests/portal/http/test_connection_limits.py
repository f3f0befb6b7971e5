"""Who is counted as one, and how many of them there may be."""

import logging

import pytest

from portal.http.connection_limits import (
    ANSWERED_BEYOND,
    ConnectionCounts,
    TooMany,
    source_of,
)


def counts(
    *, in_all: int = 10, per_address: int = 2, proxies: tuple[str, ...] = ()
) -> ConnectionCounts:
    return ConnectionCounts(in_all=in_all, per_address=per_address, proxies=proxies)


@pytest.mark.parametrize(
    ("host", "source"),
    [
        ("10.0.0.7", "10.0.0.7/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:10.0.0.7", "10.0.0.7/32"),
        ("/run/shengwen.sock", "None"),
        ("", "None"),
    ],
)
def test_an_ipv6_network_counts_as_one_address(host: str, source: str) -> None:
    assert str(source_of(host)) == source


def test_an_address_has_its_share_and_gets_it_back() -> None:
    door = counts()
    assert door.enter("10.0.0.7") is None
    assert door.enter("10.0.0.7") is None
    turned_away = door.enter("10.0.0.7")
    assert turned_away is TooMany.FROM_ADDRESS
    assert door.enter("10.0.0.8") is None
    door.leave("10.0.0.7", turned_away)
    assert door.enter("10.0.0.7") is TooMany.FROM_ADDRESS
    door.leave("10.0.0.7", None)
    assert door.enter("10.0.0.7") is None


def test_a_machine_cannot_use_its_many_ipv6_addresses() -> None:
    door = counts()
    assert [door.enter(f"2001:db8::{n}") for n in range(3)][-1] is TooMany.FROM_ADDRESS
    assert door.enter("2001:db8:0:1::1") is None


@pytest.mark.parametrize("named", ["10.0.0.1", "10.0.0.0/24", "::1, 10.0.0.1", "*"])
def test_a_trusted_proxy_carries_everybody_and_is_counted_in_all_only(
    named: str,
) -> None:
    door = counts(proxies=tuple(named.split(", ")))
    taken = [door.enter("10.0.0.1") for _ in range(11)]
    assert taken == [None] * 10 + [TooMany.IN_ALL]


def test_a_name_that_is_no_address_is_no_proxy_of_everybodys() -> None:
    door = counts(proxies=("unix:", "nginx.internal"))
    assert [door.enter("10.0.0.1") for _ in range(3)][-1] is TooMany.FROM_ADDRESS


def test_who_is_turned_away_takes_nobodys_place() -> None:
    door = counts(in_all=3)
    for _ in range(ANSWERED_BEYOND + 2):
        door.enter("10.0.0.7")
    assert not door.is_beyond_answering
    door.enter("10.0.0.7")
    assert door.is_beyond_answering
    assert door.enter("10.0.0.8") is None


def test_a_flood_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    door = counts()
    with caplog.at_level(logging.WARNING):
        for _ in range(1000):
            door.enter("10.0.0.7")
    [record] = caplog.records
    assert "10.0.0.7/32" in record.message
    assert "SHENGWEN_CONNECTIONS_PER_ADDRESS" in record.message
