"""An account whose member became one with another: nothing is posted on it, and it holds nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0007_one_index_of_keys")]
    operations = [
        migrations.AddField(model_name="account", name="merged", field=models.BooleanField(db_default=False)),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(merged=False) | models.Q(balance=0, debt=0, held=0),
                name="loyalty_account_merged_is_empty",
            ),
        ),
    ]
