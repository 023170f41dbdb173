"""A refused row of people is found by any of its phones and by its e-mail when its owner is erased, not by one phone."""

import django.contrib.postgres.fields
from django.db import migrations, models

FORWARDS = """
ALTER TABLE receipts_refusal ADD COLUMN owner_indexes bytea[] NOT NULL DEFAULT '{}';
UPDATE receipts_refusal SET owner_indexes = ARRAY[blind_index] WHERE blind_index IS NOT NULL;
ALTER TABLE receipts_refusal DROP COLUMN blind_index;
GRANT UPDATE (owner_indexes) ON receipts_refusal TO huitou_scoped;
"""
BACKWARDS = """
ALTER TABLE receipts_refusal ADD COLUMN blind_index bytea NULL;
UPDATE receipts_refusal SET blind_index = owner_indexes[1];
ALTER TABLE receipts_refusal DROP COLUMN owner_indexes;
GRANT UPDATE (blind_index) ON receipts_refusal TO huitou_scoped;
"""


class Migration(migrations.Migration):
    dependencies = [("receipts", "0010_found_by_number")]
    operations = [
        migrations.RunSQL(
            FORWARDS,
            BACKWARDS,
            state_operations=[
                migrations.RemoveField("refusal", "blind_index"),
                migrations.AddField(
                    "refusal",
                    "owner_indexes",
                    django.contrib.postgres.fields.ArrayField(
                        models.BinaryField(),
                        db_default=models.Value([], django.contrib.postgres.fields.ArrayField(models.BinaryField())),
                    ),
                ),
            ],
        )
    ]
