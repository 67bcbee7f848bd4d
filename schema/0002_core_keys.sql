-- Signing keys: their public halves are published, their private halves are sealed before they come here.

CREATE TABLE core.key (
	kid text NOT NULL CONSTRAINT key_pkey PRIMARY KEY,
	purpose text NOT NULL,
	public_part bytea NOT NULL,
	private_part bytea NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	retires_at timestamptz,
	CONSTRAINT key_kid_length CHECK (length(kid) BETWEEN 1 AND 128),
	CONSTRAINT key_retires_later CHECK (retires_at > created_at)
);
COMMENT ON TABLE core.key IS 'Signing keys by purpose; from retires_at on a key neither signs nor is believed.';
COMMENT ON COLUMN core.key.private_part IS 'Sealed under the master secret, with the kid as its context.';
CREATE INDEX key_by_purpose ON core.key (purpose, created_at DESC);

CREATE FUNCTION core.key_list(purpose text)
RETURNS TABLE (kid text, public_part bytea, private_part bytea, created_at timestamptz, retires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT k.kid, k.public_part, k.private_part, k.created_at, k.retires_at
	  FROM core.key k
	 WHERE k.purpose = key_list.purpose AND (k.retires_at IS NULL OR k.retires_at > now())
	 ORDER BY k.created_at DESC, k.kid;
END
$$;
COMMENT ON FUNCTION core.key_list(text) IS 'The keys of a purpose that are in use, newest first.';

CREATE FUNCTION core.key_add(kid text, purpose text, public_part bytea, private_part bytea, retires_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO core.key (kid, purpose, public_part, private_part, retires_at)
	VALUES (key_add.kid, key_add.purpose, key_add.public_part, key_add.private_part, key_add.retires_at)
	ON CONFLICT (kid) DO NOTHING;
	RETURN FOUND;
END
$$;
COMMENT ON FUNCTION core.key_add(text, text, bytea, bytea, timestamptz) IS
	'Adds a key; false: it is there already.  NULL for retires_at: no end is known yet.';

CREATE FUNCTION core.key_add_first(kid text, purpose text, public_part bytea, private_part bytea)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
BEGIN
	-- Workers that find no key at the same moment make one between them.
	PERFORM pg_advisory_xact_lock(hashtextextended('core.key ' || key_add_first.purpose, 0));
	IF EXISTS (SELECT FROM core.key_list(key_add_first.purpose)) THEN
		RETURN false;
	END IF;
	RETURN core.key_add(key_add_first.kid, key_add_first.purpose, key_add_first.public_part,
		key_add_first.private_part, NULL);
END
$$;
COMMENT ON FUNCTION core.key_add_first(text, text, bytea, bytea) IS
	'Adds a key where its purpose has none; false: read key_list again, somebody was faster.';

CREATE FUNCTION core.key_retire(kid text, retires_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	UPDATE core.key k SET retires_at = key_retire.retires_at WHERE k.kid = key_retire.kid;
	RETURN FOUND;
END
$$;
COMMENT ON FUNCTION core.key_retire(text, timestamptz) IS 'Says until when a key counts; false: there is none such.';

CREATE FUNCTION core.key_rewrap(kid text, private_part bytea)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	UPDATE core.key k SET private_part = key_rewrap.private_part WHERE k.kid = key_rewrap.kid;
	RETURN FOUND;
END
$$;
COMMENT ON FUNCTION core.key_rewrap(text, bytea) IS 'The same private half, sealed under a newer master secret.';

REVOKE ALL ON FUNCTION core.key_list(text), core.key_add(text, text, bytea, bytea, timestamptz),
	core.key_add_first(text, text, bytea, bytea), core.key_retire(text, timestamptz), core.key_rewrap(text, bytea)
	FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.key_list(text), core.key_add(text, text, bytea, bytea, timestamptz),
	core.key_add_first(text, text, bytea, bytea), core.key_retire(text, timestamptz), core.key_rewrap(text, bytea)
	TO stoa_area;
