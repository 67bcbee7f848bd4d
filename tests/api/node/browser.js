// browser.js -- signs somebody in at honest.js as a browser would: follows redirects, keeps cookies, fills in forms.
// Prints where it was sent in the end.  usage: node browser.js START_URL NAME
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';

const [start, name] = process.argv.slice(2);
const jar = new Map(); // origin -> Map

// Not fetch: that of Debian's node joins what several Set-Cookie say.
const ask = (url, form, headers) => new Promise((resolve, reject) => {
	const request = (url.startsWith('https:') ? secure : plain)(url, { method: form ? 'POST' : 'GET', headers: { ...headers,
		...(form && { 'content-type': 'application/x-www-form-urlencoded' }) } }, async (answer) => {
		answer.text = '';
		for await (const part of answer.setEncoding('utf8'))
			answer.text += part;
		resolve(answer);
	});
	request.on('error', reject).end(form?.toString());
});

async function visit(url, form) {
	const { origin } = new URL(url), cookies = jar.get(origin) ?? new Map();
	const answer = await ask(url, form, { cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; ') });
	for (const line of answer.headers['set-cookie'] ?? []) {
		const [, key, value] = /^([^=]+)=([^;]*)/.exec(line);
		cookies.set(key, value);
	}
	jar.set(origin, cookies);
	return answer;
}

let url = start, form;
for (let steps = 0; steps < 20; steps++) {
	const answer = await visit(url, form), to = answer.headers.location;
	if (to) {
		url = new URL(to, url).href;
		form = undefined;
		if (url.startsWith('https://app.example.com/')) {
			console.log(url);
			process.exit(0);
		}
		continue;
	}
	const page = answer.text, action = /<form[^>]*action="([^"]+)"/.exec(page);
	if (!action) {
		console.error(answer.statusCode, page);
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
