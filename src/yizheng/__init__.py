"""Yizheng (颐证): certification of entitlement to pension benefits (养老保险待遇领取资格认证)."""
