// What approvers are shown of a statement: its text and values where they can hold nothing that is labelled.
import { inWords, type Shown, type TableSizes } from '../../approval/index.ts';
import type { Statement } from '../../session/index.ts';
import { type StatementFacts, shapeOf } from '../../sql/index.ts';

/** Longer texts are cut; the approval holds for the whole of them. */
const TEXT_MOST = 20_000;
const VALUE_MOST = 200;
const HIDDEN = '(hidden: the statement uses labelled columns)';

export function shownOf(statement: Statement, facts: readonly StatementFacts[], sizes?: TableSizes): Shown {
  const { text = '' } = statement;
  const isLabelled = facts.some(({ columns, relations }) =>
    [...columns, ...relations].some(({ labels }) => labels.length > 0),
  );
  return {
    statement: cutTo(isLabelled ? withoutConstants(statement, text) : text, TEXT_MOST),
    parameters: parametersOf(statement).map((value) => (isLabelled ? HIDDEN : value)),
    sentences: facts.flatMap((each) => inWords(each, sizes)),
  };
}

/** With a class in the place of each constant that may be a value; what has no shape isn't shown at all. */
function withoutConstants(statement: Statement, text: string): string {
  const parsed = statement.parsed();
  if (!Array.isArray(parsed)) return HIDDEN;
  const keys = parsed.map((each) => shapeOf(each, text));
  return keys.map((shape) => ('none' in shape ? HIDDEN : shape.key)).join(';\n');
}

function parametersOf(statement: Statement): string[] {
  if (statement.path !== 'bind') return [];
  const values = statement.values();
  if (values === undefined) return [];
  return values.parameters.map((value, index) => {
    if (value === null) return 'NULL';
    const format = values.parameterFormats[values.parameterFormats.length === 1 ? 0 : index] ?? 0;
    return cutTo(format === 0 ? value.toString('utf8') : `\\x${value.toString('hex')}`, VALUE_MOST);
  });
}

const cutTo = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} characters more)`;
