// Whether a condition lets one row through at most: a whole key equals values that are the same for every row.
import type { Expression, NodeOf } from '../../analyzed/registry/node.ts';
import { forEachChild } from '../../analyzed/walk.ts';
import { callsOf } from '../calls/calls-of.ts';
import type { CatalogView, Column, Key } from '../catalog-view.ts';
import { type Condition, targetColumn } from './written-target.ts';

/** A column of the target equals a value, under a collation. */
type Equality = Readonly<{ column: number; collation: number }>;

export function isKeyEquality(conjuncts: readonly Expression[], condition: Condition): boolean {
  // The server moves the cursor's one current row, in whichever table it is.
  if (conjuncts.some(({ tag }) => tag === 'CURRENTOFEXPR')) return true;
  const { relation, withDescendants } = condition.target;
  if (relation === undefined || withDescendants) return false;
  const equalities = conjuncts.flatMap((conjunct) => equalitiesIn(conjunct, condition));
  return relation.keys.some((key) => coversKey(equalities, key));
}

/** One row at most for each value of a list that the statement gives: `id IN (1, 2)`, `id = ANY ($1)`, `id = 1 OR id = 2`. */
export function isKeyList(conjuncts: readonly Expression[], condition: Condition): boolean {
  const { relation, withDescendants } = condition.target;
  if (relation === undefined || withDescendants) return false;
  const equalities = conjuncts.flatMap((conjunct) => equalitiesIn(conjunct, condition));
  return conjuncts.some((conjunct) => {
    if (conjunct.tag === 'BOOLEXPR' && conjunct.boolop === 'or')
      return conjunct.args.every((each) => isKeyEquality(conjunctsOf(each), condition));
    const listed = listedIn(conjunct, condition);
    return listed !== undefined && relation.keys.some((key) => coversKey([...equalities, listed], key));
  });
}

function listedIn(conjunct: Expression, condition: Condition): Equality | undefined {
  if (conjunct.tag !== 'SCALARARRAYOPEXPR' || !conjunct.useOr) return undefined;
  if (!isBuiltinEquality(conjunct, condition.catalog)) return undefined;
  const [side, list] = conjunct.args;
  const column = side && keyColumn(side, condition);
  if (column === undefined || list === undefined) return undefined;
  const given = asGiven(list);
  const values = given.tag === 'ARRAYEXPR' ? given.elements : [given];
  return values.every((value) => isTheSameForEveryRow(value, condition.catalog))
    ? { column: column.number, collation: conjunct.inputcollid }
    : undefined;
}

/** The operands of AND, also of AND within AND. */
export function conjunctsOf(expression: Expression | null): readonly Expression[] {
  if (expression === null) return [];
  if (expression.tag !== 'BOOLEXPR' || expression.boolop !== 'and') return [expression];
  return expression.args.flatMap(conjunctsOf);
}

function coversKey(equalities: readonly Equality[], { columns, collations }: Key): boolean {
  const isCovered = (column: number, at: number) =>
    equalities.some((found) => found.column === column && sameEquality(found.collation, collations[at] ?? 0));
  return columns.length > 0 && columns.every(isCovered);
}

/** Two values that the condition calls equal must be equal to the index: under one collation, or byte for byte. */
const sameEquality = (one: number, other: number): boolean =>
  one === other || (bytewise.has(one) && bytewise.has(other));
/** The database's default, "C" and "POSIX"; none of them may be nondeterministic. */
export const bytewise: ReadonlySet<number> = new Set([100, 950, 951]);

function equalitiesIn(conjunct: Expression, condition: Condition): readonly Equality[] {
  if (conjunct.tag !== 'OPEXPR' || !isBuiltinEquality(conjunct, condition.catalog)) return [];
  const [left, right] = conjunct.args;
  if (left === undefined || right === undefined) return [];
  const sides = [
    [left, right],
    [right, left],
  ] as const;
  return sides.flatMap(([side, value]) => {
    const column = keyColumn(side, condition);
    if (column === undefined || !isTheSameForEveryRow(value, condition.catalog)) return [];
    return [{ column: column.number, collation: conjunct.inputcollid }];
  });
}

