// Finds the constants of a parse tree that can't change the facts: those in places that are known to be harmless.

import type {
  A_Const,
  A_Expr,
  CaseExpr,
  CommonTableExpr,
  FuncCall,
  Node,
  ReturningClause,
  SelectStmt,
  TypeCast,
  WithClause,
} from 'libpg-query';
import type { Statement, StatementNode } from '../syntax/statement.ts';
import { type ConstantType, constantType } from './constant-type.ts';
import { isConstant, isReference, isRow, isWildcards } from './forms.ts';
import { arithmetic, comparisons, hasFreeArguments, hasFreeText, plainName } from './harmless-names.ts';

export type FreePlace = Readonly<{
  /** Where the constant begins, in bytes of the text. */
  at: number;
  type: ConstantType;
  /** It follows one of the same type in an IN list: how many there are doesn't matter. */
  repeats: boolean;
}>;

/** Constants further down stay in the key: the walk recurses. */
const maxDepth = 200;

/** In the order of the text; or why there is no shape. */
export function findFreePlaces(statement: Statement): FreePlace[] | Readonly<{ none: string }> {
  const search = new Search();
  if (!search.statement(statement)) return { none: 'only a query has a shape' };
  if (search.makesTable) return { none: 'SELECT INTO has no shape' };
  return inOrder(search.found);
}

function inOrder(places: FreePlace[]): FreePlace[] {
  let sorted = true;
  for (let index = 1; index < places.length && sorted; index++)
    sorted = (places[index - 1] as FreePlace).at < (places[index] as FreePlace).at;
  if (sorted) return places;
  places.sort((one, other) => one.at - other.at);
  // A row that several columns are set to stands in the tree once for each.
  return places.filter((place, index) => index === 0 || place.at !== places[index - 1]?.at);
}

/**
 * Only the nodes named here are entered: whatever is in others stays in the key, whatever it is. Of a constant's value
 * nothing may decide which places are free but its type and whether it is wildcards: skeleton.ts tells no more of it.
 */
class Search {
  readonly found: FreePlace[] = [];
  makesTable = false;
  /** How many columns, parameters, calls and others were met that the server can't take for constants. */
  #references = 0;
  /**
   * The SELECT's outputs are compared with the expressions that it sorts, groups or partitions by: `a + 1` is one
   * output in `SELECT a + 1 … ORDER BY a + 1`, and two with another constant in one of them.
   */
  #compared = false;
  #depth = 0;

  statement({ type, node }: StatementNode): boolean {
    switch (type) {
      case 'SelectStmt':
        this.#select(node);
        return true;
      case 'InsertStmt': {
        const { selectStmt, onConflictClause, returningClause, withClause } = node;
        this.#with(withClause);
        if (selectStmt !== undefined) this.#query(selectStmt);
        this.#outputs(onConflictClause?.targetList);
        this.#condition(onConflictClause?.whereClause);
        this.#returning(returningClause);
        return true;
      }
      case 'UpdateStmt':
        this.#with(node.withClause);
        this.#outputs(node.targetList);
        this.#from(node.fromClause);
        this.#condition(node.whereClause);
        this.#returning(node.returningClause);
        return true;
      case 'DeleteStmt':
        this.#with(node.withClause);
        this.#from(node.usingClause);
        this.#condition(node.whereClause);
        this.#returning(node.returningClause);
        return true;
      case 'MergeStmt':
        this.#with(node.withClause);
        this.#relation(node.sourceRelation);
        this.#condition(node.joinCondition);
        for (const when of node.mergeWhenClauses ?? []) {
          if (!('MergeWhenClause' in when)) continue;
          this.#condition(when.MergeWhenClause.condition);
          this.#outputs(when.MergeWhenClause.targetList);
          this.#operands(when.MergeWhenClause.values);
        }
        this.#returning(node.returningClause);
        return true;
      default:
        return false;
    }
  }

  /** What it limits, sorts, groups and partitions by isn't entered. */
  #select(select: SelectStmt): void {
    const around = this.#compared;
    if (select.intoClause !== undefined) this.makesTable = true;
    this.#with(select.withClause);
    for (const row of select.valuesLists ?? []) if ('List' in row) this.#operands(row.List.items);
    if (select.larg !== undefined) this.#select(select.larg);
    if (select.rarg !== undefined) this.#select(select.rarg);
    const { sortClause, groupClause, distinctClause, windowClause } = select;
    this.#compared = (sortClause ?? groupClause ?? distinctClause ?? windowClause) !== undefined;
    const before = this.found.length;
    this.#outputs(select.targetList);
    this.#condition(select.havingClause);
    if (this.#compared) this.found.length = before;
    this.#from(select.fromClause);
    this.#condition(select.whereClause);
    this.#compared = around;
  }

