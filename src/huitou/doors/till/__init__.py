"""The cashier's page: sells through the same calls of the API that every till system makes."""
