// `portcullis catalog`.

import { catalogQuery, loadSnapshot, type Snapshot } from '../catalog/index.ts';
import { silentLog } from '../lib/index.ts';
import type { Relation } from '../sql/index.ts';
import { describeRelation, type RelationDescription } from './catalog/describe-relation.ts';
import { createLabelsOf } from './catalog/labels-of.ts';
import { everything, type NamePattern, readNamePattern } from './catalog/name-pattern.ts';
import { printFindings } from './catalog/print-findings.ts';
import { renderRelation } from './catalog/render-relation.ts';
import { catalogDataOption, readCatalogDataOption } from './catalog-data.ts';
import { type Command, CommandError, type Invocation, UsageError } from './command.ts';
import { paintFor, widthFor } from './page/paint.ts';
import type { Layout } from './page/rows.ts';
import { resolverOptions, withResolver } from './resolver-access.ts';

export const catalog: Command = {
  name: 'catalog',
  summary: "Show a resource's tables and labels",
  usage: '[PATTERN]',
  description:
    'Tables and views with their columns, and where each label comes from. ' +
    'PATTERN is as for \\d of psql: "cust*", "hr.*", \'public."Orders"\'; without one, all tables and views ' +
    'that are not the server\'s own. Labels come from comments ("@label(pii.ssn)" in COMMENT ON COLUMN), from ' +
    'SECURITY LABEL, and from data; views have those of the columns that they show.',
  options: {
    ...resolverOptions,
    ...catalogDataOption,
    'labels-only': { type: 'boolean', help: 'Only columns that have a label.' },
    json: { type: 'boolean', help: 'Print JSON.' },
  },
  arguments: { min: 0, max: 1 },
  examples: [
    'portcullis catalog --config portcullis.yaml',
    "portcullis catalog --config portcullis.yaml 'hr.*'",
    'portcullis catalog --config portcullis.yaml --resource orders --labels-only',
  ],
  prints: 'Relations with their columns; what labels or data name in vain goes to standard error.',
  exits: { 1: 'Nothing fits the pattern, or the database cannot be asked.' },
  async run(invocation) {
    const pattern = patternOf(invocation);
    const data = await readCatalogDataOption(invocation);
    const snapshot = await withResolver(invocation, 'portcullis catalog', async ({ connect }) =>
      loadSnapshot(catalogQuery(await connect()), { data, log: silentLog }),
    );
    const labelsOnly = invocation.flag('labels-only');
    const labelsOf = createLabelsOf(snapshot);
    const relations = matching(snapshot, pattern)
      .map((relation) => describeRelation(relation, snapshot, labelsOf))
      .filter(({ columns }) => !labelsOnly || columns.some(({ labels }) => labels.length > 0));
    if (invocation.flag('json')) {
      const { database, version, findings } = snapshot;
      const document = { database, version, relations, findings };
      invocation.terminal.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
      return 0;
    }
    printPage(invocation, relations);
    printFindings(snapshot.findings, invocation.terminal);
    if (relations.length > 0) return 0;
    throw new CommandError(`no ${labelsOnly ? 'labelled column' : 'table or view'} fits`);
  },
};

function patternOf({ positionals: [text] }: Invocation): NamePattern {
  if (text === undefined) return everything;
  const pattern = readNamePattern(text);
  if (pattern !== undefined) return pattern;
  throw new UsageError(`"${text}" is no pattern`, 'It is NAME or SCHEMA.NAME, each with * and ? in it.');
}

function matching(snapshot: Snapshot, pattern: NamePattern): Relation[] {
  const key = ({ schema, name }: Relation): string => `${schema}\0${name}`;
  const found = [...snapshot.relations()].filter((relation) => pattern(relation));
  return found.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function printPage({ terminal, flag }: Invocation, relations: readonly RelationDescription[]): void {
  const layout: Layout = { width: widthFor(terminal), paint: paintFor(terminal), indent: 2 };
  for (const relation of relations) {
    terminal.stdout.write(`${renderRelation(relation, layout, flag('labels-only'))}\n`);
  }
}
