-- Accounts, their agents, what those used; and people's profiles.  `everywhere` is true for operators; whoever else asks
-- passes whom it acts for.  Lists within an account are asked together with account_read, which judges that.

-- part: account_columns
id, name, reference, tier, status, reason, version, created_at, suspended_at, closed_at;

-- name: account_read :one (id uuid, everywhere bool, parties uuid[])
-- row: (id uuid, name text, reference text?, tier text, status text, reason text?, version bigint, created_at timestamptz, suspended_at timestamptz?, closed_at timestamptz?)
SELECT {account_columns}
  FROM account.account
 WHERE id = :id AND (:everywhere OR id = ANY(:parties));

-- name: account_add :one (id uuid, called text, reference text?, tier text)
-- row: account_read
SELECT {account_columns}
  FROM account.account_add(:id, :called, :reference, :tier);

-- name: account_page :many (tiers text[], statuses text[], before_time timestamptz, before_id uuid, limit int)
-- row: account_read
-- A few rows from the front of each kind that was asked for, whatever that is: one index, one plan.
SELECT {account_columns}
  FROM unnest(:tiers) AS t (wanted)
 CROSS JOIN unnest(:statuses) AS s (wanted)
 CROSS JOIN LATERAL (
	SELECT * FROM account.account k
	 WHERE k.tier = t.wanted AND k.status = s.wanted AND (k.created_at, k.id) < (:before_time, :before_id)
	 ORDER BY k.created_at DESC, k.id DESC
	 LIMIT :limit) AS a
 ORDER BY a.created_at DESC, a.id DESC
 LIMIT :limit;

-- name: account_search :many (words text, tiers text[], statuses text[], before_time timestamptz, before_id uuid, limit int)
-- row: account_read
-- By one process: each of the many look-ups of a search is over before another process could be started to help.
SELECT {account_columns}
  FROM set_config('max_parallel_workers_per_gather', '0', true) AS alone (helpers)
 CROSS JOIN LATERAL account.account_search(:words, :tiers, :statuses, :before_time, :before_id,
	CASE alone.helpers WHEN '0' THEN :limit END);

-- name: account_page_own :many (parties uuid[], tiers text[], statuses text[], before_time timestamptz, before_id uuid, limit int)
-- row: account_read
SELECT {account_columns}
  FROM account.account
 WHERE id = ANY(:parties) AND tier = ANY(:tiers) AND status = ANY(:statuses)
   AND (created_at, id) < (:before_time, :before_id)
 ORDER BY created_at DESC, id DESC
 LIMIT :limit;

-- name: account_lock :one (id uuid)
-- row: (name text, reference text?, tier text, version bigint)
SELECT name, reference, tier, version FROM account.account WHERE id = :id FOR NO KEY UPDATE;

-- name: account_edit :one (id uuid, called text, reference text?, tier text)
-- row: account_read
-- After account_lock.
SELECT {account_columns}
  FROM account.account_edit(:id, :called, :reference, :tier);

-- name: account_suspend :one (id uuid, reason text)
-- row: account_read
SELECT {account_columns}
  FROM account.account_suspend(:id, :reason);

-- name: account_resume :one (id uuid)
-- row: account_read
SELECT {account_columns}
  FROM account.account_resume(:id);

-- name: account_close :one (id uuid, reason text)
-- row: account_read
-- After account_lock.
SELECT {account_columns}
  FROM account.account_close(:id, :reason);

-- part: agent_columns
id, account AS account_id, party AS user_id, email, name, title, status, blocked_since, blocked_until, block_reason, version, created_at;

-- name: agent_read :one (id uuid, everywhere bool, parties uuid[])
-- row: (id uuid, account_id uuid, user_id uuid, email text, name text, title text?, status text, blocked_since timestamptz?, blocked_until timestamptz?, block_reason text?, version bigint, created_at timestamptz)
SELECT {agent_columns}
  FROM account.agent_now
 WHERE id = :id AND (:everywhere OR account = ANY(:parties));

