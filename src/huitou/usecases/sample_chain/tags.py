"""The tags of the sample chain: the usual ones, and a sensitive one with the consents of its bearers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext, override

from huitou.members import service as members
from huitou.members.terms import ConsentAbout
from huitou.segments.service import tags
from huitou.segments.terms.tags import Tag, TagSource
from huitou.usecases.renew_tags import renew_tags
from huitou.usecases.tags import begin_with_tags, define_tag, give_tag, note_consent

ACTOR = "huitou demo"
EXPECTING = "孕期"
AGREED = 5
"""So many members agreed at the counter to be known by it."""


def lay_tags(now: Callable[[], datetime]) -> int:
    """Define them and find who bears them; where there is a tag already, none. How many are new."""
    if tags.standing():
        return 0
    with override("zh-hans"):
        made = begin_with_tags(gettext, actor=ACTOR)
    define_tag(
        Tag(name=EXPECTING, owner="顾客关怀", purpose="孕期营养建议", source=TagSource.HAND, expires_days=300,
            evidence="会员在柜台填写的表单", sensitive=ConsentAbout.PREGNANCY),
        made_by=ACTOR,
    )  # fmt: skip
    renew_tags(now, anew=True)
    for member in sorted(members.ids_known("card")["member_id"].to_pylist())[:AGREED]:
        note_consent(member, ConsentAbout.PREGNANCY, given=True, actor=ACTOR, how="柜台同意书")
        give_tag(EXPECTING, member, day=now().date(), actor=ACTOR, note="柜台登记")
    return len(made) + 1
