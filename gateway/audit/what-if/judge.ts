// Decides recorded questions anew, equal ones once, and counts what would change.
import type { Input } from '../../sql/index.ts';
import type { Entry, Members } from '../query/source/entry.ts';
import { textOf } from '../query/source/told.ts';
import { type Asked, exampleOf, type Reads, recordedDecisions, termsOf } from './recorded-decision.ts';
import { Tally } from './tally.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** The policy that is tried. */
export type Candidate = Readonly<{
  decide(phase: 'connect' | 'statement', input: Input): Members;
  /** Inputs with the same key are decided alike. */
  keyOf(phase: 'connect' | 'statement', input: Input): string;
  reads: Reads;
}>;

type Judgement = Readonly<{ verdict: Verdict; terms: string; reason: string | undefined }>;

/** Twice as many at most: what is found again stays. */
const judgementsKept = 200_000;

export class Judge {
  readonly tally = new Tally();
  readonly #candidate: Candidate;
  #judgements = new Map<string, Judgement>();
  #older = new Map<string, Judgement>();

  constructor(candidate: Candidate) {
    this.#candidate = candidate;
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
    const decision = this.#candidate.decide(phase, input);
    const judgement = {
      verdict: verdictOf(decision),
      terms: termsOf(decision),
      reason: textOf(decision.reason),
    };
    this.#keep(key, judgement);
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
