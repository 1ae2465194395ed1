// What limits need to know of the statements of a text: what they run through, what they may do, how they copy.
import { type Statement as SqlStatement, SyntaxRefusal } from '../../sql/index.ts';
import { copyLayoutOf } from '../masking/copy/copy-layout.ts';
import type { Parsed } from '../parsed-text.ts';
import type { PortalTable } from '../portal-table.ts';
import type { TextTraits } from '../text-traits.ts';
import type { StatementsOfText } from './limited-rows.ts';
import { nothingSent, type SentRows } from './sent-rows.ts';

/** Those that may return or change rows; what others do of it is done by triggers of events and the like. */
const counted: ReadonlySet<SqlStatement['type']> = new Set<SqlStatement['type']>([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'CopyStmt',
  'ExecuteStmt',
  'FetchStmt',
  'ExplainStmt',
  'CreateTableAsStmt',
  'RefreshMatViewStmt',
  'CallStmt',
  'DoStmt',
]);

export class LimitedText implements StatementsOfText {
  readonly #traits: TextTraits;
  readonly #read: () => Parsed | undefined;
  readonly #portals: PortalTable;
  /** Of the portal that runs it. */
  readonly #sent: SentRows | undefined;

  constructor(
    traits: TextTraits,
    read: () => Parsed | undefined,
    portals: PortalTable,
    sent?: SentRows | undefined,
  ) {
    this.#traits = traits;
    this.#read = read;
    this.#portals = portals;
    this.#sent = sent;
  }

  /** A single statement that may change or return rows only by what it says itself, and no text of several. */
  get isOne(): boolean {
    return this.#traits.ordinary || this.#statements?.length === 1;
  }

  /** Something of it may change rows. */
  get isCounted(): boolean {
    return this.#traits.ordinary || (this.#statements?.some(({ type }) => counted.has(type)) ?? true);
  }

  /** It ends a transaction, or begins one, among other things. */
  get movesTransaction(): boolean {
    const statements = this.#traits.ordinary ? [] : this.#statements;
    if (statements === undefined) return true;
    return statements.length > 1 && statements.some(({ type }) => type === 'TransactionStmt');
  }

  /** Code that it calls may commit, where no transaction's block is open. */
  get mayCommit(): boolean {
    if (this.#traits.ordinary) return false;
    return this.#statements?.some(({ type }) => type === 'CallStmt' || type === 'DoStmt') ?? true;
  }

  /** It is a SELECT, whose tag is known before it has ended. */
  get isSelect(): boolean {
    return this.#traits.ordinary || (this.isOne && this.#statements?.[0]?.type === 'SelectStmt');
  }

  get isCopy(): boolean {
    return this.isOne && !this.#traits.ordinary && this.#statements?.[0]?.type === 'CopyStmt';
  }

  sentBy(index: number): SentRows | undefined {
    const statement = this.#traits.ordinary ? undefined : this.#statements?.[index];
    if (statement?.type !== 'FetchStmt') return this.#sent ?? nothingSent();
    return this.#portals.sentThrough(statement.node.portalname ?? '');
  }

  hasCopyHeader(index: number): boolean {
    const statement = this.#statements?.[index];
    const layout = statement && copyLayoutOf(statement);
    return layout !== undefined && layout.format !== 'binary' && layout.header;
  }

  get #statements(): readonly SqlStatement[] | undefined {
    const parsed = this.#read();
    return parsed instanceof SyntaxRefusal ? undefined : parsed;
  }
}
