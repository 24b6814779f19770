"""What arrives (到达): rosters and departments' files, from the delivered file to what counts."""
