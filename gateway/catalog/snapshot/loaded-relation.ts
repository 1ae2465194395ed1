// A relation of a snapshot: its columns are made when they are first asked for.
import type {
  Column,
  Key,
  PartitionKey,
  Reference,
  Relation,
  RelationKind,
  RowPolicy,
  Rule,
  StoredTree,
  Trigger,
} from '../../sql/index.ts';
import type { PackedColumns } from './packed-columns.ts';
import { none } from './shared-values.ts';

/** What most relations have nothing of: indexes and toast tables are three of four. */
class Belongings {
  keys: readonly Key[] = none;
  parents: readonly number[] = none;
  children: readonly number[] = none;
  references: readonly Reference[] = none;
  referencedBy: readonly Reference[] = none;
  definition: StoredTree | undefined = undefined;
  rules: readonly Rule[] = none;
  triggers: readonly Trigger[] = none;
  rowPolicies: readonly RowPolicy[] = none;
  partitionKey: PartitionKey | undefined = undefined;
  writeExpressions: readonly StoredTree[] = none;
  treeTypes: readonly number[] = none;
  statisticsExpressions: readonly StoredTree[] = none;
  comment: string | undefined = undefined;
}

const nothing: Readonly<Belongings> = Object.freeze(new Belongings());

type Own = Pick<Relation, 'oid' | 'schema' | 'name' | 'kind' | 'owner' | 'securityInvoker'>;

/** Filled while a snapshot is loaded; everybody else sees it as a `Relation`, which can't be changed. */
export class LoadedRelation implements Relation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: RelationKind;
  readonly owner: string;
  readonly securityInvoker: boolean;
  table: number | undefined = undefined;
  packed: PackedColumns | undefined = undefined;
  #columns: readonly (Column | undefined)[] | undefined = undefined;
  #belongings: Belongings | undefined = undefined;

  constructor(own: Own) {
    this.oid = own.oid;
    this.schema = own.schema;
    this.name = own.name;
    this.kind = own.kind;
    this.owner = own.owner;
    this.securityInvoker = own.securityInvoker;
  }

  /** What is set here the relation shows. */
  get belongings(): Belongings {
    this.#belongings ??= new Belongings();
    return this.#belongings;
  }

  get #read(): Readonly<Belongings> {
    return this.#belongings ?? nothing;
  }

  get columns(): readonly (Column | undefined)[] {
    this.#columns ??= this.packed?.unpack() ?? none;
    return this.#columns;
  }

  /** The same, without keeping them when nobody has asked for them before. */
  columnsOnce(): readonly (Column | undefined)[] {
    return this.#columns ?? this.packed?.unpack() ?? none;
  }

  /** Nobody else's schema may have such a name. */
  get temporary(): boolean {
    return this.schema.startsWith('pg_temp_');
  }

  get keys(): readonly Key[] {
    return this.#read.keys;
  }

  get parents(): readonly number[] {
    return this.#read.parents;
  }

  get children(): readonly number[] {
    return this.#read.children;
  }

  get references(): readonly Reference[] {
    return this.#read.references;
  }

  get referencedBy(): readonly Reference[] {
    return this.#read.referencedBy;
  }

  get definition(): StoredTree | undefined {
    return this.#read.definition;
  }

  get rules(): readonly Rule[] {
    return this.#read.rules;
  }

  get triggers(): readonly Trigger[] {
    return this.#read.triggers;
  }

  get rowPolicies(): readonly RowPolicy[] {
    return this.#read.rowPolicies;
  }

  get partitionKey(): PartitionKey | undefined {
    return this.#read.partitionKey;
  }

  get writeExpressions(): readonly StoredTree[] {
    return this.#read.writeExpressions;
  }

  get treeTypes(): readonly number[] {
    return this.#read.treeTypes;
  }

  get statisticsExpressions(): readonly StoredTree[] {
    return this.#read.statisticsExpressions;
  }

  get comment(): string | undefined {
    return this.#read.comment;
  }
}

/** By OID. */
export type LoadedRelations = ReadonlyMap<number, LoadedRelation>;

type ListField = Exclude<keyof Belongings, 'definition' | 'comment' | 'partitionKey'>;

/** Lists are empty and shared until something is added. */
export function append<Field extends ListField>(
  relation: LoadedRelation | undefined,
  field: Field,
  value: Belongings[Field][number],
): void {
  if (relation === undefined) return;
  const { belongings } = relation;
  const list = belongings[field] as (typeof value)[];
  if (list.length === 0) (belongings[field] as (typeof value)[]) = [value];
  else list.push(value);
}
