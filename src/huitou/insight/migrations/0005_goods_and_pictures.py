"""What a refresh keeps of products, cohorts and flows. A row of a store is seen by its people; a row of none, which is
the whole chain's, and what is bought together by those who see the chain."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = ("goods", "goodsbuyers", "membersquare", "cohort", "newcomers", "layerflow", "layerbasket")
OF_A_STORE = """
ALTER TABLE insight_{table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON insight_{table} USING (
    (SELECT huitou_sees_all()) OR store_id = ANY ((SELECT huitou_stores())::integer[])
);
GRANT SELECT ON insight_{table} TO huitou_scoped;
"""
OF_THE_CHAIN = """
ALTER TABLE insight_goodspair ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON insight_goodspair USING ((SELECT huitou_sees_all()));
GRANT SELECT ON insight_goodspair TO huitou_scoped;
"""
FORWARDS = "".join(OF_A_STORE.format(table=table) for table in TABLES) + OF_THE_CHAIN
BACKWARDS = "".join(
    f"REVOKE SELECT ON insight_{table} FROM huitou_scoped;\nDROP POLICY scope ON insight_{table};\n"
    f"ALTER TABLE insight_{table} DISABLE ROW LEVEL SECURITY;\n"
    for table in (*TABLES, "goodspair")
)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_store_scope"),
        ("catalogue", "0003_codes_and_descriptions"),
        ("insight", "0004_quality"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cohort",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month_on", models.DateField()),
                ("after", models.SmallIntegerField()),
                ("members", models.BigIntegerField()),
                (
                    "store",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.store"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LayerBasket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("layer", models.CharField(max_length=10)),
                ("category", models.TextField()),
                ("net_fen", models.BigIntegerField()),
                (
                    "store",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.store"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MemberSquare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recency", models.SmallIntegerField()),
                ("frequency", models.SmallIntegerField()),
                ("layer", models.CharField(max_length=10)),
                ("stage", models.CharField(max_length=10)),
                ("members", models.BigIntegerField()),
                ("receipts", models.BigIntegerField()),
                ("spend_fen", models.BigIntegerField()),
                (
                    "store",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.store"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Newcomers",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month_on", models.DateField()),
                ("channel", models.TextField()),
                ("source", models.TextField()),
                ("members", models.BigIntegerField()),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.store"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Goods",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("times", models.BigIntegerField()),
                ("net_fen", models.BigIntegerField()),
                ("member_fen", models.BigIntegerField()),
                ("sold_milli", models.BigIntegerField()),
                ("sold_fen", models.BigIntegerField()),
                ("promoted_fen", models.BigIntegerField()),
                ("before_fen", models.BigIntegerField()),
                ("before_times", models.BigIntegerField()),
                ("year_before_fen", models.BigIntegerField()),
                ("year_sold_milli", models.BigIntegerField()),
                ("year_sold_fen", models.BigIntegerField()),
                ("year_promoted_fen", models.BigIntegerField()),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalogue.store",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["product"], name="insight_goods_of_product")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("store", "product"), name="insight_goods_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GoodsBuyers",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("buyers", models.BigIntegerField()),
                ("again", models.BigIntegerField()),
                ("diamond", models.BigIntegerField()),
                ("gold", models.BigIntegerField()),
                ("silver", models.BigIntegerField()),
                ("dormant", models.BigIntegerField()),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalogue.store",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "store"), name="insight_buyers_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GoodsPair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("together", models.BigIntegerField()),
                ("of_product", models.BigIntegerField()),
                ("of_other", models.BigIntegerField()),
                ("baskets", models.BigIntegerField()),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "other",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("product", "other"), name="insight_pair_once")],
            },
        ),
        migrations.CreateModel(
            name="LayerFlow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField()),
                ("to_on", models.DateField()),
                ("from_layer", models.CharField(max_length=10)),
                ("to_layer", models.CharField(max_length=10)),
                ("members", models.BigIntegerField()),
                (
                    "store",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.store"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["to_on"], name="insight_flow_to")],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
