-- How a subscription passes from state to state: what clients and operators ask for, and what time does to it.
-- Each function locks the rows it changes first, by id; what cannot be is refused with the state in which it is.
-- `owners` NULL: anybody's.

-- The row, locked, or "not found".
CREATE FUNCTION subscription.held(id uuid, owners uuid[])
RETURNS subscription.subscription
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
DECLARE
	s subscription.subscription;
BEGIN
	SELECT l.* INTO s FROM subscription.subscription l
	 WHERE l.id = held.id AND (held.owners IS NULL OR l.client = ANY(held.owners))
	   FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'No such subscription.' USING ERRCODE = 'ST404';
	END IF;
	RETURN s;
END
$$;

CREATE FUNCTION subscription.refuse(state text, why text)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RAISE EXCEPTION 'The subscription is %: %', refuse.state, refuse.why USING ERRCODE = 'ST409', HINT = '/state';
END
$$;

-- Ends the term that runs now, if one does, and begins another now, with a new anchor and today's price.
CREATE FUNCTION subscription.begin_again(id uuid, plan text, months int)
RETURNS SETOF subscription.subscription
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
BEGIN
	DELETE FROM subscription.term t WHERE t.subscription = begin_again.id AND t.starts_at >= now();
	UPDATE subscription.term t SET ends_at = now() WHERE t.subscription = begin_again.id AND t.ends_at > now();
	RETURN QUERY
	UPDATE subscription.subscription s
	   SET plan = begin_again.plan, months = begin_again.months, state = 'active', anchor = now(),
	       elapsed = begin_again.months, starts_at = now(),
	       ends_at = subscription.months_later(now(), begin_again.months),
	       amount = p.amount, currency = p.currency, exponent = p.exponent, next_plan = NULL, next_months = NULL,
	       due_at = NULL, due_amount = NULL, due_currency = NULL, due_exponent = NULL, version = s.version + 1
	  FROM (SELECT l.region, l.device_type FROM subscription.subscription l WHERE l.id = begin_again.id) l
	 CROSS JOIN LATERAL subscription.price_of(begin_again.plan, begin_again.months, l.region, l.device_type) p
	 WHERE s.id = begin_again.id
	RETURNING s.*;
	PERFORM subscription.term_begin(begin_again.id);
END
$$;

