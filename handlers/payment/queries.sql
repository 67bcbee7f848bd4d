-- Payments.  `wallets` are accounts of the ledger: the ledger knows their owner, currency and state.

-- name: payment_wallets :many (from_wallet uuid, to_wallet uuid)
-- row: (account uuid, owner uuid?, currency text, exponent int, state text)
SELECT s.account, s.owner, s.currency, s.exponent, s.state
  FROM ledger.standing(:from_wallet, :to_wallet) AS s;

-- name: payment_add :exec (id uuid, from_wallet uuid, to_wallet uuid, created_at timestamptz, exponent int, hold bool,
--   amount numeric, currency text, description text?, metadata text?, expires_at timestamptz?, refund_of uuid?)
INSERT INTO payment.acceptance (id, from_wallet, to_wallet, created_at, exponent, hold, amount, currency, description,
	metadata, expires_at, refund_of)
VALUES (:id, :from_wallet, :to_wallet, :created_at, :exponent, :hold, :amount, :currency, :description, :metadata,
	:expires_at, :refund_of);

-- name: payment_ending_add :exec (id uuid, payment uuid, kind text, amount numeric, created_at timestamptz)
INSERT INTO payment.ending (id, payment, kind, amount, created_at)
VALUES (:id, :payment, :kind, :amount, :created_at);

-- name: payment_queue :exec (id uuid, kind text, debit uuid, credit uuid, amount numeric, of_item uuid, expires_at timestamptz)
SELECT ledger.item_put(:id, :kind, :debit, :credit, :amount, :of_item, :expires_at);

-- name: payment_read :one (id uuid, owners uuid[], anyone bool)
-- row: (id uuid, from_wallet uuid, to_wallet uuid, created_at timestamptz, exponent int, hold bool, amount numeric,
--   currency text, description text?, metadata text?, expires_at timestamptz?, refund_of uuid?, status text,
--   reason text?, moved numeric?, refunded numeric?, decided_at timestamptz?, from_amount numeric?, from_currency text?,
--   from_exponent int?, rate text?, quote uuid?, receives bool)
-- `receives`: the caller owns the wallet that it goes to.
WITH mine AS MATERIALIZED (SELECT ledger.accounts_of(:owners) AS id)
SELECT p.id, p.from_wallet, p.to_wallet, p.created_at, p.exponent, p.hold, p.amount, p.currency, p.description, p.metadata,
       p.expires_at, p.refund_of, p.status, p.reason, p.moved, p.refunded, p.decided_at,
       c.from_amount, c.from_currency, c.from_exponent::int AS from_exponent, c.rate, c.quote,
       p.to_wallet IN (SELECT m.id FROM mine m) AS receives
  FROM payment.present(ARRAY[:id]) AS p
  LEFT JOIN payment.conversion c ON c.payment = p.id
 WHERE :anyone OR p.from_wallet IN (SELECT m.id FROM mine m) OR p.to_wallet IN (SELECT m.id FROM mine m);

-- name: payment_accepted :one (id uuid)
-- row: (id uuid, from_wallet uuid, to_wallet uuid, created_at timestamptz, exponent int, hold bool, amount numeric,
--   currency text, description text?, metadata text?, expires_at timestamptz?, refund_of uuid?, from_amount numeric?,
--   from_currency text?, from_exponent int?, rate text?, quote uuid?)
SELECT p.id, p.from_wallet, p.to_wallet, p.created_at, p.exponent::int AS exponent, p.hold, p.amount, p.currency,
       p.description, p.metadata, p.expires_at, p.refund_of, c.from_amount, c.from_currency,
       c.from_exponent::int AS from_exponent, c.rate, c.quote
  FROM payment.payment p
  LEFT JOIN payment.conversion c ON c.payment = p.id
 WHERE p.id = :id;

