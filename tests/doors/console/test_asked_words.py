"""A question is understood by its words, in both languages, however it is put."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.translation import gettext

from huitou.doors.console.asked_words import holds, likeness, words_of
from huitou.doors.console.help_said import HELP


@pytest.mark.parametrize(
    ("query", "words", "because"),
    [
        ("怎么导入", ["导入"], "the question is no word"),
        ("怎样导入？", ["导入"], "nor is its mark"),
        ("怎么看复购率", ["复购率"], "looking is not what is looked at"),
        ("可以导入吗", ["可以导入"], "what is not known for filling stays"),
        ("How do I import a file?", ["import", "file"], "English too"),
        ("ahow toto", ["ahow", "toto"], "a part of a word is no word"),
        ("牛奶 鲜", ["牛奶", "鲜"], "two words"),
        ("怎么", ["怎么"], "of nothing but a question, the question"),
    ],
)
def test_a_question_is_its_words(query, words, because):
    assert words_of(query) == words, because


@pytest.mark.parametrize(
    ("query", "page", "because"),
    [
        ("怎么导入", "import_new", "by what it is called"),
        ("怎样导入", "import_new", "in other words"),
        ("怎么导入旧小票", "import_new", "its words need not stand side by side"),
        ("怎么看复购率", "kpis", "the figure's name with a character more"),
        ("如何打印价签?", "labels", "the third way to ask"),
        ("how do i import a csv", "import_new", "in English on a Chinese page"),
        ("zzzz", None, "nothing is like it"),
        ("导入 zzzz", None, "every word has to be answered"),
        ("欧阳静", None, "a name asks for nobody's help"),
    ],
)
def test_help_is_found_however_it_is_asked(query, page, because):
    with translation.override("zh-hans"):
        found = {
            one.page: likeness(words_of(query), [text for said in texts for text in (said, gettext(said)) if text])
            for one in HELP
            for texts in [(one.question, one.answer, one.words)]
        }
    best = max(found, key=lambda name: found[name])
    assert (best if found[best] else None) == page, because


def test_words_stand_in_any_order_and_all_of_them():
    assert holds(["牛奶", "鲜"], ["光明鲜牛奶"])
    assert holds(["milk", "fresh"], ["Fresh", "whole MILK"])
    assert not holds(["milk", "fresh"], ["whole MILK"])
