"""The code of a member's phone, printed for whoever tries a till out: it holds, and who saw it is told."""

from __future__ import annotations

import pytest
from tests.builders import rows
from tests.usecases.tills import Till, card, open_store

from huitou.members.errors import MemberNotFound
from huitou.members.terms import MemberRef
from huitou.usecases.member_codes import codes_of

pytestmark = pytest.mark.django_db


def test_the_code_pays_and_the_trail_tells_who_saw_it() -> None:
    open_store("S1")
    till = Till()
    till.record(till.sale(10_000, member=card("C1")))
    ((member,),) = rows("SELECT member_id FROM members_identity")
    (code,) = codes_of([f"M{member}"], now=till.now, actor="command line")
    assert till.record(till.sale(99, member=MemberRef("code", code), points_used=30))["balance"] == 70
    trail = "SELECT actor, subject FROM access_auditentry WHERE action = 'member.code'"
    assert rows(trail) == [("command line", f"member:{member}")]


@pytest.mark.parametrize("number", ["M99999999", "1", "C1"])
def test_nobody_has_no_code(number: str) -> None:
    with pytest.raises(MemberNotFound):
        codes_of([number], now=Till().now, actor="command line")
    assert rows("SELECT count(*) FROM access_auditentry WHERE action = 'member.code'") == [(0,)]
