// Generated from schemas/input.schema.json by `npm run generate`: do not edit.

/**
 * What is done with a column. `predicate`: it decides which rows there are, or which part of an expression is evaluated. `computed`: it goes into a computation that can fail, or take long, by its value, such as a division or a cast to a number. `write_source`: its value is written somewhere else. `locked`: its row is. `read`: the statement needs the right to read it, and does none of the others with it.
 */
export type ColumnUse =
  | 'output'
  | 'predicate'
  | 'computed'
  | 'join'
  | 'order'
  | 'group'
  | 'write_source'
  | 'write_target'
  | 'locked'
  | 'read';

/**
 * What a policy is asked about: the document `input`. A key that has nothing to say is absent, never null, so that a comparison with it is undefined and a rule that allows doesn't apply.
 */
export interface Input {
  readonly request: RequestInput;
  readonly identity: IdentityInput;
  readonly session: SessionInput;
  readonly resource: ResourceInput;
  readonly statement?: StatementInput;
  /**
   * What was granted to the principal on this resource for a time that is running. Absent where there is nothing.
   */
  readonly grants?: readonly GrantInput[];
  readonly approval?: ApprovalInput;
  readonly access?: AccessInput;
}
/**
 * What is being asked of the policy.
 */
export interface RequestInput {
  readonly time: TimeInput;
  /**
   * What is decided: a login, a statement, whether somebody may approve what waits for it, or whether somebody is granted access for a time. In `approve`, `identity` is who wants to approve; `session`, `resource`, `statement` and `access` are those of what waits. What comes over the admin side's API has a session of its own, whose id is `api`.
   */
  readonly phase: 'connect' | 'statement' | 'approve' | 'access';
}
/**
 * One moment, in the forms that rules compare; UTC throughout.
 */
export interface TimeInput {
  /**
   * Seconds since 1970.
   */
  readonly unix: number;
  /**
   * As RFC 3339: 2026-05-04T14:30:00Z.
   */
  readonly iso: string;
  /**
   * The day of the week.
   */
  readonly weekday: 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';
  /**
   * The hour of the day.
   */
  readonly hour: number;
}
/**
 * Who asks, as proven at the login.
 */
export interface IdentityInput {
  /**
   * The principal's name, unique over all issuers.
   */
  readonly principal: string;
  /**
   * What the principal is.
   */
  readonly kind: 'agent' | 'service' | 'human';
  /**
   * The issuer that vouched for it; `access_key` where the gateway's own key did.
   */
  readonly issuer: string;
  /**
   * The name that the issuer knows it by.
   */
  readonly subject: string;
  /**
   * The groups that it belongs to.
   */
  readonly groups: readonly string[];
  /**
   * The scopes of its token or key.
   */
  readonly scopes: readonly string[];
  /**
   * All claims of its token, as the issuer wrote them.
   */
  readonly claims: {
    readonly [k: string]: unknown;
  };
  readonly actor?: ActorInput;
  readonly agent?: AgentInput;
  readonly auth: AuthInput;
}
/**
 * A party that acts for another.
 */
export interface ActorInput {
  /**
   * The actor's name at its issuer.
   */
  readonly subject: string;
  /**
   * The actor's issuer; absent where the token names none.
   */
  readonly issuer?: string;
  readonly actor?: ActorInput;
}
/**
 * The registration of an agent.
 */
export interface AgentInput {
  /**
   * The agent's name.
   */
  readonly name: string;
  /**
   * The principal who answers for it.
   */
  readonly owner: string;
  /**
   * What it is for.
   */
  readonly purpose: string;
  /**
   * What it thinks with; absent where nobody said.
   */
  readonly model?: string;
  /**
   * What it works at; absent where nobody said.
   */
  readonly task?: string;
  /**
   * When its access ends, as RFC 3339; absent where it doesn't.
   */
  readonly until?: string;
  readonly scope: AgentScopeInput;
}
/**
 * Each part that is there narrows what an agent may reach.
 */
