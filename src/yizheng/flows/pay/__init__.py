"""Pay (发放): monthly instructions and pause lists."""
