-- What can be subscribed to: plans, what they cost where and on what, and the rules that pick one for whoever signs up.
--
-- The choice is total and deterministic.  Of all rules that fit, the most exact one counts: region and device type, then
-- region, then device type, then the default; there is at most one of each, and the default cannot be removed.  Prices are
-- found by the same order within a plan, and an open plan has a default price for each term.
-- Regions are kept in capitals and device types in small letters (ASCII), so that nobody gets another plan for writing
-- them otherwise; whatever else is in them makes them unknown, not wrong.

-- For the exclusion of overlapping terms: uuid with = beside a range with && in one GiST index.  A trusted extension of
-- PostgreSQL's own, so the owner may make it.
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA core;

CREATE SCHEMA subscription;
GRANT USAGE ON SCHEMA subscription TO stoa_area;

CREATE TABLE subscription.plan (
	code text COLLATE "C" NOT NULL CONSTRAINT plan_pkey PRIMARY KEY,
	name text NOT NULL,
	says text NOT NULL DEFAULT '',
	open boolean NOT NULL DEFAULT false,
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT plan_code_form CHECK (code ~ '^[a-z][a-z0-9-]{0,31}$' AND code NOT IN ('rules', 'prices')),
	CONSTRAINT plan_name_length CHECK (length(name) BETWEEN 1 AND 100),
	CONSTRAINT plan_says_length CHECK (length(says) <= 1000)
);
COMMENT ON TABLE subscription.plan IS 'A plan is never removed: closed, it takes nobody new.';
COMMENT ON COLUMN subscription.plan.open IS 'Only an open plan can be chosen, by rules or by people; one that rules name cannot be closed.';

CREATE TABLE subscription.rule (
	id uuid NOT NULL CONSTRAINT rule_pkey PRIMARY KEY,
	region text COLLATE "C",
	device_type text COLLATE "C",
	plan text COLLATE "C" NOT NULL CONSTRAINT rule_plan_exists REFERENCES subscription.plan (code),
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT rule_once UNIQUE NULLS NOT DISTINCT (region, device_type),
	CONSTRAINT rule_region_form CHECK (region = upper(region) AND length(region) BETWEEN 1 AND 64),
	CONSTRAINT rule_device_type_form CHECK (device_type = lower(device_type) AND length(device_type) BETWEEN 1 AND 64)
);
COMMENT ON TABLE subscription.rule IS 'Which plan who gets at first.  NULL: any; both NULL: the default.';
CREATE INDEX rule_by_plan ON subscription.rule (plan);

CREATE TABLE subscription.price (
	id uuid NOT NULL CONSTRAINT price_pkey PRIMARY KEY,
	plan text COLLATE "C" NOT NULL CONSTRAINT price_plan_exists REFERENCES subscription.plan (code),
	months int NOT NULL,
	region text COLLATE "C",
	device_type text COLLATE "C",
	amount numeric(38,0) NOT NULL,
	currency text COLLATE "C" NOT NULL,
	exponent smallint NOT NULL,
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT price_once UNIQUE NULLS NOT DISTINCT (plan, months, region, device_type),
	CONSTRAINT price_months_sold CHECK (months IN (1, 3, 6)),
	CONSTRAINT price_amount_range CHECK (amount >= 0 AND amount < 1e36),
	CONSTRAINT price_exponent_range CHECK (exponent BETWEEN 0 AND 18),
	CONSTRAINT price_region_form CHECK (region = upper(region) AND length(region) BETWEEN 1 AND 64),
	CONSTRAINT price_device_type_form CHECK (device_type = lower(device_type) AND length(device_type) BETWEEN 1 AND 64)
);
COMMENT ON TABLE subscription.price IS 'What a term of a plan costs.  NULL: anywhere, on anything.  Copied into each term when it begins.';
COMMENT ON COLUMN subscription.price.amount IS 'In the currency''s smallest unit.';
COMMENT ON COLUMN subscription.price.exponent IS 'The currency''s decimals (wallet.exponent), which never change.';

-- What keeps the choice total, whoever writes: rules name open plans, the default rule stays, and so do the default prices.

CREATE FUNCTION subscription.rule_guard()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
BEGIN
	IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (NEW.region, NEW.device_type) IS DISTINCT FROM (OLD.region, OLD.device_type) THEN
		IF OLD.region IS NULL AND OLD.device_type IS NULL THEN
			RAISE EXCEPTION 'The default rule stays; it can only name another plan.' USING ERRCODE = 'ST409';
		END IF;
	END IF;
	IF TG_OP = 'DELETE' THEN
		RETURN OLD;
	END IF;
	-- The lock holds off whoever closes the plan meanwhile.
	PERFORM FROM subscription.plan p WHERE p.code = NEW.plan AND p.open FOR SHARE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'is no plan that is open' USING ERRCODE = 'ST422', HINT = '/plan';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON subscription.rule
	FOR EACH ROW EXECUTE FUNCTION subscription.rule_guard();

