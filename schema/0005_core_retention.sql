-- What goes, and when: one row for each kind of thing that is kept for a time only, and one job for them all.
-- A migration that makes such a table writes a function that removes its old rows, and a row here that names it.

CREATE TABLE core.retention (
	what text NOT NULL CONSTRAINT retention_pkey PRIMARY KEY,
	keep interval NOT NULL,
	remover text NOT NULL,
	says text NOT NULL,
	CONSTRAINT retention_keep_positive CHECK (keep > interval '0'),
	CONSTRAINT retention_remover_name CHECK (remover ~ '^[a-z_]+\.[a-z_0-9]+$')
);
COMMENT ON TABLE core.retention IS 'How long what is kept.';
COMMENT ON COLUMN core.retention.remover IS
	'schema.function(older_than timestamptz, most int) RETURNS int: removes that many at most, returns how many.';

CREATE FUNCTION core.retention_remove(what text, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
DECLARE
	rule core.retention;
	removed int;
BEGIN
	SELECT r.* INTO STRICT rule FROM core.retention r WHERE r.what = retention_remove.what;
	-- The name was checked when it was stored, and only migrations store any.
	EXECUTE format('SELECT %s($1, $2)', rule.remover) INTO removed USING now() - rule.keep, retention_remove.most;
	RETURN removed;
END
$$;
COMMENT ON FUNCTION core.retention_remove(text, int) IS 'One batch of what is too old; how many went.';

CREATE FUNCTION core.retention_list()
RETURNS TABLE (what text, keep interval, says text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT r.what, r.keep, r.says FROM core.retention r ORDER BY r.what;
END
$$;
COMMENT ON FUNCTION core.retention_list() IS 'What is kept for a time only, and how long.';

-- A row that a repeat of its request is writing over is skipped; it is young again afterwards.
CREATE FUNCTION core.idempotency_remove(older_than timestamptz, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, core, pg_temp AS $$
#variable_conflict use_column
DECLARE
	removed int;
BEGIN
	DELETE FROM core.idempotency i
	 WHERE i.ctid = ANY (ARRAY(
		SELECT o.ctid FROM core.idempotency o
		 WHERE o.created_at < idempotency_remove.older_than
		 ORDER BY o.created_at
		 LIMIT idempotency_remove.most
		   FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS removed = ROW_COUNT;
	RETURN removed;
END
$$;

INSERT INTO core.retention (what, keep, remover, says)
VALUES ('idempotency keys', interval '24 hours', 'core.idempotency_remove', 'Answers kept for repeats of a request.');

REVOKE ALL ON FUNCTION core.retention_remove(text, int), core.retention_list(),
	core.idempotency_remove(timestamptz, int) FROM PUBLIC;
-- The retention job runs in the queue's own pool.
GRANT EXECUTE ON FUNCTION core.retention_remove(text, int) TO stoa_queue;
GRANT EXECUTE ON FUNCTION core.retention_list() TO stoa_area;
