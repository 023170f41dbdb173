"""What cashiers may say when certain goods are in the basket."""

import django.db.models.functions.datetime
from django.db import migrations, models

# As offers: everybody of the chain reads them, and who sees the chain writes them.
FORWARDS = """
ALTER TABLE offers_prompt ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON offers_prompt FOR SELECT USING (true);
CREATE POLICY written ON offers_prompt USING ((SELECT huitou_sees_all()));
GRANT SELECT, INSERT, UPDATE ON offers_prompt TO huitou_scoped;
"""
BACKWARDS = """
REVOKE ALL ON offers_prompt FROM huitou_scoped;
DROP POLICY written ON offers_prompt;
DROP POLICY seen ON offers_prompt;
"""


class Migration(migrations.Migration):
    dependencies = [("offers", "0010_brought_by_return")]

    operations = [
        migrations.CreateModel(
            name="Prompt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.TextField(unique=True)),
                ("say_zh", models.TextField()),
                ("say_en", models.TextField(db_default="")),
                ("goods", models.TextField()),
                ("segment", models.TextField(db_default="")),
                ("members_only", models.BooleanField(db_default=False)),
                ("starts", models.DateField(null=True)),
                ("ends", models.DateField(null=True)),
                ("rest_days", models.IntegerField(db_default=30)),
                ("is_on", models.BooleanField(db_default=False)),
                ("revision", models.IntegerField(db_default=1)),
                ("made_by", models.TextField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("changed_by", models.TextField()),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True) & models.Q(("say_zh", ""), _negated=True),
                        name="offers_prompt_says",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts", None), ("ends", None), ("ends__gte", models.F("starts")), _connector="OR"
                        ),
                        name="offers_prompt_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rest_days__gte", 0), ("rest_days__lte", 3650)),
                        name="offers_prompt_rests",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
