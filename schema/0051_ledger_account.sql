-- Accounts of the ledger and their balances.  An account's owner, currency and kind never change; what changes is in a
-- narrow table of its own, which only the poster writes, so that its updates stay on their page and touch no index.

CREATE SCHEMA ledger;
GRANT USAGE ON SCHEMA ledger TO stoa_area;

CREATE TYPE ledger.account_kind AS ENUM ('wallet', 'house', 'outside');
CREATE TYPE ledger.account_state AS ENUM ('open', 'frozen', 'closed');
GRANT USAGE ON TYPE ledger.account_kind, ledger.account_state TO stoa_ledger;

CREATE TABLE ledger.account (
	id uuid NOT NULL CONSTRAINT account_pkey PRIMARY KEY,
	owner uuid,
	kind ledger.account_kind NOT NULL,
	currency text NOT NULL,
	exponent int NOT NULL,
	opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	CONSTRAINT account_wallet_has_owner CHECK ((kind = 'wallet') = (owner IS NOT NULL)),
	CONSTRAINT account_exponent CHECK (exponent BETWEEN 0 AND 18),
	CONSTRAINT account_currency_length CHECK (length(currency) BETWEEN 1 AND 16)
);
COMMENT ON TABLE ledger.account IS 'Who owns what, in which currency.  house: ours (liquidity, spread); outside: the rest of the world.';
COMMENT ON COLUMN ledger.account.exponent IS 'Of the currency, as it was when the account was opened: amounts are minor units.';
CREATE INDEX account_by_owner ON ledger.account (owner, id) WHERE owner IS NOT NULL;

CREATE TABLE ledger.balance (
	account uuid NOT NULL CONSTRAINT balance_pkey PRIMARY KEY
		CONSTRAINT balance_account_exists REFERENCES ledger.account (id),
	posted numeric(38,0) NOT NULL DEFAULT 0,
	held numeric(38,0) NOT NULL DEFAULT 0,
	incoming numeric(38,0) NOT NULL DEFAULT 0,
	floor numeric(38,0) DEFAULT 0,
	state ledger.account_state NOT NULL DEFAULT 'open'
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
COMMENT ON TABLE ledger.balance IS 'What an account has, in minor units; the poster alone writes it.';
COMMENT ON COLUMN ledger.balance.held IS 'Of posted: promised by open holds.';
COMMENT ON COLUMN ledger.balance.incoming IS 'Promised to it by open holds.';
COMMENT ON COLUMN ledger.balance.floor IS 'posted - held never falls below it; NULL: no floor.';

GRANT SELECT ON ledger.account TO stoa_ledger;
GRANT SELECT, UPDATE ON ledger.balance TO stoa_ledger;

CREATE FUNCTION ledger.account_open(accounts uuid[], owners uuid[], kinds text[], currencies text[], exponents bigint[])
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
#variable_conflict use_column
DECLARE
	opened int;
BEGIN
	INSERT INTO ledger.account (id, owner, kind, currency, exponent)
	SELECT a.id, nullif(a.owner, '00000000-0000-0000-0000-000000000000'), a.kind::ledger.account_kind, a.currency,
	       a.exponent::int
	  FROM unnest(account_open.accounts, account_open.owners, account_open.kinds, account_open.currencies,
		account_open.exponents) AS a (id, owner, kind, currency, exponent)
	ON CONFLICT (id) DO NOTHING;
	INSERT INTO ledger.balance (account, floor)
	SELECT a.id, CASE WHEN a.kind = 'wallet' THEN 0 END
	  FROM ledger.account a
	 WHERE a.id = ANY(account_open.accounts)
	ON CONFLICT (account) DO NOTHING;
	GET DIAGNOSTICS opened = ROW_COUNT;
	RETURN opened;
END
$$;
COMMENT ON FUNCTION ledger.account_open(uuid[], uuid[], text[], text[], bigint[]) IS
	'Opens those that are not there yet; how many.  kinds: wallet (with an owner, its floor is 0), house or outside (owner of zeroes, no floor).  The ids are the caller''s; a wallet''s is the wallet''s.';

CREATE FUNCTION ledger.balance(accounts uuid[])
RETURNS TABLE (account uuid, owner uuid, kind text, currency text, exponent int, state text, posted numeric, held numeric,
	incoming numeric, floor numeric, available numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT a.id, a.owner, a.kind::text, a.currency, a.exponent, b.state::text, b.posted, b.held, b.incoming, b.floor,
	       b.posted - b.held - b.floor
	  FROM unnest(balance.accounts) AS asked (id)
	  JOIN ledger.account a ON a.id = asked.id
	  JOIN ledger.balance b ON b.account = asked.id;
END
$$;
COMMENT ON FUNCTION ledger.balance(uuid[]) IS
	'What these accounts are and have; no row for one that is not there.  available: what may leave (NULL: no floor).';

CREATE FUNCTION ledger.accounts_of(owners uuid[])
RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT a.id FROM ledger.account a WHERE a.owner = ANY(accounts_of.owners);
END
$$;
COMMENT ON FUNCTION ledger.accounts_of(uuid[]) IS 'The accounts that these parties own, closed ones too.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
