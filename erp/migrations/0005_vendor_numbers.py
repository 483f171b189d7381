from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("erp", "0004_document_lists")]
    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                models.F("company"),
                Upper("external_no"),
                condition=models.Q(
                    ("side", "purchase"),
                    ("state", "posted"),
                    models.Q(("external_no", ""), _negated=True),
                ),
                name="document_by_vendor_no",
            ),
        ),
    ]