-- name: payment_terms :one (from_currency text, to_currency text, quote uuid?, owners uuid[])
-- row: (from_exponent int, to_exponent int, both_active bool, from_numerator numeric?, from_denominator numeric?,
--   from_as_of timestamptz?, to_numerator numeric?, to_denominator numeric?, to_as_of timestamptz?, from_liquidity uuid,
--   to_liquidity uuid, spread_account uuid, quote_from text?, quote_to text?, quote_net numeric?, quote_spread numeric?,
--   quote_to_amount numeric?, quote_rate text?, quote_over bool?)
SELECT t.from_exponent, t.to_exponent, t.both_active, t.from_numerator, t.from_denominator, t.from_as_of, t.to_numerator,
       t.to_denominator, t.to_as_of, t.from_liquidity, t.to_liquidity, t.spread_account, q.from_currency AS quote_from,
       q.to_currency AS quote_to, q.net AS quote_net, q.spread AS quote_spread, q.to_amount AS quote_to_amount,
       q.rate AS quote_rate, q.over AS quote_over
  FROM wallet.conversion_terms(:from_currency, :to_currency) AS t
  LEFT JOIN wallet.quote_read(ARRAY[:quote], :owners) AS q ON true;

-- name: payment_share :one (paid numeric, paid_exponent int, received numeric, received_exponent int, part numeric)
-- row: (units numeric, rate text)
-- What was paid for a part of what was received, rounded down; and for one unit of it, to be read, cut to 18 decimals.
SELECT div(:paid * :part, :received) AS units,
       trim_scale(div(:paid * power(10::numeric, 18 + :received_exponent), :received * power(10::numeric, :paid_exponent))
	* 0.000000000000000001)::text AS rate;

-- name: payment_conversion_add :exec (payment uuid, from_amount numeric, from_currency text, from_exponent int, rate text,
--   quote uuid?, owners uuid[])
SELECT payment.conversion_add(:payment, :from_amount, :from_currency, :from_exponent, :rate, :quote, :owners);

-- name: payment_queue_linked :exec (id uuid, kind text, kinds text[], debits uuid[], credits uuid[], amounts numeric[],
--   of_item uuid)
SELECT ledger.item_add_linked(:id, :kind, :kinds, :debits, :credits, :amounts, :of_item);

-- name: payment_is_decided :one (id uuid)
-- row: (decided bool)
SELECT payment.is_decided(:id) AS decided;

-- name: payment_page :many (owners uuid[], anyone bool, wallet uuid, status text, from_time timestamptz, until_time timestamptz,
--   before uuid, from_id uuid, most int)
-- row: (id uuid, from_wallet uuid, to_wallet uuid, created_at timestamptz, exponent int, hold bool, amount numeric,
--   currency text, description text?, metadata text?, expires_at timestamptz?, refund_of uuid?, status text,
--   reason text?, moved numeric?, refunded numeric?, decided_at timestamptz?, from_amount numeric?, from_currency text?,
--   from_exponent int?, rate text?, quote uuid?)
-- A wallet of zeroes: all of these owners'; `anyone`: whoever owns the wallet.
SELECT p.id, p.from_wallet, p.to_wallet, p.created_at, p.exponent, p.hold, p.amount, p.currency, p.description, p.metadata,
       p.expires_at, p.refund_of, p.status, p.reason, p.moved, p.refunded, p.decided_at,
       c.from_amount, c.from_currency, c.from_exponent::int AS from_exponent, c.rate, c.quote
  FROM payment.page(ARRAY(SELECT a.id FROM ledger.accounts_of(:owners) AS a (id)
		WHERE :wallet IN (a.id, '00000000-0000-0000-0000-000000000000')
		UNION ALL SELECT :wallet WHERE :anyone),
	:status, :from_time, :until_time, :before, :from_id, :most) AS p
  LEFT JOIN payment.conversion c ON c.payment = p.id
 ORDER BY p.id DESC;

-- name: payment_stats :many (owners uuid[], anyone bool, wallet uuid, from_time timestamptz, until_time timestamptz, from_id uuid,
--   until_id uuid)
-- row: (day text, status text, currency text, exponent int, count bigint, amount numeric)
SELECT s.day::text AS day, s.status, s.currency, s.exponent, s.count, s.amount
  FROM payment.stats(ARRAY(SELECT a.id FROM ledger.accounts_of(:owners) AS a (id)
		WHERE :wallet IN (a.id, '00000000-0000-0000-0000-000000000000')
		UNION ALL SELECT :wallet WHERE :anyone),
	:from_time, :until_time, :from_id, :until_id) AS s;