export interface AgentScopeInput {
  /**
   * The resources that it may log in to.
   */
  readonly resources?: readonly string[];
  /**
   * The schemas whose relations it may reach.
   */
  readonly schemas?: readonly string[];
  /**
   * Relations that it may reach beside those of `schemas`: `schema.name`.
   */
  readonly tables?: readonly string[];
  /**
   * What it may do: what relations are accessed for, and `commands` for whatever is more than reading and writing rows.
   */
  readonly operations?: readonly string[];
  readonly hours?: HoursInput;
  /**
   * On which days it may.
   */
  readonly weekdays?: readonly string[];
}
/**
 * From one hour, and before another.
 */
export interface HoursInput {
  /**
   * The first hour.
   */
  readonly from: number;
  /**
   * The hour at which it ends.
   */
  readonly to: number;
}
/**
 * The credential of a login.
 */
export interface AuthInput {
  /**
   * Which credential it was.
   */
  readonly method: 'oidc' | 'access_key' | 'mtls';
  /**
   * When it expires, in seconds since 1970; absent for one that doesn't.
   */
  readonly expires_at?: number;
  /**
   * The access key's id; absent for other credentials.
   */
  readonly key_id?: string;
}
/**
 * The connection that the statement comes from.
 */
export interface SessionInput {
  /**
   * The session's id, as in logs and audit events.
   */
  readonly id: string;
  /**
   * The client's address, without the port.
   */
  readonly client_addr: string;
  /**
   * The client's connection is encrypted.
   */
  readonly tls: boolean;
  /**
   * What the client calls itself: it may say anything.
   */
  readonly application_name: string;
  /**
   * What the client says the session is for, in the setting portcullis.purpose: as it connected, or, once approval was asked for, as it was then. Absent where it says nothing.
   */
  readonly purpose?: string;
  /**
   * Whether the statement comes inside a transaction block.
   */
  readonly transaction: 'idle' | 'open' | 'failed';
}
/**
 * The database that is asked.
 */
export interface ResourceInput {
  /**
   * The resource's name in the gateway's configuration: what clients name as their database.
   */
  readonly name: string;
  /**
   * The database's name on its server.
   */
  readonly database: string;
  /**
   * The resource's labels from the configuration, such as `env: prod`.
   */
  readonly labels: {
    readonly [k: string]: string;
  };
  /**
   * The server's version as `server_version_num`: 150018 is 15.18.
   */
  readonly server_version: number;
}
/**
 * What one statement is, what it touches, and where each of its outputs comes from. Names are resolved by PostgreSQL itself; views, rules, row security and functions with readable bodies are followed.
 */
