-- Orders to erase everything: one at a time, each for an hour.

CREATE TABLE auth.erase_order (
	id uuid NOT NULL CONSTRAINT erase_order_pkey PRIMARY KEY,
	party uuid NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	alone boolean NOT NULL DEFAULT true CONSTRAINT erase_order_alone UNIQUE,
	CONSTRAINT erase_order_is_alone CHECK (alone)
);
COMMENT ON TABLE auth.erase_order IS 'It goes with everything else, which is how one knows that it was carried out.';

GRANT SELECT ON auth.erase_order TO stoa_auth;

CREATE FUNCTION auth.erase_order_add(id uuid, party uuid)
RETURNS TABLE (created_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	DELETE FROM auth.erase_order o WHERE o.created_at <= now() - interval '1 hour';
	RETURN QUERY
	INSERT INTO auth.erase_order AS o (id, party) VALUES (erase_order_add.id, erase_order_add.party)
	ON CONFLICT ON CONSTRAINT erase_order_alone DO NOTHING
	RETURNING o.created_at;
END
$$;
COMMENT ON FUNCTION auth.erase_order_add(uuid, uuid) IS 'No row: there is an order already.';

CREATE FUNCTION auth.erase_is_ordered(id uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, auth, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN EXISTS (SELECT FROM auth.erase_order o WHERE o.id = erase_is_ordered.id);
END
$$;
COMMENT ON FUNCTION auth.erase_is_ordered(uuid) IS 'Whether what this order is to erase is still there.';

REVOKE ALL ON FUNCTION auth.erase_order_add(uuid, uuid), auth.erase_is_ordered(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.erase_order_add(uuid, uuid) TO stoa_auth;
