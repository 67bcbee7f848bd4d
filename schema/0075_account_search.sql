-- Search by any three characters of a name, whatever they are, that costs little at any number of accounts.
--
-- pg_trgm knows letters and digits alone, so "A&B" could not be looked up; and the planner, which had to choose between
-- walking from the newest account and the index, chose by a sample that cannot tell one name in 200 from one in 2,000.
-- Here the pieces are our own, and the choice is made by what the walk meets.

CREATE FUNCTION account.pieces(words text)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN ARRAY(SELECT substr(pieces.words, p.place, 3) FROM generate_series(1, length(pieces.words) - 2) AS p (place));
END
$$;
COMMENT ON FUNCTION account.pieces(text) IS 'All runs of three characters: what has a text in it has its pieces.';

-- As account.account.search is made of a name.
CREATE FUNCTION account.search_of(words text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN normalize(lower(normalize(search_of.words, NFKC) COLLATE "und-x-icu"), NFKC);
END
$$;

-- The newest so many (`far`) of the kinds that were asked for, of which those that have the words in their name.
CREATE FUNCTION account.account_walk(pattern text, tiers text[], statuses text[], before_time timestamptz, before_id uuid,
	far int, most int)
RETURNS SETOF account.account
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
BEGIN
	IF cardinality(account_walk.tiers) * cardinality(account_walk.statuses) = 6 THEN
		RETURN QUERY
		SELECT w.*
		  FROM (SELECT a.* FROM account.account a
		         WHERE (a.created_at, a.id) < (account_walk.before_time, account_walk.before_id)
		         ORDER BY a.created_at DESC, a.id DESC
		         LIMIT account_walk.far) w
		 WHERE w.search LIKE account_walk.pattern COLLATE "C"
		 LIMIT account_walk.most;
		RETURN;
	END IF;
	RETURN QUERY
	SELECT w.*
	  FROM (SELECT a.*
	          FROM unnest(account_walk.tiers) AS t (wanted)
	         CROSS JOIN unnest(account_walk.statuses) AS s (wanted)
	         CROSS JOIN LATERAL (
	               SELECT k.* FROM account.account k
	                WHERE k.tier = t.wanted AND k.status = s.wanted
	                  AND (k.created_at, k.id) < (account_walk.before_time, account_walk.before_id)
	                ORDER BY k.created_at DESC, k.id DESC
	                LIMIT account_walk.far) AS a
	         ORDER BY a.created_at DESC, a.id DESC
	         LIMIT account_walk.far) w
	 WHERE w.search LIKE account_walk.pattern COLLATE "C"
	 LIMIT account_walk.most;
END
$$;

CREATE FUNCTION account.account_look_up(words text, pattern text, tiers text[], statuses text[], before_time timestamptz,
	before_id uuid, most int)
RETURNS SETOF account.account
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, account, pg_temp AS $$
#variable_conflict use_column
BEGIN
	-- Apart from the order, or the planner would walk after all.
	RETURN QUERY
	WITH found AS MATERIALIZED (
		SELECT a.* FROM account.account a
		 WHERE account.pieces(a.search) @> account.pieces(account_look_up.words COLLATE "C")
		   AND a.search LIKE account_look_up.pattern COLLATE "C"
		   AND a.tier = ANY(account_look_up.tiers) AND a.status = ANY(account_look_up.statuses)
		   AND (a.created_at, a.id) < (account_look_up.before_time, account_look_up.before_id)
	)
	SELECT f.* FROM found f ORDER BY f.created_at DESC, f.id DESC LIMIT account_look_up.most;
END
$$;

/*
 * What one name in forty has fills a page within 2,000 names.  What one in 200 has (10 of those 2,000) needs some 10,000
 * names on the way or as many rows by the index, which is where the two cost the same; with more of them the walk goes
 * on, with fewer the index is asked.  Both find the same.
 */
CREATE FUNCTION account.account_search(words text, tiers text[], statuses text[], before_time timestamptz, before_id uuid,
	most int)
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
		account_search.before_time, account_search.before_id, 2000, account_search.most) w);
	IF cardinality(found) BETWEEN 10 AND account_search.most - 1 THEN
		found := ARRAY(SELECT w FROM account.account_walk(pattern, account_search.tiers, account_search.statuses,
			account_search.before_time, account_search.before_id, 20000, account_search.most) w);
	END IF;
	IF cardinality(found) < account_search.most THEN
		found := ARRAY(SELECT l FROM account.account_look_up(wanted, pattern, account_search.tiers,
			account_search.statuses, account_search.before_time, account_search.before_id, account_search.most) l);
	END IF;
	RETURN QUERY SELECT f.* FROM unnest(found) AS f;
END
$$;
COMMENT ON FUNCTION account.account_search(text, text[], text[], timestamptz, uuid, int) IS
	'Accounts whose name has the words in it, newest first: rare words are looked up, common ones are met on the way.';

REVOKE ALL ON FUNCTION account.pieces(text), account.search_of(text),
	account.account_walk(text, text[], text[], timestamptz, uuid, int, int),
	account.account_look_up(text, text, text[], text[], timestamptz, uuid, int),
	account.account_search(text, text[], text[], timestamptz, uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account.account_search(text, text[], text[], timestamptz, uuid, int) TO stoa_account;
