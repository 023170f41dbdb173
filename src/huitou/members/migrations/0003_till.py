"""What tills bring: names spelled as cashiers type them, codes that have paid, guesses, events."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# No page reads these: the people of a store have no right on them at all.
FORWARDS = """
ALTER TABLE members_spentcode ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_spentcode USING ((SELECT huitou_sees_all()));
ALTER TABLE members_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON members_event USING ((SELECT huitou_sees_all()));
ALTER TABLE members_wrongcode ENABLE ROW LEVEL SECURITY;
"""

BACKWARDS = """
ALTER TABLE members_wrongcode DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON members_event;
ALTER TABLE members_event DISABLE ROW LEVEL SECURITY;
DROP POLICY scope ON members_spentcode;
ALTER TABLE members_spentcode DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_seen_by_everybody"),
        ("members", "0002_store_scope"),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.TextField()),
                ("source_id", models.TextField()),
                ("kind", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("body", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="SpentCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minute", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="WrongCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.TextField()),
                ("minute", models.IntegerField()),
                ("wrong", models.IntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="member",
            name="spelled",
            field=models.TextField(db_default=""),
        ),
        migrations.AddIndex(
            model_name="member",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["spelled"], name="members_spelled_trigrams", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="member",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.member"
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="store",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.store"
            ),
        ),
        migrations.AddField(
            model_name="spentcode",
            name="member",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.member"),
        ),
        migrations.AddConstraint(
            model_name="wrongcode",
            constraint=models.UniqueConstraint(fields=("source", "minute"), name="members_wrong_codes_of_a_minute"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["member", "at"], name="members_event_of_member"),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(fields=("source", "source_id"), name="members_event_once"),
        ),
        migrations.AddConstraint(
            model_name="spentcode",
            constraint=models.UniqueConstraint(fields=("member", "minute"), name="members_code_spent_once"),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
