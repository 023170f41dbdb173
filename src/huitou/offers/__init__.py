"""Promotions, coupons, and the engine that prices a basket: the best legal combination, proven."""
