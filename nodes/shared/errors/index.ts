/** Every text of the package about the service and its tasks, by what it speaks of. */
export type { Problem } from './problem';
export * from './account';
export { FAIL_CODE_HINTS } from './fail-codes';
export * from './keys';
export * from './orders';
export * from './refusals';
export * from './run';
export * from './tasks';
