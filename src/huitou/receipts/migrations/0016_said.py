"""Of an import of members, products or stores, all that its file tells of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("receipts", "0015_tenders"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="brought", name="receipts_brought_known"),
        migrations.AddConstraint(
            model_name="brought",
            constraint=models.CheckConstraint(
                name="receipts_brought_known",
                condition=models.Q(what__in=["again", "member", "store", "product", "category", "said"]),
            ),
        ),
    ]
