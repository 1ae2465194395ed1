// The trees that the catalog stores (views, rules, policies, defaults, bodies), read once for each version of it.
import {
  type Reading,
  readExpression,
  readExpressions,
  readFunctionBody,
  readRuleActions,
} from '../../analyzed/read-tree.ts';
import type { Expression, Query } from '../../analyzed/registry/node.ts';
import type { CatalogView, StoredTree } from '../catalog-view.ts';

const unreadable = { known: false, unknown: [{ tag: 'unreadable', field: undefined, offset: 0 }] } as const;

export class Definitions {
  /** A view's query, or the actions of a rule. */
  readonly actions: Reader<readonly Query[]>;
  readonly body: Reader<readonly Query[]>;
  readonly expression: Reader<Expression | null>;
  readonly expressions: Reader<readonly Expression[]>;

  constructor(majorVersion: number) {
    this.actions = once((text) => readRuleActions(text, majorVersion));
    this.body = once((text) => readFunctionBody(text, majorVersion));
    this.expression = once((text) => readExpression(text, majorVersion));
    this.expressions = once((text) => readExpressions(text, majorVersion));
  }
}

type Reader<Tree> = (text: StoredTree) => Reading<Tree>;

function once<Tree>(read: Reader<Tree>): Reader<Tree> {
  const readings = new Map<StoredTree, Reading<Tree>>();
  return (text) => {
    const reading = readings.get(text) ?? attempt(() => read(text));
    readings.set(text, reading);
    return reading;
  };
}

function attempt<Tree>(read: () => Reading<Tree>): Reading<Tree> {
  try {
    return read();
  } catch {
    return unreadable;
  }
}

const byCatalog = new WeakMap<CatalogView, Definitions>();

export function definitionsOf(catalog: CatalogView): Definitions {
  const known = byCatalog.get(catalog) ?? new Definitions(catalog.majorVersion);
  byCatalog.set(catalog, known);
  return known;
}
