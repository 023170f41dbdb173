"""The pages of offers and coupons."""
