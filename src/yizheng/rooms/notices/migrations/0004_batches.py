from django.db import migrations, models


def _batch() -> models.CharField:
    """A column of a batch's name. The database fills it in, for a version before that writes beside this one."""
    return models.CharField(max_length=32, default="", db_default="", blank=True, db_index=True)


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_language")]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("subject", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("leaves", models.BinaryField()),
            ],
        ),
        migrations.AddField(model_name="message", name="queued_in", field=_batch()),
        migrations.AddField(model_name="message", name="settled_in", field=_batch()),
        migrations.AddField(model_name="message", name="reported_in", field=_batch()),
    ]
