from django.db import migrations, models


class Migration(migrations.Migration):
    """Tries are counted by the place that they come from; tries of names that are nobody's are known as such."""

    dependencies = [
        ("access", "0004_factors"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place_index", models.BinaryField(max_length=16)),
                ("hour", models.DateTimeField()),
                ("tries", models.IntegerField(default=0)),
                ("got_in", models.IntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("place_index", "hour"), name="tally_of_an_hour_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="signinattempt",
            name="nobody",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
