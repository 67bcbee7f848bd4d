-- What the poster and the expirer ask of their schema.

-- name: ledger_is_waiting :one (after bigint)
-- row: (waiting bool)
SELECT ledger.is_waiting(:after) AS waiting;

-- name: ledger_head :one ()
-- row: (position bigint, at timestamptz)
-- `at` never goes back, whatever the clock does.
SELECT h.position, greatest(h.at, clock_timestamp()) AS at FROM ledger.head h WHERE h.single;

-- name: ledger_take :many (after bigint, most int)
-- row: (number bigint, id uuid, kind text, debit uuid, credit uuid, amount numeric, of_item uuid, expires_at timestamptz,
--   leg_kinds text[]?, leg_debits uuid[]?, leg_credits uuid[]?, leg_amounts numeric[]?)
SELECT t.number, t.id, t.kind::text, t.debit, t.credit, t.amount, t."of" AS of_item, t.expires_at,
       t.leg_kinds::text[] AS leg_kinds, t.leg_debits, t.leg_credits, t.leg_amounts
  FROM ledger.take(:after, :most) AS t;

-- name: ledger_accounts :many (accounts uuid[])
-- row: (account uuid, owner uuid?, currency text, state text, posted numeric, held numeric, incoming numeric, floor numeric?)
SELECT b.account, b.owner, b.currency, b.state, b.posted, b.held, b.incoming, b.floor
  FROM ledger.balance(:accounts) AS b;

-- name: ledger_holds :many (items uuid[])
-- row: (item uuid, debit uuid, credit uuid, amount numeric, captured numeric, state text, expires_at timestamptz)
SELECT h.item, h.debit, h.credit, h.amount, h.captured, h.state, h.expires_at
  FROM ledger.holds_of(:items) AS h;

-- name: ledger_paid :many (items uuid[])
-- row: (item uuid, debit uuid, credit uuid, amount numeric, refunded numeric)
SELECT p.item, p.debit, p.credit, p.amount, p.refunded FROM ledger.paid_of(:items) AS p;

-- name: ledger_write_balances :exec (accounts uuid[], posted numeric[], held numeric[], incoming numeric[], floors numeric[],
--   unlimited bool[], states text[])
SELECT ledger.balance_write(:accounts, :posted, :held, :incoming, :floors, :unlimited, :states);

-- name: ledger_write_transfers :exec (first bigint, at timestamptz, debits uuid[], credits uuid[], items uuid[],
--   kinds text[], legs bigint[], amounts numeric[], debit_after numeric[], credit_after numeric[])
INSERT INTO ledger.transfer (position, at, debit, credit, item, kind, leg, amount, debit_after, credit_after)
SELECT :first + t.place - 1, :at, t.debit, t.credit, t.item, t.kind::ledger.kind, t.leg::smallint, t.amount,
       t.debit_after, t.credit_after
  FROM unnest(:debits, :credits, :items, :kinds, :legs, :amounts, :debit_after, :credit_after)
       WITH ORDINALITY AS t (debit, credit, item, kind, leg, amount, debit_after, credit_after, place);

-- name: ledger_write_head :exec (position bigint, at timestamptz)
UPDATE ledger.head SET position = :position, at = :at WHERE single;

-- name: ledger_write_results :exec (at timestamptz, items uuid[], kinds text[], debits uuid[], credits uuid[],
--   reasons text[])
-- An empty reason is none.
INSERT INTO ledger.result (item, kind, debit, credit, reason, decided_at)
SELECT r.item, r.kind::ledger.kind, r.debit, r.credit, nullif(r.reason, ''), :at
  FROM unnest(:items, :kinds, :debits, :credits, :reasons) AS r (item, kind, debit, credit, reason);

-- name: ledger_add_holds :exec (at timestamptz, items uuid[], debits uuid[], credits uuid[], amounts numeric[],
--   captured numeric[], states text[], expire timestamptz[])
-- One may have ended in the batch that made it.
INSERT INTO ledger.hold (item, debit, credit, amount, captured, state, held_at, expires_at, ended_at)
SELECT h.item, h.debit, h.credit, h.amount, h.captured, h.state::ledger.hold_state, :at, h.expires_at,
       CASE WHEN h.state = 'held' THEN 'infinity' ELSE :at END
  FROM unnest(:items, :debits, :credits, :amounts, :captured, :states, :expire)
       AS h (item, debit, credit, amount, captured, state, expires_at);

-- name: ledger_write_holds :exec (items uuid[], captured numeric[], states text[], at timestamptz)
SELECT ledger.hold_write(:items, :captured, :states, :at);

-- name: ledger_write_refunded :exec (items uuid[], amounts numeric[])
INSERT INTO ledger.refunded (item, amount)
SELECT f.item, f.amount FROM unnest(:items, :amounts) AS f (item, amount)
ON CONFLICT (item) DO UPDATE SET amount = excluded.amount;

-- name: ledger_tell :exec (ids uuid[], types text[], subjects uuid[], owners uuid[], data text[])
SELECT event.append_all(:ids, :types, :subjects, :owners, :data, NULL);

-- name: ledger_put_aside :exec (number bigint, item jsonb)
INSERT INTO ledger.aside (number, item) VALUES (:number, :item);

-- name: ledger_hold_is_due :one ()
-- row: (due bool)
SELECT ledger.hold_is_due() AS due;

-- name: ledger_hold_expire :one (most int)
-- row: (asked int)
SELECT ledger.hold_expire(:most) AS asked;
