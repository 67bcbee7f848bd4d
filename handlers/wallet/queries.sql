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
--   held numeric, incoming numeric)
-- The state is the present one.
SELECT w.id, w.owner, w.currency, b.exponent, w.label, w.opened_at, b.state, a.posted, a.held, a.incoming
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
SELECT h.id, h.wallet, h.kind, h.floor, c.exponent, c.code AS currency,
       CASE WHEN r.state IS NULL THEN 'pending' WHEN r.state = 'refused' THEN 'failed' ELSE 'succeeded' END AS status,
       r.reason, h.created_at, r.decided_at
  FROM wallet.change h
  JOIN wallet.wallet w ON w.id = h.wallet
  JOIN wallet.currency c ON c.code = w.currency
  LEFT JOIN LATERAL ledger.result_of(ARRAY[h.id]) r ON true
 WHERE h.id = :id AND (:anyone OR w.owner = ANY(:owners));

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

-- name: movement_read :one (id uuid, kind text)
-- row: (id uuid, wallet uuid, amount numeric, exponent int, currency text, reference text, description text, status text,
--   reason text?, created_at timestamptz, decided_at timestamptz?)
-- An empty kind stands for both.
SELECT m.id, m.wallet, m.amount, c.exponent, c.code AS currency, m.reference, m.description,
       CASE WHEN r.state IS NULL THEN 'pending' WHEN r.state = 'refused' THEN 'failed' ELSE 'succeeded' END AS status,
       r.reason, m.created_at, r.decided_at
  FROM wallet.movement m
  JOIN wallet.wallet w ON w.id = m.wallet
  JOIN wallet.currency c ON c.code = w.currency
  LEFT JOIN LATERAL ledger.result_of(ARRAY[m.id]) r ON true
 WHERE m.id = :id AND (:kind = '' OR m.kind = :kind);

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
