-- Currencies: what money is counted in.  An exponent never changes, because everything kept is in minor units.

CREATE SCHEMA wallet;
GRANT USAGE ON SCHEMA wallet TO stoa_area;

CREATE TABLE wallet.currency (
	code text NOT NULL CONSTRAINT currency_pkey PRIMARY KEY,
	name text NOT NULL,
	exponent int NOT NULL,
	active boolean NOT NULL DEFAULT true,
	custom boolean NOT NULL DEFAULT false,
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now(),
	liquidity uuid NOT NULL,
	spread uuid NOT NULL,
	outside uuid NOT NULL,
	CONSTRAINT currency_code_form CHECK (code ~ '^[A-Z0-9]{3,10}$'),
	CONSTRAINT currency_name_length CHECK (length(name) BETWEEN 1 AND 100),
	CONSTRAINT currency_exponent CHECK (exponent BETWEEN 0 AND 18)
);
COMMENT ON TABLE wallet.currency IS 'What money is counted in, and the house''s ledger accounts in it.';
COMMENT ON COLUMN wallet.currency.active IS 'No wallet is opened and nothing is converted in one that is not.';
COMMENT ON COLUMN wallet.currency.custom IS 'Added by an operator.';
COMMENT ON COLUMN wallet.currency.liquidity IS 'Account through which conversions go.';
COMMENT ON COLUMN wallet.currency.spread IS 'Account that earns what conversions cost.';
COMMENT ON COLUMN wallet.currency.outside IS 'Account of the rest of the world: deposits come out of it, withdrawals go into it.';
GRANT SELECT ON wallet.currency TO stoa_wallet;
GRANT UPDATE (name, active, version) ON wallet.currency TO stoa_wallet;

CREATE FUNCTION wallet.currency_add(codes text[], names text[], exponents bigint[], custom boolean, active boolean)
RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
#variable_conflict use_column
DECLARE
	added text[];
BEGIN
	WITH inserted AS (
		INSERT INTO wallet.currency (code, name, exponent, custom, active, liquidity, spread, outside)
		SELECT c.code, c.name, c.exponent::int, currency_add.custom, currency_add.active, gen_random_uuid(), gen_random_uuid(), gen_random_uuid()
		  FROM unnest(currency_add.codes, currency_add.names, currency_add.exponents) AS c (code, name, exponent)
		 ORDER BY c.code
		ON CONFLICT (code) DO NOTHING
		RETURNING code)
	SELECT array_agg(i.code ORDER BY i.code) INTO added FROM inserted i;
	PERFORM ledger.account_open(array_agg(a.id), array_agg('00000000-0000-0000-0000-000000000000'::uuid), array_agg(a.kind),
		array_agg(c.code), array_agg(c.exponent::bigint))
	  FROM wallet.currency c
	 CROSS JOIN LATERAL (VALUES (c.liquidity, 'house'), (c.spread, 'house'), (c.outside, 'outside')) AS a (id, kind)
	 WHERE c.code = ANY(added)
	HAVING count(*) > 0;
	RETURN QUERY SELECT u.code FROM unnest(added) AS u (code);
END
$$;
COMMENT ON FUNCTION wallet.currency_add(text[], text[], bigint[], boolean, boolean) IS
	'Adds those that are not there yet, each with the house''s accounts in it; which were added.';

CREATE FUNCTION wallet.exponent(code text)
RETURNS int
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, wallet, pg_temp AS $$
BEGIN
	RETURN (SELECT c.exponent FROM wallet.currency c WHERE c.code = exponent.code);
END
$$;
COMMENT ON FUNCTION wallet.exponent(text) IS 'How many decimals the currency has; NULL: there is no such currency.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA wallet FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.exponent(text) TO stoa_area;
GRANT EXECUTE ON FUNCTION wallet.currency_add(text[], text[], bigint[], boolean, boolean) TO stoa_wallet;

