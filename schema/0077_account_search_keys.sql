-- What names are looked up by: their pieces, each with the age of the account, so that a search reads one age after the
-- other, from the newest back, and stops when its page is full.  Whatever many names have in common, and whenever that was,
-- no more than one age's names are read and sorted.

CREATE FUNCTION account.age_of(created_at timestamptz)
RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN floor(extract(epoch FROM age_of.created_at))::bigint >> 19;
END
$$;
COMMENT ON FUNCTION account.age_of(timestamptz) IS 'Six days (2^19 seconds) are one age: ten years have 600.';

CREATE FUNCTION account.search_keys(search text, created_at timestamptz)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	age text := account.age_of(search_keys.created_at) || ':';
BEGIN
	RETURN ARRAY(SELECT age || substr(search_keys.search, p.place, 3)
	               FROM generate_series(1, length(search_keys.search) - 2) AS p (place));
END
$$;
COMMENT ON FUNCTION account.search_keys(text, timestamptz) IS 'Each run of three characters, behind the age.';

REVOKE ALL ON FUNCTION account.age_of(timestamptz), account.search_keys(text, timestamptz) FROM PUBLIC;
