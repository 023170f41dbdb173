"""JSON that two readers could read in two ways is refused, and so is what would tire the reader. No database."""

from __future__ import annotations

import pytest

from huitou.doors.api.errors import JsonUnreadable
from huitou.doors.api.plain_json import (
    CONSTANT,
    NOT_UTF8,
    SYNTAX,
    TOO_DEEP,
    TOO_LONG,
    TWICE,
    UNSAFE_TEXT,
    read_json,
)


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@pytest.mark.parametrize(
    ("body", "reason", "because"),
    [
        (b'{"a": 1, "a": 2}', TWICE, "one reader takes the first, another the last"),
        (b'{"a": {"b": 1, "b": 1}}', TWICE, "also deep inside, also with equal values"),
        (b'{"a": NaN}', CONSTANT, "JSON has no NaN"),
        (b'{"a": -Infinity}', CONSTANT, "nor infinity"),
        (b'{"a": 1e400}', TOO_LONG, "10^400 is infinity in disguise"),
        (b'{"a": 1' + b"0" * 400 + b"}", TOO_LONG, "and an integer of 401 digits is no number of a shop"),
        (b'{"a": -1e19}', TOO_LONG, "below zero too"),
        (nested(21), TOO_DEEP, "20 levels are the most"),
        (nested(100_000), TOO_DEEP, "and a hundred thousand do not topple the reader"),
        (b'{"a":' * 400_000, TOO_DEEP, "nor do objects that never end"),
        (b'{"a": "\xff"}', NOT_UTF8, "a byte that is no UTF-8"),
        ('{"a": "好"}'.encode("gb18030"), NOT_UTF8, "Chinese in the wrong code"),
        (b'{"a": "\\u0000"}', UNSAFE_TEXT, "no database keeps NUL"),
        (b'{"\\u0000": 1}', UNSAFE_TEXT, "nor in a name"),
        (b'{"a": "\\ud83d"}', UNSAFE_TEXT, "half a character cannot be written"),
        (b'{"a": "\x00"}', SYNTAX, "a raw control character is no JSON"),
        (b"", SYNTAX, "nothing is no value"),
        (b"{'a': 1}", SYNTAX, "that is Python"),
        (b'{"a": 1}{"b": 2}', SYNTAX, "two values are not one"),
        (b'{"a": 1,}', SYNTAX, "a comma too many"),
        (b"\xef\xbb\xbf{}", SYNTAX, "a byte order mark is no JSON"),
    ],
)
def test_what_is_ambiguous_or_tiring_is_refused(body, reason, because):
    with pytest.raises(JsonUnreadable) as refused:
        read_json(body)
    assert [finding.what for finding in refused.value.findings] == [reason], because


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, -2.5, true, null, ""]}', {"a": [1, -2.5, True, None, ""]}),
        ('"\\ud83d\\ude00 你好"'.encode(), "😀 你好"),
        (nested(20), None),
        (b'{"text": "[[[[[[[[[[[[[[[[[[[[[[[[[["}', {"text": "[" * 26}),
        (b"999999999999999999", 10**18 - 1),
    ],
)
def test_plain_json_is_read(body, value):
    assert value is None or read_json(body) == value
