// One relation as a part of the catalog page.

import { type Layout, layRows, type Row } from '../page/rows.ts';
import type { ColumnDescription, LabelSource, RelationDescription } from './describe-relation.ts';

export function renderRelation(relation: RelationDescription, layout: Layout, labelsOnly: boolean): string {
  const { paint, indent, width } = layout;
  const { schema, name, kind, owner, comment } = relation;
  const title = layRows(
    [
      [
        { text: `${schema}.${name}`, style: 'bold' },
        { text: `${kind.replaceAll('_', ' ')}, owner ${owner}`, style: 'dim' },
      ],
    ],
    { width, paint, indent: 0 },
  );
  if (labelsOnly) {
    const rows = relation.columns.filter(({ labels }) => labels.length > 0).map(labelRow);
    return [...title, ...layRows(rows, layout), ''].join('\n');
  }
  const lines = [
    ...(comment === undefined ? [] : layRows([[{ text: comment, style: 'dim' }]], layout)),
    ...layRows(relation.columns.map(columnRow), layout),
    ...layRows(notes(relation), { width, paint, indent: indent * 2 }),
  ];
  return [...title, ...lines, ''].join('\n');
}

function columnRow(column: ColumnDescription): Row {
  const traits = [
    column.identity ? 'identity' : '',
    column.generated === undefined ? '' : `generated ${column.generated}`,
    column.default ? 'default' : '',
    column.not_null ? 'not null' : '',
  ].filter((trait) => trait !== '');
  return [column.name, column.type, { text: traits.join(', '), style: 'dim' }, ...labelCells(column.labels)];
}

const labelRow = ({ name, labels }: ColumnDescription): Row => [name, ...labelCells(labels)];

/** The names, and behind them where they come from: once for all when that is one place. */
function labelCells(labels: readonly LabelSource[]): Row {
  const sources = Map.groupBy(labels, sourceText);
  const text =
    sources.size === 1
      ? [...sources.keys()].join('')
      : [...sources].map(([source, of]) => `${of.map(({ name }) => name).join(', ')} ${source}`).join('; ');
  return [
    { text: labels.map(({ name }) => name).join(', '), style: 'magenta' },
    { text, style: 'dim' },
  ];
}

function sourceText({ from, of }: LabelSource): string {
  if (from === 'lineage') return of.length === 0 ? 'a vouched function' : `from ${of.join(', ')}`;
  const source = from === 'security_label' ? 'security label' : from;
  return of.length === 0 ? source : `${source} on ${of.join(', ')}`;
}

function notes(relation: RelationDescription): Row[] {
  const { keys, parents, children, row_policies, rules, triggers, security_invoker } = relation;
  const keyTexts = keys.map(({ primary, columns }) => `(${columns.join(', ')})${primary ? ' primary' : ''}`);
  const policyTexts = row_policies.map(({ name, command }) => `${name} (${command})`);
  const ruleTexts = rules.map(
    ({ name, event, instead }) => `${name} (${instead ? 'instead of' : 'on'} ${event})`,
  );
  const triggerTexts = triggers.map(
    ({ name, events, instead_of, enabled, function: called }) =>
      `${name} (${instead_of ? 'instead of ' : ''}${events.join(', ')}${enabled ? '' : ', disabled'}) calls ${called}`,
  );
  const all: [string, readonly string[]][] = [
    ['keys', keyTexts],
    ['inherits', parents],
    ['children', children],
    ['row security', policyTexts],
    ['rules', ruleTexts],
    ['triggers', triggerTexts],
    ['runs as', security_invoker === true ? ['who queries it (security_invoker)'] : []],
  ];
  return all.flatMap(([name, texts]) =>
    texts.length === 0 ? [] : [[{ text: name, style: 'dim' } as const, texts.join(', ')]],
  );
}
