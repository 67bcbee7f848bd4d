-- What the poster is compared with: a transfer as it is usually written.  Both rows are locked in one order, checked,
-- updated, and the transfer is written with the same columns and the same indexes.
CREATE SCHEMA IF NOT EXISTS bench;
CREATE TABLE IF NOT EXISTS bench.balance (
	number int NOT NULL PRIMARY KEY,
	posted numeric(38,0) NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS bench.transfer (
	position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT now(),
	debit int NOT NULL,
	credit int NOT NULL,
	item uuid NOT NULL DEFAULT gen_random_uuid(),
	amount numeric(38,0) NOT NULL,
	debit_after numeric(38,0) NOT NULL,
	credit_after numeric(38,0) NOT NULL
);
CREATE INDEX IF NOT EXISTS transfer_debit ON bench.transfer (debit, position);
CREATE INDEX IF NOT EXISTS transfer_credit ON bench.transfer (credit, position);
CREATE INDEX IF NOT EXISTS transfer_item ON bench.transfer (item);

CREATE OR REPLACE FUNCTION bench.transfer(debit int, credit int, amount numeric)
RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, bench, pg_temp AS $$
DECLARE
	debit_after numeric;
	credit_after numeric;
BEGIN
	PERFORM FROM bench.balance b WHERE b.number IN (transfer.debit, transfer.credit) ORDER BY b.number FOR NO KEY UPDATE;
	UPDATE bench.balance b SET posted = b.posted - transfer.amount
	 WHERE b.number = transfer.debit AND b.posted >= transfer.amount RETURNING b.posted INTO debit_after;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	UPDATE bench.balance b SET posted = b.posted + transfer.amount
	 WHERE b.number = transfer.credit RETURNING b.posted INTO credit_after;
	INSERT INTO bench.transfer (debit, credit, amount, debit_after, credit_after)
	VALUES (transfer.debit, transfer.credit, transfer.amount, debit_after, credit_after);
	RETURN true;
END
$$;
INSERT INTO bench.balance (number, posted) SELECT n, 1000000000 FROM generate_series(0, 10000) n ON CONFLICT DO NOTHING;