-- A plan that somebody may choose now; the lock holds off whoever closes it meanwhile.
CREATE FUNCTION subscription.is_open(plan text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM FROM subscription.plan p WHERE p.code = is_open.plan AND p.open FOR SHARE;
	RETURN FOUND;
END
$$;

-- What an expired subscription begins again with: its own plan while that is open, otherwise what the rules pick.
CREATE FUNCTION subscription.plan_again(s subscription.subscription)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
BEGIN
	IF subscription.is_open((plan_again.s).plan) THEN
		RETURN (plan_again.s).plan;
	END IF;
	RETURN (SELECT c.plan FROM subscription.choose((plan_again.s).region, (plan_again.s).device_type) c);
END
$$;

CREATE FUNCTION subscription.subscribe(client uuid, plan text, months int, at_once boolean)
RETURNS SETOF subscription.subscription
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
DECLARE
	s subscription.subscription;
	to_plan text;
	to_months int;
BEGIN
	SELECT l.* INTO s FROM subscription.subscription l WHERE l.client = subscribe.client FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'Only clients have a subscription.' USING ERRCODE = 'ST409';
	END IF;
	IF subscribe.plan IS NOT NULL AND NOT subscription.is_open(subscribe.plan) THEN
		RAISE EXCEPTION 'is no plan that is open' USING ERRCODE = 'ST422', HINT = '/plan';
	END IF;
	to_months := coalesce(subscribe.months, s.months);
	IF s.state = 'expired' THEN
		to_plan := coalesce(subscribe.plan, subscription.plan_again(s));
		RETURN QUERY SELECT b.* FROM subscription.begin_again(s.id, to_plan, to_months) b;
		PERFORM subscription.tell(ARRAY[s.id], 'reactivated');
		RETURN;
	END IF;
	to_plan := coalesce(subscribe.plan, s.plan);
	IF s.state = 'canceling' THEN
		PERFORM subscription.refuse(s.state, 'reactivate it before you change it.');
	ELSIF s.state = 'past_due' THEN
		PERFORM subscription.refuse(s.state, 'it can be changed once its next term has begun.');
	ELSIF (to_plan, to_months, NULL::text, NULL::int) IS NOT DISTINCT FROM (s.plan, s.months, s.next_plan, s.next_months) THEN
		PERFORM subscription.refuse(s.state, 'it has that plan and term already.');
	END IF;
	IF subscribe.at_once AND s.ends_at > now() THEN
		RETURN QUERY SELECT b.* FROM subscription.begin_again(s.id, to_plan, to_months) b;
	ELSE
		-- What was told of the next term counts no more; the job tells it anew.
		RETURN QUERY
		UPDATE subscription.subscription u
		   SET next_plan = nullif(to_plan, u.plan), next_months = nullif(to_months, u.months), due_at = NULL,
		       due_amount = NULL, due_currency = NULL, due_exponent = NULL, version = u.version + 1
		 WHERE u.id = s.id
		RETURNING u.*;
	END IF;
	PERFORM subscription.tell(ARRAY[s.id], 'changed');
END
$$;
COMMENT ON FUNCTION subscription.subscribe(uuid, text, int, boolean) IS
	'Another plan or term for a client (NULL: as it is), from the next term on or at once; an expired one begins again.';

CREATE FUNCTION subscription.cancel(id uuid, owners uuid[])
RETURNS SETOF subscription.subscription
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
DECLARE
	s subscription.subscription := subscription.held(cancel.id, cancel.owners);
BEGIN
	IF s.state NOT IN ('active', 'past_due') THEN
		PERFORM subscription.refuse(s.state, 'there is nothing to cancel.');
	END IF;
	RETURN QUERY
	UPDATE subscription.subscription u
	   SET state = CASE WHEN u.ends_at > now() THEN 'canceling' ELSE 'expired' END,
	       next_plan = NULL, next_months = NULL, due_at = NULL, due_amount = NULL, due_currency = NULL,
	       due_exponent = NULL, version = u.version + 1
	 WHERE u.id = s.id
	RETURNING u.*;
	PERFORM subscription.tell(ARRAY[s.id], CASE WHEN s.ends_at > now() THEN 'canceled' ELSE 'expired' END);
END
$$;
COMMENT ON FUNCTION subscription.cancel(uuid, uuid[]) IS 'Lets it end with its term; where that is over, it ends now.';

CREATE FUNCTION subscription.reactivate(id uuid, owners uuid[])
RETURNS SETOF subscription.subscription
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
DECLARE
	s subscription.subscription := subscription.held(reactivate.id, reactivate.owners);
BEGIN
	IF s.state NOT IN ('canceling', 'expired') THEN
		PERFORM subscription.refuse(s.state, 'there is nothing to reactivate.');
	END IF;
	IF s.state = 'canceling' AND s.ends_at > now() THEN
		RETURN QUERY
		UPDATE subscription.subscription u SET state = 'active', version = u.version + 1 WHERE u.id = s.id
		RETURNING u.*;
	ELSE
		RETURN QUERY SELECT b.* FROM subscription.begin_again(s.id, subscription.plan_again(s), s.months) b;
	END IF;
	PERFORM subscription.tell(ARRAY[s.id], 'reactivated');
END
$$;
COMMENT ON FUNCTION subscription.reactivate(uuid, uuid[]) IS 'Takes a cancellation back; an expired one begins again now.';

-- The next term of each, right behind the one before: its end counts from the anchor.
CREATE FUNCTION subscription.renew(subscriptions uuid[])
RETURNS SETOF subscription.subscription
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
DECLARE
	s subscription.subscription;
	renewed uuid[] := '{}';
BEGIN
	FOR s IN SELECT l.* FROM subscription.subscription l WHERE l.id = ANY(renew.subscriptions)
	          ORDER BY l.id FOR NO KEY UPDATE
	LOOP
		IF s.state NOT IN ('active', 'past_due') THEN
			PERFORM subscription.refuse(s.state, 'it does not renew.');
		ELSIF s.ends_at > now() THEN
			PERFORM subscription.refuse(s.state, 'its term has not ended yet.');
		END IF;
		renewed := renewed || s.id;
	END LOOP;
	IF cardinality(renewed) = 0 THEN
		RAISE EXCEPTION 'No such subscription.' USING ERRCODE = 'ST404';
	END IF;
	RETURN QUERY
	UPDATE subscription.subscription u
	   SET plan = n.plan, months = n.months, state = 'active', elapsed = u.elapsed + n.months, starts_at = u.ends_at,
	       ends_at = subscription.months_later(u.anchor, u.elapsed + n.months), amount = n.amount, currency = n.currency,
	       exponent = n.exponent, next_plan = NULL, next_months = NULL, due_at = NULL, due_amount = NULL,
	       due_currency = NULL, due_exponent = NULL, version = u.version + 1
	  FROM subscription.next_term(renewed) n
	 WHERE u.id = n.id
	RETURNING u.*;
	INSERT INTO subscription.term (subscription, plan, months, starts_at, ends_at, amount, currency, exponent)
	SELECT u.id, u.plan, u.months, u.starts_at, u.ends_at, u.amount, u.currency, u.exponent
	  FROM subscription.subscription u
	 WHERE u.id = ANY(renewed);
	PERFORM subscription.tell(renewed, 'renewed');
END
$$;
COMMENT ON FUNCTION subscription.renew(uuid[]) IS
	'Begins the next terms of subscriptions whose term has ended; all of them or none.  Charging comes before.';

-- What the next term will be and cost: what was told when it became due, otherwise today's price.
CREATE FUNCTION subscription.next_term(subscriptions uuid[])
RETURNS TABLE (id uuid, plan text, months int, amount numeric, currency text, exponent smallint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT s.id, n.plan, n.months, coalesce(s.due_amount, p.amount), coalesce(s.due_currency, p.currency),
	       coalesce(s.due_exponent, p.exponent)
	  FROM subscription.subscription s
	 CROSS JOIN LATERAL (SELECT coalesce(s.next_plan, s.plan), coalesce(s.next_months, s.months)) AS n (plan, months)
	 CROSS JOIN LATERAL subscription.price_of(n.plan, n.months, s.region, s.device_type) p
	 WHERE s.id = ANY(next_term.subscriptions);
END
$$;

-- Those in a state whose term ended that long ago, locked; whoever is being changed just now is left for the next time.
CREATE FUNCTION subscription.ended(state text, since interval, undue boolean, most int)
RETURNS uuid[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN ARRAY(
		SELECT s.id FROM subscription.subscription s
		 WHERE s.state = ended.state AND s.state <> 'expired' AND s.ends_at <= now() - ended.since
		   AND (s.due_at IS NULL) = ended.undue
		 ORDER BY s.ends_at
		 LIMIT ended.most
		   FOR NO KEY UPDATE SKIP LOCKED);
END
$$;

CREATE FUNCTION subscription.state_set(subscriptions uuid[], state text)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
BEGIN
	UPDATE subscription.subscription s SET state = state_set.state, version = s.version + 1
	 WHERE s.id = ANY(state_set.subscriptions);
	PERFORM subscription.tell(state_set.subscriptions, state_set.state);
	RETURN cardinality(state_set.subscriptions);
END
$$;

/*
 * What time does, a batch of each: a canceled one expires with its term; what is to go on becomes due, once, with the
 * amount of the next term fixed, and goes on by itself where that is nothing; what stays unrenewed is past due, and
 * expires in the end.  Nothing is charged here.
 */
CREATE FUNCTION subscription.pass(past_due_after bigint, expired_after bigint, most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
DECLARE
	late interval := pass.past_due_after * interval '1 second';
	over interval := pass.expired_after * interval '1 second';
	due uuid[] := subscription.ended('active', interval '0', true, pass.most);
	free uuid[];
	moved int := cardinality(due);
BEGIN
	UPDATE subscription.subscription s
	   SET due_at = now(), due_amount = n.amount, due_currency = n.currency, due_exponent = n.exponent,
	       version = s.version + 1
	  FROM subscription.next_term(due) n
	 WHERE s.id = n.id;
	PERFORM subscription.tell(due, 'due');
	free := ARRAY(SELECT s.id FROM subscription.subscription s WHERE s.id = ANY(due) AND s.due_amount = 0);
	IF cardinality(free) > 0 THEN
		PERFORM subscription.renew(free);
	END IF;
	moved := greatest(moved,
		subscription.state_set(subscription.ended('canceling', interval '0', true, pass.most), 'expired'),
		subscription.state_set(subscription.ended('active', late, false, pass.most), 'past_due'),
		subscription.state_set(subscription.ended('past_due', over, false, pass.most), 'expired'));
	RETURN moved;
END
$$;
COMMENT ON FUNCTION subscription.pass(bigint, bigint, int) IS
	'One batch of what has come to its time, counted in seconds after a term''s end; the most that moved in one way.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA subscription FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subscription.subscribe(uuid, text, int, boolean), subscription.cancel(uuid, uuid[]),
	subscription.reactivate(uuid, uuid[]), subscription.renew(uuid[]), subscription.pass(bigint, bigint, int)
	TO stoa_subscription;
