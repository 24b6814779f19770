"""Engines that measure faces (人脸引擎): what is in a picture, never what follows from it."""