-- name: agent_add :one (id uuid, account uuid, email text, called text, title text?, link_hash bytea, link_expires_at timestamptz)
-- row: agent_read
SELECT {agent_columns}
  FROM account.agent_add(:id, :account, :email, :called, :title, :link_hash, :link_expires_at);

-- name: agent_page :many (account uuid, before_time timestamptz, before_id uuid, limit int)
-- row: agent_read
SELECT {agent_columns}
  FROM account.agent_now
 WHERE account = :account AND (created_at, id) < (:before_time, :before_id)
 ORDER BY created_at DESC, id DESC
 LIMIT :limit;

-- name: agent_lock :one (id uuid)
-- row: (name text, title text?, version bigint)
SELECT name, title, version FROM account.agent WHERE id = :id FOR NO KEY UPDATE;

-- name: agent_edit :exec (id uuid, called text, title text?)
-- After agent_lock.
UPDATE account.agent SET name = :called, title = :title, version = version + 1 WHERE id = :id;

-- name: agent_rights :one (id uuid, mine text[])
-- row: (covered bool?)
-- Whether the caller holds whatever the agent's user holds.
SELECT "authorization".covers(:mine, "authorization".permissions_of(party)) AS covered
  FROM account.agent WHERE id = :id;

-- name: account_rights :one (id uuid, mine text[])
-- row: agent_rights
-- The same of all its agents; NULL: there are none.
SELECT bool_and("authorization".covers(:mine, "authorization".permissions_of(party))) AS covered
  FROM account.agent WHERE account = :id;

-- name: agent_block :one (id uuid, agent uuid, reason text, since timestamptz?, until timestamptz?, made_by uuid)
-- row: (block uuid, starts timestamptz, ends timestamptz?, records bigint)
SELECT block, starts, ends, records
  FROM account.agent_block(:id, :agent, :reason, :since, :until, :made_by);

-- name: agent_unblock :exec (agent uuid)
SELECT account.agent_unblock(:agent);

-- name: block_end :one (block uuid)
-- row: (agent uuid)
SELECT agent FROM account.block_end(:block);

-- name: usage_add :many (ids uuid[], agents uuid[], units text[], quantities text[], times timestamptz[], sources text[], source_ids text[])
-- row: (number bigint, outcome text, usage uuid?, unit text?, quantity text?, occurred_at timestamptz?, charged bool?, duplicate bool?)
SELECT number, outcome, usage, unit, quantity, occurred_at, charged, duplicate
  FROM account.usage_add(:ids, :agents, :units, :quantities, :times, :sources, :source_ids);

-- name: usage_page :many (account uuid, since text, until text, after_day text, after_agent uuid, after_unit text, limit int)
-- row: (day text, agent_id uuid, unit text, charged text, excluded text, charged_records bigint, excluded_records bigint)
-- Days with both ends; a first page passes what is in front of every key.
SELECT to_char(u.day, 'YYYY-MM-DD') AS day, u.agent AS agent_id, u.unit, trim_scale(u.charged_quantity)::text AS charged,
       trim_scale(u.excluded_quantity)::text AS excluded, u.charged_records, u.excluded_records
  FROM account.usage_day u
 WHERE u.account = :account AND u.day >= :since::date AND u.day <= :until::date
   AND (u.day, u.agent, u.unit) > (:after_day::date, :after_agent, :after_unit)
 ORDER BY u.day, u.agent, u.unit
 LIMIT :limit;

-- name: profile_read :one (party uuid)
-- row: (name text?, email text?, locale text?, time_zone text?, phone text?, avatar text?, version bigint)
SELECT name, email, locale, time_zone, phone, avatar, version FROM account.profile_read(:party);

-- name: profile_hold :one (party uuid)
-- row: (name text?, locale text?, time_zone text?, phone text?, avatar text?, version bigint)
SELECT name, locale, time_zone, phone, avatar, version FROM account.profile_hold(:party);

-- name: profile_edit :one (party uuid, called text?, locale text?, time_zone text?, phone text?, avatar text?)
-- row: (version bigint)
-- After profile_hold.
SELECT account.profile_edit(:party, :called, :locale, :time_zone, :phone, :avatar) AS version;
