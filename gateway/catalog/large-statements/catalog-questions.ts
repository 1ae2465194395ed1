// The catalog as a thread sees it: each object that a statement needs is asked for, and the rest stays where it is.
import type { CatalogView, Relation } from '../../sql/index.ts';

type Method = 'relation' | 'findRelation' | 'routine' | 'findRoutines' | 'operator' | 'type' | 'cast';

export type CatalogQuestion = Readonly<{ ask: 'catalog'; method: Method; parameters: readonly unknown[] }>;

export function answerCatalogQuestion(catalog: CatalogView, question: CatalogQuestion): unknown {
  const method = catalog[question.method] as (...parameters: readonly unknown[]) => unknown;
  const answer = method.apply(catalog, [...question.parameters]);
  const isRelation = question.method === 'relation' || question.method === 'findRelation';
  return isRelation && answer !== undefined ? plain(answer as Relation) : answer;
}

/** A snapshot makes some of a relation's fields when they are asked for: a clone would lack them. */
const plain = (relation: Relation): Relation => ({
  oid: relation.oid,
  schema: relation.schema,
  name: relation.name,
  kind: relation.kind,
  owner: relation.owner,
  temporary: relation.temporary,
  columns: relation.columns,
  keys: relation.keys,
  parents: relation.parents,
  children: relation.children,
  table: relation.table,
  references: relation.references,
  referencedBy: relation.referencedBy,
  definition: relation.definition,
  securityInvoker: relation.securityInvoker,
  rules: relation.rules,
  triggers: relation.triggers,
  rowPolicies: relation.rowPolicies,
  partitionKey: relation.partitionKey,
  writeExpressions: relation.writeExpressions,
  treeTypes: relation.treeTypes,
  statisticsExpressions: relation.statisticsExpressions,
  comment: relation.comment,
});

/** What a thread is given of a catalog before it asks. */
export type CatalogHead = Pick<CatalogView, 'version' | 'majorVersion' | 'eventTriggers'>;

/** Asks for each object once. */
export function askedCatalog(
  { version, majorVersion, eventTriggers }: CatalogHead,
  ask: (question: CatalogQuestion) => unknown,
): CatalogView {
  const known = new Map<string, unknown>();
  const asked = <M extends Method>(method: M): CatalogView[M] => {
    const find = (...parameters: readonly unknown[]): unknown => {
      const key = JSON.stringify([method, parameters]);
      if (!known.has(key)) known.set(key, ask({ ask: 'catalog', method, parameters }));
      return known.get(key);
    };
    return find as CatalogView[M];
  };
  return {
    version,
    majorVersion,
    eventTriggers,
    relation: asked('relation'),
    findRelation: asked('findRelation'),
    routine: asked('routine'),
    findRoutines: asked('findRoutines'),
    operator: asked('operator'),
    type: asked('type'),
    cast: asked('cast'),
  };
}
