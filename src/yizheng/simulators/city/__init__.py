"""A city that is lived through month by month, with the truth hidden from the product under test."""
