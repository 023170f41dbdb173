"""What segments refuse."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class SegmentUnreadable(HuitouError):
    """A segment does not hold what its language asks for."""

    code = "segment_unreadable"
    message = N_("The segment cannot be read.")
    next_step = N_("Correct it there. The schema docs/schemas/segment.json says what may stand where.")
    status = 422

    def __init__(self, where: str, says: str, **facts: object) -> None:
        """`says` is the English template of what is wrong at this place."""
        super().__init__(where=where, **facts)
        self.message = says


class SegmentTooLarge(HuitouError):
    """A segment is deeper or longer than anybody can read."""

    code = "segment_too_large"
    message = N_("The segment is too large.")
    next_step = N_("Split it: a segment may name another one.")
    status = 422

    def __init__(self, says: str, *, most: int) -> None:
        """`says` is the English template of what there is too much of."""
        super().__init__(most=most)
        self.message = says


class SegmentImpossible(HuitouError):
    """A segment can be read, and something in it cannot be."""

    code = "segment_impossible"
    message = N_("Something in the segment cannot be.")
    next_step = N_("Correct that place.")
    status = 422

    def __init__(self, where: str, says: str, **facts: object) -> None:
        """`says` is the English template of what cannot be at this place."""
        super().__init__(where=where, **facts)
        self.message = says


class MomentAhead(HuitouError):
    """Members are asked for as of a moment that has not been."""

    code = "moment_ahead"
    message = N_("{at} is yet to come.")
    next_step = N_("Name a moment that has been, or none for now.")
    status = 400


class SegmentsCircular(HuitouError):
    """Segments name each other in a circle."""

    code = "segments_circular"
    message = N_("The segment would contain itself: {path}.")
    next_step = N_("Take one of these references out.")
    status = 422


class SegmentUnknown(HuitouError):
    """There is no segment, or no version of it, of this name."""

    code = "segment_unknown"
    message = N_("There is no segment {name}.")
    next_step = N_("`huitou segments list` names those there are.")
    status = 404


class SegmentNameUnfit(HuitouError):
    """A name is blank, too long or holds characters that nobody types."""

    code = "segment_name_unfit"
    message = N_("A segment's name has 1 to {most} characters, without control characters.")
    next_step = N_("Choose another name.")
    status = 422


class SegmentInUse(HuitouError):
    """A segment is to be deleted while something needs it."""

    code = "segment_in_use"
    message = N_("The segment {name} is used by {users}.")
    next_step = N_("End those first, or take the segment out of them.")
    status = 409


class SegmentNotLive(HuitouError):
    """Who entered and left is asked of a segment whose members are not kept."""

    code = "segment_not_live"
    message = N_("{name} is not live: nobody keeps who comes in and who leaves.")
    next_step = N_("`huitou segments live NAME on` keeps it from then on; so does the segment's page.")
    status = 409


class SegmentArchived(HuitouError):
    """A segment that was put away is to be changed."""

    code = "segment_archived"
    message = N_("The segment {name} is archived.")
    next_step = N_("Bring it back from the archive, or choose another name.")
    status = 409


class SegmentMovedOn(HuitouError):
    """Somebody else has changed a segment since this person opened it."""

    code = "segment_moved_on"
    message = N_("{who} has made version {version} of the segment {name} meanwhile.")
    next_step = N_("Open it anew and change that version; what you have here is still on this page.")
    status = 409


class SegmentNameTaken(HuitouError):
    """A new segment is given the name of another."""

    code = "segment_name_taken"
    message = N_("There is a segment {name} already.")
    next_step = N_("Choose another name, or change that segment.")
    status = 409


class SegmentStopped(HuitouError):
    """Counting a segment was stopped: somebody asked for it, or somebody else counts it by now."""

    code = "segment_stopped"
    message = N_("Counting the segment was stopped.")
    next_step = N_("Ask again for it to be counted anew.")
    status = 409


class SnapshotUnknown(HuitouError):
    """There is no snapshot of this number."""

    code = "snapshot_unknown"
    message = N_("There is no snapshot {number}.")
    next_step = N_("`huitou segments list` names the segments; each shows its snapshots.")
    status = 404


class SnapshotNotDone(HuitouError):
    """Members of a snapshot are asked for that holds none."""

    code = "snapshot_not_done"
    message = N_("Nobody is in snapshot {number}: it is {state}.")
    next_step = N_("Take one that is done, or take a new one with `huitou segments snapshot NAME`.")
    status = 409


class SegmentTookTooLong(HuitouError):
    """Counting a segment took longer than it may."""

    code = "segment_took_too_long"
    message = N_("Counting the segment took longer than {seconds} seconds and was stopped.")
    next_step = N_("Ask for shorter windows or fewer conditions, or allow more time.")
    status = 503


class NotAMember(HuitouError):
    """Nobody has this member number."""

    code = "segment_member_unknown"
    message = N_("Nobody has the member number {number}.")
    next_step = N_("Give a member code such as M00000042.")
    status = 404


class SensitiveTagAsked(HuitouError):
    """Somebody without the right asks who bears a sensitive tag, by a segment that names it."""

    code = "sensitive_tag_asked"
    message = N_("The segment asks for a tag that only few may see.")
    next_step = N_("Ask an administrator, or take that condition out.")
    status = 403


class TagUnknown(HuitouError):
    """There is no tag of this name."""

    code = "tag_unknown"
    message = N_("There is no tag {name}.")
    next_step = N_("`huitou tags list` names those there are.")
    status = 404


class TagUnfit(HuitouError):
    """A tag is defined by something that cannot be."""

    code = "tag_unfit"
    message = N_("The tag cannot be so.")
    next_step = N_("Correct that field.")
    status = 422

    def __init__(self, field: str, says: str, **facts: object) -> None:
        """`says` is the English template of what cannot be in this field."""
        super().__init__(field=field, **facts)
        self.message = says


class TagNameTaken(HuitouError):
    """A new tag is given the name of another."""

    code = "tag_name_taken"
    message = N_("There is a tag {name} already.")
    next_step = N_("Choose another name, or change that tag.")
    status = 409


class TagMovedOn(HuitouError):
    """Somebody else has changed a tag since this person opened it."""

    code = "tag_moved_on"
    message = N_("{who} has made version {version} of the tag {name} meanwhile.")
    next_step = N_("Open it anew and change that version.")
    status = 409


class TagArchived(HuitouError):
    """An archived tag is to be changed or given."""

    code = "tag_archived"
    message = N_("The tag {name} is archived.")
    next_step = N_("Bring it back from the archive, or choose another one.")
    status = 409


class TagInUse(HuitouError):
    """A tag is to be archived while segments name it."""

    code = "tag_in_use"
    message = N_("The tag {name} is used by {users}.")
    next_step = N_("Take the tag out of those first.")
    status = 409


class TagsCircular(HuitouError):
    """A tag comes from a segment that names the tag."""

    code = "tags_circular"
    message = N_("The tag {tag} would be given because of itself: {path}.")
    next_step = N_("Take one of these references out.")
    status = 422


class TagIsReckoned(HuitouError):
    """A tag that is reckoned from what members like is to be given or taken by hand."""

    code = "tag_is_reckoned"
    message = N_("The tag {name} is a taste: it is reckoned from what members buy, and nobody gives it or takes it.")
    next_step = N_("Define a tag that is given by hand.")
    status = 409


class TagNeedsConsent(HuitouError):
    """A sensitive tag is to be given to a member who has not agreed to it."""

    code = "tag_needs_consent"
    message = N_("The tag {name} is sensitive, and {member} has not agreed to be known by such a thing.")
    next_step = N_("Ask the member, note the consent on their page, and give the tag then.")
    status = 409


class TagNotBorne(HuitouError):
    """A tag is to be taken from a member who does not bear it."""

    code = "tag_not_borne"
    message = N_("{member} does not bear the tag {name}.")
    next_step = N_("Look at the member's tags; somebody may have taken it off already.")
    status = 409
