"""Certification runs (认证批次): what goes in, how everybody is judged, and why a person stands where they stand."""
