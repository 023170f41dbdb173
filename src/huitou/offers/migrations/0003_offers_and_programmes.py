"""Offers in versions, which of them stood when, how much of them is spent, and who has to approve them."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

FORWARDS = """
-- A version that may have priced a receipt reads as it did: only its way to approval moves on.
CREATE FUNCTION offers_version_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - '{state,submitted_by,approved_by,needs_second,note}'::text[])
           IS DISTINCT FROM (to_jsonb(OLD) - '{state,submitted_by,approved_by,needs_second,note}'::text[])
       OR OLD.state = 'approved' THEN
        RAISE EXCEPTION 'a version of an offer never changes; make the next one' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER offers_offerversion_never_changes BEFORE UPDATE OR DELETE ON offers_offerversion
    FOR EACH ROW EXECUTE FUNCTION offers_version_is_kept();

CREATE TRIGGER offers_programme_never_changes BEFORE UPDATE OR DELETE ON offers_programme
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();

-- What nobody approved does not price a basket; what stood, stood.
CREATE FUNCTION offers_standing_is_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM offers_offerversion v
                       WHERE v.id = NEW.version_id AND v.offer_id = NEW.offer_id AND v.state = 'approved') THEN
            RAISE EXCEPTION 'version % of offer % is not approved', NEW.version_id, NEW.offer_id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.until_id IS NOT NULL
       OR (NEW.offer_id, NEW.version_id, NEW.since_id) IS DISTINCT FROM (OLD.offer_id, OLD.version_id, OLD.since_id) THEN
        RAISE EXCEPTION 'what stood in a programme stood there' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER offers_standing_is_kept BEFORE INSERT OR UPDATE OR DELETE ON offers_standing
    FOR EACH ROW EXECUTE FUNCTION offers_standing_is_approved();

-- An offer that ended has ended.
CREATE FUNCTION offers_offer_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'ended' OR NEW.code <> OLD.code THEN
        RAISE EXCEPTION 'offer % has ended, or is another one', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER offers_offer_is_kept BEFORE UPDATE OR DELETE ON offers_offer
    FOR EACH ROW EXECUTE FUNCTION offers_offer_ends_once();

-- Promotions hang on the shelf: everybody of the chain reads them, and who sees the chain writes them.
ALTER TABLE offers_offer ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON offers_offer FOR SELECT USING (true);
CREATE POLICY written ON offers_offer USING ((SELECT huitou_sees_all()));
ALTER TABLE offers_offerversion ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON offers_offerversion FOR SELECT USING (true);
CREATE POLICY written ON offers_offerversion USING ((SELECT huitou_sees_all()));
ALTER TABLE offers_programme ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON offers_programme FOR SELECT USING (true);
CREATE POLICY written ON offers_programme USING ((SELECT huitou_sees_all()));
ALTER TABLE offers_standing ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON offers_standing FOR SELECT USING (true);
CREATE POLICY written ON offers_standing USING ((SELECT huitou_sees_all()));
ALTER TABLE offers_approvalrule ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON offers_approvalrule FOR SELECT USING (true);
CREATE POLICY written ON offers_approvalrule USING ((SELECT huitou_sees_all()));
ALTER TABLE offers_tally ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON offers_tally FOR SELECT USING (true);
CREATE POLICY written ON offers_tally USING ((SELECT huitou_sees_all()));
-- Who used an offer how often is read by the chain's own programs alone.
ALTER TABLE offers_limitedtally ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON offers_limitedtally USING ((SELECT huitou_sees_all()));
GRANT SELECT, INSERT, UPDATE ON offers_offer, offers_offerversion, offers_standing, offers_tally TO huitou_scoped;
GRANT DELETE ON offers_tally TO huitou_scoped;
GRANT SELECT, INSERT ON offers_programme, offers_approvalrule TO huitou_scoped;
-- Their rows change with every receipt, and stay on their page.
ALTER TABLE offers_tally SET (fillfactor = 50);
ALTER TABLE offers_limitedtally SET (fillfactor = 80);
"""

BACKWARDS = """
REVOKE ALL ON offers_offer, offers_offerversion, offers_standing, offers_tally, offers_programme, offers_approvalrule
    FROM huitou_scoped;
