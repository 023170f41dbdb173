"""Every leaf of the language by its name in the JSON: a new one is a class in a file here, and its line below."""

from __future__ import annotations

from collections.abc import Mapping

from huitou.segments.rules.leaves.attribute import Attribute
from huitou.segments.rules.leaves.birthday import Birthday
from huitou.segments.rules.leaves.bought import HasBought
from huitou.segments.rules.leaves.bucket import Bucket
from huitou.segments.rules.leaves.did import HasDone
from huitou.segments.rules.leaves.distance import Near
from huitou.segments.rules.leaves.everyone import Everyone, InSegment
from huitou.segments.rules.leaves.firsts import BoughtOn, DidOn
from huitou.segments.rules.leaves.household import LivesWith
from huitou.segments.rules.leaves.lives_near import LivesNear
from huitou.segments.rules.leaves.reach import Consent, Reachable
from huitou.segments.rules.leaves.sequence import Followed
from huitou.segments.rules.leaves.spent import Spent
from huitou.segments.rules.leaves.standing import HasLayer, HasLoyalty, HasScore, HasStage, HasTier, IsStaff, Likes
from huitou.segments.rules.leaves.tag import HasTag
from huitou.segments.terms import Leaf

LEAVES: Mapping[str, type[Leaf]] = {
    leaf.name: leaf
    for leaf in (
        Everyone,
        InSegment,
        Attribute,
        LivesWith,
        HasTier,
        IsStaff,
        HasLayer,
        HasStage,
        HasScore,
        HasLoyalty,
        Likes,
        HasTag,
        Consent,
        Reachable,
        Birthday,
        LivesNear,
        Near,
        Bucket,
        HasBought,
        Spent,
        BoughtOn,
        HasDone,
        DidOn,
        Followed,
    )
}
