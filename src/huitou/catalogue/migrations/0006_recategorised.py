"""Products whose category changed: what lies of them in the lake keeps the category of its day."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE catalogue_recategorised ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON catalogue_recategorised USING ((SELECT huitou_sees_all()));
CREATE FUNCTION catalogue_note_category() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalogue_recategorised (product_id) SELECT n.id FROM now_so n JOIN was_so w ON w.id = n.id
    WHERE n.category_id IS DISTINCT FROM w.category_id ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER recategorised AFTER UPDATE ON catalogue_product REFERENCING OLD TABLE AS was_so NEW TABLE AS now_so
    FOR EACH STATEMENT EXECUTE FUNCTION catalogue_note_category();
"""
BACKWARDS = """
DROP TRIGGER recategorised ON catalogue_product;
DROP FUNCTION catalogue_note_category();
DROP POLICY scope ON catalogue_recategorised;
ALTER TABLE catalogue_recategorised DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0005_chain")]

    operations = [
        migrations.CreateModel(
            name="Recategorised",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="catalogue.product",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
