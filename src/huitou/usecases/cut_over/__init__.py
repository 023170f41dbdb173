"""Coming from an old programme: balances, tiers and coupons read in, and reconciled with its totals (row B16)."""