export interface StatementInput {
  /**
   * What kind of statement it is.
   */
  kind:
    | 'select'
    | 'insert'
    | 'update'
    | 'delete'
    | 'merge'
    | 'truncate'
    | 'copy'
    | 'call'
    | 'do'
    | 'ddl'
    | 'grant'
    | 'role'
    | 'session'
    | 'show'
    | 'transaction'
    | 'explain'
    | 'cursor'
    | 'prepare'
    | 'execute'
    | 'deallocate'
    | 'notify'
    | 'lock'
    | 'maintenance'
    | 'system';
  /**
   * PostgreSQL's command tag, which is finer than the kind: `DROP DATABASE`, `SELECT FOR UPDATE`, `CREATE TABLE AS`.
   */
  readonly tag: string;
  /**
   * It neither writes, nor locks rows, nor sends anything elsewhere, and none of the functions it calls does.
   */
  readonly read_only: boolean;
  /**
   * Every table, view, sequence… that it touches, itself or through views, rules and functions.
   */
  readonly relations: readonly RelationInput[];
  /**
   * Every column that it reads or writes, labelled or not.
   */
  readonly columns: readonly ColumnInput[];
  /**
   * Every function that it calls, those behind operators, casts, aggregates and triggers included.
   */
  readonly functions: readonly FunctionInput[];
  /**
   * The columns of its result, in order, each with the columns that it comes from.
   */
  readonly outputs: readonly OutputInput[];
  /**
   * What it writes, one entry for each relation and action. Empty: nothing.
   */
  readonly writes: readonly WriteInput[];
  /**
   * The number of rows that it can return at most, where LIMIT is a constant; absent otherwise.
   */
  readonly limit?: number;
  /**
   * What it does to its session: settings, transactions, cursors, prepared statements, COPY, channels.
   */
  readonly session_effects: readonly SessionEffectInput[];
  /**
   * The objects that it creates, changes or drops, by the names that are written in it.
   */
  readonly objects: readonly ObjectInput[];
  /**
   * The rights that it gives or takes.
   */
  readonly grants: readonly StatementGrantInput[];
  /**
   * The statements that it explains, prepares, declares or copies; what they touch is in the lists above.
   */
  readonly inner: readonly InnerInput[];
  /**
   * It may touch more than is listed here: `opaque_because` says why. A rule that allows should ask for `false`.
   */
  readonly opaque: boolean;
  /**
   * The reasons for `opaque`; empty when the lists are complete.
   */
  readonly opaque_because: readonly OpaqueReasonInput[];
  /**
   * The version of the database's catalog that the names were looked up in, as in audit events.
   */
  readonly catalog_version: string;
}
/**
 * One relation, and what is done to it.
 */
export interface RelationInput {
  /**
   * Its schema.
   */
  readonly schema: string;
  /**
   * Its name.
   */
  readonly name: string;
  /**
   * What it is.
   */
  kind:
    | 'table'
    | 'partitioned_table'
    | 'view'
    | 'materialized_view'
    | 'foreign_table'
    | 'sequence'
    | 'index'
    | 'composite_type'
    | 'toast';
  /**
   * What is done to it. `lock`: FOR UPDATE and its like, and LOCK. `define`: its definition is changed, or it is dropped. `maintain`: VACUUM, ANALYZE, CLUSTER, REINDEX, REFRESH.
   */
  readonly access: readonly ('select' | 'insert' | 'update' | 'delete' | 'truncate' | 'lock' | 'define' | 'maintain')[];
  /**
   * The views, rules, row policies and functions on the way to it, the outermost first. Empty: the statement names it itself.
   */
  readonly through: readonly string[];
  /**
   * The labels of all its columns, used here or not.
   */
  readonly labels: readonly string[];
}
/**
 * One column, and how it is used.
 */
export interface ColumnInput {
  /**
   * The schema of its relation.
   */
  readonly schema: string;
  /**
   * The name of its relation.
   */
  readonly relation: string;
  /**
   * Its name.
   */
  readonly name: string;
  /**
   * Its labels.
   */
  readonly labels: readonly string[];
  /**
   * What the statement does with it, also through views.
   */
  readonly used: readonly ColumnUse[];
  /**
   * What the definitions of views, rules, policies and functions do with it, whatever the statement asks of them.
   */
  readonly used_inside: readonly ColumnUse[];
  /**
   * Only where it is true: the statement doesn't name it, neither by a star; a view that it names, or another definition, leads to it. Words for who sent the statement should not name it either.
   */
  readonly behind?: boolean;
}
/**
 * One function, and how it comes to be called.
 */
