-- Searches by age; the index that knew no ages goes.

-- Ages from the newest back, lazily: the limit ends it.  Nothing but the index of keys may be used for an age, whatever the
-- planner thinks of it, because anything else would take each name to pieces.  Every third piece will do, the names that
-- have them are compared as a whole anyway.
CREATE OR REPLACE FUNCTION account.account_look_up(words text, pattern text, tiers text[], statuses text[],
	before_time timestamptz, before_id uuid, most int)
RETURNS SETOF account.account
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp
SET enable_seqscan = off SET work_mem = '64MB' AS $$
#variable_conflict use_column
DECLARE
	newest bigint := account.age_of(least(account_look_up.before_time,
		(SELECT a.created_at FROM account.account a ORDER BY a.created_at DESC, a.id DESC LIMIT 1)));
	oldest bigint := account.age_of((SELECT a.created_at FROM account.account a ORDER BY a.created_at, a.id LIMIT 1));
	last int := length(account_look_up.words) - 2;
	pieces text[] := ARRAY(SELECT DISTINCT substr(account_look_up.words, least(p.place, last), 3)
	                         FROM generate_series(1, least(last + 2, 24), 3) AS p (place));
BEGIN
	RETURN QUERY
	SELECT f.*
	  FROM generate_series(newest, oldest, -1) AS g (age)
	 CROSS JOIN LATERAL (
		SELECT k.*
		  FROM (SELECT a.* FROM account.account a
		         WHERE account.search_keys(a.search, a.created_at)
		               @> ARRAY(SELECT (g.age || ':' || p.piece) COLLATE "C" FROM unnest(pieces) AS p (piece))
		        OFFSET 0) k
		 WHERE k.search LIKE account_look_up.pattern COLLATE "C"
		   AND k.tier = ANY(account_look_up.tiers) AND k.status = ANY(account_look_up.statuses)
		   AND (k.created_at, k.id) < (account_look_up.before_time, account_look_up.before_id)
		 ORDER BY k.created_at DESC, k.id DESC
		 LIMIT account_look_up.most) f
	 LIMIT account_look_up.most;
END
$$;

-- What one name in eighty has fills a page within the newest 4,000, and need not be looked up.
CREATE OR REPLACE FUNCTION account.account_search(words text, tiers text[], statuses text[], before_time timestamptz,
	before_id uuid, most int)
RETURNS SETOF account.account
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
DECLARE
	wanted text := account.search_of(account_search.words);
	pattern text := '%' || replace(replace(replace(wanted, '\', '\\'), '%', '\%'), '_', '\_') || '%';
	found account.account[];
BEGIN
	IF length(wanted) < 3 THEN
		RAISE EXCEPTION 'must have three characters at least' USING ERRCODE = 'ST422', HINT = '?q';
	END IF;
	found := ARRAY(SELECT w FROM account.account_walk(pattern, account_search.tiers, account_search.statuses,
		account_search.before_time, account_search.before_id, 4000, account_search.most) w);
	IF cardinality(found) < account_search.most THEN
		found := ARRAY(SELECT l FROM account.account_look_up(wanted, pattern, account_search.tiers,
			account_search.statuses, account_search.before_time, account_search.before_id, account_search.most) l);
	END IF;
	RETURN QUERY SELECT f.* FROM unnest(found) AS f ORDER BY f.created_at DESC, f.id DESC;
END
$$;

DROP INDEX account.account_by_piece;
DROP FUNCTION account.pieces(text);
