-- Currencies, wallets, and what happens to them.

-- name: currency_page :many (active bool?, after_code text, limit int)
-- row: (code text, name text, exponent int, active bool, custom bool, version bigint, created_at timestamptz)
SELECT code, name, exponent, active, custom, version, created_at
  FROM wallet.currency
 WHERE code > :after_code AND (:active IS NULL OR active = :active)
 ORDER BY code
 LIMIT :limit;

-- name: currency_look :one (code text)
-- row: (code text, name text, exponent int, active bool, custom bool, version bigint, created_at timestamptz)
SELECT code, name, exponent, active, custom, version, created_at
  FROM wallet.currency
 WHERE code = :code;

-- name: currency_add :one (code text, name text, exponent bigint, active bool)
-- row: (code text)
-- No row: it is there already.
SELECT a AS code FROM wallet.currency_add(ARRAY[:code], ARRAY[:name], ARRAY[:exponent], true, :active) AS a;

-- name: currency_lock :one (code text)
-- row: (version bigint)
SELECT version FROM wallet.currency WHERE code = :code FOR NO KEY UPDATE;

-- name: currency_edit :one (code text, name text?, active bool?)
-- row: (code text, name text, exponent int, active bool, custom bool, version bigint, created_at timestamptz)
-- After currency_lock.
UPDATE wallet.currency
   SET name = coalesce(:name, name), active = coalesce(:active, active), version = version + 1
 WHERE code = :code
RETURNING code, name, exponent, active, custom, version, created_at;

-- name: wallet_add :one (id uuid, owner uuid, currency text, label text)
-- row: (exponent int, opened_at timestamptz)
SELECT exponent, opened_at FROM wallet.wallet_open(:id, :owner, :currency, :label);

-- name: wallet_page :many (owners uuid[], state text, currency text, before_id uuid, limit int)
-- row: (id uuid, owner uuid, currency text, exponent int, label text, opened_at timestamptz, state text, posted numeric,
--   held numeric, incoming numeric, floor numeric, available numeric)
SELECT id, owner, currency, exponent, label, opened_at, state, posted, held, incoming, floor, available
  FROM wallet.wallet_page(:owners, :state, :currency, :before_id, :limit);

-- name: wallet_read :one (id uuid, owners uuid[], anyone bool)
-- row: (id uuid, owner uuid, currency text, exponent int, label text, opened_at timestamptz, state text, posted numeric,
--   held numeric, incoming numeric, floor numeric, available numeric)
SELECT w.id, w.owner, w.currency, b.exponent, w.label, w.opened_at, b.state, b.posted, b.held, b.incoming, b.floor, b.available
  FROM wallet.wallet w CROSS JOIN LATERAL ledger.balance(ARRAY[w.id]) b
 WHERE w.id = :id AND (:anyone OR w.owner = ANY(:owners));

-- name: wallet_read_at :one (id uuid, owners uuid[], anyone bool, at timestamptz)
-- row: (id uuid, owner uuid, currency text, exponent int, label text, opened_at timestamptz, state text, posted numeric,
--   held numeric, incoming numeric, floor numeric)
-- The state is the present one; the floor is the last one that was set by then.
SELECT w.id, w.owner, w.currency, b.exponent, w.label, w.opened_at, b.state, a.posted, a.held, a.incoming,
       coalesce((SELECT h.floor FROM wallet.change h CROSS JOIN LATERAL ledger.result_of(ARRAY[h.id]) r
		  WHERE h.wallet = w.id AND h.kind = 'floor' AND r.state = 'done' AND r.decided_at <= :at
		  ORDER BY r.decided_at DESC, h.id DESC LIMIT 1), 0) AS floor
  FROM wallet.wallet w
 CROSS JOIN LATERAL ledger.balance(ARRAY[w.id]) b
 CROSS JOIN LATERAL ledger.balance_at(ARRAY[w.id], :at) a
 WHERE w.id = :id AND (:anyone OR w.owner = ANY(:owners));

-- name: wallet_relabel :one (id uuid, owners uuid[], label text)
-- row: (id uuid)
UPDATE wallet.wallet SET label = :label
 WHERE id = :id AND owner = ANY(:owners)
RETURNING id;

-- name: wallet_currency :one (id uuid, owners uuid[], anyone bool)
-- row: (currency text, exponent int)
SELECT w.currency, c.exponent
  FROM wallet.wallet w JOIN wallet.currency c ON c.code = w.currency
 WHERE w.id = :id AND (:anyone OR w.owner = ANY(:owners));

