// Gathers the facts of one statement as its parts are walked, each relation, column and function once.
import type { SessionEffect } from '../syntax/session-effects.ts';
import type { Call } from './calls/call.ts';
import type { CatalogView, Relation, Routine } from './catalog-view.ts';
import type {
  Access,
  ColumnFact,
  ColumnUse,
  FunctionFact,
  OpaqueReason,
  RelationFact,
  WriteFact,
} from './facts.ts';
import { columnOrigin, numberOf, type Origin, type Origins, relationOf } from './origins.ts';
import type { Lineage } from './query/lineage.ts';

/** What SET and set_config do. */
export type SetSetting = Extract<SessionEffect, { effect: 'set' }>;

type Uses = { used: Set<ColumnUse>; usedInside: Set<ColumnUse>; named: boolean };

export class Collector {
  readonly catalog: CatalogView;
  readonly lineage: Lineage;
  readonly #relations = new Map<string, Omit<RelationFact, 'access' | 'labels'> & { access: Set<Access> }>();
  readonly #columns = new Map<number, Uses>();
  readonly #functions = new Map<string, FunctionFact>();
  readonly #writes: WriteFact[] = [];
  readonly #settings: SetSetting[] = [];
  readonly #opaque = new Map<string, OpaqueReason>();
  /** Definitions that are being followed or were: each is followed once a statement. */
  readonly #followed = new Set<string>();

  constructor(catalog: CatalogView, lineage: Lineage) {
    this.catalog = catalog;
    this.lineage = lineage;
  }

  access(relation: Relation, access: readonly Access[], through: Through): void {
    const key = `${relation.oid} ${through.join(' > ')}`;
    const { oid, schema, name, kind } = relation;
    const fact = this.#relations.get(key) ?? { oid, schema, name, kind, through, access: new Set() };
    for (const each of access) fact.access.add(each);
    this.#relations.set(key, fact);
  }

  /** Also notes what the column is made of: a view's, a generated one. */
  use(origins: Origins, use: ColumnUse, through: Through): void {
    for (const origin of origins) if (typeof origin === 'number') this.#use(origin, use, through);
  }

  useColumn(relation: Relation, number: number, use: ColumnUse, through: Through): void {
    this.use(this.lineage.columns.ofColumn(relation, number), use, through);
    if (number > 0) this.useOnly(relation, number, use, through);
  }

  /** The column alone: what is written to a view's column isn't written to every column behind it. */
  useOnly(relation: Relation, number: number, use: ColumnUse, through: Through): void {
    const uses = this.#use(columnOrigin(relation.oid, number), use, through);
    if (through.length === 0) uses.named = true;
  }

  call(routine: Routine, as: FunctionFact['as'], through: Through): void {
    const { schema, name, volatility, language, builtin, securityDefiner } = routine;
    const signature = signatureOf(routine);
    const called = { schema, name, signature, as, volatility, language, class: classOf(routine) };
    this.#call({ ...called, builtin, securityDefiner, through });
  }

  /** What SQL has words of its own for: CURRENT_DATE. */
  callSyntax(syntax: Extract<Call, { kind: 'syntax' }>, through: Through): void {
    const { as, name, volatility } = syntax;
    const called = { schema: 'pg_catalog', name, signature: name, as, volatility, class: syntax.class };
    this.#call({ ...called, language: 'internal', builtin: true, securityDefiner: false, through });
  }

  setting(setting: SetSetting): void {
    this.#settings.push(setting);
  }

  write(write: WriteFact): void {
    this.#writes.push(write);
  }

  opaque(reason: OpaqueReason['reason'], because: string): void {
    this.#opaque.set(because, { reason, because });
  }

