"""How phones are read, shown, sealed and found."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag

from huitou.privacy import service as privacy
from huitou.privacy.errors import KeyMissing, NotAPhone
from huitou.privacy.rules.phones import fault_of, masked, may_hold_phone, read_phone

ONE = "13800138000"


@pytest.mark.parametrize(
    ("typed", "phone", "because"),
    [
        ("13800138000", ONE, "as it is"),
        ("138 0013 8000", ONE, "as people group it"),
        ("138-0013-8000", ONE, "or with dashes"),
        ("+86 13800138000", ONE, "with the country"),
        ("0086 13800138000", ONE, "as dialled abroad"),
        ("8613800138000", ONE, "as machines write it"),
        ("１３８００１３８０００", ONE, "full-width digits"),
        ("(+86)138.0013.8000", ONE, "with brackets and dots"),
        ("8612345678901", "8612345678901", "86 and no mobile after it stays as it is"),
        ("02164010000", "02164010000", "a landline"),
        ("+442071234567", "+442071234567", "another country"),
        ("95588", "95588", "a service number"),
        ("1234", None, "too short"),
        ("1234567890123456", None, "too long"),
        ("", None, "nothing"),
        ("call me", None, "words"),
        ("138001380OO", None, "letters for zeros"),
        ("١٣٨٠٠١٣٨٠٠٠", None, "digits of another script would be another number"),
        ("13800138000\x00", None, "a control character"),
    ],
)
def test_a_phone_has_one_spelling(typed, phone, because):
    assert read_phone(typed) == phone, because


@pytest.mark.parametrize(
    ("typed", "fault", "because"),
    [
        (ONE, None, "a mobile"),
        ("+86 138 0013 8000", None, "with its country"),
        ("021-6401 0000", None, "a landline with its area"),
        ("+86 571 8888 6666", None, "the same as dialled from abroad"),
        ("+44 20 7123 4567", None, "another country"),
        ("00852 5123 4567", None, "another country as it is dialled"),
        ("1380013", "phone_digits", "too short"),
        ("138001380001", "phone_digits", "one digit too many"),
        ("+86 1380013800", "phone_digits", "too short with its country"),
        ("8888 6666", "phone_without_area", "whose city nobody knows"),
        ("12345678901", "phone_unfit", "no mobile begins with 12"),
        ("95588", "phone_unfit", "a bank's, not a person's"),
        ("1234", "phone_unfit", "no phone at all"),
        ("call me", "phone_unfit", "words"),
    ],
)
def test_whether_somebody_can_be_called_at_what_a_list_says(typed, fault, because):
    assert fault_of(typed) == fault, because


@pytest.mark.parametrize(
    ("text", "expected", "because"),
    [
        (ONE, True, "a phone"),
        ("138 0013-8000", True, "however it is grouped"),
        ("１３８００１３８０００", True, "in full-width digits"),
        ("+86 138 0013", True, "most of one, on the way to the rest"),
        ("张三 13800138000", True, "beside a name"),
        ("6901234567892", True, "a card of digits alone cannot be told apart"),
        ("8000", False, "the last four are shown to everybody"),
        ("138001", False, "too little to call"),
        ("M00000042", False, "a member's code"),
        ("VIP-88442213", False, "a card"),
        ("张三", False, "a name"),
        ("", False, "nothing"),
    ],
)
def test_what_may_be_a_phone_stands_in_no_address(text, expected, because):
    assert may_hold_phone(text) is expected, because


@pytest.mark.parametrize(
    ("phone", "seen"),
    [(ONE, "138****8000"), ("021640100", "021****0100"), ("95588", "****88"), ("12345678", "****78")],
)
def test_a_mask_shows_too_little_to_call(phone, seen):
    assert masked(phone) == seen
    assert phone not in seen


def test_the_blind_index_finds_every_spelling_and_shows_nothing():
    index = privacy.blind_index(ONE)
    assert index == privacy.blind_index("+86 138-0013-8000")
    assert index != privacy.blind_index("13800138001")
    assert ONE.encode() not in index
    assert len(index) == 32
    assert privacy.blind_index("nobody") is None


def test_the_index_rests_on_its_key(settings):
    before = privacy.blind_index(ONE)
    settings.BLIND_INDEX_KEY = "00" * 32
    assert privacy.blind_index(ONE) != before, "without the key eleven digits cannot be tried out"


def test_a_sealed_phone_opens_again_and_only_so():
    sealed, index, tail = privacy.seal_phone("+86 138 0013 8000")
    assert privacy.open_phone(sealed) == ONE
    assert (index, tail) == (privacy.blind_index(ONE), "8000")
    assert privacy.masked_phone(sealed) == "138****8000"
    assert ONE.encode() not in sealed
    assert privacy.seal_phone(ONE)[0] != sealed, "the same phone sealed twice looks different"
    with pytest.raises(InvalidTag):
        privacy.unseal(sealed, purpose="other")
    for place in range(1, len(sealed)):
        with pytest.raises(InvalidTag):
            privacy.open_phone(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])


def test_a_lost_key_is_named():
    sealed, *_ = privacy.seal_phone(ONE)
    with pytest.raises(KeyMissing) as missing:
        privacy.open_phone(bytes([9]) + sealed[1:])
    assert missing.value.facts == {"number": 9}


def test_a_new_key_seals_and_the_old_one_still_opens(settings):
    old, *_ = privacy.seal_phone(ONE)
    settings.SEALING_KEYS = {**settings.SEALING_KEYS, 2: "11" * 32}
    settings.SEALING_KEY_NUMBER = 2
    new, index, _ = privacy.seal_phone(ONE)
    assert (old[0], new[0]) == (1, 2)
    assert privacy.open_phone(old) == privacy.open_phone(new) == ONE
    assert index == privacy.blind_index(ONE), "and it is still found"


def test_what_is_no_phone_is_refused():
    with pytest.raises(NotAPhone):
        privacy.seal_phone("no phone")
