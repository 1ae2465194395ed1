export type * from './config.types.ts';
export { loadConfig } from './load.ts';
export { ConfigError } from './problem.ts';
export { asClause, comparisons, describeValue, nameType } from './schema-words.ts';
