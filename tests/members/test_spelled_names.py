"""A name is found by what a cashier types for it. No database."""

from __future__ import annotations

import pytest

from huitou.members.spelling import spelled, typed


@pytest.mark.parametrize(
    ("name", "expected", "because"),
    [
        ("何素云", " 何素云 素云 hesuyun hsy suyun sy ", "itself, the given name, pinyin, initials"),
        ("王", " 王 wang yu ", "one character has no given name, and its readings"),
        ("Anna  Lee", " annalee anna lee ", "words, and all of them together"),
        ("O'Neil-Smith", " oneilsmith ", "signs that nobody types"),
        ("ＡＮＮＡ", " anna ", "full-width letters"),
        ("", "", "nothing is found by nothing"),
        ("  ", "", "nor by blanks"),
        ("%_", " %_ ", "signs of a database are signs"),
    ],
)
def test_every_spelling_stands_behind_a_blank(name, expected, because):
    assert spelled(name) == expected, because


@pytest.mark.parametrize(
    ("name", "query", "because"),
    [
        ("曾小贤", "zengxiaoxian", "as a family name 曾 is zeng"),
        ("曾小贤", "cengxiao", "and the dictionary's first reading is there too"),
        ("单行乐", "shan", "a family name with a reading of its own"),
        ("欧阳若曦", "若曦", "two characters of family name"),
        ("欧阳若曦", "ouyang", "read together"),
        ("欧阳若曦", "ruoxi", "the given name's pinyin"),
        ("吕布", "lvbu", "ü as people type it"),
        ("迪丽热巴·迪力木拉提", "dilireba", "a name in two parts"),
        ("迪丽热巴·迪力木拉提", "迪力", "and its second part"),
        ("𠮷田", "𠮷", "a character beyond the usual ones"),
    ],
)
def test_a_name_is_found(name, query, because):
    assert f" {typed(query)}" in spelled(name), because


def test_a_long_name_is_not_spelled_without_end():
    assert len(spelled("长" * 80)) < 10_000, "because each character of two readings doubles the combinations"


def test_a_query_is_read_as_names_are():
    assert typed("He  Su-Yun ") == "hesuyun"
