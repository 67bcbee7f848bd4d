-- What operators ask about clients.  What belongs to their subscriptions, and how they are called, comes from published
-- functions of those schemas.

-- part: clients_shown
SELECT p.id, u.email, u.name, p.region, p.device_type, s.subscription, s.plan, s.state, p.created_at
  FROM page p
  JOIN subscription.of_clients(ARRAY(SELECT id FROM page)) s ON s.client = p.id
  LEFT JOIN auth.user_names(ARRAY(SELECT id FROM page)) u ON u.party = p.id
 ORDER BY p.created_at DESC, p.id DESC;

-- part: newest_first
(c.created_at, c.id) < (:before_time, :before_id) ORDER BY c.created_at DESC, c.id DESC LIMIT :limit;

-- name: client_read :one (id uuid, owners uuid[]?)
-- row: (id uuid, email text?, name text?, region text?, device_type text?, subscription uuid, plan text, state text, created_at timestamptz)
-- Owners NULL: anybody's.
WITH page AS (
	SELECT c.* FROM client.client c WHERE c.id = :id AND (:owners::uuid[] IS NULL OR c.id = ANY(:owners)))
{clients_shown};

-- name: client_page :many (before_time timestamptz, before_id uuid, limit int)
-- row: client_read
-- A first page passes 'infinity'.
WITH page AS (SELECT c.* FROM client.client c WHERE {newest_first})
{clients_shown};

-- name: client_page_by_region :many (region text, before_time timestamptz, before_id uuid, limit int)
-- row: client_read
WITH page AS (
	SELECT c.* FROM client.client c WHERE c.region = subscription.canonical_region(:region) AND {newest_first})
{clients_shown};

-- name: client_page_by_device_type :many (device_type text, before_time timestamptz, before_id uuid, limit int)
-- row: client_read
WITH page AS (
	SELECT c.* FROM client.client c
	 WHERE c.device_type = subscription.canonical_device_type(:device_type) AND {newest_first})
{clients_shown};

-- name: client_page_by_both :many (region text, device_type text, before_time timestamptz, before_id uuid, limit int)
-- row: client_read
WITH page AS (
	SELECT c.* FROM client.client c
	 WHERE c.region = subscription.canonical_region(:region)
	   AND c.device_type = subscription.canonical_device_type(:device_type) AND {newest_first})
{clients_shown};

-- name: client_join :one (party uuid, region text?, device_type text?)
-- row: (subscription uuid)
-- No row: there is no such user.
SELECT client.join(:party, :region, :device_type) AS subscription
  FROM party.standing(:party) t
 WHERE t.kind = 'user';

-- name: client_leave :one (id uuid)
-- row: (id uuid)
SELECT l.id FROM client.leave(ARRAY[:id]) AS l (id);

-- name: client_totals :many ()
-- row: (plan text, state text, clients bigint)
SELECT t.plan, t.state, t.clients FROM subscription.totals() t;

-- name: client_days :many (since timestamptz, until timestamptz)
-- row: (day text, plan text, started bigint, removed bigint)
SELECT to_char(d.day AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, d.plan, d.started, d.removed
  FROM subscription.days(:since, :until) d;

-- name: client_history :many (id uuid, before bigint, limit int)
-- row: (number bigint, what text, state text, plan text, months int, amount text, currency text, starts_at timestamptz, ends_at timestamptz, happened_at timestamptz)
SELECT h.number, h.what, h.state, h.plan, h.months, h.amount, h.currency, h.starts_at, h.ends_at, h.happened_at
  FROM subscription.history(:id, :before, :limit) h
 ORDER BY h.number DESC;
