// What doesn't fit between a database and what people say of it, as warnings.

import type { CatalogFinding } from '../../catalog/index.ts';
import type { Terminal } from '../command.ts';
import { printable } from '../sql/display-text.ts';

export function printFindings(findings: readonly CatalogFinding[], { stderr }: Terminal): void {
  for (const { message } of findings) stderr.write(`! ${printable(message)}\n`);
}
