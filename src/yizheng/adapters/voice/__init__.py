"""The engine that measures voices (声纹引擎): what is heard in a recording, never what follows from it."""
