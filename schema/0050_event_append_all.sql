-- Events by the set: whoever decides a thousand things in one transaction tells of them in one statement.

CREATE FUNCTION event.append_all(ids uuid[], types text[], subjects uuid[], owners uuid[], data text[], trace text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, event, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO event.outbox (id, type, subject, owner, data, trace)
	SELECT e.id, e.type, e.subject, nullif(e.owner, '00000000-0000-0000-0000-000000000000'), e.data::jsonb,
	       append_all.trace
	  FROM unnest(append_all.ids, append_all.types, append_all.subjects, append_all.owners, append_all.data)
	       WITH ORDINALITY AS e (id, type, subject, owner, data, place)
	 ORDER BY e.place;
END
$$;
COMMENT ON FUNCTION event.append_all(uuid[], text[], uuid[], uuid[], text[], text) IS
	'event.append for each place of the lists, in their order; an owner of zeroes is none.';

REVOKE ALL ON FUNCTION event.append_all(uuid[], text[], uuid[], uuid[], text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION event.append_all(uuid[], text[], uuid[], uuid[], text[], text) TO stoa_area;