-- name: change_add :one (id uuid, wallet uuid, owners uuid[], anyone bool, kind text, floor numeric?, asked_by uuid)
-- row: (created_at timestamptz, exponent int, currency text)
SELECT created_at, exponent, currency FROM wallet.change_add(:id, :wallet, :owners, :anyone, :kind, :floor, :asked_by);

-- name: change_read :one (id uuid, owners uuid[], anyone bool)
-- row: (id uuid, wallet uuid, kind text, floor numeric?, exponent int, currency text, status text, reason text?,
--   created_at timestamptz, decided_at timestamptz?)
-- Whoever asked for it may see it, and whoever owns the wallet.
SELECT h.id, h.wallet, h.kind, h.floor, c.exponent, c.code AS currency,
       CASE WHEN r.state IS NULL THEN 'pending' WHEN r.state = 'refused' THEN 'failed' ELSE 'succeeded' END AS status,
       r.reason, h.created_at, r.decided_at
  FROM wallet.change h
  JOIN wallet.wallet w ON w.id = h.wallet
  JOIN wallet.currency c ON c.code = w.currency
  LEFT JOIN LATERAL ledger.result_of(ARRAY[h.id]) r ON true
 WHERE h.id = :id AND (:anyone OR h.asked_by = ANY(:owners) OR w.owner = ANY(:owners));

-- name: history_page :many (wallet uuid, kinds text[], from_time timestamptz, until_time timestamptz, before_position bigint,
--   limit int)
-- row: (position bigint, at timestamptz, kind text, item uuid, is_debit bool, amount numeric, balance_after numeric)
-- wallet_currency stands in front of it, and tells whether the caller may.
SELECT position, at, kind, item, is_debit, amount, balance_after
  FROM ledger.history(:wallet, :kinds, :from_time, :until_time, :before_position, :limit);

-- name: movement_add :one (id uuid, kind text, wallet uuid, amount numeric, reference text, description text, asked_by uuid)
-- row: (id uuid, wallet uuid, amount numeric, description text, created_at timestamptz, is_new bool)
SELECT id, wallet, amount, description, created_at, is_new
  FROM wallet.movement_add(:id, :kind, :wallet, :amount, :reference, :description, :asked_by);

-- name: movement_read :one (id uuid, kind text, owners uuid[], anyone bool)
-- row: (id uuid, wallet uuid, amount numeric, exponent int, currency text, reference text, description text, status text,
--   reason text?, created_at timestamptz, decided_at timestamptz?)
-- An empty kind stands for both.  Whoever reported it may see it, and whoever owns the wallet.
SELECT m.id, m.wallet, m.amount, c.exponent, c.code AS currency, m.reference, m.description,
       CASE WHEN r.state IS NULL THEN 'pending' WHEN r.state = 'refused' THEN 'failed' ELSE 'succeeded' END AS status,
       r.reason, m.created_at, r.decided_at
  FROM wallet.movement m
  JOIN wallet.wallet w ON w.id = m.wallet
  JOIN wallet.currency c ON c.code = w.currency
  LEFT JOIN LATERAL ledger.result_of(ARRAY[m.id]) r ON true
 WHERE m.id = :id AND (:kind = '' OR m.kind = :kind)
   AND (:anyone OR m.asked_by = ANY(:owners) OR w.owner = ANY(:owners));

-- name: movement_page :many plan: custom (kind text, wallet uuid?, reference text?, before_id uuid, limit int)
-- row: (id uuid, wallet uuid, amount numeric, exponent int, currency text, reference text, description text, status text,
--   reason text?, created_at timestamptz, decided_at timestamptz?)
SELECT m.id, m.wallet, m.amount, c.exponent, c.code AS currency, m.reference, m.description,
       CASE WHEN r.state IS NULL THEN 'pending' WHEN r.state = 'refused' THEN 'failed' ELSE 'succeeded' END AS status,
       r.reason, m.created_at, r.decided_at
  FROM (SELECT * FROM wallet.movement s
         WHERE s.kind = :kind AND s.id < :before_id AND (:wallet IS NULL OR s.wallet = :wallet)
           AND (:reference IS NULL OR s.reference = :reference)
         ORDER BY s.id DESC LIMIT :limit) m
  JOIN wallet.wallet w ON w.id = m.wallet
  JOIN wallet.currency c ON c.code = w.currency
  LEFT JOIN LATERAL ledger.result_of(ARRAY[m.id]) r ON true
 ORDER BY m.id DESC;

-- name: rate_due :one (every bigint)
-- row: (due bool)
SELECT fetched_at < now() - :every * interval '1 second' AS due FROM wallet.rate_fetch;