export interface FunctionInput {
  /**
   * Its schema.
   */
  readonly schema: string;
  /**
   * Its name. One name can stand for several functions: see `signature`.
   */
  readonly name: string;
  /**
   * The function itself: `pg_catalog.lower(text)`.
   */
  readonly signature: string;
  /**
   * How it is called.
   */
  readonly as: 'function' | 'procedure' | 'aggregate' | 'window' | 'operator' | 'cast' | 'trigger';
  /**
   * What PostgreSQL was told of it. It isn't proof: `class` is.
   */
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  /**
   * What its body is written in: `internal`, `c`, `sql`, `plpgsql`…
   */
  readonly language: string;
  /**
   * What a call can show or change: `pure`, `reads_files`, `runs_sql`, `lock`… docs/functions.md has all of them. `opaque`: nothing is known of it. `followed`: its definition is read, and what it touches is listed. `vouched`: the same, from the data that vouch for it.
   */
  readonly class: string;
  /**
   * It came with the server.
   */
  readonly builtin: boolean;
  /**
   * It runs with the rights of its owner.
   */
  readonly security_definer: boolean;
  /**
   * The definitions that call it, the outermost first. Empty: the statement itself does.
   */
  readonly through: readonly string[];
}
/**
 * One column of the result.
 */
export interface OutputInput {
  /**
   * Its place, from 1.
   */
  readonly position: number;
  /**
   * Its name in the result: an alias can say anything.
   */
  readonly name: string;
  /**
   * Every column whose value goes into it, as `schema.relation.column`; those of views on the way are among them.
   */
  readonly columns: readonly string[];
  /**
   * The labels that it carries: those of all these columns, and what functions on the way are said to carry.
   */
  readonly labels: readonly string[];
  /**
   * It is the value of one column, unchanged.
   */
  readonly direct: boolean;
}
/**
 * One write.
 */
export interface WriteInput {
  /**
   * What it does.
   */
  readonly action: 'insert' | 'update' | 'delete' | 'truncate';
  /**
   * The relation as the statement names it, which may be a view: `public.orders`.
   */
  readonly target: string;
  /**
   * The columns that are written.
   */
  readonly columns: readonly string[];
  /**
   * Which rows it changes. `none`: no WHERE. `always_true`: nothing in the WHERE depends on the row. `key_equality`: one row at most, by the whole primary or a unique key. `key_list`: one row at most for each value of a list of such keys, however long: `id IN (1, 2)`, `id = ANY ($1)`. `filtered`: any other WHERE. Absent for rows that are inserted.
   */
  readonly row_filter?: 'none' | 'always_true' | 'key_equality' | 'key_list' | 'filtered';
  /**
   * How many rows VALUES gives; absent where it isn't known before.
   */
  readonly rows?: number;
  /**
   * The views, rules and functions that make it write this. Empty: the statement itself does.
   */
  readonly through: readonly string[];
  /**
   * How many rows the server's planner expects; absent unless the policy asks for it.
   */
  readonly estimated_rows?: number;
}
/**
 * One effect on the session. `effect` says which, and which of the other keys are there.
 */
export interface SessionEffectInput {
  /**
   * What is affected: `set`, `reset`, `reset_all` a setting, `set` also by a call of `set_config`; `discard` what the session holds; `transaction`; `cursor`; `prepared` statements; `copy` to or from a file, a program or the client; `channel` for LISTEN and NOTIFY; `load` a library.
   */
  effect:
    | 'set'
    | 'reset'
    | 'reset_all'
    | 'discard'
    | 'transaction'
    | 'cursor'
    | 'prepared'
    | 'copy'
    | 'channel'
    | 'load';
  /**
   * What is done, of a transaction, cursor, prepared statement or channel.
   */
  action?:
    | 'begin'
    | 'commit'
    | 'rollback'
    | 'savepoint'
    | 'release'
    | 'rollback_to'
    | 'prepare'
    | 'commit_prepared'
    | 'rollback_prepared'
    | 'declare'
    | 'fetch'
    | 'move'
    | 'close'
    | 'close_all'
    | 'execute'
    | 'deallocate'
    | 'deallocate_all'
    | 'listen'
    | 'unlisten'
    | 'notify'
    | 'unlisten_all';
  /**
   * The name of the setting (in lower case), savepoint, cursor, prepared statement or channel; absent where none is written, or where `set_config` works it out.
   */
  readonly name?: string;
  /**
   * Of `set`: it lasts until the end of the transaction.
   */
  readonly local?: boolean;
  /**
   * Of `set`: the values, where they are constants; absent for DEFAULT and the like.
   */
  readonly values?: readonly string[];
  /**
   * Of `transaction`: AND CHAIN.
   */
  readonly chain?: boolean;
  /**
   * Of `discard`: what is thrown away.
   */
  readonly what?: 'all' | 'plans' | 'temp' | 'sequences';
  /**
   * Of `copy`: into the database, or out of it.
   */
  readonly direction?: 'from' | 'to';
  /**
   * Of `copy`: where the data come from or go. A file or program is on the server.
   */
  readonly through?: 'client' | 'file' | 'program';
  /**
   * Of `copy`: the file's path or the program's command line; absent for the client.
   */
  readonly target?: string;
  /**
   * Of `copy`: the relation's name as it is written, its parts apart; absent where a query is copied.
   */
  readonly relation?: readonly string[];
  /**
   * Of `copy`: the columns that are named.
   */
  readonly columns?: readonly string[];
  /**
   * Of `load`: the library's file.
   */
  readonly library?: string;
}
/**
 * One object that is created, changed or dropped.
 */
