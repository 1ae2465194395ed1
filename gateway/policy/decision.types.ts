// Generated from schemas/decision.schema.json by `npm run generate`: do not edit.

/**
 * What a policy decides of a statement: the value of `gateway/statement/decision`. Whatever isn't of this form is a denial.
 */
export type Decision = AllowDecision | MaskDecision | DenyDecision | ApprovalDecision;
/**
 * So much in a time. What has a budget of the same things and the same window shares one count, whatever the rule.
 */
export type Budget = PlainBudget | LabelledCellsBudget | ProbesBudget;
/**
 * How much of it is recorded: nothing beyond the decision itself, what was asked, or the rows of its answer too.
 */
export type Recording = 'none' | 'metadata' | 'full';
/**
 * A fact that is only found out when a policy asks for it. `estimated_rows`: how many rows the planner expects each write to change (`estimated_rows` of `statement.writes`).
 */
export type NeededFact = 'estimated_rows';
/**
 * One mask, for a column or for a label.
 */
export type Mask = ColumnMask | LabelMask;
/**
 * What takes a value's place; the strictest kind first.
 */
export type MaskRule =
  | NullMask
  | RedactMask
  | ConstantMask
  | TokenMask
  | HashMask
  | BucketMask
  | RoundMask
  | DateTruncMask
  | JsonMask
  | PatternMask
  | EmailMask
  | PartialMask;

/**
 * The statement runs as it is.
 */
export interface AllowDecision {
  /**
   * It runs.
   */
  readonly effect: 'allow';
  /**
   * The name of the rule that decided, stable over time: `labels.predicate`.
   */
  readonly rule: string;
  /**
   * Why, in one sentence for a person who has never heard of the gateway. It may name columns, tables and labels, never values.
   */
  readonly reason?: string;
  /**
   * What to do instead.
   */
  readonly hint?: string;
  readonly limits?: StatementLimits;
  readonly record?: Recording;
  /**
   * Sentences that are sent to the client as notices.
   */
  readonly notices?: readonly string[];
  /**
   * `shown`: errors and notices are sent as the database wrote them. Without it the client learns their kind alone (SQLSTATE) where the statement touches a labelled column, since they may repeat its values.
   */
  readonly words?: 'shown';
  /**
   * Facts that cost a question to the server. Where the input lacks one of them, it is found out and the policy is asked again; where it can't be found out, this decision holds.
   */
  readonly needs?: readonly NeededFact[];
}
/**
 * What a statement may use or change at most.
 */
export interface StatementLimits {
  /**
   * Rows that the client is sent at most. They are counted as they pass, those of a portal or cursor together, however they are fetched. With more the statement ends as `on_max_rows` says. What EXPLAIN and SHOW return isn't counted.
   */
  readonly max_rows?: number;
  /**
   * What becomes of a statement that has more rows. `error`: it fails, and what it has changed is rolled back. `cut`: the rest of its rows is left out, and a notice says so. Absent: `error`.
   */
  readonly on_max_rows?: 'error' | 'cut';
  /**
   * Rows that are inserted, updated or deleted at most. They are counted while it runs, with those of triggers and foreign keys, before anything is committed; above the limit all of it is rolled back. A statement of which nobody could tell is refused.
   */
  readonly max_affected_rows?: number;
  /**
   * Milliseconds that it may run.
   */
  readonly statement_timeout_ms?: number;
  /**
   * It runs only if it does nothing but read, which is known beforehand: `statement.read_only`. Else it is refused.
   */
  readonly read_only?: boolean;
  /**
   * How much the principal may send to the resource in a time. The gateway counts; of budgets of the same things with the same window the smallest holds. Ending a transaction and the other commands of transactions cost nothing.
   */
  readonly budgets?: readonly Budget[];
}
/**
 * How many statements, rows or bytes.
 */
