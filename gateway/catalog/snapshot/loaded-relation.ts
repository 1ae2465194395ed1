// A relation of a snapshot: its columns are made when they are first asked for.
import type {
  Column,
  Key,
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

/** Filled while a snapshot is loaded; everybody else sees it as a `Relation`, which can't be changed. */
export class LoadedRelation implements Relation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: RelationKind;
  readonly owner: string;
  readonly temporary = false;
  readonly securityInvoker: boolean;
  keys: readonly Key[] = none;
  parents: readonly number[] = none;
  children: readonly number[] = none;
  table: number | undefined = undefined;
  referencedBy: readonly Reference[] = none;
  definition: StoredTree | undefined = undefined;
  rules: readonly Rule[] = none;
  triggers: readonly Trigger[] = none;
  rowPolicies: readonly RowPolicy[] = none;
  writeExpressions: readonly StoredTree[] = none;
  comment: string | undefined = undefined;
  packed: PackedColumns | undefined = undefined;
  #columns: readonly (Column | undefined)[] | undefined = undefined;

  constructor(own: Pick<Relation, 'oid' | 'schema' | 'name' | 'kind' | 'owner' | 'securityInvoker'>) {
    this.oid = own.oid;
    this.schema = own.schema;
    this.name = own.name;
    this.kind = own.kind;
    this.owner = own.owner;
    this.securityInvoker = own.securityInvoker;
  }

  get columns(): readonly (Column | undefined)[] {
    this.#columns ??= this.packed?.unpack() ?? none;
    return this.#columns;
  }
}

/** By OID. */
export type LoadedRelations = ReadonlyMap<number, LoadedRelation>;

/** Lists are empty and shared until something is added. */
export function append<Field extends ListField>(
  relation: LoadedRelation | undefined,
  field: Field,
  value: LoadedRelation[Field][number],
): void {
  if (relation === undefined) return;
  const list = relation[field] as (typeof value)[];
  if (list.length === 0) (relation[field] as (typeof value)[]) = [value];
  else list.push(value);
}

type ListField =
  | 'keys'
  | 'parents'
  | 'children'
  | 'referencedBy'
  | 'rules'
  | 'triggers'
  | 'rowPolicies'
  | 'writeExpressions';
