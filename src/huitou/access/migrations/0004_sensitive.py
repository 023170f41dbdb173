"""What of a member only few may see: a setting of the connection beside its stores, which policies read."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION huitou_sees_sensitive() RETURNS boolean STABLE LANGUAGE sql
    RETURN coalesce(current_setting('huitou.sensitive', true), '') = 'seen';
"""
BACKWARDS = "DROP FUNCTION huitou_sees_sensitive();"


class Migration(migrations.Migration):
    dependencies = [("access", "0003_apikey")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
