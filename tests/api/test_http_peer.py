"""Who the peer is: address, loopback, and whether the socket is our own user's."""

import contextlib
import os
import socket

import pytest

from support.paths import let_others_in
from support.wire import needs_address, own_address

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to be somebody else")


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


def as_nobody(echo, host=None) -> dict:
    """What the server says of a socket that another user made."""
    os.seteuid(NOBODY)
    try:
        raw = echo.connect(host)
    finally:
        os.seteuid(0)
    return raw.ask("/echo").json()


def test_own_user_over_ipv4(start):
    echo = start()
    said = echo.ask("/echo").json()
    assert (said["address"], said["is_loopback"], said["is_same_user"]) == ("127.0.0.1", True, True)


@needs_root
def test_another_user_over_ipv4(start):
    said = as_nobody(start())
    assert (said["is_loopback"], said["is_same_user"]) == (True, False)


@needs_ipv6
def test_own_and_another_user_over_ipv6(start):
    echo = start(host="::1")
    said = echo.ask("/echo").json()
    assert (said["address"], said["is_loopback"], said["is_same_user"]) == ("::1", True, True)
    if os.geteuid() == 0:
        assert not as_nobody(echo)["is_same_user"]


@needs_ipv6
def test_mapped_addresses_are_ipv4(start):
    echo = start(host="::")
    said = echo.connect("127.0.0.1").ask("/echo").json()
    assert (said["address"], said["is_loopback"], said["is_same_user"]) == ("127.0.0.1", True, True)
    said = echo.connect("::ffff:127.0.0.1").ask("/echo").json()
    assert (said["address"], said["is_loopback"], said["is_same_user"]) == ("127.0.0.1", True, True)
    if os.geteuid() == 0:
        assert not as_nobody(echo, "127.0.0.1")["is_same_user"]


def test_localhost_is_all_its_addresses(start):
    echo = start(host="localhost")
    for host in {info[4][0] for info in socket.getaddrinfo("localhost", None)}:
        try:
            assert echo.connect(host).ask("/echo").json()["is_loopback"]
        except OSError:
            assert host == "::1" and not has_ipv6()


def test_unix_socket(start, tmp_path):
    path = tmp_path / "s"
    echo = start(host=str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    said = echo.ask("/echo").json()
    assert (said["address"], said["is_loopback"], said["is_same_user"]) == ("unix", True, True)
    if os.geteuid() == 0:
        let_others_in(tmp_path)
        path.chmod(0o666)
        assert not as_nobody(echo)["is_same_user"]


def test_unix_socket_left_behind_is_replaced_and_taken_away(start, tmp_path):
    path = tmp_path / "s"
    old = socket.socket(socket.AF_UNIX)
    old.bind(str(path))
    old.close()
    echo = start(host=str(path))
    assert echo.ask("/echo").status == 200
    echo.stop()
    assert not path.exists()


@needs_address
def test_one_other_address_has_a_limit_of_its_own(start):
    echo = start(host="0.0.0.0", peer=8)
    host = own_address()
    said = echo.connect(host).ask("/echo").json()
    assert (said["address"], said["is_loopback"], said["is_same_user"]) == (host, False, False)
    other = echo.connect("127.0.0.1")
    assert other.ask("/echo").status == 200
    idle = [echo.connect(host) for _ in range(30)]
    assert echo.connect(host).ask("/echo").status == 200
    alive = 0
    for raw in idle:
        raw.send(b"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")
        with contextlib.suppress(EOFError):
            alive += raw.answer().status == 200
    assert 1 <= alive <= 8
    assert other.ask("/echo").status == 200, "another address was made to pay"
