"""What a helper or staff do for themselves is weighed too, and is about no person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The person of a weighed act may be empty."""

    dependencies = [("risk", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="weighing",
            name="pno",
            field=models.BigIntegerField(null=True),
        ),
    ]
