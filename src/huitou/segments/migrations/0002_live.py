"""Live segments: who is in them, who entered and left, and who has to be looked at when."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

# What a page may see of a member is seen of their segments; where the log is followed is nobody's secret.
FORWARDS = """
INSERT INTO segments_turn (id) VALUES (1);
ALTER TABLE segments_live ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON segments_live FOR SELECT USING (true);
ALTER TABLE segments_turn ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON segments_turn FOR SELECT USING (true);
ALTER TABLE segments_membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON segments_membership USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
ALTER TABLE segments_move ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON segments_move USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
ALTER TABLE segments_look ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON segments_look USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM members_member m WHERE m.id = member_id)
);
GRANT SELECT ON segments_live, segments_turn, segments_membership, segments_move, segments_look TO huitou_scoped;
CREATE TRIGGER segments_move_never_changes BEFORE UPDATE ON segments_move
    FOR EACH ROW EXECUTE FUNCTION huitou_refuse_change();
"""
BACKWARDS = """
DROP TRIGGER segments_move_never_changes ON segments_move;
REVOKE SELECT ON segments_live, segments_turn, segments_membership, segments_move, segments_look FROM huitou_scoped;
DROP POLICY scope ON segments_look;
DROP POLICY scope ON segments_move;
DROP POLICY scope ON segments_membership;
DROP POLICY seen ON segments_turn;
DROP POLICY seen ON segments_live;
"""


def _segment(*, only: bool = False) -> models.ForeignKey:
    own = {"primary_key": True, "serialize": False}
    kind, more = (models.OneToOneField, own) if only else (models.ForeignKey, {"db_index": False})
    return kind(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="segments.segment", **more)


def _member(*, only: bool = False) -> models.ForeignKey:
    own = {"primary_key": True, "serialize": False}
    kind, more = (models.OneToOneField, own) if only else (models.ForeignKey, {})
    return kind(
        db_constraint=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to="members.member",
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("segments", "0001_initial"), ("members", "0015_changes"), ("receipts", "0014_followed")]

    operations = [
        migrations.CreateModel(
            name="Live",
            fields=[
                ("segment", _segment(only=True)),
                ("since", models.DateTimeField(db_default=Now())),
                ("found_by", models.TextField(db_default="")),
                ("counted_at", models.DateTimeField(null=True)),
                ("restated", models.BigIntegerField(db_default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(db_default=0)),
                ("mark", models.JSONField(null=True)),
                ("at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "segment_id", "member_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("since", models.DateTimeField()),
                ("segment", _segment()),
                ("member", _member()),
            ],
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entered", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("because", models.CharField(max_length=8)),
                ("segment", _segment()),
                ("member", _member()),
            ],
            options={"indexes": [models.Index(fields=["segment", "id"], name="segments_move_of_segment")]},
        ),
        migrations.CreateModel(
            name="Look",
            fields=[("member", _member(only=True)), ("at", models.DateTimeField(db_index=True))],
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="segments_turn_is_one"),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(("because__in", ["first", "event", "time", "counted"])),
                name="segments_move_because",
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
