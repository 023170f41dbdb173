"""The page of shelf labels explains every column of the file, in its order. No database."""

from __future__ import annotations

from django.utils import translation

from huitou.doors.console.labels_said import column_rows
from huitou.usecases.label_file import COLUMNS


def test_every_column_is_explained_once_and_in_the_order_of_the_file():
    assert tuple(column for columns, _ in column_rows() for column in columns) == COLUMNS


def test_in_chinese_every_explanation_is_chinese():
    with translation.override("zh-hans"):
        assert [said for _, said in column_rows() if not any("\u4e00" <= sign <= "\u9fff" for sign in said)] == []
