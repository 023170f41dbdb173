"""Who looks for a name at a till that speaks for some stores: an index of the store and the first letters of each
spelling. The trigrams of the whole chain gather a hundred thousand members to keep those of one store, or all members of
the store are read to find a rare name.
"""

from django.db import migrations

# Dear, so that the planner does not reckon it for each member where the index has it; and then not in parallel: to start
# the workers takes longer than the whole search.
FORWARDS = """
CREATE FUNCTION members_beginnings(spelled text, store integer) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE COST 1000 AS $$
BEGIN
    RETURN ARRAY(
        SELECT store || ':' || left(word, letters) FROM unnest(string_to_array(btrim(spelled), ' ')) AS word,
            unnest(ARRAY[2, 3]) AS letters WHERE length(word) >= letters
    );
END $$;
CREATE INDEX members_store_beginnings ON members_member USING gin (members_beginnings(spelled, home_store_id));
"""

BACKWARDS = "DROP INDEX members_store_beginnings; DROP FUNCTION members_beginnings(text, integer);"


class Migration(migrations.Migration):
    dependencies = [("members", "0009_told")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
