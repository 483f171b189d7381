
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('erp', '0003_master_data'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['document_date', 'no'], name='document_by_day'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['side', 'kind', 'document_date', 'no'], name='document_listed'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('state', 'posted')), fields=['side', 'kind', 'posting_date', 'posted_no'], name='document_listed_posted'),
        ),
    ]
