"""The border that pictures from strangers pass."""
