// The tour's look at what policies will see: facts of a statement, and the labels of the catalog.

import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import type { Demo } from './start.ts';

type Statement = Readonly<{
  opaque: boolean;
  outputs: readonly Readonly<{ name: string; columns: readonly string[]; labels: readonly string[] }>[];
}>;
type Catalog = Readonly<{
  relations: readonly Readonly<{ columns: readonly Readonly<{ labels: readonly unknown[] }>[] }>[];
  findings: readonly unknown[];
}>;

/** A view hides neither the column nor its label. */
export async function explainStep(demo: Demo): Promise<string> {
  const sql = 'SELECT lower(email) AS contact FROM open_tickets WHERE priority = 1';
  const { opaque, outputs } = (await command(demo, 'explain', '--json', sql)) as Statement;
  const [contact] = outputs;
  const column = 'public.customers.email';
  if (opaque || !contact?.columns.includes(column) || contact.labels.join() !== 'pii.email')
    throw new Error(`of ${sql} it says ${JSON.stringify({ opaque, outputs })}`);
  return `"${contact.name}" is computed from ${column} and carries ${contact.labels.join()}`;
}

export async function catalogStep(demo: Demo): Promise<string> {
  const { relations, findings } = (await command(demo, 'catalog', '--json')) as Catalog;
  const columns = relations.flatMap((relation) => relation.columns);
  const labelled = columns.filter(({ labels }) => labels.length > 0).length;
  if (labelled === 0 || findings.length > 0)
    throw new Error(`${labelled} labelled columns, and ${JSON.stringify(findings)}`);
  return `${relations.length} tables and views, ${labelled} of ${columns.length} columns are labelled`;
}

/** What `portcullis NAME --config … WORDS` prints, as JSON. */
async function command(demo: Demo, name: string, ...words: readonly string[]): Promise<unknown> {
  const config = join(demo.folder, 'portcullis.yaml');
  return JSON.parse(await runCommand([name, '--config', config, ...words]));
}
