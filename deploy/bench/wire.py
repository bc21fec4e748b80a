"""Requests as bytes: gRPC by hand, and JSON a line."""

import json


def varint(number):
    """Protobuf's base 128, least significant group first."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def classify_request(document):
    """A framed `switchboard.v1.ClassifyRequest` of one document: field 3, a string."""
    text = document.encode("utf-8")
    return framed(b"\x1a" + varint(len(text)) + text)


def framed(message):
    """gRPC's prefix: not compressed, and the length in four bytes."""
    return b"\x00" + len(message).to_bytes(4, "big") + message


def json_lines(texts, body):
    """One request a line; `body` makes the request of a text. JSON escapes line ends."""
    return "".join(json.dumps(body(text)) + "\n" for text in texts)
