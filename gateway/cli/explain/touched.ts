// What a statement reads and calls, as rows: relations, columns, outputs, functions.

import { type FunctionClass, functionClassMeanings, isFunctionClass } from '../../catalog/index.ts';
import type { ColumnFact, FunctionFact, OutputFact, RelationFact } from '../../sql/index.ts';
import type { Cell, Row } from '../page/rows.ts';

export const labelCell = (labels: readonly string[]): Cell => ({ text: labels.join(', '), style: 'magenta' });

/** At most one: "through public.v › public.f(integer)". */
export const throughTexts = (through: readonly string[]): string[] =>
  through.length === 0 ? [] : [`through ${through.join(' › ')}`];

export function relationRows(relations: readonly RelationFact[], verbose: boolean): Row[] {
  return relations.map(({ schema, name, kind, access, through, labels }) => [
    `${schema}.${name}`,
    kind,
    access.join(', '),
    ...(verbose ? [labelCell(labels)] : []),
    { text: throughTexts(through).join(''), style: 'dim' },
  ]);
}

/** The columns of one relation, indented below its name. */
export function columnRows(columns: readonly ColumnFact[], verbose: boolean): Row[] {
  const isQuiet = ({ used, labels }: ColumnFact): boolean =>
    !verbose && used.length === 0 && labels.length === 0;
  const rows: Row[] = columns.filter((column) => !isQuiet(column)).map(columnRow);
  const others = columns.length - rows.length;
  return others === 0
    ? rows
    : [...rows, [{ text: `  ${others} inside (--verbose lists them)`, style: 'dim' }]];
}

const columnRow = ({ name, used, usedInside, labels }: ColumnFact): Row => [
  `  ${name}`,
  [...used, ...(usedInside.length === 0 ? [] : [`inside: ${usedInside.join(', ')}`])].join(', '),
  labelCell(labels),
];

export function outputRows(outputs: readonly OutputFact[]): Row[] {
  return outputs.map(({ position, name, columns, labels, direct }) => [
    { text: String(position), style: 'dim' },
    name,
    labelCell(labels),
    origin(columns, direct),
  ]);
}

function origin(columns: readonly string[], direct: boolean): Cell {
  if (columns.length === 0) return { text: 'of no column', style: 'dim' };
  return direct ? `is ${columns.join(', ')}` : `computed from ${columns.join(', ')}`;
}

/** What the class of a function becomes when more is known of it than its signature tells. */
const known = {
  followed: 'its definition is read: what it touches is listed here',
  vouched: 'what it touches is taken from your data',
} as const;

/** Classes of which a call shows and changes nothing that the other facts don't tell. */
const quiet: ReadonlySet<string> = new Set<FunctionClass | keyof typeof known>([
  'pure',
  'whole_value',
  'clock',
  'random',
  'followed',
  'vouched',
]);
/** Classes that reach beyond what the other facts can say. */
const loud: ReadonlySet<string> = new Set<FunctionClass>([
  'admin',
  'reads_files',
  'writes_files',
  'runs_sql',
  'opaque',
]);

export function functionRows(functions: readonly FunctionFact[], verbose: boolean): Row[] {
  const isQuiet = (one: FunctionFact): boolean => !verbose && one.builtin && quiet.has(one.class);
  const rows = functions.filter((one) => !isQuiet(one)).map(functionRow);
  const others = functions.filter(isQuiet);
  if (others.length === 0) return rows;
  const counts = [...Map.groupBy(others, (one) => one.class)].map(([of, { length }]) => `${length} ${of}`);
  return [...rows, [{ text: `${counts.join(', ')} (--verbose lists them)`, style: 'dim' }]];
}

function functionRow(one: FunctionFact): Row {
  const about = [
    meaningOf(one.class),
    one.as === 'function' ? '' : `called as ${one.as}`,
    one.builtin ? '' : `${one.language}, ${one.volatility}`,
    one.securityDefiner ? 'security definer' : '',
    ...throughTexts(one.through),
  ];
  const style = loud.has(one.class) ? 'red' : quiet.has(one.class) ? 'green' : 'yellow';
  return [one.signature, { text: one.class, style }, about.filter((part) => part !== '').join('; ')];
}

function meaningOf(of: string): string {
  if (isFunctionClass(of)) return functionClassMeanings[of];
  return Object.hasOwn(known, of) ? known[of as keyof typeof known] : '';
}
