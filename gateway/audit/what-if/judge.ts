// Decides recorded questions anew, equal ones once, and counts what would change.
import type { Input } from '../../sql/index.ts';
import type { Entry, Members } from '../query/source/entry.ts';
import { textOf } from '../query/source/told.ts';
import { type Asked, exampleOf, type Reads, recordedDecisions, termsOf } from './recorded-decision.ts';
import { Tally, type TallyDocument } from './tally.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** The policy that is tried. */
export type Candidate = Readonly<{
  /** `lasting`: it would say the same again. Equal decisions may be the same object. */
  decide(phase: 'connect' | 'statement', input: Input): Readonly<{ decision: object; lasting: boolean }>;
  /** Inputs with the same key are decided alike. */
  keyOf(phase: 'connect' | 'statement', input: Input): string;
  reads: Reads;
}>;

type Judgement = Readonly<{ verdict: Verdict; terms: string; reason: string | undefined }>;

/** Twice as many at most: what is found again stays. */
const judgementsKept = 200_000;

export class Judge {
  tally = new Tally();
  readonly #candidate: Candidate;
  readonly #ofDecisions = new WeakMap<object, Judgement>();
  #judgements = new Map<string, Judgement>();
  #older = new Map<string, Judgement>();

  constructor(candidate: Candidate) {
    this.#candidate = candidate;
  }

  /** What was counted since the last time. What was decided is known on. */
  take(): TallyDocument {
    const document = this.tally.document();
    this.tally = new Tally();
    return document;
  }

  judge(entry: Entry): void {
    for (const recorded of recordedDecisions(entry, this.#candidate.reads)) {
      if ('because' in recorded) this.tally.unjudged(recorded.because, recorded.principal);
      else this.#judgeOne(recorded, entry);
    }
  }

  #judgeOne({ phase, input, verdict, terms, principal }: Asked, entry: Entry): void {
    const key = `${phase} ${this.#candidate.keyOf(phase, input)}`;
    const known = this.#known(key);
    const now = known ?? this.#decide(key, phase, input);
    this.tally.judged(known === undefined);
    const isSame =
      now.verdict.effect === verdict.effect && now.verdict.rule === verdict.rule && terms === now.terms;
    if (!isSame)
      this.tally.change(verdict, now.verdict, principal, () => exampleOf(entry, principal, now.reason));
  }

  #known(key: string): Judgement | undefined {
    const known = this.#judgements.get(key);
    if (known !== undefined) return known;
    const older = this.#older.get(key);
    if (older !== undefined) this.#keep(key, older);
    return older;
  }

  #decide(key: string, phase: 'connect' | 'statement', input: Input): Judgement {
    const { decision, lasting } = this.#candidate.decide(phase, input);
    let judgement = this.#ofDecisions.get(decision);
    if (judgement === undefined) {
      const said = decision as Members;
      judgement = { verdict: verdictOf(said), terms: termsOf(said), reason: textOf(said.reason) };
      this.#ofDecisions.set(decision, judgement);
    }
    if (lasting) this.#keep(key, judgement);
    return judgement;
  }

  #keep(key: string, judgement: Judgement): void {
    if (this.#judgements.size >= judgementsKept) {
      this.#older = this.#judgements;
      this.#judgements = new Map();
    }
    this.#judgements.set(key, judgement);
  }
}