export interface PlainBudget {
  /**
   * What is counted. `statements` that run, those of one text each. `rows` that the client is sent, and their `bytes`, as they are sent. `affected_rows` that are inserted, updated, deleted or merged.
   */
  readonly of: 'statements' | 'rows' | 'bytes' | 'affected_rows';
  /**
   * The time, which slides: there are never more in so many seconds, wherever they begin.
   */
  readonly window_seconds: number;
  /**
   * How many there may be.
   */
  readonly most: number;
}
/**
 * How many values of labelled columns the client is sent, and of what is computed from them: rows by labelled outputs.
 */
export interface LabelledCellsBudget {
  /**
   * What is counted.
   */
  readonly of: 'labelled_cells';
  /**
   * Only those that carry this label; absent: any label.
   */
  readonly label?: string;
  /**
   * Masked ones count as well; absent: only those that can be read.
   */
  readonly masked?: boolean;
  /**
   * The time, which slides: there are never more in so many seconds, wherever they begin.
   */
  readonly window_seconds: number;
  /**
   * How many there may be.
   */
  readonly most: number;
}
/**
 * How many different values labelled columns are compared with: who guesses needs many, who looks somebody up one. A statement is refused where it can't be told which values it compares them with: by ranges and patterns, with another column, with what it computes from them.
 */
export interface ProbesBudget {
  /**
   * What is counted.
   */
  readonly of: 'probes';
  /**
   * Only columns that carry this label; absent: any labelled column.
   */
  readonly label?: string;
  /**
   * The time, which slides: there are never more in so many seconds, wherever they begin.
   */
  readonly window_seconds: number;
  /**
   * How many different values there may be; the same one again costs nothing.
   */
  readonly most: number;
}
/**
 * The statement runs, and values of its result are masked.
 */
export interface MaskDecision {
  /**
   * It runs, and its result is masked.
   */
  readonly effect: 'mask';
  /**
   * The name of the rule that decided, stable over time: `labels.predicate`.
   */
  readonly rule: string;
  /**
   * Why, in one sentence for a person who has never heard of the gateway. It may name columns, tables and labels, never values.
   */
  readonly reason?: string;
  /**
   * What to do instead.
   */
  readonly hint?: string;
  /**
   * The masks, each for one column or label. Where two meet on one output, the stricter one holds: the kinds in the order of MaskRule, the first is the strictest.
   */
  readonly masks: readonly Mask[];
  readonly limits?: StatementLimits;
  readonly record?: Recording;
  /**
   * Sentences that are sent to the client as notices.
   */
  readonly notices?: readonly string[];
  /**
   * Facts that cost a question to the server. Where the input lacks one of them, it is found out and the policy is asked again; where it can't be found out, this decision holds.
   */
  readonly needs?: readonly NeededFact[];
}
/**
 * A mask for every output that the value of one column goes into.
 */
export interface ColumnMask {
  /**
   * The column, as `schema.relation.column`.
   */
  readonly column: string;
  readonly with: MaskRule;
}
/**
 * Nothing is left: the value is NULL.
 */
export interface NullMask {
  /**
   * Which mask it is.
   */
  readonly kind: 'null';
}
/**
 * One fixed text, or the neutral value of a type that isn't text: 0, false, 1970-01-01, and of an array one such element. NULL stays NULL.
 */
export interface RedactMask {
  /**
   * Which mask it is.
   */
  readonly kind: 'redact';
}
/**
 * A text of your own in place of every value.
 */
export interface ConstantMask {
  /**
   * Which mask it is.
   */
  readonly kind: 'constant';
  /**
   * The text; it must be a value of the column's type.
   */
  readonly value: string;
}
/**
 * Another value of the same form, always the same one for equal values: digits become digits and letters letters. It is made with a key, and nothing is stored.
 */
export interface TokenMask {
  /**
   * Which mask it is.
   */
  readonly kind: 'token';
  /**
   * Equal values have equal results wherever this is the same; absent: within the column or label that the mask is for.
   */
  readonly purpose?: string;
  /**
   * The id of the mask key that is used; absent: the newest one.
   */
  readonly key?: string;
}
/**
 * A keyed hash of a text, a UUID or bytes: equal values stay equal, and can be joined.
 */
