"""Who is a part of another member is found by an index, without a look at everybody who is none."""

from django.db import migrations

_FORWARDS = """
CREATE VIEW members_parts WITH (security_invoker = true) AS
    SELECT id AS member_id, merged_into_id AS person_id FROM members_member WHERE merged_into_id IS NOT NULL;
GRANT SELECT ON members_parts TO huitou_scoped;
"""
_BACKWARDS = "DROP VIEW members_parts;"


class Migration(migrations.Migration):
    dependencies = [("members", "0027_outcomes_of_prompts")]

    operations = [migrations.RunSQL(_FORWARDS, _BACKWARDS)]
