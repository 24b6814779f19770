"""Calendar (工作日历): which days offices are open, and when a term of working days ends. Pure; it keeps no table."""
