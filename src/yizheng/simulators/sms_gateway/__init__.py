"""A stand-in for a carrier's SMS gateway: it fails, delays and loses answers now and then, always the same way."""
