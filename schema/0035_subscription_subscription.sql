-- Who subscribes to what, in terms of 1, 3 or 6 months.  One subscription for each client, always; what makes that so is
-- in the next file, where there are clients.
--
-- A term's end is the anchor plus all months since, in UTC, cut to the month's last day; never the previous end plus some.
-- What a term costs is copied into it when it begins, so a changed catalogue never alters one that is running.
--
-- active -> canceling (ends with its term) -> expired, and back by reactivating
-- active -> (its term has ended: due, told once) -> past_due -> expired; renewing makes it active again

CREATE TABLE subscription.subscription (
	id uuid NOT NULL CONSTRAINT subscription_pkey PRIMARY KEY,
	client uuid NOT NULL CONSTRAINT subscription_client_once UNIQUE,
	region text COLLATE "C",
	device_type text COLLATE "C",
	plan text COLLATE "C" NOT NULL CONSTRAINT subscription_plan_exists REFERENCES subscription.plan (code),
	months int NOT NULL,
	state text COLLATE "C" NOT NULL,
	anchor timestamptz NOT NULL,
	elapsed int NOT NULL,
	starts_at timestamptz NOT NULL,
	ends_at timestamptz NOT NULL,
	amount numeric(38,0) NOT NULL,
	currency text COLLATE "C" NOT NULL,
	exponent smallint NOT NULL,
	next_plan text COLLATE "C" CONSTRAINT subscription_next_plan_exists REFERENCES subscription.plan (code),
	next_months int,
	due_at timestamptz,
	due_amount numeric(38,0),
	due_currency text COLLATE "C",
	due_exponent smallint,
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT subscription_months_sold CHECK (months IN (1, 3, 6) AND next_months IN (1, 3, 6)),
	CONSTRAINT subscription_state_known CHECK (state IN ('active', 'canceling', 'past_due', 'expired')),
	CONSTRAINT subscription_term_has_length CHECK (starts_at < ends_at),
	CONSTRAINT subscription_due_whole CHECK (
		(due_at IS NULL) = (due_amount IS NULL) AND (due_at IS NULL) = (due_currency IS NULL)
		AND (due_at IS NULL) = (due_exponent IS NULL))
) WITH (fillfactor = 80);
COMMENT ON TABLE subscription.subscription IS 'A client''s one subscription, with the latest of its terms.';
COMMENT ON COLUMN subscription.subscription.elapsed IS 'Months from the anchor to the end of the latest term.';
COMMENT ON COLUMN subscription.subscription.next_plan IS 'From the next term on; NULL: as now.';
COMMENT ON COLUMN subscription.subscription.due_amount IS 'What was told in subscription.due, and is therefore what the next term costs.';
CREATE INDEX subscription_newest ON subscription.subscription (created_at, id);
CREATE INDEX subscription_by_state ON subscription.subscription (state, created_at, id);
CREATE INDEX subscription_by_plan ON subscription.subscription (plan, created_at, id);
CREATE INDEX subscription_by_plan_and_state ON subscription.subscription (plan, state, created_at, id);
CREATE INDEX subscription_to_end ON subscription.subscription (state, ends_at) WHERE state <> 'expired';

CREATE TABLE subscription.term (
	subscription uuid NOT NULL CONSTRAINT term_subscription_exists
		REFERENCES subscription.subscription (id) ON DELETE CASCADE,
	plan text COLLATE "C" NOT NULL,
	months int NOT NULL,
	starts_at timestamptz NOT NULL,
	ends_at timestamptz NOT NULL,
	amount numeric(38,0) NOT NULL,
	currency text COLLATE "C" NOT NULL,
	exponent smallint NOT NULL,
	CONSTRAINT term_pkey PRIMARY KEY (subscription, starts_at),
	CONSTRAINT term_has_length CHECK (starts_at < ends_at),
	CONSTRAINT term_months_sold CHECK (months IN (1, 3, 6)),
	CONSTRAINT term_overlaps_none EXCLUDE USING gist (subscription WITH =, tstzrange(starts_at, ends_at) WITH &&)
);
COMMENT ON TABLE subscription.term IS 'What was sold, and for how long it really ran; no two of a subscription overlap.';

