"""The tables that certification made for passes, captures and receipts: taken over as they stand, with their names."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('certification', '0002_captures'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Pass',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('pno', models.BigIntegerField(db_index=True)),
                        ('channel', models.CharField(max_length=16)),
                        ('event_day', models.IntegerField()),
                        ('case_id', models.BigIntegerField(null=True)),
                        ('known_since', models.DateTimeField()),
                        ('known_by', models.CharField(max_length=64)),
                    ],
                    options={
                        'db_table': 'certification_pass',
                    },
                ),
                migrations.CreateModel(
                    name='Receipt',
                    fields=[
                        ('number', models.CharField(max_length=16, primary_key=True, serialize=False)),
                        ('pno', models.BigIntegerField(db_index=True)),
                        ('channel', models.CharField(max_length=16)),
                        ('event_day', models.IntegerField()),
                        ('until_day', models.IntegerField()),
                        ('issued_at', models.DateTimeField()),
                        ('issued_by', models.CharField(max_length=64)),
                        ('capture_id', models.BigIntegerField(null=True, unique=True)),
                    ],
                    options={
                        'db_table': 'certification_receipt',
                    },
                ),
                migrations.CreateModel(
                    name='Capture',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=32, unique=True)),
                        ('pno', models.BigIntegerField(db_index=True)),
                        ('state', models.CharField(max_length=12)),
                        ('why', models.CharField(blank=True, max_length=16)),
                        ('begin_index', models.BinaryField(max_length=16, null=True)),
                        ('challenge_sealed', models.BinaryField()),
                        ('of', models.SmallIntegerField()),
                        ('step_no', models.SmallIntegerField(default=1)),
                        ('misses', models.SmallIntegerField(default=0)),
                        ('posts', models.SmallIntegerField(default=0)),
                        ('begun_at', models.DateTimeField()),
                        ('begun_by', models.CharField(max_length=64)),
                        ('touched_at', models.DateTimeField(db_index=True)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('case_id', models.BigIntegerField(null=True)),
                        ('version', models.IntegerField(default=1)),
                    ],
                    options={
                        'db_table': 'certification_capture',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'asking')), fields=('pno',), name='one_open_capture_a_person')],
                    },
                ),
                migrations.CreateModel(
                    name='CaptureFrames',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('capture_id', models.BigIntegerField()),
                        ('post_no', models.SmallIntegerField()),
                        ('key_index', models.BinaryField(max_length=16)),
                        ('step_no', models.SmallIntegerField()),
                        ('answer', models.CharField(max_length=24)),
                        ('frames', models.SmallIntegerField()),
                        ('seen_sealed', models.BinaryField()),
                    ],
                    options={
                        'db_table': 'certification_captureframes',
                        'constraints': [models.UniqueConstraint(fields=('capture_id', 'key_index'), name='one_answer_a_sending'), models.UniqueConstraint(fields=('capture_id', 'post_no'), name='sendings_in_order')],
                    },
                ),
                migrations.CreateModel(
                    name='CapturePicture',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('capture_id', models.BigIntegerField()),
                        ('post_no', models.SmallIntegerField()),
                        ('sealed', models.BinaryField()),
                        ('keep_until', models.DateTimeField(db_index=True, null=True)),
                    ],
                    options={
                        'db_table': 'certification_capturepicture',
                        'constraints': [models.UniqueConstraint(fields=('capture_id', 'post_no'), name='one_picture_a_sending')],
                    },
                ),
            ],
        ),
    ]