-- name: rate_wanted :many ()
-- row: (code text, numerator numeric?, denominator numeric?, as_of timestamptz?)
-- PNT is ours: an operator says what it is worth.
SELECT c.code, r.numerator, r.denominator, r.as_of
  FROM wallet.currency c LEFT JOIN LATERAL wallet.rate_of(ARRAY[c.code]) r ON true
 WHERE c.active AND c.code NOT IN ('USD', 'PNT')
 ORDER BY c.code;

-- name: rate_keep :exec (currencies text[], numerators numeric[], denominators numeric[], times timestamptz[], sources text[])
INSERT INTO wallet.rate (currency, numerator, denominator, holds_from, as_of, source)
SELECT r.currency, r.numerator, r.denominator, clock_timestamp(), r.as_of, r.source
  FROM unnest(:currencies, :numerators, :denominators, :times, :sources) AS r (currency, numerator, denominator, as_of, source);

-- name: rate_fetched :exec
UPDATE wallet.rate_fetch SET fetched_at = now() WHERE single;

-- name: rate_page :many (after_code text, limit int)
-- row: (currency text, id bigint, numerator numeric, denominator numeric, holds_from timestamptz, as_of timestamptz,
--   source text, set_by uuid?)
SELECT r.currency, r.id, r.numerator, r.denominator, r.holds_from, r.as_of, r.source, r.set_by
  FROM wallet.currency c
 CROSS JOIN LATERAL (
	SELECT h.* FROM wallet.rate h WHERE h.currency = c.code AND h.holds_from <= clock_timestamp()
	 ORDER BY h.holds_from DESC, h.id DESC LIMIT 1) r
 WHERE c.code > :after_code
 ORDER BY c.code
 LIMIT :limit;

-- name: rate_look :one (currency text)
-- row: (currency text, id bigint, numerator numeric, denominator numeric, holds_from timestamptz, as_of timestamptz,
--   source text, set_by uuid?)
SELECT currency, id, numerator, denominator, holds_from, as_of, source, set_by
  FROM wallet.rate
 WHERE currency = :currency AND holds_from <= clock_timestamp()
 ORDER BY holds_from DESC, id DESC LIMIT 1;

-- name: rate_past :many (currency text, before_time timestamptz, before_id bigint, limit int)
-- row: (currency text, id bigint, numerator numeric, denominator numeric, holds_from timestamptz, as_of timestamptz,
--   source text, set_by uuid?)
-- Those that do not hold yet stand first.
SELECT currency, id, numerator, denominator, holds_from, as_of, source, set_by
  FROM wallet.rate
 WHERE currency = :currency AND (holds_from, id) < (:before_time, :before_id)
 ORDER BY holds_from DESC, id DESC
 LIMIT :limit;

-- name: rate_set :one (currency text, numerator numeric, denominator numeric, holds_from timestamptz?, set_by uuid)
-- row: (id bigint, holds_from timestamptz)
-- No row: there is no such currency.
INSERT INTO wallet.rate (currency, numerator, denominator, holds_from, as_of, source, set_by)
SELECT c.code, :numerator, :denominator, coalesce(:holds_from, clock_timestamp()), 'infinity', 'operator', :set_by
  FROM wallet.currency c WHERE c.code = :currency
RETURNING id, holds_from;

-- name: quote_terms :one (from_currency text, to_currency text)
-- row: (from_exponent int, to_exponent int, both_active bool, from_numerator numeric?, from_denominator numeric?,
--   from_as_of timestamptz?, to_numerator numeric?, to_denominator numeric?, to_as_of timestamptz?, now timestamptz)
SELECT from_exponent, to_exponent, both_active, from_numerator, from_denominator, from_as_of, to_numerator, to_denominator,
       to_as_of, now() AS now
  FROM wallet.conversion_terms(:from_currency, :to_currency);

-- name: quote_add :exec (id uuid, owner uuid, from_currency text, to_currency text, net numeric, spread numeric,
--   to_amount numeric, rate text, expires_at timestamptz)
INSERT INTO wallet.quote (id, owner, from_currency, to_currency, net, spread, to_amount, rate, expires_at)
VALUES (:id, :owner, :from_currency, :to_currency, :net, :spread, :to_amount, :rate, :expires_at);

-- name: quote_look :one (id uuid, owners uuid[])
-- row: (id uuid, from_currency text, to_currency text, from_exponent int, to_exponent int, net numeric, spread numeric,
--   to_amount numeric, rate text, expires_at timestamptz, over bool)
SELECT q.id, q.from_currency, q.to_currency, f.exponent AS from_exponent, t.exponent AS to_exponent, q.net, q.spread,
       q.to_amount, q.rate, q.expires_at, q.used_by IS NOT NULL OR q.expires_at <= clock_timestamp() AS over
  FROM wallet.quote q
  JOIN wallet.currency f ON f.code = q.from_currency
  JOIN wallet.currency t ON t.code = q.to_currency
 WHERE q.id = :id AND q.owner = ANY(:owners);

