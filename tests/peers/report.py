"""Our answer beside what each peer asserted: equal, different or not expressible, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from huitou.kernel.errors import HuitouError
from tests.peers.observations import agrees, beyond_pricing, observe
from tests.peers.policies import Policy, policies_of, policy_of_refusal
from tests.peers.reading import Case, NotReadable, read_cases
from tests.peers.seen import Price, Seen

UNREAD = "the case has another shape than was foreseen"
Outcome = Literal["equal", "different", "not expressible"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one case."""

    case: str
    reliability: str
    outcome: Outcome
    reason: str = ""
    policies: tuple[Policy, ...] = ()
    """Each shown to give what the peer says; of a difference without one nobody knows where it comes from."""


def judge_file(path: Path, price: Price) -> Iterator[Verdict]:
    """A verdict on every case of the file, in its order."""
    for raw, case in read_cases(path):
        if isinstance(case, NotReadable):
            yield Verdict(raw.get("id", "?"), raw.get("reliability", "?"), "not expressible", str(case))
            continue
        try:
            yield judge(case, price)
        except (LookupError, TypeError, ValueError, ArithmeticError) as trouble:
            reason = f"{UNREAD}: {type(trouble).__name__}: {trouble}"
            yield Verdict(case.id, case.reliability, "not expressible", reason)


def judge(case: Case, price: Price) -> Verdict:
    """Everything that the peer asserted must agree; what we cannot say makes the case not expressible."""
    seen = Seen(case, price)
    try:
        _ = seen.answer
    except NotReadable as refusal:
        return Verdict(case.id, case.reliability, "not expressible", str(refusal))
    except HuitouError as refusal:
        policy = policy_of_refusal(case, refusal)
        outcome: Outcome = "different" if policy else "not expressible"
        policies = (policy,) if policy else ()
        return Verdict(case.id, case.reliability, outcome, f"the engine refuses: {refusal}", policies)
    silent, agreed, said, differing = [], [], [], {}
    for name, theirs in case.expected.items():
        try:
            ours = observe(seen, name)
            if waits_for := beyond_pricing(seen, name, theirs, ours):
                raise NotReadable(waits_for)
        except NotReadable as refusal:
            silent.append(f"{name}: {refusal}")
            continue
        if agrees(name, theirs, ours):
            agreed.append(name)
        else:
            differing[name] = theirs
            said.append(f"{name}: they say {_shown(theirs)}, we say {_shown(ours)}")
    if differing:
        return Verdict(case.id, case.reliability, "different", "; ".join(said), policies_of(seen, differing))
    if silent:
        beside = f" ({', '.join(agreed)} equal)" if agreed else ""
        return Verdict(case.id, case.reliability, "not expressible", silent[0] + beside)
    return Verdict(case.id, case.reliability, "equal")


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shown(one)}" for key, one in value.items()) + "}"
    return str(value)