  #query(node: Node): void {
    const [type] = Object.keys(node);
    this.statement({ type, node: (node as Record<string, unknown>)[type as string] } as StatementNode);
  }

  #with(clause: WithClause | undefined): void {
    for (const cte of clause?.ctes ?? []) {
      const { ctequery } = (cte as { CommonTableExpr: CommonTableExpr }).CommonTableExpr;
      if (ctequery !== undefined) this.#query(ctequery);
    }
  }

  #from(items: readonly Node[] | undefined): void {
    if (items !== undefined) for (const item of items) this.#relation(item);
  }

  #relation(item: Node | undefined): void {
    if (item === undefined || ++this.#depth > maxDepth) return;
    if ('JoinExpr' in item) {
      this.#relation(item.JoinExpr.larg);
      this.#relation(item.JoinExpr.rarg);
      this.#condition(item.JoinExpr.quals);
    } else if ('RangeSubselect' in item) {
      if (item.RangeSubselect.subquery !== undefined) this.#query(item.RangeSubselect.subquery);
    } else if ('RangeFunction' in item) {
      // Beside each function stands the list of its columns.
      for (const one of item.RangeFunction.functions ?? [])
        if ('List' in one) this.#inside(one.List.items?.[0]);
    }
    this.#depth--;
  }

  #returning(clause: ReturningClause | undefined): void {
    this.#outputs(clause?.exprs);
  }

  #outputs(targets: readonly Node[] | undefined): void {
    if (targets === undefined) return;
    for (const target of targets) if ('ResTarget' in target) this.#operand(target.ResTarget.val);
  }

  #operands(nodes: readonly Node[] | undefined): void {
    if (nodes !== undefined) for (const node of nodes) this.#operand(node);
  }

  /** A constant that stands here is free. */
  #operand(node: Node | undefined): void {
    if (node === undefined) return;
    if ('A_Const' in node) this.#free(node.A_Const);
    else this.#inside(node);
  }

  #free(constant: A_Const, before?: ConstantType): ConstantType | undefined {
    const type = constantType(constant);
    // One that the grammar has put there itself is nowhere in the text.
    const at = constant.location ?? 0;
    // A pattern that everything is like is no filter.
    if (type === undefined || at <= 0 || (type === 'text' && isWildcards(constant.sval?.sval)))
      return undefined;
    this.found.push({ at, type, repeats: type === before });
    return type;
  }

  /**
   * What decides whether a row counts. A constant that stands here is kept, also as one of the outcomes of CASE and
   * COALESCE: `'true'` in quotes is a boolean among booleans.
   */
  #condition(node: Node | undefined): void {
    if (node === undefined) return;
    if (++this.#depth > maxDepth) this.#compared = true;
    else if ('BoolExpr' in node) for (const arg of node.BoolExpr.args ?? []) this.#condition(arg);
    else if ('NullTest' in node) this.#condition(node.NullTest.arg);
    else if ('BooleanTest' in node) this.#condition(node.BooleanTest.arg);
    else if ('CoalesceExpr' in node) for (const arg of node.CoalesceExpr.args ?? []) this.#condition(arg);
    else if ('CaseExpr' in node) this.#case(node.CaseExpr, (outcome) => this.#condition(outcome));
    else this.#enter(node);
    this.#depth--;
  }

  #case({ arg, args, defresult }: CaseExpr, outcome: (node: Node | undefined) => void): void {
    this.#inside(arg);
    for (const when of args ?? []) {
      if (!('CaseWhen' in when)) continue;
      if (arg === undefined) this.#condition(when.CaseWhen.expr);
      else if (isReference(arg)) this.#operand(when.CaseWhen.expr);
      else this.#inside(when.CaseWhen.expr);
      outcome(when.CaseWhen.result);
    }
    outcome(defresult);
  }

  /** A constant that stands here is kept, and those below it are looked for. */
  #inside(node: Node | undefined): void {
    if (node === undefined) return;
    if (++this.#depth > maxDepth) this.#compared = true;
    else this.#enter(node);
    this.#depth--;
  }

  #enter(node: Node): void {
    if (isReference(node)) this.#references++;
    else if ('A_Expr' in node) this.#operation(node.A_Expr);
    else if ('FuncCall' in node) this.#call(node.FuncCall);
    else if ('BoolExpr' in node || 'NullTest' in node || 'BooleanTest' in node) this.#condition(node);
    else if ('TypeCast' in node) this.#cast(node.TypeCast);
    else if ('SubLink' in node) {
      this.#references++;
      this.#inside(node.SubLink.testexpr);
      if (node.SubLink.subselect !== undefined) this.#query(node.SubLink.subselect);
    } else if ('CaseExpr' in node) this.#case(node.CaseExpr, (outcome) => this.#operand(outcome));
    else if ('CoalesceExpr' in node) this.#operands(node.CoalesceExpr.args);
    else if ('MinMaxExpr' in node) this.#operands(node.MinMaxExpr.args);
    else if ('RowExpr' in node) this.#operands(node.RowExpr.args);
    else if ('A_ArrayExpr' in node) this.#operands(node.A_ArrayExpr.elements);
    else if ('MultiAssignRef' in node) this.#inside(node.MultiAssignRef.source);
    else if (!('A_Const' in node) && !('SetToDefault' in node)) {
      this.#references++;
      this.#compared = true;
    }
  }

  #operation({ kind, name, lexpr, rexpr }: A_Expr): void {
    const operator = plainName(name as never) ?? '';
    const isOperator = kind === 'AEXPR_OP';
    if (isOperator && arithmetic.has(operator)) {
      // What is taken from a jsonb value is the key of a member.
      if (operator === '-' && rexpr !== undefined && 'A_Const' in rexpr && rexpr.A_Const.sval !== undefined)
        this.#operand(lexpr);
      else {
        this.#operand(lexpr);
        this.#operand(rexpr);
      }
    } else if (kind?.includes('BETWEEN') || comparisons.has(operator)) this.#comparison(lexpr, rexpr, kind);
    else {
      this.#references++;
      this.#compared = true;
    }
  }

  /** One whose outcome may show without a row is kept: `1 = 1`, `coalesce(a, 1) = coalesce(a, 1)`. */
  #comparison(left: Node | undefined, right: Node | undefined, kind: A_Expr['kind']): void {
    const before = this.found.length;
    const onRight = right !== undefined && 'List' in right ? (right.List.items ?? []) : [right];
    const leftRefers = this.#refers(() => this.#operand(left));
    let open = true;
    const rightRefers = this.#refers(() => this.#list(onRight, kind === 'AEXPR_IN'));
    if (!isReference(left)) {
      const isLeftConstant = isConstant(left);
      for (const item of onRight) {
        if (isReference(item)) continue;
        open &&= isLeftConstant !== isConstant(item) && !isRow(left) && !isRow(item);
        // What refers to nothing may come down to a constant.
        open &&= isLeftConstant ? rightRefers && onRight.length === 1 : leftRefers;
      }
    }
    if (!open) this.found.length = before;
  }

  #refers(visit: () => void): boolean {
    const before = this.#references;
    visit();
    return this.#references > before;
  }

  #list(items: readonly (Node | undefined)[], repeating: boolean): void {
    let before: ConstantType | undefined;
    for (const item of items) {
      if (item !== undefined && 'A_Const' in item)
        before = this.#free(item.A_Const, repeating ? before : undefined);
      else {
        this.#inside(item);
        before = undefined;
      }
    }
  }

  #call(call: FuncCall): void {
    // `int4('5')` is a cast, which leaves a constant.
    const [only, another] = call.args ?? [];
    if (another !== undefined || !isConstant(only)) this.#references++;
    const name = plainName(call.funcname as never);
    const ordered = call.over ?? call.agg_order ?? call.agg_distinct ?? call.agg_within_group;
    if (ordered !== undefined || name === undefined || !hasFreeArguments(name)) {
      this.#compared = true;
      return;
    }
    this.#operands(call.args);
    this.#condition(call.agg_filter);
  }

  #cast({ arg, typeName }: TypeCast): void {
    const name = plainName(typeName?.names as never);
    if (name === undefined || typeName?.setof || typeName?.pct_type || !hasFreeText(name)) {
      if (isReference(arg)) this.#references++;
      this.#compared = true;
    } else this.#operand(arg);
  }
}
