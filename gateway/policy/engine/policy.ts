// A policy at work: asked about logins, statements and approvals, it always answers.
import type { Log } from '../../lib/index.ts';
import type { Input } from '../../sql/index.ts';
import type { VerifiedBundle } from '../bundle/verified-bundle.ts';
import type { ExportRules } from '../export/decision-event.ts';
import { DecisionCache } from './cache/decision-cache.ts';
import { dependenciesOf } from './cache/dependencies.ts';
import { InputKey } from './cache/input-key.ts';
import { type Decided, type DecisionOf, undecided } from './decisions/decided.ts';
import type { Checked } from './decisions/decision-form.ts';
import { readDecisions } from './decisions/read-decisions.ts';
import {
  type AccessAsk,
  type AnyAsk,
  type ApproveAsk,
  type Ask,
  type ConnectAsk,
  entrypointOf,
  type Phase,
} from './input/ask.ts';
import { InputBytes } from './input/input-bytes.ts';
import { policyInput } from './input/policy-input.ts';
import { EvaluationFailed, type EvaluationFailure } from './instance/evaluation-failed.ts';
import type { InstancePool } from './instance/instance-pool.ts';
import type { ReadResults } from './instance/policy-instance.ts';
import { type PolicyOptions, type PolicyParts, stagePolicy } from './staging/stage-policy.ts';

/** An answer, and whether the same question would have the same one. */
export type Answer<D> = Readonly<{ decision: D; lasting: boolean }>;

/** With the same input they happen again. The others hang on what else there was at the time. */
const lastingFailures: ReadonlySet<EvaluationFailure> = new Set(['steps', 'built_in']);

export class Policy {
  readonly revision: string;
  /** The policy's rules on what leaves the process with the decision log. */
  readonly exportRules: ExportRules;
  readonly #entrypoints: Readonly<Record<string, number>>;
  readonly #instances: InstancePool;
  readonly #decisions: DecisionCache<DecisionOf['statement']>;
  readonly #bytes = new InputBytes();
  readonly #read: Readonly<{ [P in Phase]: ReadResults<Checked<DecisionOf[P]> | undefined> }> = {
    connect: readDecisions('connect'),
    statement: readDecisions('statement'),
    approve: readDecisions('approve'),
    access: readDecisions('access'),
  };
  readonly #metadata: PolicyParts['metadata'];
  readonly #log: Log;

  /** Tries the bundles, which form one set, and makes a policy of them. Throws {@link BundleRefused}. */
  static async stage(bundles: readonly VerifiedBundle[], options: PolicyOptions): Promise<Policy> {
    return new Policy(await stagePolicy(bundles, options));
  }

  private constructor({ revision, metadata, entrypoints, instances, log }: PolicyParts) {
    this.revision = revision;
    this.#entrypoints = entrypoints;
    this.#instances = instances;
    this.#decisions = new DecisionCache(dependenciesOf(metadata, entrypointOf.statement));
    this.#metadata = metadata;
    this.#log = log;
    const rule = (name: string) => (event: unknown) =>
      this.has(name) ? this.evaluate(name, event) : undefined;
    this.exportRules = { drop: rule('system/log/drop'), mask: rule('system/log/mask') };
  }

  has(entrypoint: string): boolean {
    return Object.hasOwn(this.#entrypoints, entrypoint);
  }

  statement(ask: Ask): Decided {
    if (ask.approval !== undefined) return this.statementAnew(ask);
    const key = this.#decisions.keyOf(ask);
    const known = this.#decisions.find(key);
    if (known !== undefined) return this.#decided('statement', ask, known, true);
    const { decision, lasting } = this.#ask('statement', ask);
    if (lasting) this.#decisions.keep(key, decision);
    return this.#decided('statement', ask, decision, false);
  }

  /** As `statement` without its memory: what is remembered must be the same. */
  statementAnew(ask: Ask): Decided {
    return this.#decided('statement', ask, this.#ask('statement', ask).decision, false);
  }

  connect(ask: ConnectAsk): Decided<DecisionOf['connect']> {
    return this.#decided('connect', ask, this.#ask('connect', ask).decision, false);
  }

  approve(ask: ApproveAsk): Decided<DecisionOf['approve']> {
    return this.#decided('approve', ask, this.#ask('approve', ask).decision, false);
  }

  /** A policy without this entry point grants nothing to anybody. */
  access(ask: AccessAsk): Decided<DecisionOf['access']> {
    const decision = this.has(entrypointOf.access) ? this.#ask('access', ask).decision : nothingGranted;
    return this.#decided('access', ask, decision, false);
  }

  /** Decides on a whole input, such as one that was recorded. Its parts are frozen, as those of a question. */
  decide<P extends Phase>(phase: P, input: Input): Answer<DecisionOf[P]> {
    return this.#decide(phase, this.#bytes.ofWhole(input));
  }

  /** By which equal questions are found among many inputs: they are decided alike. */
  inputKey(phase: Phase): InputKey {
    return new InputKey(this.#metadata, entrypointOf[phase]);
  }

  /** The value of an entry point; undefined where it has none. Throws {@link EvaluationFailed}. */
  evaluate(entrypoint: string, input: unknown): unknown {
    const number = this.has(entrypoint) ? this.#entrypoints[entrypoint] : undefined;
    if (number === undefined) throw new EvaluationFailed('aborted', `it has no entry point ${entrypoint}`);
    return this.#instances.evaluate(number, toJson(input))[0]?.result;
  }

  #ask<P extends Phase>(phase: P, ask: AnyAsk): Answer<DecisionOf[P]> {
    return this.#decide(phase, this.#bytes.of(phase, ask));
  }

  #decided<P extends Phase>(
    phase: P,
    ask: AnyAsk,
    decision: DecisionOf[P],
    cached: boolean,
  ): Decided<DecisionOf[P]> {
    return { decision, revision: this.revision, cached, input: () => policyInput(phase, ask) };
  }

  /** Never throws: without a result of the right form the answer is no. */
  #decide<P extends Phase>(phase: P, input: ArrayBuffer): Answer<DecisionOf[P]> {
    const name = entrypointOf[phase];
    try {
      const checked = this.#instances.evaluate(this.#entrypoints[name] as number, input, this.#read[phase]);
      if (checked === undefined) return this.#undecided(phase, `${name} is undefined`, true);
      if ('problem' in checked) return this.#undecided(phase, checked.problem, true);
      return { decision: checked.decision, lasting: true };
    } catch (error) {
      const failed =
        error instanceof EvaluationFailed ? error : new EvaluationFailed('aborted', undefined, error);
      return this.#undecided(phase, failed.message, lastingFailures.has(failed.failure), failed.cause);
    }
  }

  #undecided<P extends Phase>(
    phase: P,
    because: string,
    lasting: boolean,
    cause?: unknown,
  ): Answer<DecisionOf[P]> {
    this.#log.error(
      { entrypoint: entrypointOf[phase], revision: this.revision, because, err: cause },
      'policy did not decide',
    );
    return { decision: undecided(because) as DecisionOf[P], lasting };
  }
}

const nothingGranted: DecisionOf['access'] = Object.freeze({
  effect: 'deny',
  rule: 'gateway.nothing_granted',
  reason: 'The policy grants nothing for a time.',
  hint: 'Ask the security team for a role.',
});

const toJson = (value: unknown): ArrayBuffer => new TextEncoder().encode(JSON.stringify(value)).buffer;