DROP TRIGGER offers_offer_is_kept ON offers_offer;
DROP TRIGGER offers_standing_is_kept ON offers_standing;
DROP TRIGGER offers_programme_never_changes ON offers_programme;
DROP TRIGGER offers_offerversion_never_changes ON offers_offerversion;
DROP FUNCTION offers_offer_ends_once();
DROP FUNCTION offers_standing_is_approved();
DROP FUNCTION offers_version_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0005_chain"),
        ("members", "0010_beginnings"),
        ("offers", "0002_batches_are_seen_with_their_coupons"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApprovalRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("above_fen", models.BigIntegerField(null=True)),
                ("made_by", models.TextField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("note", models.TextField(db_default="")),
            ],
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("made_by", models.TextField()),
                ("why", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.TextField(unique=True)),
                ("state", models.CharField(db_default="draft", max_length=8)),
                ("changed_by", models.TextField()),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("code", ""), _negated=True), name="offers_offer_named"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "on", "paused", "ended"])),
                        name="offers_offer_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfferVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("document", models.TextField()),
                ("budget_fen", models.BigIntegerField(null=True)),
                ("uses", models.BigIntegerField(null=True)),
                ("per_member", models.IntegerField(null=True)),
                ("per_member_day", models.IntegerField(null=True)),
                ("per_store_day", models.IntegerField(null=True)),
                ("state", models.CharField(db_default="draft", max_length=8)),
                ("made_by", models.TextField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("submitted_by", models.TextField(db_default="")),
                ("approved_by", models.TextField(db_default="")),
                ("needs_second", models.BooleanField(db_default=False)),
                ("note", models.TextField(db_default="")),
                (
                    "offer",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.offer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "offer",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.offer"
                    ),
                ),
                (
                    "since",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.programme"
                    ),
                ),
                (
                    "until",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.programme"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.offerversion"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shard", models.SmallIntegerField(db_default=0)),
                ("uses", models.BigIntegerField(db_default=0)),
                ("most_uses", models.BigIntegerField(null=True)),
                ("fen", models.BigIntegerField(db_default=0)),
                ("most_fen", models.BigIntegerField(null=True)),
                ("honoured_uses", models.BigIntegerField(db_default=0)),
                ("honoured_fen", models.BigIntegerField(db_default=0)),
                (
                    "offer",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.offer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LimitedTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(null=True)),
                ("uses", models.BigIntegerField(db_default=0)),
                ("most", models.BigIntegerField()),
                ("honoured", models.BigIntegerField(db_default=0)),
                (
                    "member",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.store",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offers.offer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("offer", "member", "store", "day"), name="offers_limitedtally_one", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("uses__gte", 0), ("honoured__gte", 0), ("uses__lte", models.F("most"))),
                        name="offers_limitedtally_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("member__isnull", False), ("store", None)),
                            models.Q(("day__isnull", False), ("member", None), ("store__isnull", False)),
                            _connector="OR",
                        ),
                        name="offers_limitedtally_of_one",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="offerversion",
            constraint=models.UniqueConstraint(fields=("offer", "number"), name="offers_offerversion_number"),
        ),
        migrations.AddConstraint(
            model_name="offerversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "waiting", "approved"])),
                name="offers_offerversion_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="offerversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", ""),
                    models.Q(
                        models.Q(("approved_by", models.F("made_by")), _negated=True),
                        models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="offers_offerversion_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="offerversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    ("needs_second", False),
                    models.Q(("approved_by", ""), _negated=True),
                    _connector="OR",
                ),
                name="offers_offerversion_approved_by_a_second",
            ),
        ),
        migrations.AddConstraint(
            model_name="offerversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("budget_fen", None), ("budget_fen__gt", 0), _connector="OR"),
                    models.Q(("uses", None), ("uses__gt", 0), _connector="OR"),
                    models.Q(("per_member", None), ("per_member__gt", 0), _connector="OR"),
                    models.Q(("per_member_day", None), ("per_member_day__gt", 0), _connector="OR"),
                    models.Q(("per_store_day", None), ("per_store_day__gt", 0), _connector="OR"),
                ),
                name="offers_offerversion_limits",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)), fields=("offer",), name="offers_standing_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gt", models.F("since")), _connector="OR"),
                name="offers_standing_for_a_while",
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(fields=("offer", "shard"), name="offers_tally_one"),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_uses", None), ("uses__lte", models.F("most_uses")), _connector="OR"),
                name="offers_tally_within_uses",
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_fen", None), ("fen__lte", models.F("most_fen")), _connector="OR"),
                name="offers_tally_within_budget",
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("uses__gte", 0), ("fen__gte", 0), ("honoured_uses__gte", 0), ("honoured_fen__gte", 0)
                ),
                name="offers_tally_not_below_nothing",
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
