// The built-in functions that run outside of the module, in JavaScript.
//
// An argument comes as the text of its value, a result goes as JSON; undefined is Rego's undefined. Each ends soon:
// within a time that the lengths of its arguments and its result bound.
import { sprintf } from './sprintf.ts';

export type HostBuiltIn = (...values: readonly string[]) => string | undefined;

export const hostBuiltIns: ReadonlyMap<string, HostBuiltIn> = new Map<string, HostBuiltIn>([
  ['sprintf', (format = '', values = '') => JSON.stringify(sprintf(format, values))],
]);
