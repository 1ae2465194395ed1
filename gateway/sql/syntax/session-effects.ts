// What a statement does to its session, as its syntax tells: settings, transactions, names that the session keeps, COPY.

import type { DefElem, Node } from 'libpg-query';
import { nameOfList, nameOfRange, type WrittenName } from './names.ts';
import type { NodeOf, StatementNode } from './statement.ts';

export type SessionEffect =
  /**
   * Undefined values: the default, or the value that is current, or one that isn't constant text. SET always has a name;
   * a call of set_config may work it out.
   */
  | Readonly<{
      effect: 'set';
      name: string | undefined;
      local: boolean;
      values: readonly string[] | undefined;
    }>
  | Readonly<{ effect: 'reset'; name: string }>
  | Readonly<{ effect: 'reset_all' }>
  | Readonly<{ effect: 'discard'; what: 'all' | 'plans' | 'temp' | 'sequences' }>
  | Readonly<{ effect: 'transaction'; action: TransactionAction; name: string | undefined; chain: boolean }>
  | Readonly<{ effect: 'cursor'; action: 'declare' | 'fetch' | 'move' | 'close'; name: string }>
  | Readonly<{ effect: 'cursor'; action: 'close_all' }>
  | Readonly<{ effect: 'prepared'; action: 'prepare' | 'execute' | 'deallocate'; name: string }>
  | Readonly<{ effect: 'prepared'; action: 'deallocate_all' }>
  | Readonly<{
      effect: 'copy';
      direction: 'from' | 'to';
      through: 'client' | 'file' | 'program';
      /** The file's path or the program's command line. */
      target: string | undefined;
      relation: WrittenName | undefined;
      columns: readonly string[];
    }>
  | Readonly<{ effect: 'channel'; action: 'listen' | 'unlisten' | 'notify'; name: string }>
  | Readonly<{ effect: 'channel'; action: 'unlisten_all' }>
  | Readonly<{ effect: 'load'; library: string }>;

export type TransactionAction =
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'savepoint'
  | 'release'
  | 'rollback_to'
  | 'prepare'
  | 'commit_prepared'
  | 'rollback_prepared';

/** In the order in which they happen. What is inside EXPLAIN or PREPARE counts when that runs, so it isn't here. */
export function sessionEffects({ type, node }: StatementNode): readonly SessionEffect[] {
  switch (type) {
    case 'VariableSetStmt':
      return settings(node);
    case 'DiscardStmt':
      return [{ effect: 'discard', what: discarded(node.target) }];
    case 'TransactionStmt':
      return transaction(node);
    case 'DeclareCursorStmt':
      return [{ effect: 'cursor', action: 'declare', name: node.portalname ?? '' }];
    case 'FetchStmt':
      return [{ effect: 'cursor', action: node.ismove ? 'move' : 'fetch', name: node.portalname ?? '' }];
    case 'ClosePortalStmt':
      if (node.portalname === undefined) return [{ effect: 'cursor', action: 'close_all' }];
      return [{ effect: 'cursor', action: 'close', name: node.portalname }];
    case 'PrepareStmt':
      return [{ effect: 'prepared', action: 'prepare', name: node.name ?? '' }];
    case 'ExecuteStmt':
      return [{ effect: 'prepared', action: 'execute', name: node.name ?? '' }];
    case 'DeallocateStmt':
      if (node.name === undefined) return [{ effect: 'prepared', action: 'deallocate_all' }];
      return [{ effect: 'prepared', action: 'deallocate', name: node.name }];
    case 'CopyStmt':
      return [copy(node)];
    case 'ListenStmt':
      return [{ effect: 'channel', action: 'listen', name: node.conditionname ?? '' }];
    case 'NotifyStmt':
      return [{ effect: 'channel', action: 'notify', name: node.conditionname ?? '' }];
    case 'UnlistenStmt':
      if (node.conditionname === undefined) return [{ effect: 'channel', action: 'unlisten_all' }];
      return [{ effect: 'channel', action: 'unlisten', name: node.conditionname }];
    case 'LoadStmt':
      return [{ effect: 'load', library: node.filename ?? '' }];
    default:
      return [];
  }
}

