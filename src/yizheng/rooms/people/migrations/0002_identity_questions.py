from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='IdentityQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pno', models.BigIntegerField(db_index=True)),
                ('other', models.BigIntegerField(db_index=True, null=True)),
                ('kind', models.CharField(max_length=16)),
                ('signs', models.JSONField(default=list)),
                ('roster', models.IntegerField()),
                ('told', models.CharField(blank=True, max_length=32)),
                ('row_sealed', models.BinaryField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.CharField(max_length=64)),
                ('answer', models.CharField(blank=True, max_length=16)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.CharField(blank=True, max_length=64)),
                ('case_id', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PersonNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pno', models.BigIntegerField(db_index=True)),
                ('from_pno', models.BigIntegerField(db_index=True)),
                ('true_from', models.DateField()),
                ('known_since', models.DateTimeField()),
                ('known_by', models.CharField(max_length=64)),
                ('case_id', models.BigIntegerField()),
                ('over_since', models.DateTimeField(null=True)),
                ('over_by', models.CharField(blank=True, max_length=64)),
                ('over_case', models.BigIntegerField(null=True)),
            ],
        ),
    ]
