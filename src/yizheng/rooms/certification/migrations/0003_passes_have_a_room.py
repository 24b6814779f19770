"""Passes, captures and receipts are the room `passes`' now. Their tables stay as they are: the ledger knows them by name."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("certification", "0002_captures"), ("passes", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name="Capture"),
                migrations.DeleteModel(name="CaptureFrames"),
                migrations.DeleteModel(name="CapturePicture"),
                migrations.DeleteModel(name="Pass"),
                migrations.DeleteModel(name="Receipt"),
            ]
        )
    ]
