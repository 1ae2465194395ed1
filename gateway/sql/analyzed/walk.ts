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
 * holds in its own. The reader's bound on depth bounds the recursion.
 */
export function walkTree(root: Node | readonly Node[], visit: VisitNode, scope?: Scope): void {
  if (isList(root)) {
    for (const node of root) walkTree(node, visit, scope);
    return;
  }
  if (visit(root, scope) === false) return;
  const inner = root.tag === 'QUERY' ? { query: root, outer: scope } : scope;
  forEachChild(root, (child) => walkTree(child, visit, inner));
}

function eachNode(value: unknown, field: string, callback: (child: Node, field: string) => void): void {
  if (Array.isArray(value)) for (const element of value) eachNode(element, field, callback);
  else if (typeof value === 'object' && value !== null) callback(value as Node, field);
}

function isList(root: Node | readonly Node[]): root is readonly Node[] {
  return Array.isArray(root);
}
