import { openBench } from '../../../harness/engine/bench';
import { N8nServer } from '../../../harness/engine/n8n-server';
import { PuppetService } from '../../../harness/engine/puppet-service';

/** An n8n whose service answers when the test says so. */
export interface Puppets {
	n8n: N8nServer;
	service: PuppetService;
	close(): Promise<void>;
}

export async function openPuppets(): Promise<Puppets> {
	const bench = await openBench();
	const service = new PuppetService();
	await service.listen();
	const apixoApi = { apiKey: 'puppet-key', baseUrl: service.baseUrl };
	const n8n = new N8nServer({ ...bench.options, credentials: { apixoApi } });
	await n8n.listen();
	const close = async () => {
		await bench.close();
		await n8n.close();
		await service.close();
	};
	return { n8n, service, close };
}
