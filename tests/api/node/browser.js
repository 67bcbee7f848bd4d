// browser.js -- signs somebody in at honest.js as a browser would: follows redirects, keeps cookies, fills in forms.
// Prints where it was sent in the end.  usage: node browser.js START_URL NAME
const [start, name] = process.argv.slice(2);
const jar = new Map(); // origin -> Map

async function visit(url, form) {
	const { origin } = new URL(url), cookies = jar.get(origin) ?? new Map();
	const answer = await fetch(url, { method: form ? 'POST' : 'GET', body: form, redirect: 'manual',
		headers: { cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; ') } });
	for (const line of answer.headers.getSetCookie()) {
		const [, key, value] = /^([^=]+)=([^;]*)/.exec(line);
		cookies.set(key, value);
	}
	jar.set(origin, cookies);
	return answer;
}

let url = start, form;
for (let steps = 0; steps < 20; steps++) {
	const answer = await visit(url, form), to = answer.headers.get('location');
	if (to) {
		url = new URL(to, url).href;
		form = undefined;
		if (url.startsWith('https://app.example.com/')) {
			console.log(url);
			process.exit(0);
		}
		continue;
	}
	const page = await answer.text(), action = /<form[^>]*action="([^"]+)"/.exec(page);
	if (!action) {
		console.error(answer.status, page);
		process.exit(1);
	}
	form = new URLSearchParams();
	const prompt = /name="prompt" value="([^"]+)"/.exec(page);
	form.set('prompt', prompt ? prompt[1] : 'login');
	if (page.includes('name="login"')) {
		form.set('login', name);
		form.set('password', 'any');
	}
	url = new URL(action[1], url).href;
}
process.exit(1);
