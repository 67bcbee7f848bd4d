// honest.js -- npm's oidc-provider, with one client: us.  Whoever signs in as NAME has NAME@provider.example, proved.
// usage: node honest.js PORT OUR_URL
import Provider from 'oidc-provider';

const [port, us] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
	clients: [{ client_id: 'stoa', client_secret: 'a secret of the tests', redirect_uris: [`${us}/v1/auth/oauth/honest/callback`] }],
	pkce: { required: () => true, methods: ['S256'] },
	claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
	conformIdTokenClaims: false,
	cookies: { keys: ['of the tests'] },
	findAccount: (context, id) => ({ accountId: id,
		claims: () => ({ sub: id, email: `${id}@provider.example`, email_verified: true, name: 'Ada' }) }),
});
provider.listen(Number(port), '127.0.0.1');
