// With which values a statement compares some columns, as far as its own words tell.
import type { Fields } from '../syntax/walk.ts';
import { walkSyntax } from '../syntax/walk.ts';
import { equalsOf, type Sides } from './comparisons.ts';
import { columnIn, givenValue, type Value } from './sides.ts';
import { columnNames, listOf, type Typed, typed } from './tree-parts.ts';
import { isMention, mentions, type WatchedNames, watchedNames } from './watched-names.ts';

/** A column, by the name that the statement has for it, and a value that it equals or doesn't. */
export type Compared = Readonly<{ column: string; value: Value }>;

export type ComparedValues = Readonly<{
  values: readonly Compared[];
  /** Why that isn't all of them; undefined: it is. */
  untold: string | undefined;
  /** The columns stand in a condition at all, be it only for being NULL. */
  isCompared: boolean;
}>;

/**
 * `names`: of the columns. Whatever compares them in another way than with = or IN and given values is untold, and so is
 * what can't be followed. Comparisons that the statement only returns are looked at like its conditions.
 */
export function comparedValues(statement: Typed, names: Iterable<string>): ComparedValues {
  try {
    const comparing = new Comparing(watchedNames(statement.type, statement.fields, names));
    comparing.statement(statement);
    const { values, untold, isCompared } = comparing;
    return { values, untold, isCompared };
  } catch (thrown) {
    // A chain of some ten thousand operators is deeper than the stack.
    if (!(thrown instanceof RangeError)) throw thrown;
    return { values: [], untold: 'it is too deeply nested', isCompared: true };
  }
}

/** `seen`: a watched column may stand there. `never`: what stands there decides what the client learns. */
type Place = 'seen' | 'never';

class Comparing {
  readonly values: Compared[] = [];
  untold: string | undefined;
  isCompared = false;
  readonly #watched: WatchedNames;

  constructor(watched: WatchedNames) {
    this.#watched = watched;
  }

  statement({ type, fields }: Typed): void {
    // What is prepared is compared when it runs.
    if (type === 'PrepareStmt') return;
    this.#walk(type, fields, 'seen');
  }