-- ISO 4217 without its funds and metals, and PNT, which is ours.
SELECT count(*) FROM (
	SELECT array_agg(c.code) AS codes, array_agg(c.name) AS names, array_agg(c.exponent::bigint) AS exponents FROM (VALUES
		('AED', 'UAE dirham', 2),
		('AFN', 'Afghani', 2),
		('ALL', 'Lek', 2),
		('AMD', 'Armenian dram', 2),
		('AOA', 'Kwanza', 2),
		('ARS', 'Argentine peso', 2),
		('AUD', 'Australian dollar', 2),
		('AWG', 'Aruban florin', 2),
		('AZN', 'Azerbaijan manat', 2),
		('BAM', 'Convertible mark', 2),
		('BBD', 'Barbados dollar', 2),
		('BDT', 'Taka', 2),
		('BGN', 'Bulgarian lev', 2),
		('BHD', 'Bahraini dinar', 3),
		('BIF', 'Burundi franc', 0),
		('BMD', 'Bermudian dollar', 2),
		('BND', 'Brunei dollar', 2),
		('BOB', 'Boliviano', 2),
		('BRL', 'Brazilian real', 2),
		('BSD', 'Bahamian dollar', 2),
		('BTN', 'Ngultrum', 2),
		('BWP', 'Pula', 2),
		('BYN', 'Belarusian ruble', 2),
		('BZD', 'Belize dollar', 2),
		('CAD', 'Canadian dollar', 2),
		('CDF', 'Congolese franc', 2),
		('CHF', 'Swiss franc', 2),
		('CLF', 'Unidad de fomento', 4),
		('CLP', 'Chilean peso', 0),
		('CNY', 'Yuan renminbi', 2),
		('COP', 'Colombian peso', 2),
		('CRC', 'Costa Rican colon', 2),
		('CUP', 'Cuban peso', 2),
		('CVE', 'Cabo Verde escudo', 2),
		('CZK', 'Czech koruna', 2),
		('DJF', 'Djibouti franc', 0),
		('DKK', 'Danish krone', 2),
		('DOP', 'Dominican peso', 2),
		('DZD', 'Algerian dinar', 2),
		('EGP', 'Egyptian pound', 2),
		('ERN', 'Nakfa', 2),
		('ETB', 'Ethiopian birr', 2),
		('EUR', 'Euro', 2),
		('FJD', 'Fiji dollar', 2),
		('FKP', 'Falkland Islands pound', 2),
		('GBP', 'Pound sterling', 2),
		('GEL', 'Lari', 2),
		('GHS', 'Ghana cedi', 2),
		('GIP', 'Gibraltar pound', 2),
		('GMD', 'Dalasi', 2),
		('GNF', 'Guinean franc', 0),
		('GTQ', 'Quetzal', 2),
		('GYD', 'Guyana dollar', 2),
		('HKD', 'Hong Kong dollar', 2),
		('HNL', 'Lempira', 2),
		('HTG', 'Gourde', 2),
		('HUF', 'Forint', 2),
		('IDR', 'Rupiah', 2),
		('ILS', 'New Israeli sheqel', 2),
		('INR', 'Indian rupee', 2),
		('IQD', 'Iraqi dinar', 3),
		('IRR', 'Iranian rial', 2),
		('ISK', 'Iceland krona', 0),
		('JMD', 'Jamaican dollar', 2),
		('JOD', 'Jordanian dinar', 3),
		('JPY', 'Yen', 0),
		('KES', 'Kenyan shilling', 2),
		('KGS', 'Som', 2),
		('KHR', 'Riel', 2),
		('KMF', 'Comorian franc', 0),
		('KPW', 'North Korean won', 2),
		('KRW', 'Won', 0),
		('KWD', 'Kuwaiti dinar', 3),
		('KYD', 'Cayman Islands dollar', 2),
		('KZT', 'Tenge', 2),
		('LAK', 'Lao kip', 2),
		('LBP', 'Lebanese pound', 2),
		('LKR', 'Sri Lanka rupee', 2),
		('LRD', 'Liberian dollar', 2),
		('LSL', 'Loti', 2),
		('LYD', 'Libyan dinar', 3),
		('MAD', 'Moroccan dirham', 2),
		('MDL', 'Moldovan leu', 2),
		('MGA', 'Malagasy ariary', 2),
		('MKD', 'Denar', 2),
		('MMK', 'Kyat', 2),
		('MNT', 'Tugrik', 2),
		('MOP', 'Pataca', 2),
		('MRU', 'Ouguiya', 2),
		('MUR', 'Mauritius rupee', 2),
		('MVR', 'Rufiyaa', 2),
		('MWK', 'Malawi kwacha', 2),
		('MXN', 'Mexican peso', 2),
		('MYR', 'Malaysian ringgit', 2),
		('MZN', 'Mozambique metical', 2),
		('NAD', 'Namibia dollar', 2),
		('NGN', 'Naira', 2),
		('NIO', 'Cordoba oro', 2),
		('NOK', 'Norwegian krone', 2),
		('NPR', 'Nepalese rupee', 2),
		('NZD', 'New Zealand dollar', 2),
		('OMR', 'Rial Omani', 3),
		('PAB', 'Balboa', 2),
		('PEN', 'Sol', 2),
		('PGK', 'Kina', 2),
		('PHP', 'Philippine peso', 2),
		('PKR', 'Pakistan rupee', 2),
		('PLN', 'Zloty', 2),
		('PNT', 'Point', 2),
		('PYG', 'Guarani', 0),
		('QAR', 'Qatari rial', 2),
		('RON', 'Romanian leu', 2),
		('RSD', 'Serbian dinar', 2),
		('RUB', 'Russian ruble', 2),
		('RWF', 'Rwanda franc', 0),
		('SAR', 'Saudi riyal', 2),
		('SBD', 'Solomon Islands dollar', 2),
		('SCR', 'Seychelles rupee', 2),
		('SDG', 'Sudanese pound', 2),
		('SEK', 'Swedish krona', 2),
		('SGD', 'Singapore dollar', 2),
		('SHP', 'Saint Helena pound', 2),
		('SLE', 'Leone', 2),
		('SOS', 'Somali shilling', 2),
		('SRD', 'Surinam dollar', 2),
		('SSP', 'South Sudanese pound', 2),
		('STN', 'Dobra', 2),
		('SVC', 'El Salvador colon', 2),
		('SYP', 'Syrian pound', 2),
		('SZL', 'Lilangeni', 2),
		('THB', 'Baht', 2),
		('TJS', 'Somoni', 2),
		('TMT', 'Turkmenistan new manat', 2),
		('TND', 'Tunisian dinar', 3),
		('TOP', 'Pa''anga', 2),
		('TRY', 'Turkish lira', 2),
		('TTD', 'Trinidad and Tobago dollar', 2),
		('TWD', 'New Taiwan dollar', 2),
		('TZS', 'Tanzanian shilling', 2),
		('UAH', 'Hryvnia', 2),
		('UGX', 'Uganda shilling', 0),
		('USD', 'US dollar', 2),
		('UYU', 'Peso uruguayo', 2),
		('UYW', 'Unidad previsional', 4),
		('UZS', 'Uzbekistan sum', 2),
		('VED', 'Digital bolivar', 2),
		('VES', 'Bolivar soberano', 2),
		('VND', 'Dong', 0),
		('VUV', 'Vatu', 0),
		('WST', 'Tala', 2),
		('XAF', 'CFA franc BEAC', 0),
		('XCD', 'East Caribbean dollar', 2),
		('XCG', 'Caribbean guilder', 2),
		('XOF', 'CFA franc BCEAO', 0),
		('XPF', 'CFP franc', 0),
		('YER', 'Yemeni rial', 2),
		('ZAR', 'Rand', 2),
		('ZMW', 'Zambian kwacha', 2),
		('ZWG', 'Zimbabwe gold', 2)) AS c (code, name, exponent)) AS seed
 CROSS JOIN LATERAL wallet.currency_add(seed.codes, seed.names, seed.exponents, false, true);
