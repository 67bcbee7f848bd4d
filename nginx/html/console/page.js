// page.js -- what a link of ours wants: #setup=SECRET, #verify=SECRET or #reset=SECRET.  The secret stands behind '#', so
// no server's log has it, and it is taken out of the address before anything else happens.
"use strict";

const kinds = {
	setup: {
		title: "The first super user",
		says: "Whoever has this link becomes the super user. It counts once.",
		button: "Make the super user",
		path: "/v1/auth/setup",
		email: true,
		done: "You are the super user. Sign in with this address from now on.",
	},
	verify: {
		title: "Prove your address",
		says: "One moment.",
		path: "/v1/auth/verify",
		done: "Your address is proved. You can sign in now.",
	},
	reset: {
		title: "Choose a new password",
		says: "Every session of yours ends with that; sign in anew afterwards.",
		button: "Save the password",
		path: "/v1/auth/password/reset",
		done: "Your new password counts from now on.",
	},
};

const element = (id) => document.getElementById(id);

function say(text, wrong) {
	element("says").textContent = text;
	element("says").classList.toggle("wrong", wrong === true);
}

// A sentence for a person, out of a problem (RFC 9457).
function sentence(problem) {
	const errors = (problem.errors || []).map((error) => error.pointer.replace(/^\//, "") + " " + error.detail);

	return [problem.detail || problem.title || "It did not work.", ...errors].join(" ");
}

async function send(kind, body) {
	const answer = await fetch(kind.path, {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify(body),
		credentials: "omit",
		cache: "no-store",
	});

	if (!answer.ok)
		throw new Error(sentence(await answer.json().catch(() => ({}))));
}

async function finish(kind, body) {
	element("button").disabled = true;
	try {
		await send(kind, body);
		element("form").hidden = true;
		say(kind.done);
	} catch (error) {
		say(error.message, true);
	}
	element("button").disabled = false;
}

function open(kind, token) {
	document.title = kind.title;
	element("title").textContent = kind.title;
	say(kind.says);
	if (kind.button === undefined)
		return finish(kind, { token });
	element("button").textContent = kind.button;
	element("email-label").hidden = element("email").disabled = !kind.email;
	element("form").hidden = false;
	element("form").addEventListener("submit", (event) => {
		const body = { token, password: element("password").value };

		event.preventDefault();
		if (kind.email)
			body.email = element("email").value;
		finish(kind, body);
	});
}

const [, name, token] = /^#([a-z]+)=([\w-]+)$/.exec(location.hash) || [];

history.replaceState(null, "", location.pathname);
if (Object.hasOwn(kinds, name ?? ""))
	open(kinds[name], token);
else
	say("This page opens the links that Stoa mails and prints. The address holds no such link.");
