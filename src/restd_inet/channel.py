"""Channels between processes of this program: messages that arrive whole, with a descriptor or without."""

from __future__ import annotations

import _socket
import os
import sys

_DESCRIPTOR_BYTES = 4


def pair() -> tuple[_socket.socket, _socket.socket]:
    """Both ends of a channel."""
    return _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)


def send(channel: _socket.socket, message: bytes, descriptor: int = -1, flags: int = 0) -> None:
    """Sends a message, with a descriptor. Raises OSError."""
    rights = []
    if descriptor >= 0:
        number = descriptor.to_bytes(_DESCRIPTOR_BYTES, sys.byteorder)
        rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, number)]
    channel.sendmsg([message], rights, flags)


def receive(channel: _socket.socket, most: int) -> tuple[bytes, int]:
    """A message, of `most` bytes at most, b"" at the end; and its descriptor, or -1. Raises OSError."""
    data, messages, _, _ = channel.recvmsg(most, _socket.CMSG_LEN(_DESCRIPTOR_BYTES))
    if not messages:
        return data, -1
    descriptor = int.from_bytes(messages[0][2][:_DESCRIPTOR_BYTES], sys.byteorder)
    os.set_inheritable(descriptor, False)
    return data, descriptor
