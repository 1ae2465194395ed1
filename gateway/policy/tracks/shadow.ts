// Asks the shadow policy what it would have decided, after the real decision was taken and without any effect on it.
import type { Log } from '../../lib/index.ts';
import type { Decided, DecisionOf } from '../engine/decisions/decided.ts';
import type { AccessAsk, ApproveAsk, Ask, ConnectAsk, Phase } from '../engine/input/ask.ts';
import { Queue } from '../export/queue.ts';
import { Slices } from '../export/slices.ts';
import type { Decider, DecidingPolicy } from './track.ts';

type CallOf<P extends Phase, A extends ConnectAsk> = Readonly<{
  phase: P;
  decider: Decider;
  ask: A;
  decided: Decided<DecisionOf[P]>;
  /** The id that the client is told. */
  decisionId: string;
  /** Milliseconds since 1970. */
  at: number;
  /** How long it took, in nanoseconds, where that was measured. */
  took?: number;
}>;

/** A decision that was taken. */
export type DecidedCall =
  | CallOf<'connect', ConnectAsk>
  | CallOf<'statement', Ask>
  | CallOf<'approve', ApproveAsk>
  | CallOf<'access', AccessAsk>;

/** A decision of any kind. */
export type AnyDecided = Decided<DecisionOf[Phase]>;

export type ShadowStatus = Readonly<{
  compared: number;
  /** Of those, where effect or rule were others. */
  differed: number;
  /** Not asked, because too many waited. */
  skipped: number;
}>;

const waitingAtMost = 1_000;
const quietMilliseconds = 60_000;
const differencesAtMost = 1_000;

export class Shadow {
  readonly #decider: () => Decider | undefined;
  readonly #log: Log;
  readonly #onDecided: (call: DecidedCall, shadowed: AnyDecided, decider: Decider) => void;
  readonly #slices = new Slices(() => this.#compareNext());
  #waiting = new Queue<DecidedCall>();
  readonly #counts = { compared: 0, differed: 0, skipped: 0 };
  /** When a difference was said last, and how often it was seen since. */
  readonly #said = new Map<string, { at: number; times: number }>();

  constructor(
    decider: () => Decider | undefined,
    {
      log,
      onDecided,
    }: { log: Log; onDecided: (call: DecidedCall, shadowed: AnyDecided, decider: Decider) => void },
  ) {
    this.#decider = decider;
    this.#log = log;
    this.#onDecided = onDecided;
  }

  /** It is asked later: the statement doesn't wait. */
  offer(call: DecidedCall): void {
    if (this.#decider() === undefined) return;
    if (this.#waiting.length >= waitingAtMost) {
      this.#counts.skipped += 1;
      return;
    }
    this.#waiting.push(call);
    this.#slices.wake();
  }

  status(): ShadowStatus {
    return { ...this.#counts };
  }

  close(): void {
    this.#slices.stop();
    this.#waiting = new Queue();
  }

  #compareNext(): boolean {
    const call = this.#waiting.shift();
    if (call === undefined) return false;
    const decider = this.#decider();
    if (decider !== undefined) this.#compare(call, decider);
    return true;
  }

  #compare(call: DecidedCall, decider: Decider): void {
    const shadowed = askAgain(call, decider.policy);
    const { effect, rule } = call.decided.decision;
    this.#counts.compared += 1;
    if (effect !== shadowed.decision.effect || rule !== shadowed.decision.rule) {
      this.#counts.differed += 1;
      this.#sayDifference(call, shadowed);
    }
    this.#onDecided(call, shadowed, decider);
  }

  /** Each pair of rules once a minute: a rule that is new differs for every statement that it is about. */
  #sayDifference({ phase, ask, decided, decisionId }: DecidedCall, shadowed: AnyDecided): void {
    const { effect, rule } = decided.decision;
    const other = shadowed.decision;
    const key = JSON.stringify([phase, effect, rule, other.effect, other.rule]);
    const now = performance.now();
    const said = this.#said.get(key);
    if (said !== undefined && now < said.at + quietMilliseconds) {
      said.times += 1;
      return;
    }
    if (this.#said.size >= differencesAtMost) this.#said.clear();
    this.#said.set(key, { at: now, times: 0 });
    this.#log.info(
      {
        session_id: ask.session.id,
        decision_id: decisionId,
        phase,
        effect,
        rule,
        shadow_effect: other.effect,
        shadow_rule: other.rule,
        shadow_revision: shadowed.revision,
        times: 1 + (said?.times ?? 0),
      },
      'shadow decision differs',
    );
  }
}

function askAgain(call: DecidedCall, policy: DecidingPolicy): AnyDecided {
  switch (call.phase) {
    case 'connect':
      return policy.connect(call.ask);
    case 'statement':
      return policy.statement(call.ask);
    case 'approve':
      return policy.approve(call.ask);
    case 'access':
      return policy.access(call.ask);
  }
}
