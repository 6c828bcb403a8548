"""Where a body ends: Transfer-Encoding, Content-Length and chunks that two parsers may read in two ways."""

from __future__ import annotations

from wire_cases import LAST, chunks, post

from .hostile import CL, HELLO, TE, Hostile

#: How a Transfer-Encoding may be written so that one of two parsers overlooks it; the status of a request
#: that has chunks behind it. With a Content-Length beside it each is 400.
CODINGS: dict[str, tuple[bytes, int]] = {
    "plain": (b"Transfer-Encoding: chunked", 200),
    "case": (b"tRANSFER-eNCODING: cHuNkEd", 200),
    "no space after the colon": (b"Transfer-Encoding:chunked", 200),
    "many spaces": (b"Transfer-Encoding:   \t chunked \t ", 200),
    "tab after it": (b"Transfer-Encoding:\tchunked", 200),
    "space before the colon": (b"Transfer-Encoding : chunked", 400),
    "tab before the colon": (b"Transfer-Encoding\t: chunked", 400),
    "carriage return before the colon": (b"Transfer-Encoding\r: chunked", 400),
    "NUL before the colon": (b"Transfer-Encoding\0: chunked", 400),
    "vertical tab": (b"Transfer-Encoding:\x0bchunked", 400),
    "vertical tab behind": (b"Transfer-Encoding: chunked\x0b", 400),
    "form feed": (b"Transfer-Encoding: \x0cchunked", 400),
    "NUL": (b"Transfer-Encoding: chunked\0", 400),
    "NUL within": (b"Transfer-Encoding: chun\0ked", 400),
    "backspace": (b"Transfer-Encoding: xchunked\x08", 400),
    "delete": (b"Transfer-Encoding: chunked\x7f", 400),
    "bare carriage return": (b"Transfer-Encoding: chunked\rX: y", 400),
    "carriage return at the end": (b"Transfer-Encoding: chunked\r", 400),
    "space in front": (b" Transfer-Encoding: chunked", 400),
    "tab in front": (b"\tTransfer-Encoding: chunked", 400),
    "folded": (b"Transfer-Encoding:\r\n chunked", 400),
    "folded with a tab": (b"Transfer-Encoding:\r\n\tchunked", 400),
    "folded behind": (b"Transfer-Encoding: chunked\r\n , identity", 400),
    "folded into another": (b"X: y\r\n Transfer-Encoding: chunked", 400),
    "bare line feed": (b"X: y\nTransfer-Encoding: chunked", 200),
    "quoted": (b'Transfer-Encoding: "chunked"', 501),
    "another word": (b"Transfer-Encoding: xchunked", 501),
    "word behind": (b"Transfer-Encoding: chunked chunked", 501),
    "semicolon": (b"Transfer-Encoding: chunked;", 501),
    "with a parameter": (b"Transfer-Encoding: chunked;q=1", 501),
    "identity": (b"Transfer-Encoding: identity", 501),
    "gzip": (b"Transfer-Encoding: gzip", 501),
    "identity, chunked": (b"Transfer-Encoding: identity, chunked", 501),
    "gzip, chunked": (b"Transfer-Encoding: gzip, chunked", 501),
    "chunked, identity": (b"Transfer-Encoding: chunked, identity", 400),
    "chunked twice": (b"Transfer-Encoding: chunked, chunked", 400),
    "two equal fields": (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400),
    "two fields": (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", 400),
    "two fields, the other way round": (b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", 501),
    "comma in front": (b"Transfer-Encoding: ,chunked", 400),
    "comma behind": (b"Transfer-Encoding: chunked,", 400),
    "commas": (b"Transfer-Encoding: , ,", 400),
    "empty": (b"Transfer-Encoding:", 400),
    "blank": (b"Transfer-Encoding: \t ", 400),
    "no-break space": (b"Transfer-Encoding:\xa0chunked", 501),
    "next line": (b"Transfer-Encoding: \x85chunked", 501),
    "long s and Kelvin sign": ("Transfer-Encoding: chun\u212aed".encode(), 501),
    "non-ASCII name": (b"Tran\xc5\xbffer-Encoding: chunked", 400),
    "no colon": (b"Transfer-Encoding chunked", 400),
    "equals sign": (b"Transfer-Encoding=chunked", 400),
    "two colons": (b"Transfer-Encoding:: chunked", 501),
    "fullwidth colon": ("Transfer-Encoding\uff1a chunked".encode(), 400),
}
#: Fields of other names: no coding for anybody. What is behind the head is the client's own next request.
NO_CODING = {
    "underscore": b"Transfer_Encoding: chunked",
    "TE": b"TE: chunked",
    "prefixed": b"X-Transfer-Encoding: chunked",
    "cut": b"Transfer-Encodin: chunked",
    "longer": b"Transfer-Encodings: chunked",
    "content coding": b"Content-Transfer-Encoding: chunked",
    "in another's value": b"X: Transfer-Encoding: chunked",
}
#: Content-Length fields that are none; each is 400, alone and beside chunks. Without its 7 each would be 5.
LENGTHS = {
    "two": CL + b"5\r\nContent-Length: 7",
    "two, the other way round": CL + b"7\r\nContent-Length: 5",
    "three, of which two are equal": CL + b"5\r\n" + CL + b"5\r\n" + CL + b"7",
    "a list": CL + b"5, 7",
    "the same number twice": CL + b"5, 05",
    "comma behind": CL + b"5,",
    "comma in front": CL + b",5",
    "plus": CL + b"+5",
    "minus": CL + b"-5",
    "minus zero": CL + b"-0",
    "hexadecimal": CL + b"0x5",
    "hexadecimal digit": CL + b"a",
    "octal": CL + b"0o5",
    "underscore": CL + b"0_5",
    "underscore in front": CL + b"_5",
    "space within": CL + b"0 5",
    "tab within": CL + b"0\t5",
    "empty": CL.rstrip(),
    "blank": CL + b" \t",
    "fraction": CL + b"5.0",
    "exponent": CL + b"5e0",
    "quoted": CL + b'"5"',
    "semicolon": CL + b"5;",
    "word behind": CL + b"5 bytes",
    "letters": CL + b"five",
    "32 bits and more": CL + b"4294967301" + b"0" * 12,
    "64 bits and more": CL + b"18446744073709551621",
    "1000 digits": CL + b"0" * 800 + b"5",
    "NUL behind": CL + b"5\0",
    "vertical tab": CL + b"\x0b5",
    "form feed behind": CL + b"5\x0c",
    "bare carriage return": CL + b"5\rX: y",
    "folded": CL + b"\r\n 5",
    "folded behind": CL + b"5\r\n 7",
    "space before the colon": b"Content-Length : 5",
    "tab before the colon": b"Content-Length\t: 5",
    "space in front": b" Content-Length: 5",
    "no-break space": CL + b"\xa05",
    "Arabic digit": CL + "\u0665".encode(),
    "fullwidth digit": CL + "\uff15".encode(),
    "superscript": CL + b"\xb2",
    "byte order mark": b"\xef\xbb\xbfContent-Length: 5",
    "two colons": b"Content-Length:: 5",
}
#: Fields that look like a length and are none: a request without a body.
NO_LENGTH = (b"Content_Length: 5", b"ContentLength: 5", b"Content-Lengt: 5", b"X: y: Content-Length: 5")

#: Bodies in chunks; 50 bytes are allowed.
CHUNKED = tuple(
    Hostile(name, chunks(body), status)
    for name, body, status in (
        ("one", HELLO, 200),
        ("capitals", b"A\r\n0123456789\r\n" + LAST, 200),
        ("zeros in front", b"0000005\r\nhello\r\n" + LAST, 200),
        ("16 digits", b"0" * 15 + b"5\r\nhello\r\n" + LAST, 200),
        ("17 digits", b"0" * 16 + b"5\r\nhello\r\n" + LAST, 400),
        ("many zeros at the end", b"5\r\nhello\r\n000000\r\n\r\n", 200),
        ("32 bits and more", b"100000005\r\nhello\r\n" + LAST, 413),
        ("64 bits and more", b"10000000000000005\r\nhello\r\n" + LAST, 400),
        ("largest of 64 bits", b"ffffffffffffffff\r\nhello\r\n" + LAST, 413),
        ("largest with a sign", b"7fffffffffffffff\r\nhello\r\n" + LAST, 413),
        ("plus", b"+5\r\nhello\r\n" + LAST, 400),
        ("minus", b"-5\r\nhello\r\n" + LAST, 400),
        ("minus zero", b"-0\r\n\r\n", 400),
        ("0x", b"0x5\r\nhello\r\n" + LAST, 400),
        ("0X of the last", b"0X0\r\n\r\n", 400),
        ("h behind", b"5h\r\nhello\r\n" + LAST, 400),
        ("underscore", b"0_5\r\nhello\r\n" + LAST, 400),
        ("dot", b"5.\r\nhello\r\n" + LAST, 400),
        ("comma", b"5,\r\nhello\r\n" + LAST, 400),
        ("quotes", b'"5"\r\nhello\r\n' + LAST, 400),
        ("space in front", b" 5\r\nhello\r\n" + LAST, 400),
        ("tab in front", b"\t5\r\nhello\r\n" + LAST, 400),
        ("space behind", b"5 \r\nhello\r\n" + LAST, 400),
        ("tab behind", b"5\t\r\nhello\r\n" + LAST, 400),
        ("space within", b"0 5\r\nhello\r\n" + LAST, 400),
        ("NUL behind", b"5\0\r\nhello\r\n" + LAST, 400),
        ("vertical tab", b"\x0b5\r\nhello\r\n" + LAST, 400),
        ("fullwidth digit", "\uff15\r\nhello\r\n".encode() + LAST, 400),
        ("empty size", b"\r\nhello\r\n" + LAST, 400),
        ("only an extension", b";a=b\r\nhello\r\n" + LAST, 400),
        ("blank line in front", b"\r\n5\r\nhello\r\n" + LAST, 400),
        ("ends with LF", b"5\nhello\r\n" + LAST, 400),
        ("ends with CR", b"5\rhello\r\n" + LAST, 400),
        ("ends with CR CR LF", b"5\r\r\nhello\r\n" + LAST, 400),
        ("ends with LF CR", b"5\n\rhello\r\n" + LAST, 400),
        ("ends with another byte in place of LF", b"5\rXhello\r\n" + LAST, 400),
        ("data end with LF", b"5\r\nhello\n" + LAST, 400),
        ("data end with CR", b"5\r\nhello\r" + LAST, 400),
        ("data end with two other bytes", b"5\r\nhelloXX" + LAST, 400),
        ("data end with LF CR", b"5\r\nhello\n\r" + LAST, 400),
        ("data without an end", b"5\r\nhello" + LAST, 400),
        ("data too short", b"6\r\nhello\r\n" + LAST, 400),
        ("data too long", b"4\r\nhello\r\n" + LAST, 400),
        ("extension", b"5;a\r\nhello\r\n" + LAST, 200),
        ("extension with a value", b"5;a=b\r\nhello\r\n" + LAST, 200),
        ("extension with blanks", b"5 ; a = b\r\nhello\r\n" + LAST, 200),
        ("extension in quotes", b'5;a="b;c"\r\nhello\r\n' + LAST, 200),
        ("extension with an escaped quote", b'5;a="\\""\r\nhello\r\n' + LAST, 200),
        ("extension of the last chunk", b"5\r\nhello\r\n0;a=b\r\n\r\n", 200),
        ("many extensions", b"5" + b";a=b" * 100 + b"\r\nhello\r\n" + LAST, 200),
        ("too many extensions", b"5" + b";a=b" * 300 + b"\r\nhello\r\n" + LAST, 431),
        ("endless extension", b"5;a=" + b"b" * 6000, 400),
        ("extension without a name", b"5;\r\nhello\r\n" + LAST, 400),
        ("extension without a value", b"5;a=\r\nhello\r\n" + LAST, 400),
        ("extension with an open quote", b'5;a="b\r\nhello\r\n' + LAST, 400),
        ("extension with a line feed in quotes", b'5;a="\n"\r\nhello\r\n' + LAST, 400),
        ("extension with CR LF in quotes", b'5;a="\r\n"\r\nhello\r\n' + LAST, 400),
        ("extension with a line feed", b"5;\n\r\nhello\r\n" + LAST, 400),
        ("extension with a bare CR", b"5;a\rb\r\nhello\r\n" + LAST, 400),
        ("extension with NUL", b"5;a\0b\r\nhello\r\n" + LAST, 400),
        ("extension with a backslash at the end", b'5;a="b\\\r\nhello\r\n' + LAST, 400),
        ("quotes upon quotes", b'5;a="";a=""' + b'"' * 200 + b"!\r\nhello\r\n" + LAST, 400),
        ("no last chunk", b"5\r\nhello\r\n", 400),
        ("no line after the last chunk", b"5\r\nhello\r\n0\r\n", 400),
        ("LF after the last chunk", b"5\r\nhello\r\n0\r\n\n", 400),
        ("CR after the last chunk", b"5\r\nhello\r\n0\r\n\rX", 400),
        ("two last chunks", b"0\r\n0\r\n\r\n", 400),
        ("trailer", b"5\r\nhello\r\n0\r\nX: y\r\n\r\n", 200),
        (
            "trailer that frames",
            b"5\r\nhello\r\n0\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n",
            200,
        ),
        ("trailer with a token", b"5\r\nhello\r\n0\r\nX-SLURM-USER-NAME: root\r\n\r\n", 200),
        ("trailer without a colon", b"5\r\nhello\r\n0\r\nX\r\n\r\n", 400),
        ("trailer with a blank before its colon", b"5\r\nhello\r\n0\r\nX : y\r\n\r\n", 400),
        ("folded trailer", b"5\r\nhello\r\n0\r\nX: y\r\n z\r\n\r\n", 400),
        ("trailer with NUL", b"5\r\nhello\r\n0\r\nX: \0\r\n\r\n", 400),
        ("trailer with a bare CR", b"5\r\nhello\r\n0\r\nX: y\rZ: w\r\n\r\n", 400),
        ("trailer with LF", b"5\r\nhello\r\n0\r\nX: y\n\r\n", 400),
        ("trailer that is a request", b"0\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        ("trailer that is too large", b"0\r\n" + b"X: y\r\n" * 300 + b"\r\n", 431),
        ("many small chunks", b"1\r\na\r\n" * 50 + LAST, 200),
        ("too many bytes in small chunks", b"1\r\na\r\n" * 51 + LAST, 413),
        ("TLS in the place of a size", b"\x16\x03\x01\x02\r\n", 400),
    )
)

#: A Transfer-Encoding alone, and beside a length before and behind it.
FRAMING = tuple(
    case
    for name, (field, status) in CODINGS.items()
    for case in (
        Hostile(f"{name}, alone", post(field, HELLO), status),
        Hostile(f"{name}, behind a length", post(CL + b"5\r\n" + field, HELLO), 400),
        Hostile(f"{name}, before a length", post(field + b"\r\n" + CL + b"5", HELLO), 400),
    )
) + tuple(
    case
    for name, field in LENGTHS.items()
    for case in (
        Hostile(f"length: {name}", post(field, b"hello"), 400),
        Hostile(f"length: {name}, behind chunks", post(TE + b"chunked\r\n" + field, HELLO), 400),
    )
) + tuple(
    Hostile(f"no coding: {name}", post(CL + b"5\r\n" + field, b"hello"), 200)
    for name, field in NO_CODING.items()
) + tuple(
    Hostile(f"no length: {field.decode()}", post(TE + b"chunked\r\n" + field, HELLO), 200)
    for field in NO_LENGTH
)  # fmt: skip