CREATE TABLE subscription.change (
	number bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT change_pkey PRIMARY KEY,
	subscription uuid NOT NULL,
	client uuid NOT NULL,
	what text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	plan text COLLATE "C" NOT NULL,
	months int NOT NULL,
	starts_at timestamptz NOT NULL,
	ends_at timestamptz NOT NULL,
	amount numeric(38,0) NOT NULL,
	currency text COLLATE "C" NOT NULL,
	exponent smallint NOT NULL,
	happened_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE subscription.change IS 'What became of each subscription, one row for each event; stays when the subscription goes.';
CREATE INDEX change_by_client ON subscription.change (client, number);
CREATE INDEX change_by_day ON subscription.change (happened_at) WHERE what IN ('started', 'removed');

GRANT SELECT ON subscription.subscription, subscription.term, subscription.change TO stoa_subscription;

-- The calendar by itself, without PostgreSQL's interval: tests hold the two against each other.
CREATE FUNCTION subscription.months_later(anchor timestamptz, months int)
RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	start timestamp := months_later.anchor AT TIME ZONE 'UTC';
	total int := extract(year FROM start)::int * 12 + extract(month FROM start)::int - 1 + months_later.months;
	year int := total / 12;
	month int := total % 12 + 1;
	last int := CASE WHEN month IN (4, 6, 9, 11) THEN 30
	                 WHEN month <> 2 THEN 31
	                 WHEN year % 4 = 0 AND (year % 100 <> 0 OR year % 400 = 0) THEN 29
	                 ELSE 28 END;
BEGIN
	RETURN (make_date(year, month, least(extract(day FROM start)::int, last)) + start::time) AT TIME ZONE 'UTC';
END
$$;
COMMENT ON FUNCTION subscription.months_later(timestamptz, int) IS
	'The same day and time so many months later, or the last day of a month that is too short.';

-- What happened, for the history and for whoever listens.  After the rows are locked and changed.
CREATE FUNCTION subscription.tell(subscriptions uuid[], what text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
DECLARE
	stamp text := 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';
	told subscription.change;
BEGIN
	FOR told IN
		INSERT INTO subscription.change AS c (subscription, client, what, state, plan, months, starts_at, ends_at,
			amount, currency, exponent)
		SELECT s.id, s.client, tell.what, s.state, n.plan, n.months, n.starts_at, n.ends_at,
		       n.amount, n.currency, n.exponent
		  FROM subscription.subscription s
		 CROSS JOIN LATERAL (
			SELECT s.plan, s.months, s.starts_at, s.ends_at, s.amount, s.currency, s.exponent
			 WHERE tell.what <> 'due'
			UNION ALL
			SELECT coalesce(s.next_plan, s.plan), coalesce(s.next_months, s.months), s.ends_at,
			       subscription.months_later(s.anchor, s.elapsed + coalesce(s.next_months, s.months)),
			       s.due_amount, s.due_currency, s.due_exponent
			 WHERE tell.what = 'due') n
		 WHERE s.id = ANY(tell.subscriptions)
		 ORDER BY s.id
		RETURNING c.*
	LOOP
		PERFORM event.append(queue.new_id(), 'subscription.' || tell.what, told.subscription, told.client,
			jsonb_build_object('client', told.client, 'state', told.state, 'plan', told.plan, 'months', told.months,
				'amount', subscription.decimal_text(told.amount, told.exponent), 'currency', told.currency,
				'starts_at', to_char(told.starts_at AT TIME ZONE 'UTC', stamp),
				'ends_at', to_char(told.ends_at AT TIME ZONE 'UTC', stamp)),
			NULL);
	END LOOP;
END
$$;

-- A first term, from `at` on.  Every other beginning is subscription.begin_again or subscription.renew.
CREATE FUNCTION subscription.open_at(client uuid, region text, device_type text, months int, at timestamptz)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
DECLARE
	made uuid := queue.new_id();
	chosen text := (SELECT c.plan FROM subscription.choose(open_at.region, open_at.device_type) c);
BEGIN
	INSERT INTO subscription.subscription AS s (id, client, region, device_type, plan, months, state, anchor, elapsed,
		starts_at, ends_at, amount, currency, exponent)
	SELECT made, open_at.client, subscription.canonical_region(open_at.region),
	       subscription.canonical_device_type(open_at.device_type), chosen, open_at.months, 'active', open_at.at,
	       open_at.months, open_at.at, subscription.months_later(open_at.at, open_at.months),
	       p.amount, p.currency, p.exponent
	  FROM subscription.price_of(chosen, open_at.months, open_at.region, open_at.device_type) p;
	PERFORM subscription.term_begin(made);
	PERFORM subscription.tell(ARRAY[made], 'started');
	RETURN made;
END
$$;

-- The term that the subscription's row speaks of, as a row of its own.
CREATE FUNCTION subscription.term_begin(subscription uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO subscription.term (subscription, plan, months, starts_at, ends_at, amount, currency, exponent)
	SELECT s.id, s.plan, s.months, s.starts_at, s.ends_at, s.amount, s.currency, s.exponent
	  FROM subscription.subscription s
	 WHERE s.id = term_begin.subscription;
END
$$;

CREATE FUNCTION subscription.open_for(client uuid, region text, device_type text)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
BEGIN
	RETURN subscription.open_at(open_for.client, open_for.region, open_for.device_type, 1, now());
END
$$;
COMMENT ON FUNCTION subscription.open_for(uuid, text, text) IS
	'A new client''s subscription: a month of the plan that the rules pick.  COMMIT fails unless the client is there then.';

CREATE FUNCTION subscription.close(clients uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
DECLARE
	gone uuid[] := ARRAY(SELECT s.id FROM subscription.subscription s WHERE s.client = ANY(close.clients)
	                      ORDER BY s.id FOR UPDATE);
BEGIN
	PERFORM subscription.tell(gone, 'removed');
	DELETE FROM subscription.subscription s WHERE s.id = ANY(gone);
END
$$;
COMMENT ON FUNCTION subscription.close(uuid[]) IS 'Removes the subscriptions of these clients.  COMMIT fails while a client of them is still there.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA subscription FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subscription.open_for(uuid, text, text), subscription.close(uuid[]) TO stoa_client;
