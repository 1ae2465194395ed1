// What a walk over a whole tree reports, as texts that a test can compare.

import type { Call } from '../../../gateway/sql/facts/calls/call.ts';
import { callsOf } from '../../../gateway/sql/facts/calls/calls-of.ts';
import type { CatalogView } from '../../../gateway/sql/facts/catalog-view.ts';
import {
  type AnalyzedNode,
  type Query,
  readExpression,
  readExpressions,
  walkTree,
} from '../../../gateway/sql/index.ts';

/** The calls of every node, and of the stored expressions that they lead to. */
export function allCalls(root: Query, catalog: CatalogView): readonly Call[] {
  const calls: Call[] = [];
  const waiting: (AnalyzedNode | readonly AnalyzedNode[])[] = [root];
  const read = new Set<string>();
  for (let tree = waiting.pop(); tree !== undefined; tree = waiting.pop())
    walkTree(tree, (node) => {
      for (const call of callsOf(node, catalog)) {
        calls.push(call);
        if (call.kind !== 'stored' || read.has(call.tree)) continue;
        read.add(call.tree);
        waiting.push(readStored(call, catalog.majorVersion));
      }
    });
  return calls;
}

function readStored({ form, tree }: Extract<Call, { kind: 'stored' }>, version: number) {
  const reading = form === 'expression' ? readExpression(tree, version) : readExpressions(tree, version);
  if (!reading.known) throw new Error('a stored expression that cannot be read');
  return reading.tree ?? [];
}

/** "operator int4eq", "cast public.own_cast", "function CURRENT_DATE is clock"; sorted, each once. */
export function printCalls(calls: readonly Call[], catalog: CatalogView): readonly string[] {
  return [...new Set(calls.map((call) => printCall(call, catalog)))].sort();
}

function printCall(call: Call, catalog: CatalogView): string {
  switch (call.kind) {
    case 'routine': {
      const routine = catalog.routine(call.routine);
      const schema = routine?.schema === 'pg_catalog' ? '' : `${routine?.schema}.`;
      return `${call.as} ${schema}${routine?.name}`;
    }
    case 'syntax':
      return `${call.as} ${call.name} is ${call.class}`;
    case 'stored':
      return `evaluates ${call.of}`;
    default:
      return `unknown: ${call.because}`;
  }
}
