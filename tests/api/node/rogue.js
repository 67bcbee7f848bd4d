// rogue.js -- an OpenID provider that lies as it is asked to.  The code says how: VARIANT~NONCE~SUBJECT~EMAIL.  What is
// under /HOW-WHERE/ is a provider of its own that misbehaves as a server, at one place: /hang-jwks/, /huge-token/.
// usage: node rogue.js PORT
import { createServer } from 'node:http';
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const keys = { a: rsa(), b: rsa(), seal: rsa(), twin: rsa(), short: generateKeyPairSync('rsa', { modulusLength: 1024 }),
	e: generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
let later = null; // a key that is published when it is used first
// Each start has kids of its own: whoever knows those of the one before asks again.
const start = randomBytes(4).toString('hex'), named = (kid) => `${kid}-${start}`;

const jwk = (kid, more) => ({ ...keys[kid].publicKey.export({ format: 'jwk' }), kid: named(kid), use: 'sig', ...more });
const published = () => ({ keys: [jwk('a'), jwk('b'), jwk('e'), jwk('short'), jwk('seal', { use: 'enc' }), jwk('twin'),
	{ ...jwk('a'), kid: named('twin') }, ...(later ? [jwk('later')] : [])] });

const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
function signed(header, claims, key) {
	const text = `${encode(header)}.${encode(claims)}`;
	const made = header.alg === 'ES256' ? sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
		: sign('sha256', Buffer.from(text), key);
	return `${text}.${made.toString('base64url')}`;
}
function hmac(header, claims, secret) {
	const text = `${encode(header)}.${encode(claims)}`;
	return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const rs = (kid) => ({ alg: 'RS256', typ: 'JWT', kid: named(kid) });
const by = (change, header = rs('a'), key = 'a') => (claims) => signed(header, { ...claims, ...change }, keys[key].privateKey);
const now = () => Math.floor(Date.now() / 1000);
const without = (name) => (claims) => {
	const { [name]: gone, ...rest } = claims;
	return signed(rs('a'), rest, keys.a.privateKey);
};
const head = (more) => by({}, { ...rs('a'), ...more });

const variants = {
	good: by({}),
	good_es256: by({}, { alg: 'ES256', kid: named('e') }, 'e'),
	good_audience_list: by({ aud: ['stoa', 'other'], azp: 'stoa' }),
	good_rotated: (claims) => {
		later ??= keys.later = rsa();
		return signed(rs('later'), claims, keys.later.privateKey);
	},
	wrong_iss: by({ iss: 'http://127.0.0.1:1' }),
	iss_with_slash: by({ iss: `${issuer}/` }),
	wrong_aud: by({ aud: 'other' }),
	aud_without_us: by({ aud: ['other', 'another'], azp: 'stoa' }),
	aud_list_without_azp: by({ aud: ['stoa', 'other'] }),
	wrong_azp: by({ azp: 'other' }),
	wrong_nonce: by({ nonce: 'another' }),
	no_nonce: without('nonce'),
	no_aud: without('aud'),
	no_iss: without('iss'),
	alg_none: (claims) => `${encode({ alg: 'none', typ: 'JWT', kid: named('a') })}.${encode(claims)}.`,
	alg_none_signed: by({}, { alg: 'none', typ: 'JWT', kid: named('a') }),
	hs256_with_public_key: (claims) => hmac({ alg: 'HS256', typ: 'JWT', kid: named('a') }, claims,
		keys.a.publicKey.export({ type: 'spki', format: 'pem' })),
	hs256_with_client_secret: (claims) => hmac({ alg: 'HS256', typ: 'JWT', kid: named('a') }, claims, 'a secret of the tests'),
	swapped_kid: by({}, rs('b')),
	unknown_kid: by({}, rs('nobody')),
	no_kid: by({}, { alg: 'RS256', typ: 'JWT' }),
	kid_of_another_kind: by({}, rs('e')),
	es256_by_rsa_kid: by({}, { alg: 'ES256', typ: 'JWT', kid: named('a') }, 'e'),
	key_for_sealing: by({}, rs('seal'), 'seal'),
	kid_twice: by({}, rs('twin'), 'twin'),
	short_key: by({}, rs('short'), 'short'),
	expired: by({ exp: now() - 10 }),
	no_exp: without('exp'),
	exp_as_text: by({ exp: '9999999999' }),
	no_iat: without('iat'),
	from_the_future: by({ iat: now() + 3600, exp: now() + 7200 }),
	not_yet: by({ nbf: now() + 3600 }),
	no_sub: without('sub'),
	empty_sub: by({ sub: '' }),
	sub_as_number: by({ sub: 42 }),
	jku: head({ jku: `${issuer}/rogue.json` }),
	jwk: (claims) => signed({ ...rs('a'), jwk: jwk('b') }, claims, keys.b.privateKey),
	x5u: head({ x5u: `${issuer}/rogue.pem` }),
	crit: head({ crit: ['exp'] }),
	other_typ: head({ typ: 'at+jwt' }),
	tampered: (claims) => {
		const [h, , s] = signed(rs('a'), claims, keys.a.privateKey).split('.');
		return [h, encode({ ...claims, name: 'Mallory' }), s].join('.');
	},
	cut_signature: (claims) => signed(rs('a'), claims, keys.a.privateKey).slice(0, -8),
	no_signature: (claims) => signed(rs('a'), claims, keys.a.privateKey).split('.').slice(0, 2).join('.') + '.',
	four_parts: (claims) => `${signed(rs('a'), claims, keys.a.privateKey)}.x`,
	claim_twice: (claims) => signed(rs('a'), `${JSON.stringify(claims).slice(0, -1)},"sub":"another"}`, keys.a.privateKey),
	email_unverified: by({ email_verified: false }),
	email_verified_as_text: by({ email_verified: 'true' }),
	email_verified_missing: without('email_verified'),
	no_email: without('email'),
	no_address: by({ email: 'not an address' }),
};

function token(form, self) {
	const [variant, nonce, sub, email] = (form.get('code') ?? '').split('~');
	const claims = { iss: self, aud: 'stoa', sub, nonce, email, email_verified: true, name: 'Somebody', iat: now(),
		exp: now() + 300 };

	if (variant === 'refused')
		return [400, { error: 'invalid_grant' }];
	if (variant === 'no_id_token')
		return [200, { access_token: 'x', token_type: 'Bearer' }];
	if (variant === 'id_token_as_list')
		return [200, { id_token: [variants.good(claims)] }];
	return [200, { access_token: 'x', token_type: 'Bearer', id_token: variants[variant](claims) }];
}

const misdeeds = {
	hang: () => {},
	drip: (response) => {
		response.writeHead(200, { 'content-type': 'application/json' });
		const timer = setInterval(() => response.write(' '), 100);
		response.on('close', () => clearInterval(timer));
	},
	huge: (response) => response.end(Buffer.alloc(10 * 1024 * 1024, ' ')),
	redirect: (response) => response.writeHead(302, { location: `${issuer}/trap` }).end(),
	cut: (response) => {
		response.writeHead(200, { 'content-length': 1000 });
		response.write('{', () => response.destroy());
	},
	nonsense: (response) => response.socket.end('no HTTP at all'),
	broken: (response) => response.writeHead(500).end(),
};
const places = { '/.well-known/openid-configuration': 'description', '/token': 'token', '/jwks': 'jwks' };
const asked = new Map(); // how often, by address

const describe = (self) => ({ issuer: self, authorization_endpoint: `${self}/auth`, token_endpoint: `${self}/token`,
	jwks_uri: `${self}/jwks` });
createServer((request, response) => {
	const [, how, where, rest] = /^\/([a-z]+)-([a-z]+)(\/.*)$/.exec(request.url) ?? [];
	const self = rest ? `${issuer}/${how}-${where}` : issuer, url = rest ?? request.url;
	asked.set(request.url, (asked.get(request.url) ?? 0) + 1);
	if (rest && places[url] === where && misdeeds[how])
		return misdeeds[how](response);
	let body = '';
	request.on('data', (part) => { body += part; });
	request.on('end', async () => {
		let status = 200, said;
		if (how === 'late')
			await new Promise((resolve) => setTimeout(resolve, 600));
		if (url === '/.well-known/openid-configuration')
			said = describe(self);
		else if (url === '/jwks')
			said = published();
		else if (url.startsWith('/asked?'))
			said = asked.get(url.slice(7)) ?? 0;
		else if (url.startsWith('/mint?')) {
			const wish = new URLSearchParams(url.slice(6));
			said = { token: variants[wish.get('variant')]({ iss: self, aud: wish.get('aud') ?? 'stoa-api',
				sub: wish.get('sub'), email: wish.get('email'), email_verified: true, name: 'Somebody', iat: now(),
				exp: now() + 300, jti: String(Math.random()) }) };
		} else if (url === '/variants')
			said = [...Object.keys(variants), 'refused', 'no_id_token', 'id_token_as_list'];
		else if (url === '/token' && request.headers.authorization ===
			`Basic ${Buffer.from('stoa:a%20secret%20of%20the%20tests').toString('base64')}`)
			[status, said] = token(new URLSearchParams(body), self);
		else
			[status, said] = [404, {}];
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(JSON.stringify(said));
	});
}).listen(port, '127.0.0.1');
