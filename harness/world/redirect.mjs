/**
 * Loaded into n8n before n8n itself (see `environment` in world.mts). What n8n sends to the hosts that
 * have a stand-in goes to that, on this machine; what stays on this machine passes; whatever else would leave
 * it is refused and noted. No file of the system is changed for it.
 */
import { appendFileSync } from 'node:fs';
import dns from 'node:dns';
import net from 'node:net';

/** @type {{ hosts: string[], port: number, refusedFile: string }} */
const world = JSON.parse(process.env.OUTSIDE_WORLD ?? '');

const LOOPBACK = '127.0.0.1';

/** @param {string} host */
const isHere = (host) => /^(localhost|127(\.\d+){3}|0\.0\.0\.0|::1?|\[::1\])$/i.test(host);

/** @param {string} host */
function refuse(host) {
	appendFileSync(world.refusedFile, `${host}\n`);
	const error = new Error(`${host} is outside this machine, and nothing stands in for it.`);
	return Object.assign(error, { code: 'ENOTFOUND', hostname: host });
}

// Everything in Node.js that speaks TCP ends up here: http, https, tls, fetch.
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
	const call = Array.isArray(given[0]) ? given[0] : net._normalizeArgs(given);
	const { host = 'localhost', path } = call[0];
	if (path || isHere(host)) return connect.call(this, call);
	if (!world.hosts.includes(host)) {
		const error = refuse(host);
		process.nextTick(() => this.destroy(error));
		return this;
	}
	// The name that the certificate is checked against stays the one that was asked for.
	call[0] = { ...call[0], host: LOOPBACK, port: world.port };
	return connect.call(this, call);
};

// Questions to a name server would leave this machine too.
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
	const ask = dns[name];
	dns[name] = function (host, ...rest) {
		if (isHere(host) || net.isIP(host)) return ask.call(this, host, ...rest);
		const error = refuse(host);
		process.nextTick(() => rest.at(-1)(error));
	};
	const askLater = dns.promises[name];
	dns.promises[name] = async function (host, ...rest) {
		if (isHere(host) || net.isIP(host)) return await askLater.call(this, host, ...rest);
		throw refuse(host);
	};
}
