"""Refuse every connection that leaves this machine, in any Python that has this folder on its path.

An audit hook cannot be taken off again, and sees calls from C code, too.
"""

import ipaddress
import sys


def _is_loopback(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_outbound(event: str, args: tuple) -> None:
    """Raise when a socket event names another machine."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = args[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        address = (args[0].decode() if isinstance(args[0], bytes) else args[0] or "",)
    else:
        return
    if address is not None and not _is_loopback(address):
        raise PermissionError(f"tests do not leave this machine: {event} to {address!r}")


sys.addaudithook(refuse_outbound)
