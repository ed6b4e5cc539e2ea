import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import {
	plainEnvironment,
	startProcess,
	type StartedProcess,
	temporaryFolder,
} from './process.mts';
import { freePort } from './server.mts';

const run = promisify(execFile);

/** Milliseconds. */
const READY_WITHIN_MS = 30_000;

/** Debian keeps PostgreSQL's programs here, one folder for each version, and not on the PATH. */
const POSTGRES_HOME = '/usr/lib/postgresql';

/** Nobody but this machine reaches the database, and it is gone soon: no password. */
const POSTGRES_USER = 'n8n';

export interface Database {
	port: number;
	process: StartedProcess;
}

/**
 * Starts a Redis on a port of its own. It keeps nothing on disk.
 *
 * @throws Error that says how to get one when there is none.
 */
export async function startRedis(): Promise<Database> {
	const port = await freePort();
	const folder = temporaryFolder('redis');
	const redis = startProcess({
		name: 'Redis',
		command: findRedis(),
		args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
		env: plainEnvironment(),
		cwd: folder,
	});
	return await ready({ port, process: redis }, /Ready to accept connections/);
}

/**
 * Starts a PostgreSQL on a port of its own, with an empty database in a temporary folder.
 *
 * @throws Error that says how to get one when there is none.
 */
export async function startPostgres(): Promise<Database> {
	const port = await freePort();
	const folder = temporaryFolder('postgres');
	const account = await unprivileged();
	if (account) await chown(folder, account.uid, account.gid);
	const data = join(folder, 'data');
	await run(
		findPostgres('initdb'),
		['-D', data, '-U', POSTGRES_USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
		{ cwd: folder, env: plainEnvironment(), ...account },
	);
	const postgres = startProcess({
		name: 'PostgreSQL',
		command: findPostgres('postgres'),
		args: ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off'],
		env: plainEnvironment(),
		cwd: folder,
		account,
	});
	return await ready({ port, process: postgres }, /database system is ready to accept connections/);
}

/** What n8n's environment says to reach these two. */
export function databaseEnvironment(redis: Database, postgres: Database): Record<string, string> {
	return {
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_USER: POSTGRES_USER,
		DB_POSTGRESDB_PASSWORD: '',
		DB_POSTGRESDB_DATABASE: 'postgres',
	};
}

async function ready(database: Database, pattern: RegExp): Promise<Database> {
	try {
		await database.process.printed(pattern, READY_WITHIN_MS);
	} catch (error) {
		await database.process.kill();
		throw error;
	}
	return database;
}

/**
 * The path of Redis.
 *
 * @throws Error that says how to get it when there is none.
 */
export function findRedis(): string {
	return findProgram('redis-server', 'redis-server', []);
}

/**
 * The path of one of PostgreSQL's programs.
 *
 * @throws Error that says how to get it when there is none.
 */
export function findPostgres(name: 'initdb' | 'postgres'): string {
	const homes = existsSync(POSTGRES_HOME) ? readdirSync(POSTGRES_HOME).sort().reverse() : [];
	const places = homes.map((version) => join(POSTGRES_HOME, version, 'bin'));
	return findProgram(name, 'postgresql', places);
}

/** PostgreSQL refuses to run as root: then it runs as the account that its package makes. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
	return { uid: await id('-u'), gid: await id('-g') };
}

function findProgram(name: string, debianPackage: string, places: string[]): string {
	const folders = [...(process.env.PATH ?? '').split(delimiter), ...places];
	const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
	if (found) return found;
	throw new Error(
		`Queue mode needs ${name}, which is not installed. On Debian and Ubuntu: ` +
			`sudo apt-get install -y ${debianPackage}`,
	);
}
