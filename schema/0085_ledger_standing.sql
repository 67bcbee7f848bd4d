-- What accepting a payment asks of the ledger and puts there, by views: they become part of the statement that names them.
-- A function that is given arrays is planned anew for their lengths at each call, which took ten times as long.

CREATE VIEW ledger.standing AS
SELECT a.id AS account, a.owner, a.currency, a.exponent, b.state::text AS state
  FROM ledger.account a
  JOIN ledger.balance b ON b.account = a.id;
COMMENT ON VIEW ledger.standing IS 'Whose an account is, in which currency, and whether it is open; what it has is not told.';
GRANT SELECT ON ledger.standing TO stoa_payment;

-- The view's condition is part of the plan; a table's is read from its text and prepared at each statement, which took
-- as long as the rest of the row.
CREATE VIEW ledger.queue AS
SELECT id, kind, debit, credit, amount, "of", expires_at, leg_kinds, leg_debits, leg_credits, leg_amounts
  FROM ledger.item
 WHERE amount > 0 OR kind IN ('void', 'expiry', 'freeze', 'unfreeze', 'close', 'floor')
  WITH LOCAL CHECK OPTION;
COMMENT ON VIEW ledger.queue IS 'The posting queue for those who put things there: ledger.item_add() says what the columns are.';
GRANT INSERT ON ledger.queue TO stoa_payment;

CREATE OR REPLACE FUNCTION ledger.item_add(ids uuid[], kinds text[], debits uuid[], credits uuid[], amounts numeric[], "of" uuid[],
	expire timestamptz[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO ledger.queue (id, kind, debit, credit, amount, "of", expires_at)
	SELECT i.id, i.kind::ledger.kind, i.debit, i.credit, i.amount, i."of", i.expires_at
	  FROM unnest(item_add.ids, item_add.kinds, item_add.debits, item_add.credits, item_add.amounts, item_add."of",
		item_add.expire) WITH ORDINALITY AS i (id, kind, debit, credit, amount, "of", expires_at, place)
	 ORDER BY i.place;
END
$$;

CREATE OR REPLACE FUNCTION ledger.item_add_linked(id uuid, kind text, kinds text[], debits uuid[], credits uuid[], amounts numeric[],
	"of" uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO ledger.queue (id, kind, debit, credit, amount, "of", expires_at, leg_kinds, leg_debits, leg_credits, leg_amounts)
	VALUES (item_add_linked.id, item_add_linked.kind::ledger.kind, item_add_linked.debits[1], item_add_linked.credits[1],
		item_add_linked.amounts[1], item_add_linked."of", 'infinity',
		item_add_linked.kinds[2:]::ledger.kind[], item_add_linked.debits[2:], item_add_linked.credits[2:],
		item_add_linked.amounts[2:]);
END
$$;
ALTER TABLE ledger.item DROP CONSTRAINT item_amount_fits;

-- Found by their keys, and planned once: the poster asks for a thousand, others for one.
ALTER FUNCTION ledger.balance(uuid[]) SET enable_seqscan = off;
ALTER FUNCTION ledger.balance(uuid[]) SET enable_hashjoin = off;
ALTER FUNCTION ledger.balance(uuid[]) SET enable_mergejoin = off;
ALTER FUNCTION ledger.balance(uuid[]) SET jit = off;
ALTER FUNCTION ledger.balance(uuid[]) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION ledger.balance_write(uuid[], numeric[], numeric[], numeric[], numeric[], boolean[], text[])
	SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION ledger.take(bigint, int) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION event.append_all(uuid[], text[], uuid[], uuid[], text[], text) SET plan_cache_mode = force_generic_plan;
