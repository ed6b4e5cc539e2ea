/** Who may import whom: what CONTRIBUTING.md says in "Where is what". `npm test` checks it. */
const never = (name, from, to) => ({ name, severity: 'error', from, to });

export default {
	forbidden: [
		never('no-circle', {}, { circular: true }),
		never('shared-knows-no-node', { path: '^nodes/shared/' }, { path: '^nodes/(?!shared/)' }),
		never(
			'tasks-know-no-parameters',
			{ path: '^nodes/Apixo/tasks/' },
			{ path: '^nodes/Apixo/actions/' },
		),
		never(
			'actions-know-no-http',
			{ path: '^nodes/Apixo/actions/' },
			{ path: '^nodes/shared/(transport|envelope)' },
		),
		never(
			'published-knows-no-tools',
			{ path: '^(index|nodes/|credentials/)' },
			{ path: '^(sandbox|harness|scripts|test)/' },
		),
		never(
			'sandbox-stands-alone',
			{ path: '^sandbox/' },
			{ path: '^(nodes/(?!shared/)|harness/|scripts/|test/)' },
		),
		never('harness-is-below', { path: '^harness/' }, { path: '^(scripts|test)/' }),
		never('scripts-take-nothing-from-tests', { path: '^scripts/' }, { path: '^test/' }),
		never(
			'tests-take-nothing-from-scripts',
			{ path: '^test/', pathNot: '^test/unit/scripts/' },
			{ path: '^scripts/' },
		),
		never('all-is-found', {}, { couldNotResolve: true }),
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		tsConfig: { fileName: 'tsconfig.check.json' },
		// A circle of types is one to a reader, too.
		tsPreCompilationDeps: true,
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['import', 'require', 'node', 'default', 'types'],
			extensions: ['.ts', '.mts', '.mjs', '.js', '.d.ts', '.json'],
		},
	},
};
