-- What clients and operators ask about plans and subscriptions.  Regions and device types are found as they are kept.

-- name: plan_offers :many (region text?, device_type text?)
-- row: (chosen text, rule uuid, why text, code text, name text, says text, months int, amount text, currency text, matched text)
-- What somebody there would get, on each row; and what each open plan costs there, cheapest term length first.
SELECT c.plan AS chosen, c.rule, c.matched AS why, p.code, p.name, p.says, t.months,
       subscription.decimal_text(x.amount, x.exponent) AS amount, x.currency, x.matched
  FROM subscription.choose(:region, :device_type) c
 CROSS JOIN subscription.plan p
 CROSS JOIN (VALUES (1), (3), (6)) AS t (months)
 CROSS JOIN LATERAL subscription.price_of(p.code, t.months, :region, :device_type) x
 WHERE p.open
 ORDER BY p.created_at, p.code, t.months;

-- part: plan_columns
code, name, says, open, version, created_at;

-- name: plan_read :one (code text)
-- row: (code text, name text, says text, open bool, version bigint, created_at timestamptz)
SELECT {plan_columns}
  FROM subscription.plan
 WHERE code = :code;

-- name: plan_page :many (after text, limit int)
-- row: plan_read
-- A first page passes ''.
SELECT {plan_columns}
  FROM subscription.plan
 WHERE code > :after
 ORDER BY code
 LIMIT :limit;

-- name: plan_create :one (code text, title text, says text)
-- row: plan_read
INSERT INTO subscription.plan (code, name, says)
VALUES (:code, :title, :says)
RETURNING {plan_columns};

-- name: plan_lock :one (code text)
-- row: (version bigint)
SELECT version FROM subscription.plan WHERE code = :code FOR NO KEY UPDATE;

-- name: plan_edit :one (code text, title text?, says text?, open bool?)
-- row: plan_read
-- After plan_lock.
UPDATE subscription.plan
   SET name = coalesce(:title, name), says = coalesce(:says, says), open = coalesce(:open, open), version = version + 1
 WHERE code = :code
RETURNING {plan_columns};

-- part: rule_columns
id, region, device_type, plan, version, created_at;

-- name: rule_read :one (id uuid)
-- row: (id uuid, region text?, device_type text?, plan text, version bigint, created_at timestamptz)
SELECT {rule_columns}
  FROM subscription.rule
 WHERE id = :id;

-- name: rule_page :many (after uuid, limit int)
-- row: rule_read
SELECT {rule_columns}
  FROM subscription.rule
 WHERE id > :after
 ORDER BY id
 LIMIT :limit;

-- name: rule_create :one (id uuid, region text?, device_type text?, plan text)
-- row: rule_read
INSERT INTO subscription.rule (id, region, device_type, plan)
VALUES (:id, subscription.canonical_region(:region), subscription.canonical_device_type(:device_type), :plan)
RETURNING {rule_columns};

-- name: rule_lock :one (id uuid)
-- row: (version bigint)
SELECT version FROM subscription.rule WHERE id = :id FOR NO KEY UPDATE;

-- name: rule_edit :one (id uuid, plan text)
-- row: rule_read
-- After rule_lock.
UPDATE subscription.rule SET plan = :plan, version = version + 1
 WHERE id = :id
RETURNING {rule_columns};

-- name: rule_remove :one (id uuid)
-- row: (id uuid)
DELETE FROM subscription.rule WHERE id = :id RETURNING id;

-- name: currency_read :one (code text)
-- row: (exponent int?)
-- NULL: there is no such currency.
SELECT wallet.exponent(:code) AS exponent;

-- part: price_columns
id, plan, months, region, device_type, subscription.decimal_text(amount, exponent) AS amount, currency, version, created_at;

-- name: price_read :one (id uuid)
-- row: (id uuid, plan text, months int, region text?, device_type text?, amount text, currency text, version bigint, created_at timestamptz)
SELECT {price_columns}
  FROM subscription.price
 WHERE id = :id;

-- name: price_page :many (after uuid, limit int)
-- row: price_read
SELECT {price_columns}
  FROM subscription.price
 WHERE id > :after
 ORDER BY id
 LIMIT :limit;

-- name: price_page_of_plan :many (plan text, after uuid, limit int)
-- row: price_read
SELECT {price_columns}
  FROM subscription.price
 WHERE plan = :plan AND id > :after
 ORDER BY id
 LIMIT :limit;

-- name: price_create :one (id uuid, plan text, months int, region text?, device_type text?, amount numeric, currency text, exponent int)
-- row: price_read
INSERT INTO subscription.price (id, plan, months, region, device_type, amount, currency, exponent)
VALUES (:id, :plan, :months, subscription.canonical_region(:region), subscription.canonical_device_type(:device_type),
	:amount, :currency, :exponent)
