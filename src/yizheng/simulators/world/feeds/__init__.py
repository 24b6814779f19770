"""What each department delivers, one module a family of sources."""
