"""A new kind of offer is a file: it is read, priced, published and judged without a word about it anywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from huitou.kernel.errors import HuitouError
from huitou.offers.rules import kinds
from huitou.offers.service import lint_offers, read_offers, schemas
from tests.facts.baskets import line, offer, priced

ROUNDED_DOWN = '''
"""The odd fen of every unit are given away: 抹零."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from huitou.offers.rules.forms import Reduction, Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class OddOff(Reduction):
    """A unit costs the next lower multiple of `step` fen."""

    kind: ClassVar[str] = "odd_off"

    step: int = 100

    def off(self, amount: int, pieces: int) -> int:
        return amount % self.step

    def troubles(self) -> Iterator[Trouble]:
        yield from Reduction.troubles(self)
        if self.step < 1:
            yield "number_below_one", "get.step"
'''


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kind as a file beside the others, gone afterwards."""
    (tmp_path / "odd_off.py").write_text(ROUNDED_DOWN)
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path)])
    for name, kind in kinds._found().items():
        monkeypatch.setitem(kinds.KINDS, name, kind)


@pytest.mark.usefixtures("planted")
def test_a_new_kind_is_a_file() -> None:
    odd = offer("抹零", "odd_off")
    assert priced([line("fish", "37.43"), line("tea", "12.00")], odd)["total"] == "49.00"
    assert schemas()["offer.json"]["$defs"]["OddOff"]["properties"]["step"]["type"] == "integer"
    assert [one.code for one in lint_offers(read_offers([offer("抹零", "odd_off", step=0)]))] == ["number_below_one"]
    with pytest.raises(HuitouError) as refusal:
        read_offers([offer("抹零", "odd_off", step=-1)])
    assert refusal.value.code == "price_out_of_range"


def test_without_its_file_it_is_unknown() -> None:
    with pytest.raises(HuitouError) as refusal:
        read_offers([offer("抹零", "odd_off")])
    assert refusal.value.code == "price_unreadable"
