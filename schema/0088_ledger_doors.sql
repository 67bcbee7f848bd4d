-- Nobody but the ledger itself has rights to its relations: what 0085_ledger_standing.sql gave to payments by views is given by
-- functions of single values, which are planned once as well.

REVOKE ALL ON ledger.standing, ledger.queue FROM stoa_payment;
DROP VIEW ledger.standing;

CREATE FUNCTION ledger.standing(one uuid, other uuid)
RETURNS TABLE (account uuid, owner uuid, currency text, exponent int, state text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT a.id, a.owner, a.currency, a.exponent, b.state::text
	  FROM ledger.account a
	  JOIN ledger.balance b ON b.account = a.id
	 WHERE a.id IN (standing.one, standing.other);
END
$$;
COMMENT ON FUNCTION ledger.standing(uuid, uuid) IS
	'Whose these two accounts are, in which currency, and whether they are open; what they have is not told.';

CREATE FUNCTION ledger.item_put(id uuid, kind text, debit uuid, credit uuid, amount numeric, "of" uuid, expires_at timestamptz)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO ledger.queue (id, kind, debit, credit, amount, "of", expires_at)
	VALUES (item_put.id, item_put.kind::ledger.kind, item_put.debit, item_put.credit, item_put.amount, item_put."of",
		item_put.expires_at);
END
$$;
COMMENT ON FUNCTION ledger.item_put(uuid, text, uuid, uuid, numeric, uuid, timestamptz) IS
	'ledger.item_add() of one item.';

REVOKE ALL ON FUNCTION ledger.standing(uuid, uuid), ledger.item_put(uuid, text, uuid, uuid, numeric, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.standing(uuid, uuid), ledger.item_put(uuid, text, uuid, uuid, numeric, uuid, timestamptz)
	TO stoa_payment;
