// Generated from schemas/audit-event.schema.json by `npm run generate`: do not edit.

/**
 * One event of the audit, as sinks, queries and exports have it. Keys may be added within a version: leave unread what you don't know.
 */
export interface AuditEvent {
  /**
   * Of this form.
   */
  readonly version: 1;
  /**
   * The chain and the place in it: the same for every copy of the event.
   */
  readonly id: string;
  /**
   * The chain that it stands in: of one process of a gateway.
   */
  readonly chain: string;
  /**
   * Its place in the chain, from 1 on and without gaps.
   */
  readonly seq: number;
  /**
   * The hash of the event before it in the chain. For events that were sealed together, it is that of the event before the first of them.
   */
  readonly previous: string;
  /**
   * SHA-256 of its line in the journal without this member, in base64url. Events that were sealed together stand in one line, and have its hash.
   */
  readonly hash: string;
  /**
   * When it was recorded, in UTC. Events that were sealed together have the time at which their line was begun: up to ten milliseconds, and a turn of the event loop, before they were recorded.
   */
  readonly time: string;
  /**
   * What happened. The first word is the kind: `session`, `statement`, `approval`, `administration`, `policy`, `recording`, `gateway`, `audit`.
   */
  readonly type: string;
  /**
   * The id of the session.
   */
  readonly session?: string;
  /**
   * The id of the statement: that of its first event, which its intent and its outcome share.
   */
  readonly statement?: string;
  /**
   * The hashes of its subjects, by their names.
   */
  readonly shapes?: {
    /**
     * The SHA-256 of the subject's canonical JSON.
     */
    readonly [k: string]: string;
  };
  /**
   * Present where it was sealed together with other events, of ten milliseconds or somewhat more: they have one line in the journal, and one hash.
   */
  readonly sealed?: {
    /**
     * FNV-1a of its own part of the line: tells which event was changed. That none was is what `hash` says. 0 once retention has removed what it said.
     */
    readonly check: number;
    /**
     * How many events the line holds.
     */
    readonly count: number;
    /**
     * The `seq` of the first of them; the others follow it without gaps.
     */
    readonly first: number;
  };
  /**
   * What it shares with other events.
   */
  readonly subjects?: {
    readonly session?: SessionSubject;
    readonly statement?: StatementSubject;
    readonly approval?: ApprovalSubject;
  };
  /**
   * Who acted, where no subject says it: an administrator, whoever asks for approval or gives it, or whoever was refused.
   */
  readonly principal?: string;
  /**
   * What the principal is: agent, service or human.
   */
  readonly kind?: string;
  /**
   * Who acts for the principal, by the token's `act`.
   */
  readonly actor?: string;
  /**
   * The database, by its name in the configuration.
   */
  readonly resource?: string;
  readonly client?: Client;
  /**
   * Of a login: the policy's decision, as `schemas/connect-decision.schema.json` has it.
   */
  readonly decision?: {};
  /**
   * The id of the decision, where it has one of its own: as clients were told it, and as logs of decisions have it.
   */
  readonly decision_id?: string;
  /**
   * The revision of the bundles that decided on a login.
   */
  readonly revision?: string;
  /**
   * The request for approval that it is about, or the approval by which the statement runs.
   */
  readonly approval?: {
    /**
     * The request's id; the same as in notices and commands.
     */
    readonly id?: string;
    /**
     * What waits: a statement, a commit, or access.
     */
    readonly kind?: string;
    /**
     * What became of the request so far.
     */
    readonly status?: string;
    /**
     * The rule that asks for it.
     */
    readonly rule?: string;
    /**
     * The principal that asks.
     */
    readonly requester?: string;
    /**
     * Who may approve, how many have to, and what the approval covers, as the decision says it.
     */
    readonly terms?: {};
    /**
     * Why the policy asks for it.
     */
    readonly reason?: string;
    /**
     * Why, in the requester's words.
     */
    readonly purpose?: string;
    /**
     * Why it was withdrawn.
     */
    readonly words?: string;
    /**
     * Who has approved so far.
     *
     * Items: A principal.
     */
    readonly approvers?: readonly string[];
  };
  /**
   * An approver's answer.
   */
  readonly answer?: {
    /**
     * Whether it approves.
     */
    readonly approves: boolean;
    /**
     * It approves alone, in an emergency.
     */
    readonly broke_glass?: boolean;
    /**
     * The approver's words.
     */
    readonly words?: string;
  };
  /**
   * How the statement came: a Query, Parse, Bind, Execute or FunctionCall message, or the end of a transaction whose commit was held.
   */
  readonly path?: 'query' | 'parse' | 'bind' | 'execute' | 'function_call' | 'commit';
  /**
   * The statement's text, where its subject hasn't got it. Classes stand in the place of constants that may be values of labelled columns, or where it isn't known what they are.
   */
  readonly text?: string;
  /**
   * Of a Bind: its values in order; null for NULL, and a mark or a keyed hash for each that nobody may read. `unknown`: they were too large to be read.
   */
  readonly parameters?: readonly (string | null | {})[] | string;
  /**
   * Of a FunctionCall: the object id of the function.
   */
  readonly function?: number;
  /**
   * Why something was refused.
   */
  readonly refusal?: {
    /**
     * The code of the error, as docs/errors.md has it; `server_error`: the database's own.
     */
    readonly code: string;
    /**
     * The SQLSTATE of the error, as the client got it.
     */
    readonly sqlstate?: string;
    /**
     * Of a login: what the client isn't told.
     */
    readonly reason?: string;
    /**
     * The same in words.
     */
    readonly because?: string;
    /**
     * The user name that was given.
     */
    readonly user?: string;
  };
  /**
   * What came of a statement that was let through.
   */
  readonly outcome?: {
    /**
     * `complete`; `error` and `cancelled`, by the server; `closed`, not all of a portal's rows were fetched; `skipped`, the server never ran it, since a message before it had failed or nobody waited any more; `refused`, a limit could not be kept; `unknown`, the session or the gateway ended before.
     */
    readonly state: 'complete' | 'error' | 'cancelled' | 'closed' | 'skipped' | 'refused' | 'unknown';
    /**
     * Why it is unknown.
     */
    readonly because?: string;
    /**
     * The tags of its commands, as the server said them.
     */
    readonly tag?: string;
    /**
     * Rows that the client was sent.
     */
    readonly rows?: number;
    /**
     * Rows that it changed, by what its commands say.
     */
    readonly affected?: number;
    /**
     * Bytes of these rows, or of copy data in either direction.
     */
    readonly bytes?: number;
    /**
     * From when it was recorded until its answer was complete.
     */
    readonly milliseconds?: number;
    /**
     * The SQLSTATE of the error, as the client got it.
     */
    readonly sqlstate?: string;
    /**
     * What was masked.
     */
    readonly masked?: {
      /**
       * The columns whose values were masked.
       *
       * Items: `schema.relation.column`, or the name of a computed one in the result.
       */
      readonly columns?: readonly string[];
      /**
       * Values that were masked; NULL isn't counted.
       */
      readonly cells: number;
    };
  };
  /**
   * The process id of the session's server process.
   */
  readonly backend_pid?: number;
  /**
   * How the principal proved who it is.
   */
  readonly method?: string;
  /**
   * Why the session ended.
   */
  readonly why?: string;
  /**
   * How long the session lasted.
   */
  readonly milliseconds?: number;
  /**
   * What was asked of the admin side.
   */
  readonly request?: {
    /**
     * The HTTP method.
     */
    readonly method?: string;
    /**
     * The path.
     */
    readonly path?: string;
    /**
     * The body as JSON, without what looks like secrets.
     */
    readonly body?: string;
    /**
     * The HTTP status of the answer.
     */
    readonly status?: number;
  };
  /**
   * What became of the policy.
   */
  readonly policy?: {
    /**
     * The track: stable, canary or shadow.
     */
    readonly track?: string;
    /**
     * The bundles that decide from now on.
     *
     * Items: One of them.
     */
    readonly bundles?: {
      /**
       * Its name.
       */
      readonly name?: string;
      /**
       * Its revision.
       */
      readonly revision?: string;
      /**
       * The digest of its file.
       */
      readonly digest?: string;
      /**
       * Whether it came from its source or from the disk.
       */
      readonly from?: string;
    }[];
    /**
     * The bundle that was refused.
     */
    readonly bundle?: string;
    /**
     * Why, as a word.
     */
    readonly code?: string;
    /**
     * Why, as a sentence.
     */
    readonly because?: string;
  };
  /**
   * The process.
   */
  readonly gateway?: {};
  /**
   * A piece of a recording, or where one was cut; docs/audit.md says what it holds.
   */
  readonly recording?: {};
  /**
   * How far the chain had come, signed with the gateway's key.
   */
  readonly head?: {};
  /**
   * The statements that had no outcome when a segment was begun.
   */
  readonly open?: {};
  /**
   * The sessions that had not ended when a segment was begun.
   *
   * Items: The id of a session.
   */
  readonly sessions?: readonly string[];
  /**
   * The gateway has ended its chain in good order.
   */
  readonly closed?: boolean;
  /**
   * What was found when a chain was opened that had not been closed.
   */
  readonly recovered?: {};
  /**
   * What was deleted from the beginning of the chain, and why.
   */
  readonly trimmed?: {};
  /**
   * A sink that does not take events any more, or does again.
   */
  readonly sink?: {};
  /**
   * What retention has removed.
   */
  readonly retention?: {};
  /**
   * What retention has removed from this event.
   */
  readonly redacted?: {} | boolean | string;
}
/**
 * Of all events of a session.
 */
