// SQL as PostgreSQL's own grammar reads it.

export { accessOf, type Permission, type RelationAccess } from './analyzed/access.ts';
export { type ColumnSet, columnSet } from './analyzed/column-set.ts';
export { NodeTextError } from './analyzed/node-text-error.ts';
export {
  type Reading,
  readExpression,
  readExpressions,
  readFunctionBody,
  readPartitionBound,
  readRuleActions,
} from './analyzed/read-tree.ts';
export type { UnknownNode } from './analyzed/reader.ts';
export type { Datum } from './analyzed/registry/field-kind.ts';
export type {
  Expression,
  Node as AnalyzedNode,
  NodeOf as AnalyzedNodeOf,
  NodeTag as AnalyzedNodeTag,
  Query,
  RangeTableEntry,
  RangeTableKind,
  TargetEntry,
  Var,
} from './analyzed/registry/node.ts';
export { type TreeVersion, treeVersions } from './analyzed/registry/schema.ts';
export { BrokenTree, entryAt, resolveCte, resolveVar, type Scope, scopeAbove } from './analyzed/scope.ts';
export { outputsOf, targetOf, writeTargetOf } from './analyzed/target-list.ts';
export { forEachChild, type VisitNode, walkTree } from './analyzed/walk.ts';
export { type Compared, type ComparedValues, comparedValues } from './compared/compared-values.ts';
export type { Value as ComparedValue } from './compared/sides.ts';
export { expressionType } from './facts/calls/expression-type.ts';
export type {
  Cast,
  CatalogView,
  Column,
  ColumnLabel,
  EventTrigger,
  Key,
  Operator,
  PartitionKey,
  Reference,
  ReferenceAction,
  Relation,
  RelationKind,
  Routine,
  RowPolicy,
  Rule,
  StoredTree,
  Trigger,
  Type,
  Vouch,
  WriteEvent,
} from './facts/catalog-view.ts';
export { createColumnLabels, type ReachingLabel } from './facts/column-labels.ts';
export type {
  Access,
  ColumnFact,
  ColumnUse,
  FunctionFact,
  OpaqueReason,
  OutputFact,
  RelationFact,
  RowFilter,
  StatementFacts,
  WriteFact,
} from './facts/facts.ts';
export type { Input, StatementInput } from './facts/input.types.ts';
export { isSetByStatement } from './facts/query/set-config.ts';
export { type ResolvedStatement, statementFacts } from './facts/statement-facts.ts';
export { statementInput } from './facts/statement-input.ts';
export { utilityFacts } from './facts/utility/of-statement.ts';
export { hasFreeArguments } from './shape/harmless-names.ts';
export { keptConstants } from './shape/kept-constants.ts';
export { type LiteralKind, mapLiterals } from './shape/map-literals.ts';
export {
  type ConstantType,
  type FreeConstant,
  type Shape,
  type Shapeless,
  shapeOf,
} from './shape/shape.ts';
export { type Skeleton, skeletonOf } from './shape/skeleton.ts';
export type { Classification, StatementKind } from './syntax/classification.ts';
export { classify, statementTypes } from './syntax/classify.ts';
export { loadGrammar } from './syntax/grammar.ts';
export { type GrantEffect, grantEffects } from './syntax/grant-effects.ts';
export { type InnerRole, type InnerStatement, innerStatements } from './syntax/inner-statements.ts';
export type { WrittenName } from './syntax/names.ts';
export { nodeFields } from './syntax/node-fields.ts';
export { type ObjectEffect, objectEffects } from './syntax/object-effects.ts';
export { type ParseLimits, parseStatements } from './syntax/parse.ts';
export { preparedTypes } from './syntax/prepared-types.ts';
export { queryTypes } from './syntax/query-types.ts';
export { type RefusalCode, SyntaxRefusal } from './syntax/refusal.ts';
export { leftOut, type Replacements, sameTree } from './syntax/same-tree.ts';
export { type SessionEffect, sessionEffects, type TransactionAction } from './syntax/session-effects.ts';
export type { NodeOf, NodeType, Statement, StatementNode, StatementType } from './syntax/statement.ts';
export { scanTokens, type Token } from './syntax/tokens.ts';
export { type Fields, type Step, type Visit, walkSyntax } from './syntax/walk.ts';
