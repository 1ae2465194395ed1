// The built-in functions that run outside of the module, in JavaScript.
//
// An argument comes as the text of its value, a result goes as JSON; undefined is Rego's undefined. Each ends soon:
// within a time that the lengths of its arguments and its result bound.
import { sprintf } from './sprintf.ts';
import { readString } from './value-text.ts';

export type HostBuiltIn = (...values: readonly string[]) => string | undefined;

function isValidJson(value = ''): string {
  const text = readString(value);
  if (text === undefined) return 'false';
  try {
    JSON.parse(text);
    return 'true';
  } catch {
    return 'false';
  }
}

export const hostBuiltIns: ReadonlyMap<string, HostBuiltIn> = new Map<string, HostBuiltIn>([
  ['json.is_valid', isValidJson],
  ['sprintf', (format = '', values = '') => JSON.stringify(sprintf(format, values))],
]);
