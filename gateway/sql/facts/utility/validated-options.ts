// Options of foreign servers, tables and users: a function of the foreign data wrapper reads them.

import type { Findings } from './findings.ts';

export function optionsValidated(findings: Findings): void {
  findings.opaque('function', 'a function of the foreign data wrapper reads the options');
}

/** For nodes with `options`. */
export function ifOptions(
  { options = [] }: Readonly<{ options?: readonly unknown[] }>,
  findings: Findings,
): void {
  if (options.length > 0) optionsValidated(findings);
}