export interface SessionSubject {
  /**
   * Who the session is of.
   */
  readonly principal?: string;
  /**
   * What the principal is: agent, service or human.
   */
  readonly kind?: string;
  /**
   * Who acts for the principal, by the token's `act`.
   */
  readonly actor?: string;
  /**
   * The database, by its name in the configuration.
   */
  readonly resource?: string;
  readonly client?: Client;
  /**
   * The parts of the policy's input that belong to the session: `identity` with the claims that the configuration chooses, `session`, `resource` and `grants`, as `schemas/input.schema.json` has them.
   */
  readonly input?: {};
  /**
   * Why the input isn't whole, if so.
   */
  readonly input_cut?: string;
}
/**
 * A client.
 */
export interface Client {
  /**
   * Its address, without the port.
   */
  readonly address?: string;
  /**
   * It came by TLS.
   */
  readonly tls?: boolean;
  /**
   * What it calls itself.
   */
  readonly application_name?: string;
}
/**
 * Of all events of statements with the same facts and the same decision.
 */
export interface StatementSubject {
  /**
   * The text, where many events have the same. See `text` of the event.
   */
  readonly text?: string;
  /**
   * The part of the policy's input that belongs to the statement: `statement`, its facts, as `schemas/input.schema.json` has them, with the version of the catalog.
   */
  readonly input?: {};
  /**
   * Why the input isn't whole, if so.
   */
  readonly input_cut?: string;
  /**
   * The policy's decision, as `schemas/decision.schema.json` has it. Absent: no policy was asked.
   */
  readonly decision?: {};
  /**
   * The revision of the bundles that decided.
   */
  readonly revision?: string;
  /**
   * The same of the text's other statements; the first is the decisive one.
   *
   * Items: One of them.
   */
  readonly others?: {}[];
}
/**
 * Of all events of statements that were decided with the same approval.
 */
export interface ApprovalSubject {
  /**
   * The part of the policy's input that belongs to it: `approval`, as `schemas/input.schema.json` has it, with the claims of the requester that the configuration chooses. Its `reason` was `session.purpose` as well.
   */
  readonly input?: {};
  /**
   * Why the input isn't whole, if so.
   */
  readonly input_cut?: string;
}
