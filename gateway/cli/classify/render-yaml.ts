// Proposals as the YAML that a person goes through and puts into the policy's data.

import { joinName } from '../../catalog/index.ts';
import type { Classification, LabelledColumn, Proposal } from '../../classify/index.ts';
import { printable } from '../sql/display-text.ts';

export type Page = Readonly<{
  resource: string;
  database: string;
  classification: Classification;
  minConfidence: number;
  /** Of how many tables values were looked at; undefined: of none. */
  sampledTables: number | undefined;
  /** Whether the labelled columns are listed too. */
  all: boolean;
}>;

type Part = Readonly<{ from: number; title: string }>;

const parts: readonly Part[] = [
  { from: 0.9, title: 'Clear' },
  { from: 0.7, title: 'Likely' },
  { from: 0, title: 'Unsure: look at each' },
];

export function renderYaml(page: Page): string {
  const { classification, all } = page;
  const lines = [...head(page), ''];
  if (classification.proposals.length === 0) lines.push('columns: {}');
  else lines.push('columns:', ...parts.flatMap((part) => renderPart(part, classification.proposals)));
  if (all && classification.labelled.length > 0) lines.push('', ...renderLabelled(classification.labelled));
  return `${lines.join('\n')}\n`;
}

function head({ resource, database, classification, minConfidence, sampledTables }: Page): string[] {
  const { proposals, labelled, columns } = classification;
  const looked =
    sampledTables === undefined
      ? 'Names, types and comments were looked at, and no values.'
      : `Names, types, comments and some values of ${plural(sampledTables, 'table')} were looked at.`;
  const count = `${plural(proposals.length, 'column')} of ${columns} in the database ${JSON.stringify(database)}`;
  return [
    `Labels proposed for the resource ${JSON.stringify(resource)}: ${count}.`,
    `${plural(labelled.length, 'column')} had labels already. ${looked}`,
    `Each has its confidence behind it, from ${minConfidence.toFixed(2)} upwards, and why.`,
    '',
    'Correct what is wrong, and put `columns` into policies/catalog/data.yaml of your policy. A column that is harmless',
    'keeps an empty list, [], there: then it is not proposed again.',
  ].map((text) => (text === '' ? '#' : `# ${printable(text)}`));
}

function renderPart({ from, title }: Part, all: readonly Proposal[]): string[] {
  const upTo = parts.findLast((part) => part.from > from)?.from ?? 1;
  const proposals = all.filter(({ confidence }) => confidence >= from && confidence < upTo);
  if (proposals.length === 0) return [];
  const tables = Map.groupBy(proposals, ({ schema, relation }) => joinName(schema, relation));
  const blocks = Array.from(tables, ([table, members]) => [
    '',
    `  # ${printable(table)}`,
    ...renderColumns(members),
  ]);
  return ['', `  # ${title}: ${plural(proposals.length, 'column')}`, ...blocks.flat()];
}

function renderColumns(proposals: readonly Proposal[]): string[] {
  const entries = proposals.map(({ schema, relation, column, labels }) => {
    const list = labels.map((label) => JSON.stringify(label)).join(', ');
    return `  ${JSON.stringify(joinName(schema, relation, column))}: [${list}]`;
  });
  const width = Math.max(...entries.map(({ length }) => length));
  return proposals.map(({ confidence, because }, at) => {
    const why = because.map(printable).join('; ');
    return `${entries[at]?.padEnd(width)}  # ${confidence.toFixed(2)}  ${why}`;
  });
}

function renderLabelled(labelled: readonly LabelledColumn[]): string[] {
  const lines = labelled.map(({ schema, relation, column, labels }) => {
    const sources = labels.map(({ name, from }) => `${name} (${from.replaceAll('_', ' ')})`).join(', ');
    return `#   ${printable(joinName(schema, relation, column))}: ${printable(sources)}`;
  });
  return [`# Labelled already: ${plural(labelled.length, 'column')}`, ...lines];
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
