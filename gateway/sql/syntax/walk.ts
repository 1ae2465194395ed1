// Visits every node of a syntax tree, and names what it doesn't know in it.

import { nodeFields } from './node-fields.ts';

/** The fields of a node whose type is known only while it is visited. */
export type Fields = Readonly<Record<string, unknown>>;
/** What the visitor says about a node: go on into it, pass its children over, or end the walk. */
export type Step = 'into' | 'over' | 'end';
export type Visit = (type: string, fields: Fields) => Step;

/** A list and a single child differ only in that; a typed child is written without its type's name. */
type Child = Readonly<{ as: 'scalar' | 'node' | 'typed'; type: string; list: boolean }>;

const children: ReadonlyMap<string, ReadonlyMap<string, Child>> = new Map(
  Object.entries(nodeFields).map(([type, fields]) => [type, new Map(fields.split(' ').map(childOf))]),
);

function childOf(field: string): [string, Child] {
  const [name = '', written = ''] = field.split(':');
  const list = written.endsWith('[]');
  const type = list ? written.slice(0, -2) : written;
  const as = type === 'Node' ? 'node' : Object.hasOwn(nodeFields, type) ? 'typed' : 'scalar';
  return [name, { as, type, list }];
}

/**
 * Walks a tree in the order of its text as far as the grammar keeps it, without recursion: a tree may be deeper than
 * the stack. Returns what it doesn't know, as `Type` or `Type.field`; it goes no further in there, so a caller that
 * derives anything from the walk must treat the statement as opaque unless the answer is empty.
 */
export function walkSyntax(type: string, fields: Fields, visit: Visit): readonly string[] {
  const unknown: string[] = [];
  const types: string[] = [type];
  const nodes: unknown[] = [fields];
  while (types.length > 0) {
    const at = types.pop() as string;
    const node = nodes.pop();
    const known = children.get(at);
    if (known === undefined || !isObject(node)) {
      unknown.push(at);
      continue;
    }
    const step = visit(at, node);
    if (step === 'end') return unknown;
    if (step === 'over') continue;
    const names = Object.keys(node);
    for (let index = names.length - 1; index >= 0; index--) {
      const name = names[index] as string;
      const child = known.get(name);
      if (child === undefined || !push(child, node[name], types, nodes)) unknown.push(`${at}.${name}`);
    }
  }
  return unknown;
}

/** Puts a field's children on the stacks, the first on top; says whether the field holds what its type says. */
function push(child: Child, value: unknown, types: string[], nodes: unknown[]): boolean {
  if (!child.list) return pushOne(child, value, types, nodes);
  if (!Array.isArray(value)) return false;
  for (let index = value.length - 1; index >= 0; index--)
    if (!pushOne(child, value[index], types, nodes)) return false;
  return true;
}

function pushOne(child: Child, value: unknown, types: string[], nodes: unknown[]): boolean {
  if (child.as === 'scalar') return typeof value !== 'object';
  if (!isObject(value)) return false;
  if (child.as === 'typed') {
    types.push(child.type);
    nodes.push(value);
    return true;
  }
  const [type, ...others] = Object.keys(value);
  // A NULL in a list: the parser's DISTINCT without ON, for one.
  if (type === undefined) return true;
  types.push(type);
  nodes.push(value[type]);
  return others.length === 0;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
