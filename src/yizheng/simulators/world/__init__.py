"""A made world: the roster and the departments' feeds of one agency, with the truth beside them."""
