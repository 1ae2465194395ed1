// SQL as PostgreSQL's own grammar reads it.

export { type Classification, classify, type StatementKind, statementTypes } from './syntax/classify.ts';
export { loadGrammar } from './syntax/grammar.ts';
export { type InnerRole, type InnerStatement, innerStatements } from './syntax/inner-statements.ts';
export { nodeFields } from './syntax/node-fields.ts';
export { type ParseLimits, parseStatements } from './syntax/parse.ts';
export { type RefusalCode, SyntaxRefusal } from './syntax/refusal.ts';
export type { NodeOf, NodeType, Statement, StatementNode, StatementType } from './syntax/statement.ts';
export { type Fields, type Step, type Visit, walkSyntax } from './syntax/walk.ts';