/** SET ROLE is the setting role, SET TIME ZONE the setting timezone, SET NAMES client_encoding, as in the server. */
function settings(node: Readonly<NodeOf<'VariableSetStmt'>>): readonly SessionEffect[] {
  const name = (node.name ?? '').toLowerCase();
  const local = node.is_local ?? false;
  switch (node.kind) {
    case 'VAR_RESET_ALL':
      return [{ effect: 'reset_all' }];
    case 'VAR_RESET':
      return [{ effect: 'reset', name }];
    case 'VAR_SET_VALUE':
      return [{ effect: 'set', name, local, values: texts(node.args) }];
    case 'VAR_SET_MULTI':
      return multiple(name, node.args ?? []);
    case 'VAR_SET_DEFAULT':
    case 'VAR_SET_CURRENT':
    case undefined:
      return [{ effect: 'set', name, local, values: undefined }];
    default:
      throw new Error(`SET of the kind ${node.kind satisfies never} is not known`);
  }
}

/** SET TRANSACTION is for the transaction; SET SESSION CHARACTERISTICS sets the defaults of the next ones. */
function multiple(name: string, args: readonly Node[]): readonly SessionEffect[] {
  if (name === 'transaction snapshot')
    return [{ effect: 'set', name: 'transaction_snapshot', local: true, values: texts(args) }];
  const local = name === 'transaction';
  return modes(args, local ? '' : 'default_', local);
}

function modes(options: readonly Node[], prefix: string, local: boolean): readonly SessionEffect[] {
  return options
    .map((option) => ('DefElem' in option ? option.DefElem : ({} as DefElem)))
    .map(({ defname = '', arg }) => ({
      effect: 'set',
      name: prefix + defname,
      local,
      values: texts(arg === undefined ? [] : [arg]),
    }));
}

function texts(args: readonly Node[] | undefined): readonly string[] | undefined {
  const values = (args ?? []).map(text);
  return values.every((value) => value !== undefined) ? values : undefined;
}

function text(node: Node): string | undefined {
  if (!('A_Const' in node)) return undefined;
  const { sval, ival, fval, boolval } = node.A_Const;
  if (sval !== undefined) return sval.sval ?? '';
  if (fval !== undefined) return fval.fval ?? '';
  if (ival !== undefined) return String(ival.ival ?? 0);
  return boolval === undefined ? undefined : String(boolval.boolval ?? false);
}

function discarded(target: NodeOf<'DiscardStmt'>['target']): 'all' | 'plans' | 'temp' | 'sequences' {
  switch (target) {
    case 'DISCARD_PLANS':
      return 'plans';
    case 'DISCARD_TEMP':
      return 'temp';
    case 'DISCARD_SEQUENCES':
      return 'sequences';
    case 'DISCARD_ALL':
    case undefined:
      return 'all';
    default:
      throw new Error(`DISCARD of ${target satisfies never} is not known`);
  }
}

const actions: Readonly<Record<NonNullable<NodeOf<'TransactionStmt'>['kind']>, TransactionAction>> = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'release',
  TRANS_STMT_ROLLBACK_TO: 'rollback_to',
  TRANS_STMT_PREPARE: 'prepare',
  TRANS_STMT_COMMIT_PREPARED: 'commit_prepared',
  TRANS_STMT_ROLLBACK_PREPARED: 'rollback_prepared',
};

function transaction(node: Readonly<NodeOf<'TransactionStmt'>>): readonly SessionEffect[] {
  const action = node.kind && actions[node.kind];
  if (action === undefined) throw new Error(`the transaction statement ${node.kind} is not known`);
  const name = node.savepoint_name ?? node.gid;
  return [
    { effect: 'transaction', action, name, chain: node.chain ?? false },
    ...modes(node.options ?? [], '', true),
  ];
}

function copy(node: Readonly<NodeOf<'CopyStmt'>>): SessionEffect {
  const through = node.is_program ? 'program' : node.filename === undefined ? 'client' : 'file';
  return {
    effect: 'copy',
    direction: node.is_from ? 'from' : 'to',
    through,
    target: node.filename,
    relation: node.relation && nameOfRange(node.relation),
    columns: nameOfList(node.attlist),
  };
}
