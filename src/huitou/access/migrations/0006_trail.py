"""The audit trail is read by who did it, by what was done and by its days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0005_service_agents")]
    operations = [
        migrations.AddIndex("auditentry", models.Index(fields=["at", "id"], name="access_audit_at")),
        migrations.AddIndex("auditentry", models.Index(fields=["actor", "at", "id"], name="access_audit_actor")),
        migrations.AddIndex("auditentry", models.Index(fields=["action", "at", "id"], name="access_audit_action")),
    ]
