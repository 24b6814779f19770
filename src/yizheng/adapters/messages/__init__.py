"""Ways in which notices reach people: an SMS gateway, a file for print or hand-over, the console."""
