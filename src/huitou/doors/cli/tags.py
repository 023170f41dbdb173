"""`huitou tags`: what tags there are, who bears them, and tags given by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huitou.doors.cli.runtime import Runtime
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_
from huitou.kernel.ids import member_code, member_number

if TYPE_CHECKING:
    from huitou.usecases.tags import TagListed

ACTOR = "command line"
Name = Annotated[str, typer.Argument(help="What the tag is called.")]
Member = Annotated[str, typer.Argument(metavar="MEMBER", help="A member code such as M00000042.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for machines.")]


class By(StrEnum):
    """How members come to bear a tag."""

    HAND = "hand"
    SEGMENT = "segment"
    RULE = "rule"
    TASTE = "taste"


class About(StrEnum):
    """What needs a consent of its own."""

    PREGNANCY = "pregnancy"
    HEALTH = "health"
    MINORS = "minors"


class Word(StrEnum):
    """What a member says."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


def register(app: typer.Typer, runtime: Runtime) -> None:
    """Add the commands."""
    group = typer.Typer(help="Tags of members: the registry, who bears them and why.", no_args_is_help=True)
    app.add_typer(group, name="tags")
    _add_registry(group, runtime)
    _add_defining(group, runtime)
    _add_by_hand(group, runtime)


def _add_registry(group: typer.Typer, runtime: Runtime) -> None:
    @group.command("list")
    def list_(
        archived: Annotated[bool, typer.Option("--archived", help="Those that were put away.")] = False,
        as_json: AsJson = False,
    ) -> None:
        """Every tag with how many bear it and what uses it; one that nothing uses is flagged."""
        with runtime.open_database():
            from huitou.usecases.tags import listed_tags

            found = listed_tags(_now(), archived=archived)
        if as_json:
            typer.echo(json.dumps([_as_json(one) for one in found], ensure_ascii=False, indent=1))
            return
        if not found:
            say(N_("There is no tag. `huitou tags starters` makes the usual ones."))
        for one in found:
            typer.echo(_line(one))

    @group.command()
    def show(name: Name, as_json: AsJson = False) -> None:
        """What a tag is: owner, purpose, how members come to it, how strong, what uses it, and some who bear it."""
        with runtime.open_database():
            from huitou.segments.service import tags
            from huitou.usecases.tags import find_tag

            found = find_tag(tags.find(name).id, _now())
            today = _today()
            told = _as_json(found) | {
                "strengths": tags.strengths(found.seen, today),
                "growth": [{"day": str(day), "bearers": bearers} for day, bearers in tags.growth(found.seen.id)],
                "sample": [
                    {
                        "member": member_code(one.member_id),
                        "strength": tags.strength_of(one, today),
                        "why": tags.because(one.because, translate),
                    }
                    for one in tags.sample(found.seen, today, 5)
                ],
            }  # fmt: skip
        if as_json:
            typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
            return
        typer.echo(_line(found))
        about = translate(told["sensitive"])
        for field, template in _TOLD_OF.items():
            if told[field]:
                typer.echo(f"  {translate(template).format(value=about if field == 'sensitive' else told[field])}")
        for one in told["sample"]:
            typer.echo(f"  {one['member']}: {one['strength']}, {one['why']}")

    @group.command()
    def renew(
        anew: Annotated[bool, typer.Option("--all", help="Also rules that were asked within the week.")] = False,
        as_json: AsJson = False,
    ) -> None:
        """Find out who bears each tag now, as every night: what has come, what has left, what ended by time."""
        with runtime.open_database():
            from huitou.usecases.renew_tags import renew_tags

            done = renew_tags(_now, anew=anew)
        if as_json:
            typer.echo(json.dumps({"moved": done.moved, "ended": done.ended}, ensure_ascii=False, indent=1))
            return
        for name, (came, left) in done.moved.items():
            typer.echo(f"{name}: +{came:,} −{left:,}")
        say(N_("{count} ended by time."), count=f"{done.ended:,}")


def _add_defining(group: typer.Typer, runtime: Runtime) -> None:
    @group.command()
    def define(
        name: Name,
        owner: Annotated[str, typer.Option(help="Who answers for it.")],
        purpose: Annotated[str, typer.Option(help="What it is for.")],
        by: Annotated[By, typer.Option(help="How members come to it.")] = By.HAND,
        of: Annotated[str, typer.Option(help="The segment, rule or category that it comes from.")] = "",
        evidence: Annotated[str, typer.Option(help="What shows that it is true of somebody.")] = "",
        least: Annotated[int, typer.Option(help="Borne from this strength on, 1 to 100.")] = 1,
        half_life: Annotated[int | None, typer.Option(help="Days after which half of the strength is gone.")] = None,
        expires: Annotated[int | None, typer.Option(help="Days after which it is lost unless renewed.")] = None,
        sensitive: Annotated[About | None, typer.Option(help="It needs a consent of its own.")] = None,
        as_json: AsJson = False,
    ) -> None:
        """Keep a tag: its first version, or the next one."""
        with runtime.open_database():
            from huitou.members.terms import ConsentAbout
            from huitou.segments.terms.tags import Tag, TagSource
            from huitou.usecases.renew_tags import renew_new_tags
            from huitou.usecases.tags import define_tag

            tag = Tag(
                name=name, owner=owner, purpose=purpose, source=TagSource(by), of=of, evidence=evidence, least=least,
                half_life_days=half_life, expires_days=expires,
                sensitive=ConsentAbout(sensitive) if sensitive else None,
            )  # fmt: skip
            version = define_tag(tag, made_by=ACTOR)
            renew_new_tags(_now)
        if as_json:
            typer.echo(json.dumps({"name": name, "version": version}, ensure_ascii=False))
        else:
            say(N_("The tag {name} is kept, version {version}."), name=name, version=version)

    @group.command()
    def starters() -> None:
        """Make the scene tags and a taste for each broad category, in your language, where there are none."""
        with runtime.open_database():
            from huitou.usecases.renew_tags import renew_new_tags
            from huitou.usecases.tags import begin_with_tags

            made = begin_with_tags(translate, actor=ACTOR)
            renew_new_tags(_now)
        for name in made:
            typer.echo(name)

    @group.command()
    def archive(name: Name) -> None:
        """Put a tag away: nobody bears it, and it can be brought back as it was."""
        with runtime.open_database():
            from huitou.usecases.tags import archive_tag

            archive_tag(name, actor=ACTOR)
        say(N_("The tag {name} is archived."), name=name)

    @group.command()
    def restore(name: Name) -> None:
        """Bring a tag back from the archive."""
        with runtime.open_database():
            from huitou.usecases.renew_tags import renew_new_tags
            from huitou.usecases.tags import restore_tag

            restore_tag(name, actor=ACTOR)
            renew_new_tags(_now)
        say(N_("The tag {name} is there again."), name=name)


