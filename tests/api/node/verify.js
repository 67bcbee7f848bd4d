// verify.js -- an access token on standard input, judged by jose as any outsider would: the keys from our key set, and
// what must be refused is refused.  usage: node verify.js ISSUER
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { readFileSync } from 'node:fs';

const issuer = process.argv[2];
const token = readFileSync(0, 'utf8').trim();
const found = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
const keys = createRemoteJWKSet(new URL(found.jwks_uri));
const expected = { issuer: found.issuer, audience: 'stoa', algorithms: ['ES256'], typ: 'JWT',
	requiredClaims: ['iss', 'aud', 'sub', 'sid', 'ver', 'iat', 'nbf', 'exp'] };

const { payload, protectedHeader } = await jwtVerify(token, keys, expected);
console.log(JSON.stringify({ sub: payload.sub, sid: payload.sid, alg: protectedHeader.alg }));

async function refused(what, text, wants) {
	try {
		await jwtVerify(text, keys, wants);
	} catch {
		return;
	}
	console.error(`${what} was accepted`);
	process.exit(1);
}
const [head, body, signature] = token.split('.');
const another = Buffer.from(JSON.stringify({ ...payload, sub: '0190b5a0-0000-7000-8000-000000000000' })).toString('base64url');
await refused('another subject', [head, another, signature].join('.'), expected);
await refused('a token without a signature', [head, body, ''].join('.'), expected);
await refused('another issuer', token, { ...expected, issuer: 'https://other.example' });
await refused('another audience', token, { ...expected, audience: 'other' });