  /** True the first time that it is asked for a definition. */
  follows(definition: string): boolean {
    if (this.#followed.has(definition)) return false;
    this.#followed.add(definition);
    return true;
  }

  labelsOf(origins: Origins): readonly string[] {
    const labels = new Set<string>();
    for (const origin of origins) for (const label of this.#labelsOfOne(origin)) labels.add(label);
    return [...labels].sort();
  }

  namesOf(origins: Origins): readonly string[] {
    return [...origins].filter((origin) => typeof origin === 'number').map((origin) => this.#nameOf(origin));
  }

  get relations(): readonly RelationFact[] {
    return Array.from(this.#relations.values(), (fact) => ({
      ...fact,
      access: [...fact.access],
      labels: this.#labelsOfRelation(fact.oid),
    }));
  }

  get columns(): readonly ColumnFact[] {
    return Array.from(this.#columns, ([origin, { used, usedInside, named }]) => {
      const [oid, number] = [relationOf(origin), numberOf(origin)];
      const relation = this.catalog.relation(oid);
      return {
        relation: oid,
        number,
        schema: relation?.schema ?? '',
        table: relation?.name ?? '',
        name: columnName(relation, number),
        labels: relation === undefined ? [] : this.labelsOf(this.lineage.columns.ofColumn(relation, number)),
        used: withoutRead(used),
        usedInside: withoutRead(usedInside),
        ...(named ? {} : { behind: true }),
      };
    });
  }

  get functions(): readonly FunctionFact[] {
    return [...this.#functions.values()];
  }

  get writes(): readonly WriteFact[] {
    return this.#writes;
  }

  /** What the statement itself sets by set_config. */
  get settings(): readonly SetSetting[] {
    return this.#settings;
  }

  get reasons(): readonly OpaqueReason[] {
    return [...this.#opaque.values()];
  }

  #call(called: FunctionFact): void {
    const key = `${called.signature} ${called.as} ${called.through.join(' > ')}`;
    if (!this.#functions.has(key)) this.#functions.set(key, called);
  }

  #use(origin: number, use: ColumnUse, through: Through): Uses {
    const uses = this.#columns.get(origin) ?? { used: new Set(), usedInside: new Set(), named: false };
    (through.length === 0 ? uses.used : uses.usedInside).add(use);
    this.#columns.set(origin, uses);
    return uses;
  }

  #labelsOfOne(origin: Origin): readonly string[] {
    if (typeof origin === 'string') return [origin];
    const column = this.catalog.relation(relationOf(origin))?.columns[numberOf(origin) - 1];
    return column?.labels.map(({ name }) => name) ?? [];
  }

  #labelsOfRelation(oid: number): readonly string[] {
    const relation = this.catalog.relation(oid);
    return relation === undefined ? [] : this.labelsOf(this.lineage.columns.ofColumn(relation, 0));
  }

  #nameOf(origin: number): string {
    const relation = this.catalog.relation(relationOf(origin));
    const table =
      relation === undefined ? `relation ${relationOf(origin)}` : `${relation.schema}.${relation.name}`;
    return `${table}.${columnName(relation, numberOf(origin))}`;
  }
}

/** The definitions that lead to a place, the outermost first; empty for the statement itself. */
export type Through = readonly string[];

export const qualified = ({ schema, name }: Readonly<{ schema: string; name: string }>): string =>
  `${schema}.${name}`;

export const signatureOf = (routine: Routine): string =>
  `${qualified(routine)}(${routine.argumentTypes.join(', ')})`;

/** A body that is read, the parts of an aggregate and what a security team vouches for are listed in its place. */
function classOf({ builtin, body, parts, vouch, ...routine }: Routine): string {
  if (vouch !== undefined) return 'vouched';
  return !builtin && (body !== undefined || parts.length > 0) ? 'followed' : routine.class;
}

const systemColumns: Readonly<Record<number, string>> = {
  [-1]: 'ctid',
  [-2]: 'xmin',
  [-3]: 'cmin',
  [-4]: 'xmax',
  [-5]: 'cmax',
  [-6]: 'tableoid',
};

const columnName = (relation: Relation | undefined, number: number): string =>
  relation?.columns[number - 1]?.name ?? systemColumns[number] ?? `column ${number}`;

/** The right to read it says nothing beside what is done with it. */
function withoutRead(uses: ReadonlySet<ColumnUse>): readonly ColumnUse[] {
  const reads = [...uses].some((use) => use !== 'read' && use !== 'write_target');
  return reads ? [...uses].filter((use) => use !== 'read') : [...uses];
}