def _add_by_hand(group: typer.Typer, runtime: Runtime) -> None:
    @group.command()
    def give(
        name: Name,
        member: Member,
        note: Annotated[str, typer.Option(help="Why: it stands beside the tag.")] = "",
        strength: Annotated[int, typer.Option(min=1, max=100, help="How sure it is.")] = 100,
    ) -> None:
        """Give a member a tag."""
        with runtime.open_database():
            from huitou.usecases.tags import give_tag

            give_tag(name, member_number(member) or 0, day=_today(), actor=ACTOR, note=note, strength=strength)
        say(N_("{member} bears the tag {name}."), member=member, name=name)

    @group.command()
    def take(
        name: Name,
        member: Member,
        undo: Annotated[bool, typer.Option("--undo", help="Give back what was taken, as it was.")] = False,
    ) -> None:
        """Take a tag off a member; what a rule or a segment says of them does not bring it back."""
        with runtime.open_database():
            from huitou.usecases.tags import give_tag_back, take_tag

            (give_tag_back if undo else take_tag)(name, member_number(member) or 0, actor=ACTOR)
        told = N_("{member} bears the tag {name}.") if undo else N_("{member} does not bear the tag {name} any more.")
        say(told, member=member, name=name)

    @group.command()
    def of(member: Member, as_json: AsJson = False) -> None:
        """What a member bears, how strong, and why."""
        with runtime.open_database():
            from huitou.members import service as members
            from huitou.usecases.tags import tags_of_member

            found = tags_of_member(members.member(member_number(member) or 0), _today(), translate)
        if as_json:
            told = [{"tag": one.tag, "strength": one.strength, "why": one.why} for one in found]
            typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
            return
        for one in found:
            typer.echo(f"{one.tag}: {one.strength}, {one.why}")

    @group.command()
    def consent(
        member: Member,
        about: Annotated[About, typer.Argument(help="What they agree to be known by.")],
        word: Annotated[Word, typer.Argument(help="What they said.")],
        how: Annotated[str, typer.Option(help="What proves it: the form and its day, the call.")],
    ) -> None:
        """Note that a member agrees to sensitive tags, or does not any more: then those tags are gone at once."""
        with runtime.open_database():
            from huitou.members.terms import ConsentAbout
            from huitou.usecases.tags import note_consent

            given = word is Word.GIVEN
            changed = note_consent(member_number(member) or 0, ConsentAbout(about), given=given, actor=ACTOR, how=how)
        say(N_("Noted.") if changed else N_("That was known already: nothing was changed."))


def _as_json(one: TagListed) -> dict[str, Any]:
    tag = one.seen.tag
    return {
        "name": tag.name,
        "version": one.seen.version,
        "owner": tag.owner,
        "purpose": tag.purpose,
        "by": str(tag.source),
        "of": tag.of,
        "evidence": tag.evidence,
        "least": tag.least,
        "half_life_days": tag.half_life_days,
        "expires_days": tag.expires_days,
        "sensitive": str(tag.sensitive or ""),
        "bearers": one.seen.bearers,
        "segments": list(one.segments),
        "offers": list(one.offers),
        "last_used": one.last_used.isoformat() if one.last_used else None,
        "unused": one.unused,
        "asked_on": str(one.seen.reckoned_on) if one.seen.reckoned_on else None,
    }


_TOLD_OF = {
    "owner": N_("Answered for by {value}"),
    "purpose": N_("For: {value}"),
    "evidence": N_("Evidence: {value}"),
    "half_life_days": N_("Half as strong after {value} days"),
    "expires_days": N_("Lost after {value} days where nothing renews it"),
    "sensitive": N_("Needs a consent of its own: {value}"),
}


def _line(one: TagListed) -> str:
    flags = [translate(N_("unused"))] if one.unused else []
    flags += [translate(N_("sensitive"))] if one.seen.tag.sensitive else []
    bearers = "–" if one.seen.bearers is None else f"{one.seen.bearers:,}"
    uses = translate(N_("{segments} segments, {offers} offers")).format(
        segments=len(one.segments), offers=len(one.offers)
    )
    return " · ".join([one.seen.tag.name, bearers, uses, *flags])


def _today() -> date:
    """By the chain's clock."""
    from django.utils import timezone

    return timezone.localdate()


def _now() -> datetime:
    return datetime.now(UTC)
