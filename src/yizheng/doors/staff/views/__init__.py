"""The pages of the staff web, one module a subject. Views are thin: rooms tell, flows act."""
