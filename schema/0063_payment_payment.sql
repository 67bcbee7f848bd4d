-- Payments as they were accepted.  A row never changes: what became of it is the ledger's to say, so posting a payment
-- writes nothing here, and the answer 202 can be made again from the row at any time.

CREATE SCHEMA payment;
GRANT USAGE ON SCHEMA payment TO stoa_area;

CREATE TABLE payment.payment (
	id uuid NOT NULL CONSTRAINT payment_pkey PRIMARY KEY,
	from_wallet uuid NOT NULL,
	to_wallet uuid NOT NULL,
	created_at timestamptz NOT NULL,
	exponent smallint NOT NULL,
	hold boolean NOT NULL,
	amount numeric(38,0) NOT NULL CONSTRAINT payment_amount_positive CHECK (amount > 0),
	currency text NOT NULL,
	description text,
	metadata text,
	expires_at timestamptz,
	refund_of uuid,
	CONSTRAINT payment_between_two CHECK (from_wallet <> to_wallet),
	CONSTRAINT payment_hold_expires CHECK (hold = (expires_at IS NOT NULL))
);
COMMENT ON TABLE payment.payment IS 'What was accepted; its id is the id of its item in the posting queue.';
COMMENT ON COLUMN payment.payment.metadata IS 'JSON as it was sent; text, so that it is answered as it was sent.';
CREATE INDEX payment_from ON payment.payment (from_wallet, id);
CREATE INDEX payment_to ON payment.payment (to_wallet, id);
CREATE INDEX payment_from_hold ON payment.payment (from_wallet, id) WHERE hold;
CREATE INDEX payment_to_hold ON payment.payment (to_wallet, id) WHERE hold;
CREATE INDEX payment_refund ON payment.payment (refund_of) WHERE refund_of IS NOT NULL;

CREATE TABLE payment.ending (
	id uuid NOT NULL CONSTRAINT ending_pkey PRIMARY KEY,
	payment uuid NOT NULL CONSTRAINT ending_payment_exists REFERENCES payment.payment (id),
	kind text NOT NULL CONSTRAINT ending_kind CHECK (kind IN ('capture', 'void')),
	amount numeric(38,0) NOT NULL,
	created_at timestamptz NOT NULL
);
COMMENT ON TABLE payment.ending IS 'Captures and cancellations that were asked for; the first that the poster comes to ends the hold.';
CREATE INDEX ending_payment ON payment.ending (payment, id);

GRANT SELECT, INSERT ON payment.payment, payment.ending TO stoa_payment;
GRANT EXECUTE ON FUNCTION ledger.balance(uuid[]), ledger.accounts_of(uuid[]), ledger.result_of(uuid[]),
	ledger.item_add(uuid[], text[], uuid[], uuid[], numeric[], uuid[], timestamptz[]),
	ledger.refused_of(uuid[], uuid, uuid, int), ledger.waiting_of(uuid[]) TO stoa_payment;

