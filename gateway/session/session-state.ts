// What a session is at the moment: its names, its settings, what it has of its own; changed as the server acknowledges.
import type { Change } from './changes.ts';
import { Channels } from './channels.ts';
import { type Ran, Uncommitted } from './commit/uncommitted.ts';
import type { TransactionState } from './decide.ts';
import { Names } from './names.ts';
import { Hint, type Run } from './run.ts';
import { Savepoints } from './savepoints.ts';
import { SessionContext } from './session-context.ts';

/** What the transaction that is open has changed so far, as far as its end changes it again. */
type Touched = { settings: boolean; catalog: boolean; temporary: boolean; unknown: boolean };

export class SessionState {
  readonly names = new Names();
  readonly channels = new Channels();
  readonly context: SessionContext;
  readonly uncommitted = new Uncommitted();
  /** Messages in flight that may change something here: what follows them waits, since it may mean another thing. */
  unsettled = 0;
  /** Since the last ReadyForQuery something may have changed how the server reads text, and the server hasn't said so. */
  lexerDoubtful = false;
  /** A transaction has begun or ended since the server last said in which state it is. */
  transactionMoved = false;
  readonly #savepoints = new Savepoints();
  readonly #onSchemaChange: () => void;
  #touched: Touched | undefined;
  #failed = false;

  constructor(pinned: Readonly<Record<string, string>>, onSchemaChange: () => void) {
    this.context = new SessionContext(pinned);
    this.#onSchemaChange = onSchemaChange;
  }

  /** Whether there may be temporary objects, or changes that no other session sees yet. */
  get ownObjects(): 'none' | 'maybe' {
    return this.#touched?.catalog || this.context.temporary ? 'maybe' : 'none';
  }

  /** The end of a transaction changes something: settings go back, objects appear or vanish. */
  get endMatters(): boolean {
    return this.#touched !== undefined;
  }

  /** A CommandComplete, with the command's tag. */
  completed(run: Run, tag: string): void {
    this.#hinted(run.hints);
    for (const change of run.take()) this.#change(change, tag);
  }

  /** What waits for approval at the commit has run. */
  ran(ran: Ran): void {
    this.uncommitted.add(ran, this.names.portals.depth);
  }

  /** Its code has run as far as the server got: a portal was suspended, or planned. */
  progressed(run: Run): void {
    this.#hinted(run.hints);
  }

  /** An ErrorResponse: what a function did to names, and what a procedure committed, stays. */
  failed(run: Run | undefined): void {
    this.#failed = true;
    if (run === undefined) return;
    this.#hinted(run.hints);
    for (const change of run.take()) if (change.change === 'anything') this.#change(change, '');
  }

  /** A ReadyForQuery: the server has reported what it reports of its settings. */
  ready(transaction: TransactionState): void {
    this.uncommitted.inBlock = transaction !== 'idle';
    if (transaction === 'idle') {
      this.uncommitted.clear();
      this.names.portals.transactionEnded();
      if (this.#touched !== undefined) this.#transactionEnded(!this.#failed);
    }
    this.#failed = false;
    this.transactionMoved = false;
    if (this.lexerDoubtful) this.lexerDoubtful = !this.context.pinnedAreReported;
  }

  /** What the guard has said. */
  #hinted(hints: number): void {
    if ((hints & Hint.names) !== 0) this.channels.doubt();
    this.#apply(hints);
  }

  #apply(hints: number): void {
    if (hints === 0) return;
    if ((hints & Hint.names) !== 0) this.names.doubt();
    if ((hints & Hint.settings) !== 0) this.#change({ change: 'settings' }, '');
    if ((hints & Hint.catalog) !== 0) {
      this.#change({ change: 'catalog' }, '');
      this.#touch().unknown = true;
    }
  }

  #change(change: Change, tag: string): void {
    const { names, context } = this;
    switch (change.change) {
      case 'prepare':
        names.prepared(change.statement);
        return;
      case 'deallocate':
        if (change.name === undefined) names.deallocatedAll();
        else names.deallocated(change.name);
        return;
      case 'declare':
        names.portals.declared(change.cursor, change.hold);
        if (change.hold) this.#touch();
        return;
      case 'close':
        if (change.name === undefined) names.portals.closedAll();
        else names.portals.closed(change.name);
        return;
      case 'listen':
        this.channels.listened(change.channel);
        return;
      case 'settings':
        context.changed();
        this.lexerDoubtful = true;
        this.#touch().settings = true;
        return;
      case 'temporary':
        context.objectsChanged();
        this.#touch().temporary = true;
        return;
      case 'catalog':
        context.objectsChanged();
        this.#touch().catalog = true;
        return;
      case 'anything':
        this.#apply(Hint.names | Hint.settings | Hint.catalog);
        return;
      case 'transaction':
        this.#transaction(change.action, change.name, tag);
        return;
      default:
        change satisfies never;
    }
  }

  #transaction(action: (Change & { change: 'transaction' })['action'], name = '', tag: string): void {
    const { portals } = this.names;
    switch (action) {
      case 'begin':
        this.transactionMoved = true;
        this.uncommitted.inBlock = true;
        return;
      case 'commit':
      case 'rollback':
      case 'prepare':
        this.transactionMoved = true;
        this.uncommitted.inBlock = false;
        this.uncommitted.clear();
        portals.transactionEnded();
        // A COMMIT of what has failed says ROLLBACK. What was prepared is for everybody to see later, if ever.
        this.#transactionEnded(tag === 'COMMIT');
        return;
      case 'savepoint':
        this.#touch();
        portals.depth = this.#savepoints.opened(name);
        return;
      case 'release':
        portals.depth = this.#savepoints.released(name);
        portals.released(portals.depth);
        this.uncommitted.released(portals.depth);
        return;
      case 'rollback_to':
        portals.depth = this.#savepoints.rolledBackTo(name);
        portals.rolledBackTo(portals.depth);
        this.uncommitted.rolledBackTo(portals.depth);
        if (this.#touched?.settings) this.context.changed();
        if (this.#touched?.temporary || this.#touched?.catalog) this.context.objectsChanged();
        return;
      case 'commit_prepared':
        this.#onSchemaChange();
        return;
      case 'rollback_prepared':
        return;
      default:
        action satisfies never;
    }
  }

  #transactionEnded(committed: boolean): void {
    const touched = this.#touched;
    this.#touched = undefined;
    this.#savepoints.clear();
    const { portals } = this.names;
    portals.depth = 0;
    if (committed) portals.holdCommitted();
    else portals.holdRolledBack();
    if (touched?.settings) this.context.changed();
    if (touched?.temporary || touched?.catalog) this.context.objectsChanged();
    // A procedure may have committed before it failed.
    if (touched?.catalog && (committed || touched.unknown)) this.#onSchemaChange();
  }

  #touch(): Touched {
    this.#touched ??= { settings: false, catalog: false, temporary: false, unknown: false };
    return this.#touched;
  }
}