CREATE FUNCTION subscription.price_guard()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
BEGIN
	IF OLD.region IS NULL AND OLD.device_type IS NULL THEN
		IF TG_OP = 'DELETE' THEN
			RAISE EXCEPTION 'The default price of a term stays; it can only be changed.' USING ERRCODE = 'ST409';
		END IF;
		IF (NEW.plan, NEW.months, NEW.region, NEW.device_type)
		   IS DISTINCT FROM (OLD.plan, OLD.months, OLD.region, OLD.device_type) THEN
			RAISE EXCEPTION 'The default price of a term stays where it is.' USING ERRCODE = 'ST409';
		END IF;
	END IF;
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER price_guard BEFORE UPDATE OR DELETE ON subscription.price
	FOR EACH ROW EXECUTE FUNCTION subscription.price_guard();

CREATE FUNCTION subscription.plan_guard()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND NEW.code <> OLD.code THEN
		RAISE EXCEPTION 'A plan keeps its code.' USING ERRCODE = 'ST409';
	END IF;
	IF TG_OP = 'UPDATE' AND OLD.open AND NOT NEW.open
	   AND EXISTS (SELECT FROM subscription.rule r WHERE r.plan = NEW.code) THEN
		RAISE EXCEPTION 'The plan is open and rules name it; change them first.' USING ERRCODE = 'ST409';
	END IF;
	IF NEW.open AND (TG_OP = 'INSERT' OR NOT OLD.open)
	   AND (SELECT count(*) FROM subscription.price p
	         WHERE p.plan = NEW.code AND p.region IS NULL AND p.device_type IS NULL) < 3 THEN
		RAISE EXCEPTION 'The plan is closed; it needs a default price for 1, 3 and 6 months first.'
			USING ERRCODE = 'ST409';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER plan_guard BEFORE INSERT OR UPDATE ON subscription.plan
	FOR EACH ROW EXECUTE FUNCTION subscription.plan_guard();

CREATE FUNCTION subscription.stays()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
BEGIN
	RAISE EXCEPTION 'Plans, rules and prices are not emptied.' USING ERRCODE = 'ST409';
END
$$;
CREATE TRIGGER rule_stays BEFORE TRUNCATE ON subscription.rule EXECUTE FUNCTION subscription.stays();
CREATE TRIGGER price_stays BEFORE TRUNCATE ON subscription.price EXECUTE FUNCTION subscription.stays();
CREATE TRIGGER plan_stays BEFORE DELETE OR TRUNCATE ON subscription.plan EXECUTE FUNCTION subscription.stays();

-- Three plans to begin with; operators change what they are and cost.
INSERT INTO subscription.plan (code, name, says)
VALUES ('basic', 'Basic', 'One device at a time.'),
       ('standard', 'Standard', 'Two devices at a time, and the archive.'),
       ('premium', 'Premium', 'Four devices at a time, the archive, and everything early.');

INSERT INTO subscription.price (id, plan, months, region, device_type, amount, currency, exponent)
SELECT queue.new_id(), p.plan, t.months, p.region, p.device_type, p.amounts[t.place], p.currency, p.exponent
  FROM (VALUES
	('basic', NULL, NULL, 'USD', 2, ARRAY[499, 1299, 2399]),
	('standard', NULL, NULL, 'USD', 2, ARRAY[999, 2699, 4999]),
	('premium', NULL, NULL, 'USD', 2, ARRAY[1499, 3999, 7499]),
	('basic', 'DE', NULL, 'EUR', 2, ARRAY[499, 1299, 2399]),
	('standard', 'DE', NULL, 'EUR', 2, ARRAY[999, 2699, 4999]),
	('premium', 'DE', NULL, 'EUR', 2, ARRAY[1499, 3999, 7499]),
	('basic', 'FR', NULL, 'EUR', 2, ARRAY[499, 1299, 2399]),
	('standard', 'FR', NULL, 'EUR', 2, ARRAY[999, 2699, 4999]),
	('premium', 'FR', NULL, 'EUR', 2, ARRAY[1499, 3999, 7499]),
	('basic', 'GB', NULL, 'GBP', 2, ARRAY[449, 1149, 2099]),
	('standard', 'GB', NULL, 'GBP', 2, ARRAY[899, 2399, 4399]),
	('premium', 'GB', NULL, 'GBP', 2, ARRAY[1349, 3599, 6599]),
	('basic', 'JP', NULL, 'JPY', 0, ARRAY[700, 1900, 3500]),
	('standard', 'JP', NULL, 'JPY', 0, ARRAY[1400, 3900, 7200]),
	('premium', 'JP', NULL, 'JPY', 0, ARRAY[2100, 5900, 10900]),
	('basic', NULL, 'phone', 'USD', 2, ARRAY[399, 999, 1899])
  ) AS p (plan, region, device_type, currency, exponent, amounts)
 CROSS JOIN (VALUES (1, 1), (2, 3), (3, 6)) AS t (place, months);

