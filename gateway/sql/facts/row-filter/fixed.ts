// Whether a value is decided by the statement's text alone, but for the clock and chance.
import type { Expression, Node } from '../../analyzed/registry/node.ts';
import { forEachChild } from '../../analyzed/walk.ts';
import { callsOf } from '../calls/calls-of.ts';
import type { CatalogView } from '../catalog-view.ts';

export function isFixed(expression: Expression, catalog: CatalogView): boolean {
  return isFixedNode(expression, catalog);
}

function isFixedNode(node: Node, catalog: CatalogView): boolean {
  if (node.tag === 'VAR' || node.tag === 'PARAM' || node.tag === 'QUERY') return false;
  const callsAreFixed = callsOf(node, catalog).every((call) => {
    switch (call.kind) {
      case 'routine': {
        const routine = catalog.routine(call.routine);
        return routine?.builtin === true && fixedClasses.has(routine.class);
      }
      case 'syntax':
        return fixedClasses.has(call.class);
      default:
        return false;
    }
  });
  if (!callsAreFixed) return false;
  let fixed = true;
  forEachChild(node, (child) => {
    fixed &&= isFixedNode(child, catalog);
  });
  return fixed;
}

const fixedClasses: ReadonlySet<string> = new Set(['pure', 'whole_value', 'clock', 'random']);
