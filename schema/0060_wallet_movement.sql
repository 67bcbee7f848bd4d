-- Deposits and withdrawals: money that comes from the rest of the world, and goes there.  The reference is the outside's
-- (a bank's, a till's) and makes them happen once, however often they are reported.

CREATE TABLE wallet.movement (
	id uuid NOT NULL CONSTRAINT movement_pkey PRIMARY KEY,
	kind text NOT NULL,
	wallet uuid NOT NULL CONSTRAINT movement_wallet_exists REFERENCES wallet.wallet (id),
	amount numeric(38,0) NOT NULL,
	reference text NOT NULL,
	description text NOT NULL,
	asked_by uuid NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT movement_kind CHECK (kind IN ('deposit', 'withdrawal')),
	CONSTRAINT movement_amount_positive CHECK (amount > 0),
	CONSTRAINT movement_reference_length CHECK (length(reference) BETWEEN 1 AND 200),
	CONSTRAINT movement_once UNIQUE (kind, reference)
);
CREATE INDEX movement_in_order ON wallet.movement (kind, id DESC);
CREATE INDEX movement_by_wallet ON wallet.movement (wallet, kind, id DESC);
GRANT SELECT ON wallet.movement TO stoa_wallet;

CREATE FUNCTION wallet.movement_add(new_id uuid, kind text, of_wallet uuid, how_much numeric, reference text, words text,
	asked_by uuid)
RETURNS TABLE (id uuid, wallet uuid, amount numeric, description text, created_at timestamptz, is_new boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
#variable_conflict use_column
DECLARE
	outside uuid;
	is_new boolean;
BEGIN
	-- Waits for a twin with the same reference that has not committed yet.
	INSERT INTO wallet.movement (id, kind, wallet, amount, reference, description, asked_by)
	VALUES (movement_add.new_id, movement_add.kind, movement_add.of_wallet, movement_add.how_much, movement_add.reference,
		movement_add.words, movement_add.asked_by)
	ON CONFLICT ON CONSTRAINT movement_once DO NOTHING;
	is_new := FOUND;
	IF is_new THEN
		SELECT c.outside INTO STRICT outside
		  FROM wallet.wallet w JOIN wallet.currency c ON c.code = w.currency
		 WHERE w.id = movement_add.of_wallet;
		PERFORM ledger.item_add(ARRAY[movement_add.new_id], ARRAY[movement_add.kind],
			ARRAY[CASE WHEN movement_add.kind = 'deposit' THEN outside ELSE movement_add.of_wallet END],
			ARRAY[CASE WHEN movement_add.kind = 'deposit' THEN movement_add.of_wallet ELSE outside END],
			ARRAY[movement_add.how_much], ARRAY['00000000-0000-0000-0000-000000000000'::uuid],
			ARRAY['infinity'::timestamptz]);
	END IF;
	-- A statement of its own: it sees what the twin has committed meanwhile.
	RETURN QUERY
	SELECT m.id, m.wallet, m.amount, m.description, m.created_at, is_new FROM wallet.movement m
	 WHERE m.kind = movement_add.kind AND m.reference = movement_add.reference;
END
$$;
COMMENT ON FUNCTION wallet.movement_add(uuid, text, uuid, numeric, text, text, uuid) IS
	'Keeps a deposit or withdrawal and puts it in the posting queue, or finds the one with that reference.';

REVOKE ALL ON FUNCTION wallet.movement_add(uuid, text, uuid, numeric, text, text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.movement_add(uuid, text, uuid, numeric, text, text, uuid) TO stoa_wallet;