  #walk(type: string, fields: Fields, place: Place): void {
    const unknown = walkSyntax(type, fields, (at, node) => {
      switch (at) {
        case 'SelectStmt':
          this.#select(node, place);
          return 'over';
        case 'InsertStmt':
          this.#insert(node);
          return 'over';
        case 'UpdateStmt':
        case 'DeleteStmt':
        case 'MergeStmt':
          this.#write(node);
          return 'over';
        case 'MergeWhenClause':
          this.#fields(node, ['condition'], 'never');
          this.#fields(node, ['targetList', 'values'], 'seen');
          return 'over';
        case 'JoinExpr':
          this.#join(node);
          return 'over';
        case 'RangeSubselect':
          this.#fields(node, ['subquery'], 'seen');
          return 'over';
        case 'RangeFunction':
        case 'RangeTableFunc':
        case 'RangeTableSample':
        case 'JsonTable':
          if (place === 'never') return 'into';
          this.#walk(at, node, 'never');
          return 'over';
        case 'CopyStmt':
          this.#fields(node, ['whereClause'], 'never');
          this.#fields(node, ['query'], 'seen');
          return 'over';
        case 'SubLink':
          this.#subLink(node, place);
          return 'over';
        case 'CaseExpr':
          this.#case(node, place);
          return 'over';
        case 'FuncCall':
          if (place === 'never' && mentions(at, node, this.#watched)) this.#cannotTell(COMPUTES);
          this.#fields(node, ['agg_filter'], 'never');
          this.#fields(node, ['args'], place);
          this.#ordered(node.agg_order);
          this.#window(typed({ WindowDef: node.over }));
          return 'over';
        case 'NullTest':
          if (columnIn(node.arg, this.#watched) === undefined) return 'into';
          this.isCompared = true;
          return 'over';
        case 'A_Expr':
          return this.#expression(node, place);
        default:
          if (place === 'never' && isMention(at, node, this.#watched)) this.#cannotTell(COMPUTES);
          return 'into';
      }
    });
    if (unknown.length > 0) this.#cannotTell('it has parts that are not known');
  }

  #fields(node: Fields, names: readonly string[], place: Place): void {
    for (const name of names) {
      const value = node[name];
      const children = Array.isArray(value) ? listOf(value) : value === undefined ? [] : [typed(value)];
      for (const child of children) if (child !== undefined) this.#walk(child.type, child.fields, place);
    }
  }

  /** `outputs`: whether the values that it gives are compared with something. */
  #select(node: Fields, outputs: Place): void {
    const { op, all, larg, rarg, withClause } = node;
    if (op !== undefined && op !== 'SETOP_NONE') {
      const compares = op !== 'SETOP_UNION' || all !== true;
      const arms = [larg, rarg] as Fields[];
      if (compares && arms.some((arm) => this.#mentionsInOutputs(arm)))
        this.#cannotTell('INTERSECT, EXCEPT and UNION compare whole rows');
      for (const arm of arms) this.#select(arm, outputs);
    }
    this.#with(withClause);
    this.#fields(node, ['targetList', 'valuesLists'], outputs);
    this.#fields(node, ['fromClause'], 'seen');
    this.#fields(node, ['whereClause', 'havingClause', 'limitCount', 'limitOffset'], 'never');
    for (const list of [node.groupClause, node.distinctClause, node.sortClause]) this.#ordered(list);
    for (const window of listOf(node.windowClause)) this.#window(window);
  }

  #with(clause: unknown): void {
    const { ctes } = (clause ?? {}) as Fields;
    for (const { fields } of listOf(ctes)) {
      this.#fields(fields, ['ctequery'], 'seen');
      // They follow the rows, and stop at what is there already.
      if (fields.search_clause !== undefined || fields.cycle_clause !== undefined) {
        if (mentions('CommonTableExpr', fields, this.#watched))
          this.#cannotTell('SEARCH and CYCLE compare rows');
      }
    }
  }

  #mentionsInOutputs(arm: Fields): boolean {
    if (arm.op !== undefined && arm.op !== 'SETOP_NONE')
      return [arm.larg, arm.rarg].some((each) => this.#mentionsInOutputs(each as Fields));
    return listOf(arm.targetList).some(({ type, fields }) => mentions(type, fields, this.#watched));
  }

  /** Sorting and grouping by the column itself compares it with no value that is given. */
  #ordered(list: unknown): void {
    for (const { type, fields } of listOf(list)) {
      const node = type === 'SortBy' ? typed(fields.node) : { type, fields };
      if (node?.type === 'GroupingSet') {
        this.#ordered(node.fields.content);
        continue;
      }
      if (node === undefined || columnIn({ [node.type]: node.fields }, this.#watched) !== undefined) continue;
      this.#walk(node.type, node.fields, 'never');
    }
  }

  #window(window: Typed | undefined): void {
    if (window?.fields === undefined) return;
    const { partitionClause, orderClause } = window.fields;
    for (const list of [partitionClause, orderClause]) this.#ordered(list);
    this.#fields(window.fields, ['startOffset', 'endOffset'], 'never');
  }

  #join(node: Fields): void {
    const columns = columnNames(node.usingClause);
    if (columns.some((name) => this.#watched.columns.has(name))) this.#cannotTell(OTHER_COLUMN);
    if (node.isNatural === true) this.#cannotTell('a NATURAL JOIN does not say which columns it compares');
    this.#fields(node, ['larg', 'rarg'], 'seen');
    this.#fields(node, ['quals'], 'never');
  }

  #subLink(node: Fields, place: Place): void {
    const { subLinkType, testexpr, subselect } = node;
    const test = typed(testexpr);
    if (test !== undefined && mentions(test.type, test.fields, this.#watched)) this.#cannotTell(OTHER_COLUMN);
    if (test !== undefined) this.#walk(test.type, test.fields, place);
    const select = typed(subselect);
    if (select === undefined) return;
    const outputs = subLinkType === 'EXISTS_SUBLINK' ? 'seen' : test === undefined ? place : 'never';
    this.#select(select.fields, outputs);
  }

  #case(node: Fields, place: Place): void {
    const subject = typed(node.arg);
    for (const { fields } of listOf(node.args)) {
      if (subject === undefined) this.#fields(fields, ['expr'], 'never');
      else this.#sides({ one: { [subject.type]: subject.fields }, other: fields.expr, several: false });
      this.#fields(fields, ['result'], place);
    }
    this.#fields(node, ['defresult'], place);
  }

  #insert(node: Fields): void {
    this.#with(node.withClause);
    this.#fields(node, ['selectStmt'], 'seen');
    const conflict = node.onConflictClause as Fields | undefined;
    if (conflict !== undefined) {
      this.#fields(conflict, ['whereClause'], 'never');
      this.#fields(conflict, ['targetList'], 'seen');
      this.#fields((conflict.infer ?? {}) as Fields, ['whereClause'], 'never');
      this.#conflict(node);
    }
    this.#returning(node);
  }

  /** The rows that are there are looked through for the new ones' values. */
  #conflict({ cols, selectStmt }: Fields): void {
    const names = listOf(cols).map(({ fields }) => String(fields.name));
    const rows = listOf((typed(selectStmt)?.fields as Fields | undefined)?.valuesLists);
    if (names.length === 0 || rows.length === 0) {
      this.#cannotTell('ON CONFLICT compares rows that it does not show');
      return;
    }
    names.forEach((column, index) => {
      if (!this.#watched.columns.has(column)) return;
      for (const { fields } of rows) {
        const cell = (fields.items as readonly unknown[] | undefined)?.[index];
        this.#found(column, givenValue(cell));
      }
    });
  }

  #write(node: Fields): void {
    this.#with(node.withClause);
    this.#fields(node, ['fromClause', 'usingClause', 'sourceRelation'], 'seen');
    this.#fields(node, ['whereClause', 'joinCondition'], 'never');
    this.#fields(node, ['targetList', 'mergeWhenClauses'], 'seen');
    this.#returning(node);
  }

  #returning(node: Fields): void {
    const { exprs } = (node.returningClause ?? {}) as Fields;
    this.#fields({ exprs, list: node.returningList }, ['exprs', 'list'], 'seen');
  }

  #expression(node: Fields, place: Place): 'into' | 'over' {
    if (!mentions('A_Expr', node, this.#watched)) return 'into';
    const sides = equalsOf(node);
    if (sides === 'computes') return place === 'never' ? this.#cannotTell(COMPUTES) : 'into';
    if (sides === 'compares') return this.#cannotTell('a range or a pattern stands for many values');
    for (const each of sides) this.#sides(each);
    return 'over';
  }

  #sides({ one, other, several }: Sides): void {
    const watched = [one, other].map((side) => columnIn(side, this.#watched));
    const [first, second] = watched;
    if (first !== undefined && second !== undefined) {
      this.#cannotTell(OTHER_COLUMN);
      return;
    }
    const column = first ?? second;
    const given = first === undefined ? one : other;
    if (column !== undefined) {
      this.#found(column, givenValue(given, several));
      return;
    }
    for (const side of [typed(one), typed(other)])
      if (side !== undefined) this.#walk(side.type, side.fields, 'never');
  }

  #found(column: string, values: readonly Value[] | undefined): void {
    this.isCompared = true;
    if (values === undefined) this.#cannotTell(OTHER_COLUMN);
    else for (const value of values) this.values.push({ column, value });
  }

  #cannotTell(because: string): 'over' {
    this.isCompared = true;
    this.untold ??= because;
    return 'over';
  }
}

const COMPUTES = 'it compares what it computes from them';
const OTHER_COLUMN = 'it compares them with other columns, or with what it computes';
