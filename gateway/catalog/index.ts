// What the server knows: what a statement's names mean, and what its functions do.
export {
  type CurrentCatalog,
  DatabaseFacts,
  type DatabaseFactsOptions,
  type FactsOfSession,
  type FactsQuestion,
} from './facts/database-facts.ts';
export { estimateRows } from './facts/estimate-rows.ts';
export { type FactsAnswer, type FactsRequest, readFacts } from './facts/read-facts.ts';
export type { FindNamed, NamedStatement } from './facts/resolve-statement.ts';
export { type FunctionEntry, parseClassList } from './functions/class-list.ts';
export {
  type FunctionClass,
  functionClassMeanings,
  isFunctionClass,
  stricterClass,
} from './functions/function-class.ts';
export {
  type FunctionClasses,
  type FunctionIdentity,
  loadFunctionClasses,
} from './functions/function-classes.ts';
export { printSignature, readSignature } from './functions/function-signature.ts';
export {
  type CastMethod,
  classOfCast,
  classOfFunction,
  classOfOperator,
  type FunctionsByOid,
} from './functions/operators-and-casts.ts';
export { mostInlineCharacters, readLargeFacts } from './large-statements/read-large-facts.ts';
export { checkResolverRole, ownSchemas } from './resolver/check-resolver-role.ts';
export { quoteIdentifier } from './resolver/identifier.ts';
export {
  type AnalysisContext,
  type AnalysisSetting,
  analysisSettings,
  type Resolution,
  type ResolvedTree,
  type ResolveRequest,
  type StatementError,
  settingsOfNames,
  type Unresolvable,
  type UnresolvableReason,
} from './resolver/resolution.ts';
export {
  createResolver,
  defaultResolverOptions,
  type Resolver,
  type ResolverDependencies,
  type ResolverOptions,
  type ResolverStatus,
  type SessionRequest,
} from './resolver/resolver.ts';
export { type ResolverRole, resolverRoleSql } from './resolver/resolver-role.ts';
export { askInSession } from './resolver/session-place.ts';
export {
  QuestionRefused,
  type QuestionsBegin,
  type SessionQuestions,
} from './resolver/session-questions.ts';
export type { Step as QuestionStep, StepRows as QuestionRows } from './resolver/step-sequence.ts';
export { checkLoginRole } from './roles/check-login-role.ts';
export { type LoginRole, loginRoleSql } from './roles/login-role.ts';
export type { RoleFinding } from './roles/role-findings.ts';
export { defaultLabelOptions, type LabelOptions } from './snapshot/apply-labels.ts';
export {
  type Catalog,
  type CatalogDependencies,
  type CatalogOptions,
  createCatalog,
  defaultCatalogOptions,
} from './snapshot/catalog.ts';
export {
  type CatalogData,
  CatalogDataError,
  noCatalogData,
  readCatalogData,
} from './snapshot/catalog-data.ts';
export { joinName } from './snapshot/catalog-names.ts';
export { type CatalogQuery, type CatalogRow, catalogQuery } from './snapshot/catalog-query.ts';
export type { CatalogFinding } from './snapshot/finding.ts';
export { loadSnapshot, type SnapshotOptions } from './snapshot/load-snapshot.ts';
export type { Snapshot } from './snapshot/snapshot.ts';
export { Turns } from './snapshot/turns.ts';
export { sharedByShape } from './statements/shared-by-shape.ts';
export {
  StatementCache,
  type StatementCacheOptions,
  type StatementCacheStatus,
} from './statements/statement-cache.ts';
export type { ContextParts, StatementContext } from './statements/statement-context.ts';
