"""Room in each page for what a member's facts are next: once a month nearly all change, and mostly in what no index
holds. A new version on the same page leaves the indexes alone. Pages that are full stay so until their rows change."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("members", "0024_words_taken_back")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE members_facts SET (fillfactor = 50)", "ALTER TABLE members_facts RESET (fillfactor)"
        )
    ]
