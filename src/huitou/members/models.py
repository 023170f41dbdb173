from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now


class Member(models.Model):
    """One person, whatever the store."""

    name = models.TextField(db_default="")
    birthday = models.DateField(null=True)
    joined_on = models.DateField()
    home_store = models.ForeignKey("catalogue.Store", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    # Of a person who was here twice: the member that remains, of whom this one is a part. Always the last of a chain.
    merged_into = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="+", db_index=False)
    # What a cashier types for the name: itself, its pinyin and initials, each behind a blank (members.spelling).
    spelled = models.TextField(db_default="")

    class Meta:
        indexes = [
            GinIndex(fields=["name"], name="members_name_trigrams", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["spelled"], name="members_spelled_trigrams", opclasses=["gin_trgm_ops"]),
            # The orders of the list: thirty of 800,000 are read, not sorted out of all.
            models.Index(fields=["name", "id"], name="members_by_name"),
            models.Index(fields=["-joined_on", "id"], name="members_by_joined"),
            models.Index(
                fields=["merged_into"], name="members_merged_into", condition=models.Q(merged_into__isnull=False)
            ),
        ]


class Identity(models.Model):
    """One way of knowing a member: a card, a phone, an id of another system."""

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    # Cards and outside ids are readable; a phone is sealed, and found by its keyed blind index.
    value = models.TextField(null=True)
    sealed = models.BinaryField(null=True)
    blind_index = models.BinaryField(null=True)
    tail = models.CharField(max_length=4, db_default="")
    verified = models.BooleanField(db_default=False)
    # The member whose it was before they became one with another; None: the member's own. What is recorded under it is
    # told apart by that for ever.
    origin = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="members_identity_value_once"),
            models.UniqueConstraint(
                fields=["kind", "blind_index"],
                condition=models.Q(verified=True),
                name="members_identity_verified_phone_once",
            ),
            models.CheckConstraint(
                name="members_identity_phone_is_sealed",
                condition=(models.Q(kind="phone", value=None) & ~models.Q(sealed=None) & ~models.Q(blind_index=None))
                | (~models.Q(kind="phone") & ~models.Q(value=None) & models.Q(sealed=None, blind_index=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["blind_index"], name="members_identity_blind", condition=models.Q(kind="phone")),
            models.Index(fields=["tail"], name="members_identity_tail"),
        ]


class SharedPhone(models.Model):
    """A phone that several members have: a front desk's, a household's. It proves nobody and merges nobody (M1)."""

    blind_index = models.BinaryField(unique=True)
    tail = models.CharField(max_length=4)
    members = models.IntegerField()
    cards = models.IntegerField()
    since = models.DateTimeField(db_default=Now())


class Merge(models.Model):
    """One person was here twice: `other` is a part of `member` from then on, until it is undone. Kept for ever.

    `before` and `after` hold the member's own columns around the merge, sealed where they are sealed; `moved` what
    higher rooms moved and must find again: {table: [ids]}.
    """

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    other = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(db_default=Now())
    merged_by = models.TextField()
    why = models.TextField(db_default="")
    before = models.JSONField()
    after = models.JSONField()
    moved = models.JSONField(db_default=models.Value({}, models.JSONField()))
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["other"], condition=models.Q(undone_at=None), name="members_merge_stands_once"
            ),
            models.CheckConstraint(name="members_merge_of_two", condition=~models.Q(member=models.F("other"))),
            models.CheckConstraint(
                name="members_merge_undone_by_somebody",
                condition=models.Q(undone_at=None, undone_by="")
                | (models.Q(undone_at__isnull=False) & ~models.Q(undone_by="")),
            ),
        ]


class Candidate(models.Model):
    """Two members who may be one person, with the evidence; a person decides, and a rejected pair stays away.

    `member` is the one with the smaller number.
    """

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey("members.Member", models.CASCADE, related_name="+")
    # In millionths.
    likely = models.IntegerField()
    evidence = models.JSONField()
    state = models.CharField(max_length=10, db_default="open")
    found_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "other"], name="members_candidate_once"),
            models.CheckConstraint(name="members_candidate_in_order", condition=models.Q(member__lt=models.F("other"))),
            models.CheckConstraint(
                name="members_candidate_decided_by_somebody",
                condition=models.Q(state="open", decided_at=None, decided_by="")
                | (models.Q(state__in=["merged", "rejected"], decided_at__isnull=False) & ~models.Q(decided_by="")),
            ),
        ]
        indexes = [
            models.Index(fields=["-likely", "id"], name="members_candidate_open", condition=models.Q(state="open")),
        ]


