// page.js -- opens a page as a person would: fills in what it asks for, presses Enter, reads what it says.
// usage: node page.js URL [LABEL=VALUE ...]     prints one line of JSON
import { chromium } from 'playwright-core';

const [url, ...given] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
		'--disable-component-update', '--disable-sync'] });
const page = await browser.newPage({ ignoreHTTPSErrors: true, viewport: { width: 320, height: 640 } });
const complaints = [], elsewhere = [];

page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
page.on('pageerror', (error) => complaints.push(String(error)));
page.on('request', (request) => new URL(request.url()).origin === new URL(url).origin || elsewhere.push(request.url()));
await page.goto(url);
for (const pair of given) {
	const [label, value] = pair.split(/=(.*)/s);
	await page.getByLabel(label).fill(value);
}
const before = await page.getByRole('status').textContent();
if (given.length > 0)
	await page.keyboard.press('Enter');
await page.waitForFunction(([old, wait]) => {
	const says = document.querySelector('[role=status]').textContent;
	return says !== 'One moment.' && (!wait || says !== old);
}, [before, given.length > 0]);
console.log(JSON.stringify({
	heading: await page.getByRole('heading').textContent(),
	says: await page.getByRole('status').textContent(),
	form: await page.locator('form').isVisible(),
	address: page.url(),
	wide: await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth),
	complaints: complaints.join('; '),
	elsewhere: elsewhere.join(' '),
}));
await browser.close();
