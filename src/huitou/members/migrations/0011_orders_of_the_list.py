"""Indexes for the orders in which a list of members can stand."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0010_beginnings")]

    operations = [
        migrations.AddIndex("member", models.Index(fields=["name", "id"], name="members_by_name")),
        migrations.AddIndex("member", models.Index(fields=["-joined_on", "id"], name="members_by_joined")),
        migrations.AddIndex("facts", models.Index(fields=["-receipts_year", "member"], name="members_facts_receipts")),
        migrations.AddIndex("facts", models.Index(fields=["-last_purchase_on", "member"], name="members_facts_last")),
    ]
