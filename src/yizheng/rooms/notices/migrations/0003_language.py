from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_reports")]

    operations = [
        migrations.CreateModel(
            name="TextLanguage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reader", models.CharField(max_length=32, unique=True)),
                ("language", models.CharField(max_length=8)),
                ("chosen_at", models.DateTimeField()),
            ],
        ),
    ]
