// The catalog as one session sees it: its temporary objects and what it has not committed, laid over a snapshot.
import { randomUUID } from 'node:crypto';
import type { CatalogView, Relation, Routine, Vouch } from '../../sql/index.ts';
import { type Unresolvable, unresolvable } from '../resolver/resolution.ts';
import { askInSession, emptySearchPath } from '../resolver/session-place.ts';
import type { SessionQuestions } from '../resolver/session-questions.ts';
import { applyLabels } from './apply-labels.ts';
import type { CatalogQuery, CatalogRow } from './catalog-query.ts';
import { inheritLabels } from './inherit-labels.ts';
import { loadCasts } from './load-casts.ts';
import { loadEventTriggers } from './load-event-triggers.ts';
import { loadOperators } from './load-operators.ts';
import { loadRoutines, loadTypeNames } from './load-routines.ts';
import { loadTypes } from './load-types.ts';
import type { LoadedRelation } from './loaded-relation.ts';
import { loadObjectNames } from './object-names.ts';
import { findOwnObjects } from './own-objects.ts';
import { narrowed, type OwnPart } from './own-part.ts';
import { loadSecurityLabels } from './security-labels.ts';
import { SharedTexts } from './shared-values.ts';
import { LoadedSnapshot, type Snapshot } from './snapshot.ts';
import { loadWholeRelations } from './snapshot-sources.ts';
import { vouchesBySignature } from './vouches.ts';

/** The server's answer why it can't be read. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: Unresolvable;

  constructor(reason: Unresolvable) {
    super(reason.detail);
    this.reason = reason;
  }
}

/**
 * Rejects when the session can't be used any more. The view is the statement's alone: the next one may see other
 * objects, and no other session sees these.
 */
export async function sessionCatalog(
  base: Snapshot,
  questions: SessionQuestions,
  milliseconds: number,
): Promise<CatalogView | Unresolvable> {
  const ask: Ask = async (texts) => {
    const steps = [emptySearchPath, ...texts.map((text) => ({ text }))];
    const answer = await askInSession(questions, milliseconds, steps);
    if ('kind' in answer) throw new Refusal(answer);
    return answer.slice(1);
  };
  try {
    const part = await findOwnObjects(
      async (sql) => (await ask([sql]))[0] ?? [],
      questions.transaction !== 'idle',
    );
    if (part === 'too_many')
      return unresolvable('failed', 'the session has too many objects that others do not see');
    return part === undefined ? base : overlaid(base, await loadOwn(base, await ownQuery(ask, part)));
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
}

/** The answers to some statements, in one round trip. */
type Ask = (texts: readonly string[]) => Promise<readonly (readonly CatalogRow[])[]>;

/** What loaders ask, which is the same for every session: from the second time on it is asked all at once. */
const asked = new Set<string>();

async function ownQuery(ask: Ask, part: OwnPart): Promise<CatalogQuery> {
  const texts = [...asked];
  const rows = texts.length === 0 ? [] : await ask(texts.map((sql) => narrowed(sql, part)));
  const answers = new Map(texts.map((sql, at) => [sql, rows[at] ?? []]));
  const query = async (sql: string): Promise<readonly CatalogRow[]> => {
    const known = answers.get(sql);
    if (known !== undefined) return known;
    const [answer = []] = await ask([narrowed(sql, part)]);
    asked.add(sql);
    return answer;
  };
  return Object.assign(query, { atOnce: true } as const);
}

async function loadOwn(base: Snapshot, query: CatalogQuery): Promise<Snapshot> {
  const [names, texts] = [await loadObjectNames(query), new SharedTexts()];
  const types = await loadTypes(query, names, texts);
  const casts = await loadCasts(query);
  const eventTriggers = await loadEventTriggers(query);
  const operators = await loadOperators(query, names, texts);
  const vouches: ReadonlyMap<string, Vouch> = vouchesBySignature(base.data);
  const typeNames = await loadTypeNames(query, texts);
  const { routines, routineNames } = await loadRoutines(query, names, texts, vouches, typeNames);
  const { relations, relationNames } = await loadWholeRelations(query, names, texts);
  await label(
    base,
    relations,
    (schema, name) => relationNames.find(schema, name),
    await loadSecurityLabels(query),
  );
  const { database, majorVersion, serverVersion, signature, data, labels } = base;
  const version = `${base.version}+${randomUUID()}`;
  const same = { version, database, majorVersion, serverVersion, signature, data, labels, findings: [] };
  return new LoadedSnapshot({
    ...same,
    relations,
    relationNames,
    routines,
    routineNames,
    operators,
    types,
    casts,
    eventTriggers,
  });
}

type Labelling = Parameters<typeof applyLabels>[0];

/** Those that a column had before the session renamed or described it anew are kept. */
async function label(
  base: Snapshot,
  relations: Labelling['relations'],
  find: Labelling['find'],
  securityLabels: Labelling['securityLabels'],
): Promise<void> {
  await applyLabels({ relations, find, data: base.data, securityLabels, options: base.labels });
  const kept = new Set<LoadedRelation>();
  for (const relation of relations.values())
    for (const column of base.relation(relation.oid)?.columns ?? [])
      for (const each of column?.labels ?? []) {
        relation.packed?.addLabel(column?.number ?? 0, each);
        kept.add(relation);
      }
  await inheritLabels(relations, kept);
}

function overlaid(base: Snapshot, own: Snapshot): CatalogView {
  const replaced = ({ oid }: Relation): boolean => own.relation(oid) !== undefined;
  const findIn = (schema: string, name: string): Relation | undefined => {
    const found = own.findRelation(schema, name, []);
    if (found !== undefined) return found;
    const before = base.findRelation(schema, name, []);
    // It has another name or place now.
    return before === undefined || replaced(before) ? undefined : before;
  };
  return {
    version: own.version,
    majorVersion: base.majorVersion,
    eventTriggers: own.eventTriggers,
    relation: (oid) => own.relation(oid) ?? base.relation(oid),
    findRelation(schema, name, searchPath) {
      const schemas =
        schema === undefined ? searchPath : schema === 'pg_temp' ? temporarySchemas(own) : [schema];
      for (const each of schemas) {
        const found = findIn(each, name);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    routine: (oid) => own.routine(oid) ?? base.routine(oid),
    findRoutines(schema, name, searchPath) {
      const place = schema === 'pg_temp' ? temporarySchemas(own)[0] : schema;
      const found = own.findRoutines(place, name, searchPath);
      const before = base.findRoutines(place, name, searchPath);
      const isSame = (routine: Routine): boolean => own.routine(routine.oid) !== undefined;
      return [...found, ...before.filter((routine) => !isSame(routine))];
    },
    operator: (oid) => own.operator(oid) ?? base.operator(oid),
    type: (oid) => own.type(oid) ?? base.type(oid),
    cast: (source, target) => own.cast(source, target) ?? base.cast(source, target),
  };
}

/** The session's one, as its objects name it. */
function temporarySchemas(own: Snapshot): readonly string[] {
  const schemas = new Set<string>();
  for (const { schema } of [...own.relations(), ...own.routines()])
    if (schema.startsWith('pg_temp_')) schemas.add(schema);
  return [...schemas];
}
