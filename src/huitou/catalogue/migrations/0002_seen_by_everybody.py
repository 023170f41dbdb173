"""Stores and products are nobody's secret: whoever logs in reads them."""

from django.db import migrations

FORWARDS = "GRANT SELECT ON catalogue_store, catalogue_category, catalogue_product TO huitou_scoped;"
BACKWARDS = "REVOKE SELECT ON catalogue_store, catalogue_category, catalogue_product FROM huitou_scoped;"


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial"), ("access", "0002_store_scope")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