UPDATE subscription.plan SET open = true;

INSERT INTO subscription.rule (id, region, device_type, plan)
VALUES (queue.new_id(), NULL, NULL, 'standard'),
       (queue.new_id(), NULL, 'phone', 'basic'),
       (queue.new_id(), NULL, 'tv', 'premium'),
       (queue.new_id(), 'DE', NULL, 'standard'),
       (queue.new_id(), 'DE', 'tv', 'premium');

GRANT SELECT, INSERT, UPDATE ON subscription.plan TO stoa_subscription;
GRANT SELECT, INSERT, UPDATE, DELETE ON subscription.rule, subscription.price TO stoa_subscription;

-- As kept: capitals and small letters of ASCII alone, whatever the database's locale.  What is empty or longer than any
-- rule's is unknown, like NULL.
CREATE FUNCTION subscription.canonical_region(region text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN CASE WHEN length(btrim(canonical_region.region)) BETWEEN 1 AND 64
	            THEN upper(btrim(canonical_region.region) COLLATE "C") END;
END
$$;

CREATE FUNCTION subscription.canonical_device_type(device_type text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN CASE WHEN length(btrim(canonical_device_type.device_type)) BETWEEN 1 AND 64
	            THEN lower(btrim(canonical_device_type.device_type) COLLATE "C") END;
END
$$;

-- Four look-ups by key at most, whatever the number of rules.
CREATE FUNCTION subscription.choose(region text, device_type text)
RETURNS TABLE (plan text, rule uuid, matched text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
DECLARE
	of_region text := subscription.canonical_region(choose.region);
	of_device text := subscription.canonical_device_type(choose.device_type);
BEGIN
	RETURN QUERY
	SELECT f.plan, f.id, f.matched
	  FROM (SELECT 1, r.plan, r.id, 'region_and_device_type' FROM subscription.rule r
	         WHERE r.region = of_region AND r.device_type = of_device
	        UNION ALL
	        SELECT 2, r.plan, r.id, 'region' FROM subscription.rule r
	         WHERE r.region = of_region AND r.device_type IS NULL
	        UNION ALL
	        SELECT 3, r.plan, r.id, 'device_type' FROM subscription.rule r
	         WHERE r.region IS NULL AND r.device_type = of_device
	        UNION ALL
	        SELECT 4, r.plan, r.id, 'default' FROM subscription.rule r
	         WHERE r.region IS NULL AND r.device_type IS NULL) AS f (rank, plan, id, matched)
	 ORDER BY f.rank
	 LIMIT 1;
END
$$;
COMMENT ON FUNCTION subscription.choose(text, text) IS 'The one plan for this region and device type, and what picked it; always one row.';

CREATE FUNCTION subscription.price_of(plan text, months int, region text, device_type text)
RETURNS TABLE (amount numeric, currency text, exponent smallint, matched text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, subscription, pg_temp AS $$
#variable_conflict use_column
DECLARE
	of_region text := subscription.canonical_region(price_of.region);
	of_device text := subscription.canonical_device_type(price_of.device_type);
BEGIN
	RETURN QUERY
	SELECT f.amount, f.currency, f.exponent, f.matched
	  FROM (SELECT 1, p.amount, p.currency, p.exponent, 'region_and_device_type' FROM subscription.price p
	         WHERE p.plan = price_of.plan AND p.months = price_of.months AND p.region = of_region AND p.device_type = of_device
	        UNION ALL
	        SELECT 2, p.amount, p.currency, p.exponent, 'region' FROM subscription.price p
	         WHERE p.plan = price_of.plan AND p.months = price_of.months AND p.region = of_region AND p.device_type IS NULL
	        UNION ALL
	        SELECT 3, p.amount, p.currency, p.exponent, 'device_type' FROM subscription.price p
	         WHERE p.plan = price_of.plan AND p.months = price_of.months AND p.region IS NULL AND p.device_type = of_device
	        UNION ALL
	        SELECT 4, p.amount, p.currency, p.exponent, 'default' FROM subscription.price p
	         WHERE p.plan = price_of.plan AND p.months = price_of.months AND p.region IS NULL AND p.device_type IS NULL
	       ) AS f (rank, amount, currency, exponent, matched)
	 ORDER BY f.rank
	 LIMIT 1;
END
$$;
COMMENT ON FUNCTION subscription.price_of(text, int, text, text) IS 'What a term costs there; one row for each term of an open plan.';

-- Minor units as people write them: 1999 with two decimals is 19.99.  Exact, like everything in numeric.
CREATE FUNCTION subscription.decimal_text(amount numeric, exponent smallint)
RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN (decimal_text.amount * ('1e-' || decimal_text.exponent)::numeric)::text;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA subscription FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subscription.choose(text, text), subscription.price_of(text, int, text, text) TO stoa_area;
GRANT EXECUTE ON FUNCTION subscription.canonical_region(text), subscription.canonical_device_type(text),
	subscription.decimal_text(numeric, smallint) TO stoa_subscription;
