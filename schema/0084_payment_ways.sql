-- One way to a wallet's payments: its own index, however many others there are (see ledger.history).

CREATE OR REPLACE FUNCTION payment.candidates(wallets uuid[], holds boolean, before uuid, from_id uuid, most int)
RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, payment, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
BEGIN
	IF candidates.holds THEN
		RETURN QUERY
		SELECT DISTINCT l.id FROM unnest(candidates.wallets) AS w (id) CROSS JOIN LATERAL (
			(SELECT f.id FROM payment.payment f
			  WHERE (f.from_wallet, f.id) < (w.id, candidates.before)
			    AND (f.from_wallet, f.id) >= (w.id, candidates.from_id) AND f.hold
			  ORDER BY f.from_wallet DESC, f.id DESC LIMIT candidates.most)
			UNION ALL
			(SELECT t.id FROM payment.payment t
			  WHERE (t.to_wallet, t.id) < (w.id, candidates.before)
			    AND (t.to_wallet, t.id) >= (w.id, candidates.from_id) AND t.hold
			  ORDER BY t.to_wallet DESC, t.id DESC LIMIT candidates.most)) l
		 ORDER BY l.id DESC LIMIT candidates.most;
		RETURN;
	END IF;
	RETURN QUERY
	SELECT DISTINCT l.id FROM unnest(candidates.wallets) AS w (id) CROSS JOIN LATERAL (
		(SELECT f.id FROM payment.payment f
		  WHERE (f.from_wallet, f.id) < (w.id, candidates.before)
		    AND (f.from_wallet, f.id) >= (w.id, candidates.from_id)
		  ORDER BY f.from_wallet DESC, f.id DESC LIMIT candidates.most)
		UNION ALL
		(SELECT t.id FROM payment.payment t
		  WHERE (t.to_wallet, t.id) < (w.id, candidates.before)
		    AND (t.to_wallet, t.id) >= (w.id, candidates.from_id)
		  ORDER BY t.to_wallet DESC, t.id DESC LIMIT candidates.most)) l
	 ORDER BY l.id DESC LIMIT candidates.most;
END
$$;
