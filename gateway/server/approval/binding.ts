// What an approval holds for: exactly this statement with these values, or all that is alike but for its values.
import { createHash } from 'node:crypto';
import type { Binding } from '../../approval/index.ts';
import type { Statement } from '../../session/index.ts';
import { type StatementFacts, shapeOf } from '../../sql/index.ts';

/**
 * Undefined where its values aren't known. The facts are part of it, so that what a view or a function that was replaced
 * meanwhile does is something else; what the planner expects isn't, nor the number of a catalog in which nothing of it
 * changed.
 */
export function bindingOf(statement: Statement, facts: readonly StatementFacts[]): Binding | undefined {
  const { text, prepared } = statement;
  const values = valuesOf(statement);
  if (text === undefined || values === undefined) return undefined;
  const common = { facts: facts.map(withoutNumbers), prepared: prepared?.text };
  return {
    statement: digest({ ...common, text, values }),
    shape: digest({ ...common, shape: shapeIn(statement, text) }),
  };
}

/** As they were sent; of what isn't bound there are none. */
function valuesOf(statement: Statement): object | undefined {
  if (statement.path !== 'bind') return [];
  const values = statement.values();
  if (values === undefined) return undefined;
  const { parameterFormats, parameters } = values;
  return { parameterFormats, parameters: parameters.map((value) => value?.toString('base64') ?? null) };
}

/** A text without a shape is alike to itself alone. */
function shapeIn(statement: Statement, text: string): object {
  const parsed = statement.parsed();
  if (!Array.isArray(parsed)) return { text };
  const keys: string[] = [];
  for (const each of parsed) {
    const shape = shapeOf(each, text);
    if ('none' in shape) return { text };
    keys.push(shape.key);
  }
  return keys;
}

function withoutNumbers({ catalogVersion: _version, writes, ...facts }: StatementFacts): object {
  return { ...facts, writes: writes.map(({ estimatedRows: _rows, ...write }) => write) };
}

const digest = (content: object): Buffer => createHash('sha256').update(JSON.stringify(content)).digest();
