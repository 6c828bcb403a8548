"""serve.addresses: what may be typed as an address, and what is said of the rest."""

from __future__ import annotations

import _socket

import pytest

from restd_inet.option_values import Usage
from restd_inet.serve.addresses import Address, resolve, show


def texts(*typed: str) -> list[str]:
    return [address.text for addresses in resolve(typed) for address in addresses]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("127.0.0.1:9997", ["127.0.0.1:9997"]),
        ("[::1]:7272", ["[::1]:7272"]),
        ("[127.0.0.1]:80", ["127.0.0.1:80"]),
        ("127.0.0.1:http", ["127.0.0.1:80"]),
        ("https://127.0.0.1:443", ["https://127.0.0.1:443"]),
        ("https://[::1]:443/", ["https://[::1]:443"]),
        ("http://127.0.0.1:80", ["127.0.0.1:80"]),
        ("unix:/run/x.sock", ["unix:/run/x.sock"]),
        ("unix:///run/x.sock", ["unix:/run/x.sock"]),
        ("unix:/with space/ü", ["unix:/with space/ü"]),
    ],
)
def test_an_address_is_understood(typed: str, expected: list[str]) -> None:
    assert texts(typed) == expected


def test_an_empty_host_is_every_interface_of_both_families() -> None:
    assert sorted(texts(":6820")) == ["0.0.0.0:6820", "[::]:6820"]


def test_a_name_is_resolved() -> None:
    assert "127.0.0.1:7" in texts("localhost:7")


def test_an_address_is_taken_once() -> None:
    assert texts("127.0.0.1:7", "127.0.0.1:7", "unix:/a", "unix:///a") == ["127.0.0.1:7", "unix:/a"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("6820", "is not an address to listen on"),
        ("localhost", "is not an address to listen on"),
        ("", "is not an address to listen on"),
        ("localhost:", "has no port"),
        ("::1:7272", r'did you mean "\[::1\]:7272"'),
        ("ftp://localhost:80", "is not an address to listen on"),
        ("https://localhost", "is not an address to listen on"),
        ("https://localhost:80/path", "is not an address to listen on"),
        ("https://", "is not an address to listen on"),
        ("localhost:65536", "a port is a number from 1 to 65535"),
        ("localhost:99999999999999999999", "a port is a number"),
        ("localhost:-1", "expected an address such as"),
        ("localhost:no-such-service", "expected an address such as"),
        ("no-such-host.invalid:80", "expected an address such as"),
        ("a\0b:80", "expected an address such as"),
        ("x" * 300 + ":80", "expected an address such as"),
        ("unix:relative", "expected an absolute path, such as unix:/run/restd.sock"),
        ("unix:", "expected an absolute path"),
        ("unix:/dir/", "expected an absolute path"),
        ("unix:/" + "x" * 107, "at most 107 bytes"),
    ],
)
def test_a_mistake_is_explained_with_an_example(typed: str, words: str) -> None:
    with pytest.raises(Usage, match=words):
        resolve([typed])


def test_an_address_is_shown_as_it_is_typed() -> None:
    assert show(_socket.AF_INET6, ("::1", 7, 0, 0)) == "[::1]:7"
    assert show(_socket.AF_UNIX, b"\0name") == "unix:@name"
    assert repr(Address(_socket.AF_UNIX, "/a", "unix:/a")) == "Address('unix:/a')"