/** A list of varchar is taken as one of text, which has the same bytes. */
const asGiven = (list: Expression): Expression =>
  list.tag === 'RELABELTYPE' || (list.tag === 'ARRAYCOERCEEXPR' && list.elemexpr.tag === 'RELABELTYPE')
    ? asGiven(list.arg)
    : list;

/**
 * `=` as the server brought it along. Stable ones are left out: a date equals an instant by the time zone, and a zone
 * that skipped a day calls two dates equal to one instant.
 */
function isBuiltinEquality(
  { opno, opfuncid }: NodeOf<'OPEXPR' | 'SCALARARRAYOPEXPR'>,
  catalog: CatalogView,
): boolean {
  const operator = catalog.operator(opno);
  if (operator === undefined || operator.name !== '=' || operator.oid >= firstNormalOid) return false;
  const routine = catalog.routine(opfuncid === 0 ? operator.function : opfuncid);
  return routine?.builtin === true && routine.volatility === 'immutable' && operator.schema === 'pg_catalog';
}
const firstNormalOid = 16384;

/** The bare column, perhaps as a type that has the same values and the same equality. */
function keyColumn(expression: Expression, condition: Condition): Column | undefined {
  if (expression.tag !== 'RELABELTYPE') {
    const column = targetColumn(expression, condition);
    return column !== undefined && isSimple(column.type, condition.catalog) ? column : undefined;
  }
  const column = keyColumn(expression.arg, condition);
  if (column === undefined) return undefined;
  const beneath = typesBeneath(column.type, condition.catalog);
  const resultIsSame = beneath.some(
    (type) => type === expression.resulttype || sameEqualityAs.get(type) === expression.resulttype,
  );
  return resultIsSame ? column : undefined;
}

/** varchar compares as text, cidr as inet. Not so text as character, to which trailing blanks are nothing. */
const sameEqualityAs: ReadonlyMap<number, number> = new Map([
  [1043, 25],
  [650, 869],
]);

/** Rows, arrays and ranges compare by their parts, which may have collations and operator classes of their own. */
function isSimple(type: number, catalog: CatalogView): boolean {
  const base = catalog.type(typesBeneath(type, catalog).at(-1) ?? 0);
  return base?.kind === 'enum' || (base?.kind === 'base' && base.element === 0);
}

/** The type, and what lies beneath it when it is a domain. */
function typesBeneath(type: number, catalog: CatalogView): readonly number[] {
  const types: number[] = [];
  for (let oid = type; oid !== 0 && !types.includes(oid); ) {
    types.push(oid);
    const found = catalog.type(oid);
    oid = found?.kind === 'domain' ? found.base : 0;
  }
  return types;
}

/**
 * Constants and parameters, and what immutable functions of the server make of them. A stable function isn't enough: it
 * is called again for each row, and a trigger that fires in between may change the setting that it reads.
 */
function isTheSameForEveryRow(value: Expression, catalog: CatalogView): boolean {
  if (!sameValueTags.has(value.tag)) return false;
  if (value.tag === 'PARAM' && value.paramkind !== 'extern') return false;
  if (value.tag === 'FUNCEXPR' && value.funcretset) return false;
  // A literal's value was read once, when the statement was analyzed.
  const calls = value.tag === 'CONST' ? [] : callsOf(value, catalog);
  const areImmutable = calls.every((call) => {
    const routine = call.kind === 'routine' ? catalog.routine(call.routine) : undefined;
    return routine?.builtin === true && routine.volatility === 'immutable';
  });
  if (!areImmutable) return false;
  let same = true;
  forEachChild(value, (child) => {
    same &&= isTheSameForEveryRow(child as Expression, catalog);
  });
  return same;
}

const sameValueTags: ReadonlySet<Expression['tag']> = new Set([
  'CONST',
  'PARAM',
  'RELABELTYPE',
  'COLLATEEXPR',
  'COERCEVIAIO',
  'FUNCEXPR',
  'NAMEDARGEXPR',
  'OPEXPR',
  'COALESCEEXPR',
]);
