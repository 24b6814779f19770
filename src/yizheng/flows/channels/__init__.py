"""Channels (认证渠道): how a person certifies by face, by voice, at a window or on a visit."""
