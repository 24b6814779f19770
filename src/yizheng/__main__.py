"""`python -m yizheng` is the same as `yizheng`."""

from yizheng.doors.cli.main import main

main()
