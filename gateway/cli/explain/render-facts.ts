// The facts of one statement as a page for people who write rules.

import type { StatementFacts } from '../../sql/index.ts';
import type { Paint } from '../page/paint.ts';
import { type Layout, layRows, section } from '../page/rows.ts';
import { grantRows, objectRows, sessionRows, writeRows } from './effects.ts';
import { columnRows, functionRows, outputRows, relationRows } from './touched.ts';

export type FactsPage = Readonly<{
  width: number;
  paint: Paint;
  /** Also what is seldom of interest: what only computes, what views need for themselves, labels of whole relations. */
  verbose: boolean;
}>;

/**
 * The words in it are those of `input.statement`, so that what is read here can be written in a rule.
 */
export function renderFacts(facts: StatementFacts, { width, paint, verbose }: FactsPage): string {
  const layout: Layout = { width, paint, indent: 2 };
  const sections = [
    ...section('Relations', relationRows(facts.relations, verbose), layout),
    ...columnSection(facts, layout, verbose),
    ...section('Outputs', outputRows(facts.outputs), layout),
    ...section('Writes', writeRows(facts.writes), layout),
    ...section('Functions', functionRows(facts.functions, verbose), layout),
    ...section('Objects', objectRows(facts.objects), layout),
    ...section('Rights', grantRows(facts.grants), layout),
    ...section('Session', sessionRows(facts.session), layout),
  ];
  const lines = [heading(facts, paint), ...opaqueLines(facts, layout), ''];
  if (sections.length === 0 && facts.opaque.length === 0)
    lines.push('It touches nothing of the database.', '');
  return [...lines, ...sections].join('\n');
}

function heading(facts: StatementFacts, paint: Paint): string {
  // What is inside CALL and EXECUTE are their arguments.
  const named = facts.kind === 'call' || facts.kind === 'execute' ? [] : facts.inner;
  const inner = named.map(({ tag }) => ` of ${tag}`).join(',');
  const notes = [
    `kind ${facts.kind}`,
    facts.readOnly ? 'read_only' : 'not read_only',
    ...(facts.limit === undefined ? [] : [`limit ${facts.limit}`]),
    `catalog ${facts.catalogVersion}`,
  ];
  return `${paint('bold', facts.tag + inner)}  ${paint('dim', notes.join(' · '))}`;
}

function opaqueLines({ opaque }: StatementFacts, layout: Layout): string[] {
  if (opaque.length === 0) return [];
  const rows = opaque.map(({ reason, because }) => [{ text: reason, style: 'red' } as const, because]);
  const title = 'Opaque: it may touch more than is listed here';
  return ['', layout.paint(['bold', 'red'], title), ...layRows(rows, layout)];
}

/** Columns below the name of their relation. */
function columnSection({ columns }: StatementFacts, layout: Layout, verbose: boolean): string[] {
  if (columns.length === 0) return [];
  const relations = Map.groupBy(columns, ({ schema, table }) => `${schema}.${table}`);
  const rows = [...relations].flatMap(([relation, of]) => [[relation], ...columnRows(of, verbose)]);
  return section('Columns', rows, layout);
}
