"""A bundle is what the server signed or it is nothing; a delta makes what the whole one would have made."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from huitou.kernel.errors import HuitouError
from huitou.offline import errors
from huitou.offline import service as offline
from huitou.offline.rules import rows as rules
from huitou.offline.terms import Bundle
from huitou.privacy.without_database import public_key_of, sign
from tests.offline.made import NOW, S1, SECRET, SIGNER, TRUSTED, bundle_of, rows_of


def opened(text: bytes, kept: Bundle | None = None, **changed: object) -> Bundle:
    said = {"trusted": TRUSTED, "store": "S1", "now": NOW, **changed}
    return offline.open_bundle(text, kept=kept, **said)[0]


def same(found: Bundle, rows: dict) -> bool:
    return {part: sorted(found.rows[part], key=str) for part in rules.COLUMNS} == {
        part: sorted(rows.get(part, []), key=str) for part in rules.COLUMNS
    }


def test_the_whole_bundle_is_what_went_in(tmp_path: Path) -> None:
    found = opened(bundle_of(tmp_path, rows_of()))
    assert same(found, rows_of())
    assert (found.header.store.code, found.header.programme, found.ticket) == ("S1", 7, "")
    assert found.header.ends_at - found.header.made_at == timedelta(hours=48)


def test_a_delta_is_small_and_makes_the_same(tmp_path: Path) -> None:
    first = opened(bundle_of(tmp_path, rows_of(4000)))
    later = rows_of(4001, price=650)
    delta = bundle_of(tmp_path, later, first.header.version, made_at=NOW + timedelta(minutes=10))
    found = opened(delta, first, now=NOW + timedelta(minutes=10))
    whole = bundle_of(tmp_path, later)
    assert same(found, later)
    assert found.header.version == opened(whole).header.version
    assert 20 * len(delta) < len(whole)


def test_nothing_changed_is_next_to_nothing(tmp_path: Path) -> None:
    first = opened(bundle_of(tmp_path, rows_of(500)))
    again = bundle_of(tmp_path, rows_of(500), first.header.version, made_at=NOW + timedelta(hours=1))
    found = opened(again, first, now=NOW + timedelta(hours=1))
    assert found.header.version == first.header.version
    assert found.header.ends_at == NOW + timedelta(hours=49), "and it vouches for people for longer"
    assert len(again) < 700


def test_a_version_that_nobody_remembers_is_answered_whole(tmp_path: Path) -> None:
    for have in ("0" * 24, "../../etc/passwd", "zz"):
        assert same(opened(bundle_of(tmp_path, rows_of(), have)), rows_of())


ROWS = some.fixed_dictionaries(
    {
        "members": some.dictionaries(some.integers(1, 60), some.tuples(some.text(max_size=3), some.integers(0, 3)))
        .map(lambda found: [(number, tier, 0, points, 0) for number, (tier, points) in found.items()]),
        "goods": some.dictionaries(
            some.text(some.characters(codec="utf-8", exclude_characters="\x00\x1f"), max_size=4),
            some.tuples(some.none() | some.integers(0, 900), some.booleans()),
        ).map(lambda found: [(sku, sku, "+", "", "", int(weighed), fen, 1) for sku, (fen, weighed) in found.items()]),
    }
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(ROWS, ROWS, ROWS)
def test_any_two_versions_apart(tmp_path_factory: pytest.TempPathFactory, one: dict, two: dict, three: dict) -> None:
    folder = tmp_path_factory.mktemp("given")
    kept = opened(bundle_of(folder, one))
    for step, rows in enumerate((two, three), 1):
        at = NOW + timedelta(minutes=step)
        kept = opened(bundle_of(folder, rows, kept.header.version, made_at=at), kept, now=at)
        assert same(kept, rows)


def test_every_changed_byte_is_seen(tmp_path: Path) -> None:
    text = bundle_of(tmp_path, rows_of())
    dice = random.Random(7)
    for place in dice.sample(range(len(text)), 150):
        spoiled = text[:place] + bytes([text[place] ^ (1 << dice.randrange(8))]) + text[place + 1 :]
        with pytest.raises(HuitouError) as refusal:
            opened(spoiled)
        assert refusal.value.code in {"bundle_unreadable", "bundle_tampered", "bundle_wrong_key"}
    assert same(opened(text), rows_of()), "the control"


@pytest.mark.parametrize("part", [0, 3, 4, 35, 99, 100, 101, 0.5, 0.99])
def test_a_bundle_that_is_cut_off(tmp_path: Path, part: float) -> None:
    text = bundle_of(tmp_path, rows_of())
    cut = text[: int(part if part > 1 or part == 0 else part * len(text))]
    with pytest.raises((errors.BundleUnreadable, errors.BundleTampered)):
        opened(cut)


def test_whose_it_is(tmp_path: Path) -> None:
    other = bytes(32)
    theirs = offline.Signer(public_key_of(other), lambda message, purpose: sign(other, message, purpose=purpose))
    refused = [
        (errors.BundleWrongKey, bundle_of(tmp_path, rows_of(), signer=theirs), {}, "another installation signed it"),
        (errors.BundleTampered, bundle_of(tmp_path, rows_of(), signer=replace(theirs, public_key=TRUSTED)), {},
         "it only says that ours did"),
        (errors.BundleOfAnotherStore, bundle_of(tmp_path, rows_of(), store=replace(S1, code="S2")), {},
         "of the next town"),
        (errors.BundleFromFuture, bundle_of(tmp_path, rows_of()), {"now": NOW - timedelta(days=2)}, "two days off"),
    ]  # fmt: skip
    for kind, text, changed, because in refused:
        with pytest.raises(kind):
            opened(text, **changed)
        assert because
    assert opened(bundle_of(tmp_path, rows_of()), now=NOW - timedelta(minutes=4)), "clocks differ a little"


def test_an_earlier_answer_played_again_is_not_used(tmp_path: Path) -> None:
    old = bundle_of(tmp_path, rows_of(price=1))
    later = NOW + timedelta(minutes=10)
    kept = opened(bundle_of(tmp_path, rows_of(price=2), made_at=later), now=later)
    with pytest.raises(errors.BundleOlder):
        opened(old, kept, now=later)


def test_a_delta_of_another_version_is_not_built_on(tmp_path: Path) -> None:
    one, two = opened(bundle_of(tmp_path, rows_of(1))), opened(bundle_of(tmp_path, rows_of(2)))
    delta = bundle_of(tmp_path, rows_of(3), one.header.version)
    with pytest.raises(errors.BundleUnreadable):
        opened(delta, two)
    with pytest.raises(errors.BundleUnreadable):
        opened(delta)
    spoiled = Bundle(one.header, {**one.rows, "members": [(1, "gold", 0, 999_999, 0)]})
    with pytest.raises(errors.BundleTampered):
        opened(delta, spoiled)


def test_a_ticket_says_which_till_sold_by_which_bundle(tmp_path: Path) -> None:
    till = public_key_of(b"t" * 32)
    found = opened(bundle_of(tmp_path, rows_of(), till_key=till))
    ticket = offline.read_ticket(found.ticket, TRUSTED)
    assert ticket is not None
    assert (ticket.store, ticket.source, ticket.till_key) == ("S1", "pos", till)
    assert (ticket.version, ticket.ends_at) == (found.header.version, found.header.ends_at)
    for wrong in ("", ".", "a.b", found.ticket[1:], found.ticket[:-2], found.ticket.swapcase()):
        assert offline.read_ticket(wrong, TRUSTED) is None
    assert offline.read_ticket(found.ticket, public_key_of(b"x" * 32)) is None


def test_a_card_is_not_in_it_and_is_found_by_the_tills_key_alone() -> None:
    ours, theirs = offline.cards_key_of("ht_ours", "S1"), offline.cards_key_of("ht_theirs", "S1")
    assert offline.card_digest(ours, "card", "C1") == offline.card_digest(ours, "card", "C1")
    assert len({offline.card_digest(key, *card) for key in (ours, theirs, offline.cards_key_of("ht_ours", "S2"))
                for card in (("card", "C1"), ("card", "C2"), ("external", "C1"))}) == 9  # fmt: skip
    assert SIGNER.public_key == public_key_of(SECRET)