_A_THOUSANDTH_OF_A_DEGREE = r"^-?(90\.000|[1-8]?[0-9]\.[0-9]{3}),-?(180\.000|(1[0-7][0-9]|[1-9]?[0-9])\.[0-9]{3})$"


class Profile(models.Model):
    """What a member told about themselves beside name and birthday, as the last file or form said it (A2, A9)."""

    member = models.OneToOneField("members.Member", models.CASCADE, primary_key=True, related_name="+")
    sex = models.CharField(max_length=6, db_default="")
    # MMDD where the year is not known; a whole birthday stands with the member.
    birthday_month_day = models.SmallIntegerField(null=True)
    household_size = models.SmallIntegerField(null=True)
    # Sealed; the keyed index tells whether it is the same as before, and who shares it.
    email_sealed = models.BinaryField(null=True)
    email_index = models.BinaryField(null=True)
    address_sealed = models.BinaryField(null=True)
    address_index = models.BinaryField(null=True)
    # About where they live: degrees of latitude and longitude, "30.251,120.168". The form keeps nothing finer.
    lives_at = models.TextField(null=True)
    preferences = models.JSONField(db_default=models.Value({}, models.JSONField()))
    # "As the old system said": a note, and no consent.
    consents_noted = models.JSONField(db_default=models.Value({}, models.JSONField()))
    source = models.TextField(db_default="")
    # When the source last changed it, where it says so: an older file does not overwrite a newer one.
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="members_profile_sex", condition=models.Q(sex__in=["", "male", "female"])),
            models.CheckConstraint(
                name="members_profile_lives_at",
                condition=models.Q(lives_at=None) | models.Q(lives_at__regex=_A_THOUSANDTH_OF_A_DEGREE),
            ),
            *(
                models.CheckConstraint(
                    name=f"members_profile_{what}_sealed",
                    condition=models.Q((f"{what}_sealed", None), (f"{what}_index", None))
                    | (~models.Q((f"{what}_sealed", None)) & ~models.Q((f"{what}_index", None))),
                )
                for what in ("email", "address")
            ),
        ]
        indexes = [
            models.Index(
                fields=["birthday_month_day"],
                name="members_profile_birthday",
                condition=models.Q(birthday_month_day__isnull=False),
            ),
        ]


class Told(models.Model):
    """What an import of members made or changed, so that it can be taken back (`bulk.told`); kept for 30 days."""

    batch = models.BigIntegerField()
    place = models.TextField()
    row_id = models.BigIntegerField()
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+")
    # Columns and values, sealed where they are sealed; of a row that was made none before, and afterwards its seal.
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["batch", "place"], name="members_told_of_batch")]


class Facts(models.Model):
    """What higher rooms wrote down about a member: plain values, one row a member."""

    member = models.OneToOneField("members.Member", models.CASCADE, primary_key=True, related_name="+")
    layer = models.CharField(max_length=10)
    recency_score = models.SmallIntegerField()
    frequency_score = models.SmallIntegerField()
    monetary_score = models.SmallIntegerField()
    first_purchase_on = models.DateField()
    last_purchase_on = models.DateField()
    # The newest day on which they bought after having been dormant, while it makes them "won back".
    came_back_on = models.DateField(null=True)
    receipts_year = models.IntegerField()
    spend_year_fen = models.BigIntegerField()
    # In how many of the newest 12 calendar months they bought, and in how many categories of the first level.
    months_bought = models.SmallIntegerField(db_default=0)
    categories_bought = models.SmallIntegerField(db_default=0)
    # The loyalty index, 0 to 100; null until a refresh has reckoned it.
    loyalty = models.SmallIntegerField(null=True)
    # The categories that the member likes best, the strongest first, and the share of each in thousandths.
    categories = ArrayField(models.TextField(), db_default=[])
    category_shares = ArrayField(models.SmallIntegerField(), db_default=[])

    class Meta:
        indexes = [
            models.Index(fields=["layer", "-spend_year_fen"], name="members_facts_layer"),
            models.Index(fields=["-spend_year_fen", "member"], name="members_facts_spend"),
            models.Index(fields=["-receipts_year", "member"], name="members_facts_receipts"),
            models.Index(fields=["-last_purchase_on", "member"], name="members_facts_last"),
        ]


class Tier(models.Model):
    """The tier that loyalty wrote down about a member, until which day it holds; None: until it writes another."""

    member = models.OneToOneField("members.Member", models.CASCADE, primary_key=True, related_name="+")
    tier = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True)