-- From the ledger's word to ours.
CREATE FUNCTION payment.status_of(state text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN CASE state WHEN 'posted' THEN 'succeeded' WHEN 'captured' THEN 'succeeded' WHEN 'refused' THEN 'failed'
		WHEN 'voided' THEN 'canceled' WHEN 'held' THEN 'held' WHEN 'expired' THEN 'expired' ELSE 'pending' END;
END
$$;

CREATE FUNCTION payment.present(payments uuid[])
RETURNS TABLE (id uuid, from_wallet uuid, to_wallet uuid, created_at timestamptz, exponent int, hold boolean, amount numeric,
	currency text, description text, metadata text, expires_at timestamptz, refund_of uuid, status text, reason text,
	moved numeric, refunded numeric, decided_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, payment, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET jit = off AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT p.id, p.from_wallet, p.to_wallet, p.created_at, p.exponent::int, p.hold, p.amount, p.currency, p.description,
	       p.metadata, p.expires_at, p.refund_of, s.status,
	       CASE WHEN s.status = 'held' THEN (
			SELECT e.reason FROM ledger.result_of(ARRAY(
				SELECT n.id FROM payment.ending n WHERE n.payment = p.id)) AS e
			 WHERE e.state = 'refused' ORDER BY e.decided_at DESC LIMIT 1)
		    ELSE r.reason END,
	       CASE WHEN s.status = 'succeeded' THEN r.amount END,
	       CASE WHEN r.refunded > 0 THEN r.refunded END,
	       r.decided_at
	  FROM unnest(present.payments) AS asked (id)
	  JOIN payment.payment p ON p.id = asked.id
	  LEFT JOIN ledger.result_of(present.payments) AS r ON r.item = p.id
	 CROSS JOIN LATERAL (SELECT payment.status_of(r.state) AS status) AS s;
END
$$;
COMMENT ON FUNCTION payment.present(uuid[]) IS 'These payments as they are now.';

CREATE FUNCTION payment.candidates(wallets uuid[], holds boolean, before uuid, from_id uuid, most int)
RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, payment, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
#variable_conflict use_column
BEGIN
	IF candidates.holds THEN
		RETURN QUERY
		SELECT DISTINCT l.id FROM unnest(candidates.wallets) AS w (id) CROSS JOIN LATERAL (
			(SELECT f.id FROM payment.payment f
			  WHERE f.from_wallet = w.id AND f.id < candidates.before AND f.id >= candidates.from_id AND f.hold
			  ORDER BY f.id DESC LIMIT candidates.most)
			UNION ALL
			(SELECT t.id FROM payment.payment t
			  WHERE t.to_wallet = w.id AND t.id < candidates.before AND t.id >= candidates.from_id AND t.hold
			  ORDER BY t.id DESC LIMIT candidates.most)) l
		 ORDER BY l.id DESC LIMIT candidates.most;
		RETURN;
	END IF;
	RETURN QUERY
	SELECT DISTINCT l.id FROM unnest(candidates.wallets) AS w (id) CROSS JOIN LATERAL (
		(SELECT f.id FROM payment.payment f
		  WHERE f.from_wallet = w.id AND f.id < candidates.before AND f.id >= candidates.from_id
		  ORDER BY f.id DESC LIMIT candidates.most)
		UNION ALL
		(SELECT t.id FROM payment.payment t
		  WHERE t.to_wallet = w.id AND t.id < candidates.before AND t.id >= candidates.from_id
		  ORDER BY t.id DESC LIMIT candidates.most)) l
	 ORDER BY l.id DESC LIMIT candidates.most;
END
$$;

CREATE FUNCTION payment.page(wallets uuid[], of_status text, from_time timestamptz, until_time timestamptz, before uuid,
	from_id uuid, most int)
RETURNS TABLE (id uuid, from_wallet uuid, to_wallet uuid, created_at timestamptz, exponent int, hold boolean, amount numeric,
	currency text, description text, metadata text, expires_at timestamptz, refund_of uuid, status text, reason text,
	moved numeric, refunded numeric, decided_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, payment, pg_temp AS $$
#variable_conflict use_column
DECLARE
	wanted text := page.of_status;
	chunk uuid[];
	upper uuid := page.before;
	found int := 0;
	now_found int;
BEGIN
	LOOP
		-- What is rare has an index of its own, and is not looked for among what is not.
		chunk := CASE wanted
			WHEN 'pending' THEN ARRAY(SELECT w.item FROM ledger.waiting_of(page.wallets) AS w
				WHERE w.item < upper AND w.item >= page.from_id ORDER BY w.item DESC)
			WHEN 'failed' THEN ARRAY(SELECT f.item FROM ledger.refused_of(page.wallets, upper, page.from_id,
				page.most) AS f)
			ELSE ARRAY(SELECT c.* FROM payment.candidates(page.wallets, wanted IN ('held', 'canceled', 'expired'), upper,
				page.from_id, page.most) AS c)
		END;
		RETURN QUERY
		SELECT p.* FROM payment.present(chunk) AS p
		 WHERE (wanted = '' OR p.status = wanted)
		   AND p.created_at >= page.from_time AND p.created_at < page.until_time
		 ORDER BY p.id DESC
		 LIMIT page.most - found;
		GET DIAGNOSTICS now_found = ROW_COUNT;
		found := found + now_found;
		EXIT WHEN found >= page.most OR cardinality(chunk) < page.most OR wanted = 'pending';
		upper := chunk[cardinality(chunk)];
	END LOOP;
END
$$;
COMMENT ON FUNCTION payment.page(uuid[], text, timestamptz, timestamptz, uuid, uuid, int) IS
	'Payments of these wallets, the newest first: from_id <= id < before, from_time <= created_at < until_time, of a status (empty: of any).';

CREATE FUNCTION payment.stats(wallets uuid[], from_time timestamptz, until_time timestamptz, from_id uuid, until_id uuid)
RETURNS TABLE (day date, status text, currency text, exponent int, count bigint, amount numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, payment, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH mine AS (
		SELECT f.id, f.created_at, f.currency, f.exponent, f.amount FROM payment.payment f
		 WHERE f.from_wallet = ANY(stats.wallets) AND f.id >= stats.from_id AND f.id < stats.until_id
		UNION
		SELECT t.id, t.created_at, t.currency, t.exponent, t.amount FROM payment.payment t
		 WHERE t.to_wallet = ANY(stats.wallets) AND t.id >= stats.from_id AND t.id < stats.until_id
	), decided AS (
		SELECT r.item, r.state FROM ledger.result_of(ARRAY(SELECT m.id FROM mine m)) AS r
	)
	SELECT (m.created_at AT TIME ZONE 'UTC')::date, payment.status_of(d.state), m.currency, m.exponent::int, count(*),
	       sum(m.amount)
	  FROM mine m LEFT JOIN decided d ON d.item = m.id
	 WHERE m.created_at >= stats.from_time AND m.created_at < stats.until_time
	 GROUP BY 1, 2, 3, 4
	 ORDER BY 1 DESC, 2, 3;
END
$$;
COMMENT ON FUNCTION payment.stats(uuid[], timestamptz, timestamptz, uuid, uuid) IS
	'How many payments of these wallets, and how much, by day (UTC), status and currency.';

-- Whether everything that was asked of a payment is decided.
CREATE FUNCTION payment.is_decided(payment uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, payment, pg_temp AS $$
DECLARE
	asked uuid[] := is_decided.payment || ARRAY(SELECT e.id FROM payment.ending e WHERE e.payment = is_decided.payment);
BEGIN
	RETURN (SELECT count(*) FROM ledger.result_of(asked)) = cardinality(asked);
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA payment FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA payment TO stoa_payment;
