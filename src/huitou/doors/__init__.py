"""Six ways in, none knows another: they translate, call one thing, translate back."""
