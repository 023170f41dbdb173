"""A batch is seen by whoever sees one of its coupons: pages name the kind of a member's coupon by way of it."""

from django.db import migrations

FORWARDS = """
CREATE POLICY scope ON offers_couponbatch USING (
    (SELECT huitou_sees_all()) OR EXISTS (SELECT FROM offers_coupon c WHERE c.batch_id = offers_couponbatch.id)
);
GRANT SELECT ON offers_couponbatch TO huitou_scoped;
"""

BACKWARDS = """
REVOKE SELECT ON offers_couponbatch FROM huitou_scoped;
DROP POLICY scope ON offers_couponbatch;
"""


class Migration(migrations.Migration):
    dependencies = [("offers", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