export interface HashMask {
  /**
   * Which mask it is.
   */
  readonly kind: 'hash';
  /**
   * How many characters of it are left: 32 where it is absent.
   */
  readonly length?: number;
  /**
   * Equal values have equal results wherever this is the same; absent: within the column or label that the mask is for.
   */
  readonly purpose?: string;
  /**
   * The id of the mask key that is used; absent: the newest one.
   */
  readonly key?: string;
}
/**
 * The range that a number is in: in a text 30-39, and in a column of numbers 30, its lower end.
 */
export interface BucketMask {
  /**
   * Which mask it is.
   */
  readonly kind: 'bucket';
  /**
   * How wide a range is.
   */
  readonly size: number;
}
/**
 * A number, rounded to a multiple of `to`.
 */
export interface RoundMask {
  /**
   * Which mask it is.
   */
  readonly kind: 'round';
  /**
   * The multiple.
   */
  readonly to: number;
}
/**
 * A date or time, cut off after `unit`, in UTC.
 */
export interface DateTruncMask {
  /**
   * Which mask it is.
   */
  readonly kind: 'date_trunc';
  /**
   * The finest unit that is left.
   */
  readonly unit: 'century' | 'decade' | 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour';
}
/**
 * A JSON document of which some parts are masked.
 */
export interface JsonMask {
  /**
   * Which mask it is.
   */
  readonly kind: 'json';
  /**
   * JSON pointers of the parts that become null.
   *
   * Items: One JSON pointer: `/address/street`. `*` stands for every key or index.
   */
  readonly paths: readonly string[];
}
/**
 * A text, or the texts within a JSON document, in which what is found is replaced: what matches `pattern`, and what is of a kind that `find` lists.
 */
export interface PatternMask {
  /**
   * Which mask it is.
   */
  readonly kind: 'pattern';
  /**
   * A regular expression, in the part of JavaScript's syntax that needs no backtracking: no references, nothing that looks ahead or behind, no lazy repetitions. `(?i)` at the start ignores the case of letters.
   */
  readonly pattern?: string;
  /**
   * Social security numbers, card numbers, email addresses, telephone numbers, bank account numbers; keys, tokens and passwords.
   *
   * Items: One of them.
   */
  readonly find?: readonly ('ssn' | 'card' | 'email' | 'phone' | 'iban' | 'secret')[];
  /**
   * What takes the place of each match; absent: [card] and the like, and [redacted] for what `pattern` matches.
   */
  readonly replacement?: string;
}
/**
 * An email address whose domain stays: a****@example.com. What isn't an address becomes ****.
 */
export interface EmailMask {
  /**
   * Which mask it is.
   */
  readonly kind: 'email';
}
/**
 * A text of which the first and last characters are left.
 */
export interface PartialMask {
  /**
   * Which mask it is.
   */
  readonly kind: 'partial';
  /**
   * Characters that are left at the start.
   */
  readonly keep_start?: number;
  /**
   * Characters that are left at the end.
   */
  readonly keep_end?: number;
  /**
   * What takes the place of each other character: `*` where it is absent.
   */
  readonly fill?: string;
  /**
   * Spaces and punctuation stay and aren't counted: ***-**-1234.
   */
  readonly keep_format?: boolean;
}
/**
 * A mask for every output that carries one label.
 */
export interface LabelMask {
  /**
   * The label.
   */
  readonly label: string;
  readonly with: MaskRule;
}
/**
 * The statement is refused.
 */