export interface ObjectInput {
  /**
   * What happens to it.
   */
  readonly action: 'create' | 'change' | 'drop';
  /**
   * What it is, as in a command tag: `TABLE`, `COLUMN`, `ROLE`, `FUNCTION`…
   */
  readonly type: string;
  /**
   * The name as it is written, its parts apart: schema and table, table and column…
   */
  readonly name: readonly string[];
}
/**
 * One GRANT, REVOKE or change of default rights.
 */
export interface StatementGrantInput {
  /**
   * Whether rights are given or taken.
   */
  readonly action: 'grant' | 'revoke';
  /**
   * Rights on what. `all_in_schema`: the objects are schemas. `default`: objects to come. `role`: membership.
   */
  readonly of: 'object' | 'all_in_schema' | 'default' | 'role';
  /**
   * What the objects are: `TABLE`, `SCHEMA`… `ROLE` for membership.
   */
  readonly type: string;
  /**
   * Their names as they are written, each with its parts apart.
   */
  readonly objects: readonly (readonly string[])[];
  /**
   * The privileges; none for membership.
   */
  readonly privileges: readonly PrivilegeInput[];
  /**
   * To whom or from whom. CURRENT_USER, SESSION_USER, PUBLIC and the like are in capitals.
   */
  readonly roles: readonly string[];
  /**
   * WITH GRANT OPTION or WITH ADMIN OPTION, or that option taken away.
   */
  readonly with_option: boolean;
}
/**
 * One privilege.
 */
export interface PrivilegeInput {
  /**
   * `select`, `update`… in lower case; `all` stands for every one.
   */
  readonly name: string;
  /**
   * The columns that it is limited to; none: the whole relation.
   */
  readonly columns: readonly string[];
}
/**
 * A statement inside the statement.
 */
export interface InnerInput {
  /**
   * What kind of statement it is.
   */
  kind:
    | 'select'
    | 'insert'
    | 'update'
    | 'delete'
    | 'merge'
    | 'truncate'
    | 'copy'
    | 'call'
    | 'do'
    | 'ddl'
    | 'grant'
    | 'role'
    | 'session'
    | 'show'
    | 'transaction'
    | 'explain'
    | 'cursor'
    | 'prepare'
    | 'execute'
    | 'deallocate'
    | 'notify'
    | 'lock'
    | 'maintenance'
    | 'system';
  /**
   * Its command tag.
   */
  readonly tag: string;
}
/**
 * One reason why the facts may be incomplete.
 */