-- name: conversion_between :one (from_wallet uuid, to_wallet uuid, owners uuid[])
-- row: (owner uuid, from_currency text, to_currency text, from_exponent int, to_exponent int, both_active bool,
--   from_numerator numeric?, from_denominator numeric?, from_as_of timestamptz?, to_numerator numeric?,
--   to_denominator numeric?, to_as_of timestamptz?, from_liquidity uuid, to_liquidity uuid, spread_account uuid,
--   now timestamptz)
SELECT f.owner, f.currency AS from_currency, t.currency AS to_currency, x.from_exponent, x.to_exponent, x.both_active,
       x.from_numerator, x.from_denominator, x.from_as_of, x.to_numerator, x.to_denominator, x.to_as_of,
       x.from_liquidity, x.to_liquidity, x.spread_account, now() AS now
  FROM wallet.wallet f
  JOIN wallet.wallet t ON t.id = :to_wallet AND t.owner = ANY(:owners)
 CROSS JOIN LATERAL wallet.conversion_terms(f.currency, t.currency) x
 WHERE f.id = :from_wallet AND f.owner = ANY(:owners);

-- name: conversion_add :exec (id uuid, owner uuid, from_wallet uuid, to_wallet uuid, net numeric, spread numeric,
--   to_amount numeric, rate text, quote uuid?, from_liquidity uuid, to_liquidity uuid, spread_account uuid)
SELECT wallet.conversion_add(:id, :owner, :from_wallet, :to_wallet, :net, :spread, :to_amount, :rate, :quote,
	:from_liquidity, :to_liquidity, :spread_account);

-- name: conversion_read :one (id uuid, owners uuid[], anyone bool)
-- row: (id uuid, from_wallet uuid, to_wallet uuid, from_currency text, to_currency text, from_exponent int, to_exponent int,
--   net numeric, spread numeric, to_amount numeric, rate text, quote uuid?, status text, reason text?,
--   created_at timestamptz, decided_at timestamptz?)
SELECT v.id, v.from_wallet, v.to_wallet, f.code AS from_currency, t.code AS to_currency, f.exponent AS from_exponent,
       t.exponent AS to_exponent, v.net, v.spread, v.to_amount, v.rate, v.quote,
       CASE WHEN r.state IS NULL THEN 'pending' WHEN r.state = 'refused' THEN 'failed' ELSE 'succeeded' END AS status,
       r.reason, v.created_at, r.decided_at
  FROM wallet.conversion v
  JOIN wallet.wallet fw ON fw.id = v.from_wallet
  JOIN wallet.currency f ON f.code = fw.currency
  JOIN wallet.wallet tw ON tw.id = v.to_wallet
  JOIN wallet.currency t ON t.code = tw.currency
  LEFT JOIN LATERAL ledger.result_of(ARRAY[v.id]) r ON true
 WHERE v.id = :id AND (:anyone OR v.owner = ANY(:owners));

-- name: conversion_page :many plan: custom (owners uuid[], before_id uuid, limit int)
-- row: (id uuid, from_wallet uuid, to_wallet uuid, from_currency text, to_currency text, from_exponent int, to_exponent int,
--   net numeric, spread numeric, to_amount numeric, rate text, quote uuid?, status text, reason text?,
--   created_at timestamptz, decided_at timestamptz?)
SELECT v.id, v.from_wallet, v.to_wallet, f.code AS from_currency, t.code AS to_currency, f.exponent AS from_exponent,
       t.exponent AS to_exponent, v.net, v.spread, v.to_amount, v.rate, v.quote,
       CASE WHEN r.state IS NULL THEN 'pending' WHEN r.state = 'refused' THEN 'failed' ELSE 'succeeded' END AS status,
       r.reason, v.created_at, r.decided_at
  FROM (SELECT * FROM wallet.conversion s WHERE s.owner = ANY(:owners) AND s.id < :before_id
         ORDER BY s.id DESC LIMIT :limit) v
  JOIN wallet.wallet fw ON fw.id = v.from_wallet
  JOIN wallet.currency f ON f.code = fw.currency
  JOIN wallet.wallet tw ON tw.id = v.to_wallet
  JOIN wallet.currency t ON t.code = tw.currency
  LEFT JOIN LATERAL ledger.result_of(ARRAY[v.id]) r ON true
 ORDER BY v.id DESC;
