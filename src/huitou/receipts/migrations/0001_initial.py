import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# Django knows no partitioned tables: these two are written by hand, and it keeps their state only. Their months lie in
# a schema of their own, where nobody but the owner may look: policies stand on the whole table, and a month asked for
# by its own name would have none.
PARTITIONED = """
CREATE SCHEMA receipts_months;

CREATE TABLE receipts_receipt (
    id bigint NOT NULL,
    business_date date NOT NULL,
    source text NOT NULL,
    store_id integer NOT NULL,
    till text DEFAULT '' NOT NULL,
    number text NOT NULL,
    kind varchar(6) NOT NULL,
    at timestamptz NOT NULL,
    channel text DEFAULT 'store' NOT NULL,
    member_id bigint,
    net_fen bigint NOT NULL,
    discount_fen bigint NOT NULL,
    line_count integer NOT NULL,
    batch_id bigint,
    PRIMARY KEY (id, business_date),
    CONSTRAINT receipts_receipt_kind_known CHECK (kind IN ('sale', 'return'))
) PARTITION BY RANGE (business_date);
CREATE INDEX receipts_of_member ON receipts_receipt (member_id, at DESC);
CREATE INDEX receipts_sales_by_day ON receipts_receipt (business_date, store_id, at) WHERE kind = 'sale';
CREATE INDEX receipts_of_batch ON receipts_receipt (batch_id) WHERE batch_id IS NOT NULL;

CREATE TABLE receipts_line (
    receipt_id bigint NOT NULL,
    line integer NOT NULL,
    business_date date NOT NULL,
    product_id bigint,
    quantity_milli bigint NOT NULL,
    unit_price numeric(18, 4),
    discount_fen bigint NOT NULL,
    net_fen bigint NOT NULL,
    sale_line integer,
    PRIMARY KEY (receipt_id, line, business_date)
) PARTITION BY RANGE (business_date);
"""

GONE = "DROP TABLE receipts_line; DROP TABLE receipts_receipt; DROP SCHEMA receipts_months;"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalogue", "0001_initial"),
        ("members", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bundle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("firsts", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("lasts", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.TextField()),
                ("till", models.TextField(db_default="")),
                ("business_date", models.DateField()),
                ("number", models.TextField()),
                ("kind", models.CharField(max_length=6)),
                ("digest", models.TextField()),
                ("answer", models.TextField(null=True)),
                ("recorded_at", models.DateTimeField(db_default=models.Func(function="clock_timestamp"))),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.store",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.TextField()),
                ("file_name", models.TextField()),
                ("file_digest", models.TextField()),
                ("mapping", models.JSONField()),
                ("actor", models.TextField()),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("report", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("source", models.TextField()),
                ("digest", models.TextField()),
                ("body", models.JSONField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("resolved_at", models.DateTimeField(null=True)),
                ("resolved_by", models.TextField(db_default="")),
                (
                    "member",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.store",
                    ),
                ),
                (
                    "identity",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receipts.identity"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MonthGone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("lines", models.BigIntegerField()),
                ("quantity_milli", models.BigIntegerField()),
                ("net_fen", models.BigIntegerField()),
                ("gone_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "batch",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receipts.import"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row_number", models.BigIntegerField()),
                ("code", models.TextField()),
                ("detail", models.TextField()),
                ("row", models.JSONField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="receipts.import"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReturnMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("return_line", models.IntegerField()),
                ("sale_line", models.IntegerField()),
                ("quantity_milli", models.BigIntegerField()),
                (
                    "return_receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="receipts.identity"
                    ),
                ),
                (
                    "sale_receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="receipts.identity"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReturnOf",
            fields=[
                (
                    "return_receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="receipts.identity",
                    ),
                ),
                ("sale_source", models.TextField()),
                ("sale_till", models.TextField()),
                ("sale_business_date", models.DateField()),
                ("sale_number", models.TextField()),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "sale_store",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.store",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="identity",
            constraint=models.UniqueConstraint(
                fields=("store", "business_date", "number", "till", "source", "kind"), name="receipts_identity_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="identity",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["sale", "return"])), name="receipts_identity_kind_known"
            ),
        ),
        migrations.AddIndex(
            model_name="conflict",
            index=models.Index(
                condition=models.Q(("resolved_at", None)), fields=["-id"], name="receipts_conflicts_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.UniqueConstraint(fields=("kind", "source", "digest"), name="receipts_conflict_once"),
        ),
        migrations.AddIndex(
            model_name="refusal",
            index=models.Index(fields=["batch", "row_number"], name="receipts_refusal_row"),
        ),
        migrations.AddConstraint(
            model_name="returnmatch",
            constraint=models.UniqueConstraint(
                fields=("return_receipt", "return_line", "sale_receipt", "sale_line"), name="receipts_match_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="returnmatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity_milli__gt", 0)), name="receipts_match_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="returnof",
            index=models.Index(
                condition=models.Q(("applied_at", None)),
                fields=["sale_store", "sale_business_date", "sale_number"],
                name="receipts_parked_returns",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(PARTITIONED, GONE)],
            state_operations=[
                migrations.CreateModel(
                    name="Line",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "receipt_id",
                                "line",
                                "business_date",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("line", models.IntegerField()),
                        ("business_date", models.DateField()),
                        ("quantity_milli", models.BigIntegerField()),
                        ("unit_price", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("discount_fen", models.BigIntegerField()),
                        ("net_fen", models.BigIntegerField()),
                        ("sale_line", models.IntegerField(null=True)),
                        (
                            "product",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalogue.product",
                            ),
                        ),
                        (
                            "receipt",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="receipts.identity",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Receipt",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "identity_id",
                                "business_date",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("business_date", models.DateField()),
                        ("source", models.TextField()),
                        ("till", models.TextField(db_default="")),
                        ("number", models.TextField()),
                        ("kind", models.CharField(max_length=6)),
                        ("at", models.DateTimeField()),
                        ("channel", models.TextField(db_default="store")),
                        ("net_fen", models.BigIntegerField()),
                        ("discount_fen", models.BigIntegerField()),
                        ("line_count", models.IntegerField()),
                        (
                            "batch",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="receipts.import",
                            ),
                        ),
                        (
                            "identity",
                            models.ForeignKey(
                                db_column="id",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="receipts.identity",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="members.member",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalogue.store",
                            ),
                        ),
                    ],
                ),
                migrations.AddIndex(
                    model_name="receipt",
                    index=models.Index(fields=["member", "-at"], name="receipts_of_member"),
                ),
                migrations.AddIndex(
                    model_name="receipt",
                    index=models.Index(
                        condition=models.Q(("kind", "sale")),
                        fields=["business_date", "store", "at"],
                        name="receipts_sales_by_day",
                    ),
                ),
                migrations.AddIndex(
                    model_name="receipt",
                    index=models.Index(
                        condition=models.Q(("batch__isnull", False)), fields=["batch"], name="receipts_of_batch"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="receipt",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("kind__in", ["sale", "return"])), name="receipts_receipt_kind_known"
                    ),
                ),
            ],
        ),
    ]
