-- Refunds of payments that converted: linked transfers back through the house's accounts, counted in what was received.

CREATE FUNCTION ledger.item_add_linked(id uuid, kind text, kinds text[], debits uuid[], credits uuid[], amounts numeric[],
	"of" uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO ledger.item (id, kind, debit, credit, amount, "of", expires_at, leg_kinds, leg_debits, leg_credits, leg_amounts)
	VALUES (item_add_linked.id, item_add_linked.kind::ledger.kind, item_add_linked.debits[1], item_add_linked.credits[1],
		item_add_linked.amounts[1], item_add_linked."of", 'infinity',
		item_add_linked.kinds[2:]::ledger.kind[], item_add_linked.debits[2:], item_add_linked.credits[2:],
		item_add_linked.amounts[2:]);
END
$$;
COMMENT ON FUNCTION ledger.item_add_linked(uuid, text, text[], uuid[], uuid[], numeric[], uuid) IS
	'The same about an item before it: of a refund, the payment.  The first transfer is what is given back, the last one reaches whoever paid.';

CREATE OR REPLACE FUNCTION ledger.item_add_linked(id uuid, kind text, kinds text[], debits uuid[], credits uuid[], amounts numeric[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
BEGIN
	PERFORM ledger.item_add_linked(item_add_linked.id, item_add_linked.kind, item_add_linked.kinds, item_add_linked.debits,
		item_add_linked.credits, item_add_linked.amounts, '00000000-0000-0000-0000-000000000000');
END
$$;

-- What may be refunded: payments as they were posted, and what was captured of holds.  Of a payment that converted, the
-- second transfer is what was received.
CREATE OR REPLACE FUNCTION ledger.paid_of(items uuid[])
RETURNS TABLE (item uuid, debit uuid, credit uuid, amount numeric, refunded numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET jit = off AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT p.item, p.debit, p.credit, p.amount, coalesce(f.amount, 0)
	  FROM (SELECT t.item, t.debit, coalesce(u.credit, t.credit) AS credit, coalesce(u.amount, t.amount) AS amount
		  FROM unnest(paid_of.items) AS asked (id)
		  JOIN ledger.transfer t ON t.item = asked.id AND t.leg = 0
		  LEFT JOIN ledger.transfer u ON u.position = t.position + 1 AND u.item = t.item AND u.leg = 1
		 WHERE t.kind = 'payment'
		UNION ALL
		SELECT h.item, h.debit, h.credit, h.captured
		  FROM unnest(paid_of.items) AS asked (id)
		  JOIN ledger.hold h ON h.item = asked.id
		 WHERE h.state = 'captured') p
	  LEFT JOIN ledger.refunded f ON f.item = p.item;
END
$$;

CREATE OR REPLACE FUNCTION ledger.waiting_of(accounts uuid[])
RETURNS TABLE (item uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT i.id FROM ledger.item i
	 WHERE i.debit = ANY(waiting_of.accounts) OR i.credit = ANY(waiting_of.accounts)
	    OR i.leg_credits && waiting_of.accounts;
END
$$;

REVOKE ALL ON FUNCTION ledger.item_add_linked(uuid, text, text[], uuid[], uuid[], numeric[], uuid) FROM PUBLIC;
