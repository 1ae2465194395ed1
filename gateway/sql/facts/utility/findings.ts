// Collects what one statement touches, while its parts are read one after another.

import type { RangeVar } from 'libpg-query';
import { nameOfRange, type WrittenName } from '../../syntax/names.ts';
import type { CatalogView, Relation } from '../catalog-view.ts';
import type { Access, ColumnUse, OpaqueReason } from '../facts.ts';
import { ExpressionTexts } from './expression-texts.ts';
import type {
  CalledRoutine,
  ComparedColumns,
  ExpressionToResolve,
  Partitioned,
  RowSource,
  TouchedRelation,
  UtilityFacts,
  UtilityOutput,
  UtilityWrite,
} from './utility-facts.ts';

export type Touch = Readonly<{
  access: readonly Access[];
  /** Attribute numbers. */
  columns?: readonly number[];
  used?: ColumnUse;
  through?: readonly string[];
  runsWriteExpressions?: boolean;
  analyzes?: boolean;
}>;

type Touched = {
  relation: Relation;
  access: Set<Access>;
  columns: Map<number, Set<ColumnUse>>;
  through: readonly string[];
  runsWriteExpressions: boolean;
  analyzes: boolean;
};

export class Findings {
  readonly texts: ExpressionTexts;
  readonly catalog: CatalogView;
  readonly searchPath: readonly string[];
  readonly writes: UtilityWrite[] = [];
  readonly routines: CalledRoutine[] = [];
  readonly expressions: ExpressionToResolve[] = [];
  readonly treeTypes: number[] = [];
  readonly refreshed: Relation[] = [];
  readonly partitioned: Partitioned[] = [];
  readonly compared: ComparedColumns[] = [];
  rowsFrom: RowSource = 'none';
  outputs: readonly UtilityOutput[] = [];
  innerOutputs: ColumnUse | undefined;
  standsFor: UtilityFacts['standsFor'];
  readonly #created = new Set<string>();
  readonly #touched = new Map<string, Touched>();
  readonly #opaque = new Map<string, OpaqueReason>();

  constructor(source: string, catalog: CatalogView, searchPath: readonly string[]) {
    this.texts = new ExpressionTexts(source);
    this.catalog = catalog;
    this.searchPath = searchPath;
  }

  opaque(reason: OpaqueReason['reason'], because: string): void {
    this.#opaque.set(because, { reason, because });
  }

  /** The relation of a name; one that isn't known makes the statement opaque. */
  find(name: WrittenName): Relation | undefined {
    const relation = this.findAny(name);
    if (relation === undefined && !this.isCreated(name))
      this.opaque('unknown_object', `the catalog has no relation ${name.join('.')}`);
    return relation;
  }

  findRange(range: RangeVar | undefined): Relation | undefined {
    return this.find(nameOfRange(range));
  }

  /** The relation of a name that may stand for nothing. */
  findAny(name: WrittenName): Relation | undefined {
    if (name.length === 0 || this.isCreated(name)) return undefined;
    return this.catalog.findRelation(name.at(-2), name.at(-1) ?? '', this.searchPath);
  }

  /** The statement creates the relation of the name, as it is written, before it names it again. */
  create(name: WrittenName): void {
    this.#created.add(name.join('\0'));
  }

  isCreated(name: WrittenName): boolean {
    return this.#created.has(name.join('\0'));
  }

  touch(relation: Relation, touch: Touch): void {
    const through = touch.through ?? [];
    const key = [relation.oid, ...through].join(' ');
    let touched = this.#touched.get(key);
    if (touched === undefined) {
      touched = {
        relation,
        access: new Set(),
        columns: new Map(),
        through,
        runsWriteExpressions: false,
        analyzes: false,
      };
      this.#touched.set(key, touched);
    }
    for (const access of touch.access) touched.access.add(access);
    for (const number of touch.columns ?? []) {
      const uses = touched.columns.get(number) ?? new Set();
      touched.columns.set(number, uses.add(touch.used ?? 'read'));
    }
    touched.runsWriteExpressions ||= touch.runsWriteExpressions ?? false;
    touched.analyzes ||= touch.analyzes ?? false;
  }

  /** The relation with what inherits from it; a child has the columns of its parent by their names. */
  touchTree(relation: Relation, touch: Touch): void {
    this.touch(relation, touch);
    const names = (touch.columns ?? []).map((number) => relation.columns[number - 1]?.name);
    for (const child of this.descendants(relation)) {
      const columns = child.columns.flatMap((column) =>
        column !== undefined && names.includes(column.name) ? [column.number] : [],
      );
      this.touch(child, { ...touch, columns });
    }
  }

  descendants(relation: Relation): readonly Relation[] {
    const found = new Map<number, Relation>();
    const waiting = [...relation.children];
    for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
      if (found.has(oid) || oid === relation.oid) continue;
      const child = this.catalog.relation(oid);
      if (child === undefined) {
        this.opaque('unknown_object', `the catalog lacks a table that inherits from ${qualified(relation)}`);
        continue;
      }
      found.set(oid, child);
      waiting.push(...child.children);
    }
    return [...found.values()];
  }

  /** The attribute numbers of columns that are named; none named: of all. */
  columnsNamed(relation: Relation, names: readonly string[]): readonly number[] {
    if (names.length === 0) return allColumns(relation);
    return names.flatMap((name) => {
      const column = relation.columns.find((candidate) => candidate?.name === name);
      if (column !== undefined) return [column.number];
      this.opaque('unknown_object', `the catalog has no column ${name} of ${qualified(relation)}`);
      return [];
    });
  }

  facts(): UtilityFacts {
    return {
      relations: [...this.#touched.values()].map(freeze),
      writes: this.writes,
      routines: this.routines,
      expressions: this.expressions,
      treeTypes: this.treeTypes,
      refreshed: this.refreshed,
      partitioned: this.partitioned,
      compared: this.compared,
      rowsFrom: this.rowsFrom,
      outputs: this.outputs,
      innerOutputs: this.innerOutputs,
      standsFor: this.standsFor,
      opaque: [...this.#opaque.values()],
    };
  }
}

export const qualified = ({ schema, name }: Readonly<{ schema: string; name: string }>): string =>
  `${schema}.${name}`;

export const allColumns = (relation: Relation): readonly number[] =>
  relation.columns.flatMap((column) => (column === undefined ? [] : [column.number]));

const freeze = ({ access, columns, ...touched }: Touched): TouchedRelation => ({
  ...touched,
  access: [...access],
  columns: [...columns].map(([number, used]) => ({ number, used: [...used] })),
});
