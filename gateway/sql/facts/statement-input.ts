// The facts of a statement as policies read them: `input.statement`.
import type { GrantEffect } from '../syntax/grant-effects.ts';
import type { SessionEffect } from '../syntax/session-effects.ts';
import type {
  ColumnFact,
  FunctionFact,
  OutputFact,
  RelationFact,
  StatementFacts,
  WriteFact,
} from './facts.ts';
import type {
  ColumnInput,
  FunctionInput,
  OutputInput,
  RelationInput,
  SessionEffectInput,
  StatementGrantInput,
  StatementInput,
  WriteInput,
} from './input.types.ts';

/** Says the same as the facts, without OIDs. What they leave undefined is absent: schemas/input.schema.json says why. */
export function statementInput(facts: StatementFacts): StatementInput {
  return {
    kind: facts.kind,
    tag: facts.tag,
    read_only: facts.readOnly,
    relations: facts.relations.map(relationInput),
    columns: facts.columns.map(columnInput),
    functions: facts.functions.map(functionInput),
    outputs: facts.outputs.map(outputInput),
    writes: facts.writes.map(writeInput),
    ...(facts.limit === undefined ? {} : { limit: facts.limit }),
    session_effects: facts.session.map(sessionEffectInput),
    objects: facts.objects,
    grants: facts.grants.map(grantInput),
    inner: facts.inner,
    opaque: facts.opaque.length > 0,
    opaque_because: facts.opaque,
    catalog_version: facts.catalogVersion,
  };
}

const relationInput = ({ schema, name, kind, access, through, labels }: RelationFact): RelationInput => ({
  schema,
  name,
  kind,
  access,
  through,
  labels,
});

const columnInput = ({ schema, table, name, labels, used, usedInside, behind }: ColumnFact): ColumnInput => ({
  schema,
  relation: table,
  name,
  labels,
  used,
  used_inside: usedInside,
  ...(behind === true ? { behind } : {}),
});

const functionInput = ({ securityDefiner, ...rest }: FunctionFact): FunctionInput => ({
  schema: rest.schema,
  name: rest.name,
  signature: rest.signature,
  as: rest.as,
  volatility: rest.volatility,
  language: rest.language,
  class: rest.class,
  builtin: rest.builtin,
  security_definer: securityDefiner,
  through: rest.through,
});

const outputInput = ({ position, name, columns, labels, direct }: OutputFact): OutputInput => ({
  position,
  name,
  columns,
  labels,
  direct,
});

const writeInput = ({
  action,
  target,
  columns,
  rowFilter,
  rows,
  estimatedRows,
  through,
}: WriteFact): WriteInput => ({
  action,
  target,
  columns,
  ...(rowFilter === undefined ? {} : { row_filter: rowFilter }),
  ...(rows === undefined ? {} : { rows }),
  ...(estimatedRows === undefined ? {} : { estimated_rows: estimatedRows }),
  through,
});

/** An effect's fields have the same names for policies: only what is undefined goes. */
function sessionEffectInput(effect: SessionEffect): SessionEffectInput {
  return withoutUndefined(effect);
}

const grantInput = ({ withOption, ...rest }: GrantEffect): StatementGrantInput => ({
  ...rest,
  with_option: withOption,
});

type WithoutUndefined<T> = T extends unknown
  ? { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
      [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
    }
  : never;

function withoutUndefined<T extends object>(value: T): WithoutUndefined<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, one]) => one !== undefined),
  ) as WithoutUndefined<T>;
}
