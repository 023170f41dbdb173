"""Many rows at once between Python and PostgreSQL: COPY in, Arrow out. Knows no table of anybody."""
