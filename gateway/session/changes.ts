// What a statement changes of its session once the server acknowledges it, as its syntax tells.
import { settingsOfNames } from '../catalog/index.ts';
import {
  innerStatements,
  objectEffects,
  type SessionEffect,
  type Statement as SqlStatement,
  type StatementNode,
  sessionEffects,
  type TransactionAction,
} from '../sql/index.ts';
import type { Portal, PreparedStatement } from './named.ts';
import { ParsedText } from './parsed-text.ts';
import { traitsOf } from './text-traits.ts';

export type Change =
  | Readonly<{ change: 'prepare'; statement: PreparedStatement }>
  /** Without a name: all. */
  | Readonly<{ change: 'deallocate'; name: string | undefined }>
  | Readonly<{ change: 'declare'; cursor: Portal; hold: boolean }>
  | Readonly<{ change: 'close'; name: string | undefined }>
  | Readonly<{ change: 'transaction'; action: TransactionAction; name: string | undefined }>
  | Readonly<{ change: 'listen'; channel: string }>
  /** Of the search path, or of how a statement is read. */
  | Readonly<{ change: 'settings' }>
  /** Of what only this session sees. */
  | Readonly<{ change: 'temporary' }>
  /** Of what everybody sees, once it is committed. */
  | Readonly<{ change: 'catalog' }>
  /** Code ran of which nothing is known. */
  | Readonly<{ change: 'anything' }>;

const relevantSettings: ReadonlySet<string> = new Set([...settingsOfNames, 'client_encoding']);

const settings: Change = { change: 'settings' };
const temporary: Change = { change: 'temporary' };
const catalog: Change = { change: 'catalog' };
export const anything: Change = { change: 'anything' };

/** `text` is the whole text that the statement stands in, which is what the server keeps with a name. */
export function changesOf(statement: SqlStatement, text: string): readonly Change[] {
  switch (statement.type) {
    case 'PrepareStmt': {
      const inner = innerText(statement, statement.source);
      if (inner === undefined) return [anything];
      return [{ change: 'prepare', statement: sqlPrepared(statement.node.name ?? '', inner, text) }];
    }
    case 'DeclareCursorStmt': {
      const name = statement.node.portalname ?? '';
      const inner = innerText(statement, statement.source);
      const cursor: Portal = {
        name,
        statement: inner === undefined ? undefined : sqlPrepared('', inner, text),
        answer: undefined,
        hints: 0,
      };
      return [{ change: 'declare', cursor, hold: ((statement.node.options ?? 0) & CURSOR_OPT_HOLD) !== 0 }];
    }
    case 'VariableSetStmt':
    case 'DiscardStmt':
    case 'TransactionStmt':
    case 'ClosePortalStmt':
    case 'DeallocateStmt':
      return sessionEffects(statement).flatMap(changesOfEffect);
    case 'ListenStmt':
      return [{ change: 'listen', channel: statement.node.conditionname ?? '' }];
    case 'ExplainStmt':
      return innerStatements(statement, statement.source).flatMap(({ statement: inner }) =>
        objectEffects(inner).length > 0 ? [catalog] : [],
      );
    case 'DoStmt':
    case 'CallStmt':
    case 'LoadStmt':
    case 'CreateExtensionStmt':
    case 'AlterExtensionStmt':
      return [anything];
    case 'SelectStmt':
      return objectEffects(statement).length > 0 ? [catalog] : [];
    case 'CreateStmt':
      return statement.node.relation?.relpersistence === 't' ? [temporary] : [catalog];
    case 'CreateTableAsStmt':
      return statement.node.into?.rel?.relpersistence === 't' ? [temporary] : [catalog];
    default:
      return changeNothing.has(statement.type) ? [] : [catalog];
  }
}

/** parsenodes.h. */
const CURSOR_OPT_HOLD = 0x0020;

/** What else they do is done by the functions that they call. */
const changeNothing: ReadonlySet<StatementNode['type']> = new Set<StatementNode['type']>([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'TruncateStmt',
  'CopyStmt',
  'ExecuteStmt',
  'FetchStmt',
  'VariableShowStmt',
  'ConstraintsSetStmt',
  'UnlistenStmt',
  'NotifyStmt',
  'LockStmt',
  'VacuumStmt',
  'CheckPointStmt',
]);

function changesOfEffect(effect: SessionEffect): readonly Change[] {
  switch (effect.effect) {
    case 'set':
    case 'reset':
      return effect.name === undefined || relevantSettings.has(effect.name) ? [settings] : [];
    case 'reset_all':
      return [settings];
    case 'discard':
      if (effect.what === 'temp') return [temporary];
      if (effect.what !== 'all') return [];
      return [close(undefined), deallocate(undefined), settings, temporary];
    case 'transaction':
      return [{ change: 'transaction', action: effect.action, name: effect.name }];
    case 'cursor':
      return [close(effect.action === 'close' ? effect.name : undefined)];
    case 'prepared':
      return [deallocate(effect.action === 'deallocate' ? effect.name : undefined)];
    default:
      return [anything];
  }
}

const close = (name: string | undefined): Change => ({ change: 'close', name });
const deallocate = (name: string | undefined): Change => ({ change: 'deallocate', name });

const innerText = (statement: StatementNode, source: string): string | undefined =>
  innerStatements(statement, source)[0]?.source;

/** The types of its parameters are written as names, if at all: only the server knows them. */
const sqlPrepared = (name: string, text: string, wholeText: string): PreparedStatement => ({
  name,
  text,
  wholeText,
  parameterTypes: undefined,
  traits: traitsOf(text),
  parsed: new ParsedText(text),
  hints: 0,
});

/** The statement finds what it runs by a name: what the name stands for counts when it runs. */
export function namesAnother(statement: SqlStatement): boolean {
  switch (statement.type) {
    case 'ExecuteStmt':
    case 'FetchStmt':
      return true;
    case 'ExplainStmt':
    case 'CreateTableAsStmt':
      return innerStatements(statement, statement.source).some(
        ({ statement: inner }) =>
          inner.type === 'ExecuteStmt' ||
          (inner.type === 'CreateTableAsStmt' && 'ExecuteStmt' in (inner.node.query ?? {})),
      );
    default:
      return false;
  }
}
