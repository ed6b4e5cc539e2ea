/**
 * `npm run release -- <version>`: gives the changes their version and date, commits and tags. Pushing the
 * tag publishes, from GitHub's workflow. `--dry-run` tells what would be done, and does nothing.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parser } from 'keep-a-changelog';
import semver from 'semver';

const HELP = `Makes a release of what is under "Unreleased" in CHANGELOG.md.

  npm run release -- <version> [--dry-run]

  <version>   such as 1.2.3, or patch, minor or major; higher than every version that has a tag.
              Without it: the version of package.json, if that has no tag yet
  --dry-run   tells what would be done, and does nothing
  --help      this text`;

/** Releases are made from here, so that each is what everybody sees. */
const BRANCH = 'main';

const UNRELEASED = '## [Unreleased]';

/** What README.md says only for as long as nothing is published: how to install a build of one's own. */
const UNTIL_PUBLISHED =
	/<!-- until the first release -->\n[\s\S]*?<!-- \/until the first release -->\n\n/;

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();

interface Plan {
	version: string;
	changelog: string;
	/** The changes alone, for the tag, and so for the release on GitHub. */
	changes: string;
}

/** @throws Error that says why there can be no such release, and what to do. */
function plan(wanted: string | undefined): Plan {
	const branch = git('rev-parse', '--abbrev-ref', 'HEAD');
	if (branch !== BRANCH)
		throw new Error(`Releases are made from ${BRANCH}, and this is ${branch}.`);
	const changed = git('status', '--porcelain');
	if (changed !== '') throw new Error(`Commit or undo what has changed first:\n${changed}`);
	const tags = git('tag', '--list')
		.split('\n')
		.filter((tag) => semver.valid(tag));
	const { version: current } = JSON.parse(readFileSync('package.json', 'utf8')) as {
		version: string;
	};
	const version = next(wanted, current);
	if (tags.includes(version)) throw new Error(`The tag ${version} exists. Take a higher version.`);
	const highest = semver.rsort([...tags])[0];
	if (highest !== undefined && !semver.gt(version, highest)) {
		throw new Error(`${version} is not higher than ${highest}, which has a tag.`);
	}
	if (semver.lt(version, current)) {
		throw new Error(`${version} is lower than ${current}, which package.json has.`);
	}
	return { version, ...withRelease(version) };
}

function next(wanted: string | undefined, current: string): string {
	if (wanted === undefined) return current;
	if (wanted === 'patch' || wanted === 'minor' || wanted === 'major') {
		return semver.inc(current, wanted) ?? current;
	}
	if (semver.valid(wanted) === wanted) return wanted;
	throw new Error(`A version looks like 1.2.3, or is patch, minor or major: not "${wanted}".`);
}

/** The changelog with what is unreleased under the version and today's date. */
function withRelease(version: string): Omit<Plan, 'version'> {
	const text = readFileSync('CHANGELOG.md', 'utf8');
	const today = new Date().toISOString().slice(0, 10);
	const changelog = text.replace(UNRELEASED, `${UNRELEASED}\n\n## [${version}] - ${today}`);
	// Reads it strictly, and throws with the line that is wrong.
	const parsed = parser(changelog);
	parsed.format = 'markdownlint';
	const release = parsed.findRelease(version);
	if (release === undefined || release.isEmpty()) {
		throw new Error(`CHANGELOG.md has nothing under "${UNRELEASED}". Tell users what has changed.`);
	}
	return { changelog, changes: release.toString(parsed) };
}

function make({ version, changelog, changes }: Plan): void {
	writeFileSync('CHANGELOG.md', changelog);
	writeFileSync('README.md', readFileSync('README.md', 'utf8').replace(UNTIL_PUBLISHED, ''));
	execFileSync('npm', ['version', version, '--no-git-tag-version', '--allow-same-version'], {
		stdio: 'ignore',
		shell: process.platform === 'win32',
	});
	git('commit', '--all', '--quiet', '--message', version);
	// As it is: git would take headings for comments.
	git('tag', '--annotate', version, '--cleanup=verbatim', '--message', `${version}\n\n${changes}`);
}

function main(): void {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: { 'dry-run': { type: 'boolean' }, help: { type: 'boolean' } },
	});
	if (values.help) return console.log(HELP);
	if (positionals.length > 1) throw new Error(`One version, not "${positionals.join(' ')}".`);
	const release = plan(positionals[0]);
	console.log(`Version ${release.version}\n\n${release.changes.trim()}\n`);
	if (values['dry-run']) {
		return console.log(
			`Nothing was done. Without --dry-run: CHANGELOG.md, package.json and package-lock.json get the version, in one commit with the tag ${release.version}.`,
		);
	}
	make(release);
	console.log(
		`Committed and tagged. This publishes it:\n  git push --atomic origin ${BRANCH} ${release.version}`,
	);
}

try {
	main();
} catch (error) {
	console.error(error instanceof Error ? error.message : String(error));
	console.error('See npm run release -- --help.');
	process.exitCode = 1;
}
