-- Wallets: a party's balance in one currency.  What is in it, and whether it is open, frozen or closed, the ledger knows:
-- a wallet's id is its account's.

CREATE TABLE wallet.wallet (
	id uuid NOT NULL CONSTRAINT wallet_pkey PRIMARY KEY,
	owner uuid NOT NULL,
	currency text NOT NULL CONSTRAINT wallet_currency_exists REFERENCES wallet.currency (code),
	label text NOT NULL,
	opened_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT wallet_label_length CHECK (length(label) <= 100)
);
CREATE INDEX wallet_by_owner ON wallet.wallet (owner, id DESC);
GRANT SELECT ON wallet.wallet TO stoa_wallet;
GRANT UPDATE (label) ON wallet.wallet TO stoa_wallet;

CREATE TABLE wallet.change (
	id uuid NOT NULL CONSTRAINT change_pkey PRIMARY KEY,
	wallet uuid NOT NULL CONSTRAINT change_wallet_exists REFERENCES wallet.wallet (id),
	kind text NOT NULL,
	floor numeric(38,0),
	asked_by uuid NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT change_kind CHECK (kind IN ('freeze', 'unfreeze', 'close', 'floor')),
	CONSTRAINT change_floor CHECK ((kind = 'floor') = (floor IS NOT NULL))
);
COMMENT ON TABLE wallet.change IS 'Who wanted a wallet frozen, closed, ...; what came of it, the ledger knows by the same id.';
CREATE INDEX change_by_wallet ON wallet.change (wallet, id DESC);
GRANT SELECT ON wallet.change TO stoa_wallet;

GRANT EXECUTE ON FUNCTION ledger.balance(uuid[]), ledger.balance_at(uuid[], timestamptz), ledger.result_of(uuid[]),
	ledger.history(uuid, text[], timestamptz, timestamptz, bigint, int) TO stoa_wallet;

CREATE FUNCTION wallet.wallet_open(id uuid, owner uuid, currency text, label text)
RETURNS TABLE (exponent int, opened_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
#variable_conflict use_column
DECLARE
	of wallet.currency;
BEGIN
	SELECT c.* INTO of FROM wallet.currency c WHERE c.code = wallet_open.currency AND c.active;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'is no currency that wallets are opened in' USING ERRCODE = 'ST422', HINT = '/currency';
	END IF;
	INSERT INTO wallet.wallet (id, owner, currency, label)
	VALUES (wallet_open.id, wallet_open.owner, wallet_open.currency, wallet_open.label);
	PERFORM ledger.account_open(ARRAY[wallet_open.id], ARRAY[wallet_open.owner], ARRAY['wallet'], ARRAY[of.code],
		ARRAY[of.exponent::bigint]);
	RETURN QUERY SELECT of.exponent, now();
END
$$;
COMMENT ON FUNCTION wallet.wallet_open(uuid, uuid, text, text) IS 'Opens a wallet and its account in the ledger.';

-- A hundred at a time, so that a page of the few frozen ones does not ask the ledger about each wallet by itself.
CREATE FUNCTION wallet.wallet_page(owners uuid[], of_state text, of_currency text, before uuid, most int)
RETURNS TABLE (id uuid, owner uuid, currency text, exponent int, label text, opened_at timestamptz, state text,
	posted numeric, held numeric, incoming numeric, floor numeric, available numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
#variable_conflict use_column
DECLARE
	behind uuid := wallet_page.before;
	wallets uuid[];
	found_rows int;
	left_rows int := wallet_page.most;
BEGIN
	LOOP
		wallets := ARRAY(SELECT w.id FROM wallet.wallet w
		                  WHERE w.owner = ANY(wallet_page.owners) AND w.id < behind
		                    AND (wallet_page.of_currency = '' OR w.currency = wallet_page.of_currency)
		                  ORDER BY w.id DESC LIMIT 100);
		EXIT WHEN cardinality(wallets) = 0;
		RETURN QUERY
		SELECT w.id, w.owner, w.currency, b.exponent, w.label, w.opened_at, b.state, b.posted, b.held, b.incoming,
		       b.floor, b.available
		  FROM ledger.balance(wallets) b JOIN wallet.wallet w ON w.id = b.account
		 WHERE wallet_page.of_state = '' OR b.state = wallet_page.of_state
		 ORDER BY w.id DESC LIMIT left_rows;
		GET DIAGNOSTICS found_rows = ROW_COUNT;
		left_rows := left_rows - found_rows;
		EXIT WHEN left_rows = 0 OR cardinality(wallets) < 100;
		behind := wallets[100];
	END LOOP;
END
$$;
COMMENT ON FUNCTION wallet.wallet_page(uuid[], text, text, uuid, int) IS
	'Wallets of these owners, the newest first; an empty state or currency stands for all.';

CREATE FUNCTION wallet.change_add(id uuid, wallet uuid, owners uuid[], anyone boolean, kind text, floor numeric, asked_by uuid)
RETURNS TABLE (created_at timestamptz, exponent int, currency text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
#variable_conflict use_column
DECLARE
	subject wallet.wallet;
BEGIN
	SELECT w.* INTO subject FROM wallet.wallet w
	 WHERE w.id = change_add.wallet AND (change_add.anyone OR w.owner = ANY(change_add.owners));
	IF NOT FOUND THEN
		RETURN;
	END IF;
	INSERT INTO wallet.change (id, wallet, kind, floor, asked_by)
	VALUES (change_add.id, subject.id, change_add.kind, change_add.floor, change_add.asked_by);
	PERFORM ledger.item_add(ARRAY[change_add.id], ARRAY[change_add.kind], ARRAY[subject.id],
		ARRAY['00000000-0000-0000-0000-000000000000'::uuid], ARRAY[coalesce(change_add.floor, 0)],
		ARRAY['00000000-0000-0000-0000-000000000000'::uuid], ARRAY['infinity'::timestamptz]);
	RETURN QUERY SELECT now(), c.exponent, c.code FROM wallet.currency c WHERE c.code = subject.currency;
END
$$;
COMMENT ON FUNCTION wallet.change_add(uuid, uuid, uuid[], boolean, text, numeric, uuid) IS
	'Puts a freeze, unfreeze, close or floor in the posting queue; no row: there is no such wallet for these owners.';

CREATE FUNCTION wallet.holds_money(parties uuid[])
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN EXISTS (
		SELECT FROM ledger.balance(ARRAY(SELECT w.id FROM wallet.wallet w WHERE w.owner = ANY(holds_money.parties))) b
		 WHERE b.posted <> 0 OR b.held <> 0 OR b.incoming <> 0);
END
$$;
COMMENT ON FUNCTION wallet.holds_money(uuid[]) IS
	'Whether any wallet of these parties has something in it, owes something, or is promised something.';

REVOKE ALL ON FUNCTION wallet.wallet_open(uuid, uuid, text, text),
	wallet.wallet_page(uuid[], text, text, uuid, int),
	wallet.change_add(uuid, uuid, uuid[], boolean, text, numeric, uuid), wallet.holds_money(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.wallet_open(uuid, uuid, text, text),
	wallet.wallet_page(uuid[], text, text, uuid, int),
	wallet.change_add(uuid, uuid, uuid[], boolean, text, numeric, uuid) TO stoa_wallet;
GRANT EXECUTE ON FUNCTION wallet.holds_money(uuid[]) TO stoa_area;