class Staff(models.Model):
    """A member who works for the chain, by the employee number; seen with the member."""

    member = models.OneToOneField("members.Member", models.CASCADE, primary_key=True, related_name="+")
    number = models.TextField(unique=True)
    since = models.DateField()
    # The last day, included; None: until somebody says otherwise.
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="members_staff_numbered", condition=~models.Q(number="")),
            models.CheckConstraint(
                name="members_staff_for_a_while",
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
            ),
        ]


class SpentCode(models.Model):
    """A dynamic code that has paid: the member and the minute name it, and it pays once."""

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+")
    minute = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "minute"], name="members_code_spent_once")]


class WrongCode(models.Model):
    """How many wrong codes a source has sent within a minute: whoever guesses is stopped."""

    source = models.TextField()
    minute = models.IntegerField()
    wrong = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "minute"], name="members_wrong_codes_of_a_minute")]


class Event(models.Model):
    """Something that a member did without buying: looked, scanned, signed in, rated."""

    source = models.TextField()
    source_id = models.TextField()
    kind = models.CharField(max_length=40)
    member = models.ForeignKey("members.Member", models.CASCADE, null=True, related_name="+")
    store = models.ForeignKey("catalogue.Store", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    body = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(db_default=Now())
    # As of an identity: the member under whom it was recorded, where that one is part of another.
    origin = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "source_id"], name="members_event_once")]
        indexes = [
            models.Index(fields=["member", "at"], name="members_event_of_member"),
            models.Index(fields=["at"], condition=models.Q(kind="prompt"), name="members_event_of_prompts"),
        ]


class Household(models.Model):
    """People who live together. It links members and never merges them."""

    name = models.TextField(db_default="")
    # Its number in the chain's other system, by which files group.
    number = models.TextField(null=True, unique=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(name="members_household_numbered", condition=~models.Q(number=""))]


class HouseholdMember(models.Model):
    """Who lives in which household: one at a time. Of a member who is a part of another it is what they said before."""

    member = models.OneToOneField("members.Member", models.CASCADE, primary_key=True, related_name="+")
    household = models.ForeignKey("members.Household", models.PROTECT, related_name="+")
    since = models.DateTimeField(db_default=Now())
    noted_by = models.TextField()


class Consent(models.Model):
    """A member agreed to messages by a channel or to be known by something sensitive, or took that back. Never changed:
    the newest word counts, by the moment at which it was said. One about messages that was noted here by mistake is
    taken back, once, and counts no more.

    Of a member who is a part of another it is theirs, and holds for both while they are one.
    """

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+", db_index=False)
    about = models.CharField(max_length=10)
    given = models.BooleanField()
    at = models.DateTimeField(db_default=models.Func(function="clock_timestamp"))
    noted_by = models.TextField()
    # In which words, on which paper, in which call: what would be shown to whoever asks for proof.
    how = models.TextField()
    channel = models.CharField(max_length=10, db_default="")
    noted_at = models.DateTimeField(db_default=models.Func(function="clock_timestamp"))
    # What the system that told it calls this word; empty where a person noted it here.
    source_id = models.TextField(db_default="")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="members_consent_taken_back_by",
                condition=models.Q(undone_at__isnull=True, undone_by="")
                | models.Q(models.Q(undone_at__isnull=False), ~models.Q(undone_by="")),
            ),
            models.CheckConstraint(
                name="members_consent_purpose",
                condition=models.Q(about__in=["pregnancy", "health", "minors"], channel="")
                | models.Q(about="marketing", channel__in=["sms", "email", "wechat", "phone"]),
            ),
            models.UniqueConstraint(
                fields=["noted_by", "source_id"], condition=~models.Q(source_id=""), name="members_consent_once"
            ),
            models.CheckConstraint(name="members_consent_has_proof", condition=~models.Q(how="")),
        ]
        indexes = [models.Index(fields=["member", "about", "-id"], name="members_consent_newest")]


class Change(models.Model):
    """That something a condition may ask about a member has changed: written by triggers, by whoever changed it.

    `what` is p (the person: profile, identities, facts, tier), e (an event), r (a receipt) or t (a tag).
    Without a member it is said of everybody: many changed at once. Gone after an hour; who reads it and comes later
    reads everybody.
    """

    what = models.CharField(max_length=1)
    member = models.ForeignKey(
        "members.Member", models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField(db_default=models.Func(function="clock_timestamp"))
    # Beside it `txid`, whose commit makes it seen: numbers are drawn in one order and committed in another.
