// One version of one database's catalog, in memory: looked up by OID or by name.
import type {
  Cast,
  CatalogView,
  Column,
  EventTrigger,
  Operator,
  Relation,
  Routine,
  Type,
} from '../../sql/index.ts';
import type { LabelOptions } from './apply-labels.ts';
import type { CatalogData } from './catalog-data.ts';
import type { CatalogFinding } from './finding.ts';
import { type Casts, castKey } from './load-casts.ts';
import { LoadedRelation } from './loaded-relation.ts';
import type { NameIndex } from './name-index.ts';
import { none } from './shared-values.ts';
import type { Signature } from './signature.ts';

/** Without temporary objects: those belong to one session each, and other sessions can't name them. */
export interface Snapshot extends CatalogView {
  readonly database: string;
  /** What the version check compares with. */
  readonly signature: Signature;
  /** What its labels and vouches were taken from. */
  readonly data: CatalogData;
  readonly labels: LabelOptions;
  /** What in the data or in comments names something that isn't there, or can't be read. */
  readonly findings: readonly CatalogFinding[];
  /** `server_version_num`: 150018 is 15.18. */
  readonly serverVersion: number;
  /** All relations, the server's own included, in no order. */
  relations(): Iterable<Relation>;
  /** As its own, for who looks at all relations once: they aren't kept in memory for that. */
  columnsOnce(relation: Relation): readonly (Column | undefined)[];
  routines(): Iterable<Routine>;
}

export type SnapshotParts = Readonly<{
  version: string;
  database: string;
  majorVersion: number;
  serverVersion: number;
  signature: Signature;
  data: CatalogData;
  labels: LabelOptions;
  findings: readonly CatalogFinding[];
  relations: ReadonlyMap<number, Relation>;
  relationNames: NameIndex;
  routines: ReadonlyMap<number, Routine>;
  routineNames: ReadonlyMap<string, readonly Routine[]>;
  operators: ReadonlyMap<number, Operator>;
  types: ReadonlyMap<number, Type>;
  casts: Casts;
  eventTriggers: readonly EventTrigger[];
}>;

export class LoadedSnapshot implements Snapshot {
  readonly version: string;
  readonly database: string;
  readonly majorVersion: number;
  readonly serverVersion: number;
  readonly signature: Signature;
  readonly data: CatalogData;
  readonly labels: LabelOptions;
  readonly findings: readonly CatalogFinding[];
  readonly eventTriggers: readonly EventTrigger[];
  readonly #parts: SnapshotParts;

  constructor(parts: SnapshotParts) {
    this.version = parts.version;
    this.database = parts.database;
    this.majorVersion = parts.majorVersion;
    this.serverVersion = parts.serverVersion;
    this.signature = parts.signature;
    this.data = parts.data;
    this.labels = parts.labels;
    this.findings = parts.findings;
    this.eventTriggers = parts.eventTriggers;
    this.#parts = parts;
  }

  relation(oid: number): Relation | undefined {
    return this.#parts.relations.get(oid);
  }

  findRelation(
    schema: string | undefined,
    name: string,
    searchPath: readonly string[],
  ): Relation | undefined {
    return this.#parts.relationNames.find(schema, name, searchPath);
  }

  routine(oid: number): Routine | undefined {
    return this.#parts.routines.get(oid);
  }

  findRoutines(schema: string | undefined, name: string, searchPath: readonly string[]): readonly Routine[] {
    const schemas = schema === undefined ? searchPath : [schema];
    const named = this.#parts.routineNames.get(name) ?? none;
    return named.filter((routine) => schemas.includes(routine.schema));
  }

  operator(oid: number): Operator | undefined {
    return this.#parts.operators.get(oid);
  }

  type(oid: number): Type | undefined {
    return this.#parts.types.get(oid);
  }

  cast(source: number, target: number): Cast | undefined {
    return this.#parts.casts.get(castKey(source, target));
  }

  relations(): Iterable<Relation> {
    return this.#parts.relations.values();
  }

  columnsOnce(relation: Relation): readonly (Column | undefined)[] {
    return relation instanceof LoadedRelation ? relation.columnsOnce() : relation.columns;
  }

  routines(): Iterable<Routine> {
    return this.#parts.routines.values();
  }
}