RETURNING {price_columns};

-- name: price_lock :one (id uuid)
-- row: (version bigint)
SELECT version FROM subscription.price WHERE id = :id FOR NO KEY UPDATE;

-- name: price_edit :one (id uuid, amount numeric, currency text, exponent int)
-- row: price_read
-- After price_lock.
UPDATE subscription.price
   SET amount = :amount, currency = :currency, exponent = :exponent, version = version + 1
 WHERE id = :id
RETURNING {price_columns};

-- name: price_remove :one (id uuid)
-- row: (id uuid)
DELETE FROM subscription.price WHERE id = :id RETURNING id;

-- part: subscription_columns
s.id, s.client, s.region, s.device_type, s.plan, s.months, s.state, s.anchor, s.starts_at, s.ends_at,
subscription.decimal_text(s.amount, s.exponent) AS amount, s.currency, s.next_plan, s.next_months, s.due_at,
subscription.decimal_text(s.due_amount, s.due_exponent) AS due_amount, s.due_currency, s.version, s.created_at;

-- part: newest_first
(s.created_at, s.id) < (:before_time, :before_id) ORDER BY s.created_at DESC, s.id DESC LIMIT :limit;

-- name: subscription_read :one (id uuid, owners uuid[]?)
-- row: (id uuid, client uuid, region text?, device_type text?, plan text, months int, state text, anchor timestamptz, starts_at timestamptz, ends_at timestamptz, amount text, currency text, next_plan text?, next_months int?, due_at timestamptz?, due_amount text?, due_currency text?, version bigint, created_at timestamptz)
-- Owners NULL: anybody's.
SELECT {subscription_columns}
  FROM subscription.subscription s
 WHERE s.id = :id AND (:owners::uuid[] IS NULL OR s.client = ANY(:owners));

-- name: subscription_page :many (before_time timestamptz, before_id uuid, limit int)
-- row: subscription_read
SELECT {subscription_columns}
  FROM subscription.subscription s
 WHERE {newest_first};

-- name: subscription_page_of_clients :many (clients uuid[], plan text?, state text?, before_time timestamptz, before_id uuid, limit int)
-- row: subscription_read
SELECT {subscription_columns}
  FROM subscription.subscription s
 WHERE s.client = ANY(:clients) AND (:plan::text IS NULL OR s.plan = :plan)
   AND (:state::text IS NULL OR s.state = :state) AND {newest_first};

-- name: subscription_page_by_plan :many (plan text, before_time timestamptz, before_id uuid, limit int)
-- row: subscription_read
SELECT {subscription_columns}
  FROM subscription.subscription s
 WHERE s.plan = :plan AND {newest_first};

-- name: subscription_page_by_state :many (state text, before_time timestamptz, before_id uuid, limit int)
-- row: subscription_read
SELECT {subscription_columns}
  FROM subscription.subscription s
 WHERE s.state = :state AND {newest_first};

-- name: subscription_page_by_plan_and_state :many (plan text, state text, before_time timestamptz, before_id uuid, limit int)
-- row: subscription_read
SELECT {subscription_columns}
  FROM subscription.subscription s
 WHERE s.plan = :plan AND s.state = :state AND {newest_first};

-- name: subscription_subscribe :one (client uuid, plan text?, months int?, at_once bool)
-- row: subscription_read
SELECT {subscription_columns}
  FROM subscription.subscribe(:client, :plan, :months, :at_once) AS s;

-- name: subscription_cancel :one (id uuid, owners uuid[]?)
-- row: subscription_read
SELECT {subscription_columns}
  FROM subscription.cancel(:id, :owners) AS s;

-- name: subscription_reactivate :one (id uuid, owners uuid[]?)
-- row: subscription_read
SELECT {subscription_columns}
  FROM subscription.reactivate(:id, :owners) AS s;

-- name: subscription_renew :one (ids uuid[])
-- row: subscription_read
SELECT {subscription_columns}
  FROM subscription.renew(:ids) AS s;

-- name: subscription_history :many (id uuid, owners uuid[]?, before bigint, limit int)
-- row: (number bigint, what text, state text, plan text, months int, amount text, currency text, starts_at timestamptz, ends_at timestamptz, happened_at timestamptz)
SELECT h.number, h.what, h.state, h.plan, h.months, h.amount, h.currency, h.starts_at, h.ends_at, h.happened_at
  FROM subscription.subscription s
 CROSS JOIN LATERAL subscription.history(s.client, :before, :limit) h
 WHERE s.id = :id AND (:owners::uuid[] IS NULL OR s.client = ANY(:owners))
 ORDER BY h.number DESC;

-- name: subscription_pass :one (past_due_after bigint, expired_after bigint, most int)
-- row: (moved int)
SELECT subscription.pass(:past_due_after, :expired_after, :most) AS moved;