export interface DenyDecision {
  /**
   * It is refused.
   */
  readonly effect: 'deny';
  /**
   * The name of the rule that decided, stable over time: `labels.predicate`.
   */
  readonly rule: string;
  /**
   * Why, in one sentence for a person who has never heard of the gateway. It may name columns, tables and labels, never values.
   */
  readonly reason?: string;
  /**
   * What to do instead.
   */
  readonly hint?: string;
  readonly record?: Recording;
  /**
   * Sentences that are sent to the client as notices.
   */
  readonly notices?: readonly string[];
  /**
   * Facts that cost a question to the server. Where the input lacks one of them, it is found out and the policy is asked again; where it can't be found out, this decision holds.
   */
  readonly needs?: readonly NeededFact[];
}
/**
 * The statement is held until people approve it. It then runs with the masks and limits that stand here.
 */
export interface ApprovalDecision {
  /**
   * It waits for people to approve it.
   */
  readonly effect: 'require_approval';
  /**
   * The name of the rule that decided, stable over time: `labels.predicate`.
   */
  readonly rule: string;
  /**
   * Why, in one sentence for a person who has never heard of the gateway. It may name columns, tables and labels, never values.
   */
  readonly reason?: string;
  /**
   * What to do instead.
   */
  readonly hint?: string;
  readonly approval: ApprovalTerms;
  /**
   * The masks that hold once it is approved; absent: none.
   */
  readonly masks?: readonly Mask[];
  readonly limits?: StatementLimits;
  readonly record?: Recording;
  /**
   * Sentences that are sent to the client as notices.
   */
  readonly notices?: readonly string[];
  /**
   * Facts that cost a question to the server. Where the input lacks one of them, it is found out and the policy is asked again; where it can't be found out, this decision holds.
   */
  readonly needs?: readonly NeededFact[];
}
/**
 * Who must approve, and what the approval covers.
 */
export interface ApprovalTerms {
  /**
   * Who may approve: `group:NAME` or `principal:NAME`, any of them.
   *
   * Items: A group or a principal.
   */
  readonly approvers: readonly string[];
  /**
   * How many must approve; an approver can have more weight than one.
   */
  readonly count: number;
  /**
   * Seconds after which a request without an answer is refused.
   */
  readonly expires_in: number;
  /**
   * What the approval covers. `statement`: this text with these parameters. `shape`: the same statement with other constants and parameters. `session`: this shape as long as the session lasts. `window`: this shape from any session of the principal until it expires.
   */
  readonly scope: 'statement' | 'shape' | 'session' | 'window';
  /**
   * How often it may run.
   */
  readonly uses: number;
  /**
   * When people are asked. `statement`: before it runs. `commit`: it runs in its transaction, and the COMMIT is held, so that the approvers see how many rows it has changed; a refusal rolls the transaction back. `commit` goes with the scope `statement` and one use, and is for what only writes rows: anything else is held before it runs. Absent: `statement`.
   */
  readonly at?: 'statement' | 'commit';
  /**
   * Who has to say why; Absent: nobody. `requester`: whoever sends the statement, with `SET portcullis.purpose = '…'` before it. `approver`: whoever answers, with their answer.
   */
  readonly reason?: 'requester' | 'approver' | 'both';
  /**
   * With `at: commit`: how many rows a transaction may change without that anybody is asked, those of triggers and foreign keys included. What nobody has counted, as what TRUNCATE takes away, is asked for. Absent: even a commit that has changed nothing is asked for.
   */
  readonly free_rows?: number;
  /**
   * Who may approve alone in an emergency, also what they sent themselves in their own name: `group:NAME` or `principal:NAME`, any of them. They have to say why, and every channel that is told of requests gets an alarm. Absent: nobody.
   *
   * Items: A group or a principal.
   */
  readonly break_glass?: readonly string[];
  /**
   * With `at: commit`: how many of the rows that a transaction has changed the approvers are shown, of each table, as they were and as they are. Values of labelled columns are hidden; whoever sent the statement sees none. Absent: none.
   */
  readonly sample_rows?: number;
  /**
   * Seconds that a COMMIT is held at most, since its transaction keeps its locks meanwhile; `expires_in`, if that is less. Absent: 300.
   */
  readonly lock_seconds?: number;
}