export interface OpaqueReasonInput {
  /**
   * What stands in the way, for rules. `function`, `trigger`, `rule`: one whose effects aren't known. `unresolved`: the server couldn't be asked what the names mean. `unknown_object`: not in the catalog that is known. `unknown_node`: a construct that the gateway doesn't know. `dynamic`: SQL that is text. `name`: a prepared statement or cursor that isn't known. `too_large`: too large to be analyzed. `definition`: a view, policy or default whose definition can't be read.
   */
  reason:
    | 'function'
    | 'trigger'
    | 'rule'
    | 'unresolved'
    | 'unknown_object'
    | 'unknown_node'
    | 'dynamic'
    | 'name'
    | 'too_large'
    | 'definition';
  /**
   * The reason in a sentence, for people.
   */
  readonly because: string;
}
/**
 * Access for a time.
 */
export interface GrantInput {
  /**
   * The grant's id.
   */
  readonly id: string;
  /**
   * What made the principal eligible for it, as the decision on it said; absent where it said nothing.
   */
  readonly eligible?: string;
  readonly rights: RightsInput;
  /**
   * When it began: seconds since 1970.
   */
  readonly from: number;
  /**
   * When it ends: seconds since 1970.
   */
  readonly until: number;
  /**
   * What whoever asked wants it for.
   */
  readonly reason: string;
}
/**
 * Rights as roles have them.
 */
export interface RightsInput {
  readonly select?: Places;
  readonly insert?: Places;
  readonly update?: Places;
  readonly delete?: Places;
  readonly truncate?: Places;
  readonly lock?: Places;
  readonly define?: Places;
  readonly maintain?: Places;
  /**
   * Labels whose values may be seen. `pii.*`: all whose first part is `pii`. `*`: all.
   */
  readonly unmask?: readonly string[];
  /**
   * Functions that may be called, by signature: `public.add_tax(numeric)`.
   */
  readonly run_signatures?: readonly string[];
  /**
   * Procedures that CALL may run, by signature: `public.archive(integer)`.
   */
  readonly call?: readonly string[];
  /**
   * Command tags beyond everyday ones, as PostgreSQL prints them: `CREATE INDEX`.
   */
  readonly commands?: readonly string[];
}
/**
 * Schemas by name (`*`: every schema), each with `all` or a list of relations.
 */
export interface Places {
  readonly [k: string]: 'all' | readonly string[];
}
/**
 * A request for approval: a statement that is held, and who wants to run it.
 */
export interface ApprovalInput {
  /**
   * The request's id, as in audit events.
   */
  readonly id: string;
  readonly requester: IdentityInput;
  /**
   * When it was asked for, in seconds since 1970.
   */
  readonly created_at: number;
  /**
   * What the requester says it is for; absent where nothing was said.
   */
  readonly reason?: string;
  /**
   * The rule that holds the statement.
   */
  readonly rule: string;
  readonly terms: ApprovalTermsInput;
  /**
   * The principals whose approvals count so far.
   */
  readonly approved_by: readonly string[];
  /**
   * True where somebody approves, or has approved, alone in an emergency. Else absent.
   */
  readonly break_glass?: boolean;
}
/**
 * What an approval takes.
 */
export interface ApprovalTermsInput {
  /**
   * Who may approve: `group:NAME` or `principal:NAME`, any of them.
   */
  readonly approvers: readonly string[];
  /**
   * Who may approve alone in an emergency: `group:NAME` or `principal:NAME`, any of them. Absent: nobody.
   */
  readonly break_glass?: readonly string[];
  /**
   * How many must approve; an approver can have more weight than one.
   */
  readonly count: number;
}
/**
 * Access that somebody asks for.
 */
export interface AccessInput {
  readonly rights: RightsInput;
  /**
   * For how long; of a grant that is to be extended, from its beginning to its new end.
   */
  readonly seconds: number;
  /**
   * What for, in the words of whoever asks.
   */
  readonly reason: string;
  /**
   * The grant that is to last longer; absent where it is a new one.
   */
  readonly extends?: string;
}
