import { canReach } from '../../../nodes/shared/urls';

const SERVICE = 'https://api.apixo.ai/api/v1';

describe('The service', () => {
	it.each([
		'http://localhost/a.png',
		'https://app.localhost/a.png',
		'https://127.0.0.1/a.png',
		'https://10.1.2.3/a.png',
		'https://172.16.0.1/a.png',
		'https://172.31.255.1/a.png',
		'https://192.168.1.20:8080/a.png',
		'https://169.254.169.254/latest',
		'https://100.64.0.1/a.png',
		'https://[::1]/a.png',
		'https://[fd12:3456::1]/a.png',
		'https://[fe80::1]/a.png',
		'https://[::ffff:10.0.0.1]/a.png',
		'https://nas/a.png',
		'https://nas.local/a.png',
		'https://minio.internal./a.png',
		'https://fritz.home.arpa/a.png',
	])('cannot reach %s', (url) => {
		expect(canReach(SERVICE, url)).toBe(false);
		expect(canReach('http://127.0.0.1:4010/api/v1', url)).toBe(true);
	});

	it.each([
		'https://example.com/a.png',
		'http://203.0.113.7/a.png',
		'https://11.0.0.1/a.png',
		'https://172.15.0.1/a.png',
		'https://172.32.0.1/a.png',
		'https://192.169.0.1/a.png',
		'https://100.128.0.1/a.png',
		'https://[2001:db8::1]/a.png',
		'https://fd.example/a.png',
		'https://10.example.com/a.png',
		'https://internal.example.com/a.png',
	])('can reach %s', (url) => {
		expect(canReach(SERVICE, url)).toBe(true);
	});
});
