// The session as one of its statements finds it: what decides how the statement is read, and what names stand for.
import type { AnalysisContext, SessionQuestions } from '../catalog/index.ts';
import type { Portal, PreparedStatement } from './named.ts';

export type Later<T> = T | Promise<T>;

/**
 * The session at the moment of one statement. A text may hold several statements: `index` says which of them asks, as
 * those before it will have run by then.
 */
export interface StatementSession {
  /**
   * The effective search path and the settings of analysis: the same object for as long as nothing changes, in every
   * session that has the same. Another version of the catalog makes it be asked again. Not to be asked in a failed
   * transaction, where the server answers nothing.
   */
  context(catalogVersion?: string): Later<AnalysisContext>;
  /** Temporary objects, or changes that aren't committed yet. Certain once `context` has answered. */
  readonly ownObjects: 'none' | 'maybe';
  /**
   * The end of the transaction that is open, if any is, takes nothing back that names depend on. Certain once all that
   * was sent before is answered.
   */
  readonly endsQuietly: boolean;
  /** False when statements before this one in the same text change what the two above say. */
  isKnownAt(index: number): boolean;
  /** The statement of that name; undefined when there is none, or nothing is known of it. */
  prepared(name: string, index?: number): Later<PreparedStatement | undefined>;
  /** The cursor or portal of that name; undefined when there is none, or nothing is known of it. */
  cursor(name: string, index?: number): Later<Portal | undefined>;
  /** Lends the session's connection to the resolver: until the promise settles, nothing else is sent. */
  lend<T>(use: (questions: SessionQuestions) => Promise<T>): Promise<T>;
}
