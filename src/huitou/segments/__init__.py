"""Who is meant: conditions on members, and everybody who meets them."""
