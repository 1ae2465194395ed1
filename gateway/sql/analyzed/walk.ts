// Visits every node of an analyzed tree: the registry says where nodes can stand, so that none is passed by.
import type { Node } from './registry/node.ts';
import { childFields } from './registry/schema.ts';
import type { Scope } from './scope.ts';

/** Gives back `false` to leave out what is below the node. `scope` is the query that the node belongs to. */
export type VisitNode = (node: Node, scope: Scope | undefined) => unknown;

/** Calls back for each child of the node, in the order of the node's fields. */
export function forEachChild(node: Node, callback: (child: Node, field: string) => void): void {
  const fields = childFields.get(node.tag);
  if (fields === undefined) throw new Error(`the registry has no tag ${node.tag}`);
  for (const field of fields) eachNode((node as Readonly<Record<string, unknown>>)[field], field, callback);
}

/**
 * Visits the nodes from the root down, each before its children. A query is visited in the scope around it, what it
 * holds in its own.
 */
export function walkTree(root: Node | readonly Node[], visit: VisitNode, scope?: Scope): void {
  const waiting: Step[] = [];
  const add = (nodes: readonly Node[], around: Scope | undefined) => {
    for (const node of nodes.toReversed()) waiting.push({ node, scope: around });
  };
  add(isList(root) ? root : [root], scope);
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    const { node } = step;
    if (visit(node, step.scope) === false) continue;
    const children: Node[] = [];
    forEachChild(node, (child) => children.push(child));
    add(children, node.tag === 'QUERY' ? { query: node, outer: step.scope } : step.scope);
  }
}

type Step = Readonly<{ node: Node; scope: Scope | undefined }>;

function eachNode(value: unknown, field: string, callback: (child: Node, field: string) => void): void {
  if (Array.isArray(value)) for (const element of value) eachNode(element, field, callback);
  else if (typeof value === 'object' && value !== null) callback(value as Node, field);
}

function isList(root: Node | readonly Node[]): root is readonly Node[] {
  return Array.isArray(root);
}
