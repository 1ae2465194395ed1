// Facts as lines that a person can review, without what differs from one server to the next.
import type { FactsAnswer } from '../../../gateway/catalog/index.ts';
import type { StatementFacts } from '../../../gateway/sql/index.ts';

export function printAnswer(answer: FactsAnswer): string {
  switch (answer.kind) {
    case 'error':
      return line('error', answer.sqlstate, answer.message, answer.position && `at ${answer.position}`);
    case 'unknown':
      return line('unknown', answer.reason.because);
    case 'facts':
      return answer.statements.map(printFacts).join('\n');
    default:
      return answer satisfies never;
  }
}

export function printFacts(facts: StatementFacts): string {
  const { kind, tag, readOnly, limit } = facts;
  return [
    line(kind, `"${tag}"`, readOnly ? 'read-only' : 'writes', limit && `limit ${limit}`),
    ...facts.relations.map(({ schema, name, access, through, labels }) =>
      line('relation', `${schema}.${name}`, access.join(' '), behind(through), list(labels)),
    ),
    ...facts.columns.map(({ table, name, used, usedInside, labels, behind: isBehind }) =>
      line(
        'column',
        `${table}.${name}`,
        used.join(' '),
        usedInside.length > 0 && `inside: ${usedInside.join(' ')}`,
        isBehind && 'behind',
        list(labels),
      ),
    ),
    ...facts.functions.map(({ signature, as, class: class_, through }) =>
      line(as, signature, class_, behind(through)),
    ),
    ...facts.outputs.map(({ position, name, columns, labels, direct }) =>
      line('output', `${position} ${name}`, columns.join(' '), direct && 'direct', list(labels)),
    ),
    ...facts.writes.map(({ action, target, columns, rowFilter, rows, through }) =>
      line(
        'write',
        action,
        `${target}(${columns.join(', ')})`,
        rowFilter && `rows: ${rowFilter}`,
        rows && `${rows} rows`,
        behind(through),
      ),
    ),
    ...facts.session.map((effect) =>
      effect.effect === 'set'
        ? line(
            'set',
            effect.name ?? '(any)',
            effect.values?.map((value) => `'${value}'`).join(', '),
            effect.local && 'local',
          )
        : '',
    ),
    ...facts.opaque.map(({ reason, because }) => line('opaque', `${reason}: ${because}`)),
  ]
    .filter((each) => each !== '')
    .join('\n');
}

const line = (...parts: readonly unknown[]): string =>
  parts.filter((part) => typeof part === 'string' && part !== '').join(' · ');
const list = (labels: readonly string[]): string => (labels.length === 0 ? '' : `{${labels.join(' ')}}`);
const behind = (through: readonly string[]): string =>
  through.length === 0 ? '' : `through ${through.join(' > ')}`;
