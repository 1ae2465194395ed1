// Follows one chain event by event and names the first one that is wrong.
import type { AuditEvent } from '../event/event.ts';
import { headIn, isSignedBy } from '../event/head.ts';
import { nothingBefore } from '../journal/composer.ts';
import type { PublicSigningKey } from '../journal/signing-key.ts';
import { type Evidence, type Flaw, oneOf } from './evidence.ts';
import { SeenHashes } from './seen-hashes.ts';

export type Problem = Readonly<{
  chain: string;
  seq: number;
  what:
    | Flaw['what']
    | 'missing'
    | 'swapped'
    | 'duplicated'
    | 'unchained'
    | 'truncated'
    | 'bad_signature'
    | 'unsigned'
    | 'unreadable';
  message: string;
}>;

/** A head that is known from elsewhere: the chain must have come as far. */
export type KnownHead = Readonly<{ chain: string; seq: number; hash: string }>;

export type ChainCheckOptions = Readonly<{
  chain: string;
  keys: readonly PublicSigningKey[];
  heads: readonly KnownHead[];
  /** Nothing may be missing at the beginning either, unless the chain says that it was deleted. */
  isWhole: boolean;
}>;

export class ChainCheck {
  readonly #options: ChainCheckOptions;
  readonly #seen = new SeenHashes();
  /** Of those that were sealed together with others, whose hash is not theirs alone. */
  readonly #contents = new SeenHashes();
  #first: Evidence | undefined;
  #last: Evidence | undefined;
  #events = 0;
  #duplicates = 0;
  #redacted = 0;
  /** What was left out of a chain on purpose, and is said so in it. */
  #skipped: { after: number; before: number }[] = [];
  #trimmedThrough = 0;
  #heads = 0;
  #attested: { seq: number; time: string } | undefined;
  /** The event that should have come, and the one that did: the former may still come, in the wrong place. */
  #gap: Gap | undefined;
  /** An event that names another hash than that of the one before it: the next one says which of the two is wrong. */
  #broken: Broken | undefined;
  #problem: Problem | undefined;

  constructor(options: ChainCheckOptions) {
    this.#options = options;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  see(event: Evidence): void {
    this.#events += 1;
    if (event.isRedacted) this.#redacted += 1;
    this.#problem ??= this.#judge(event);
  }

  /** Whether it is there already, so that a copy can be judged by itself. */
  knows({ seq, hash, isRedacted, together }: Evidence): boolean {
    if (seq > (this.#last?.seq ?? 0)) return false;
    const isOfUnknown =
      together !== undefined &&
      !isRedacted &&
      this.#seen.isSame(seq, hash) === true &&
      this.#contents.isSame(seq, together.content) === undefined;
    return !isOfUnknown;
  }

  /** Of events that were sealed together, some are not where they belong. */
  seeMissing(gap: Gap): void {
    if (this.#broken !== undefined) this.#problem ??= this.#judgeBroken(this.#broken, undefined);
    this.#gap ??= gap;
  }

  /** A line where an event should be. */
  seeUnreadable(message: string): void {
    if (this.#gap !== undefined) return;
    const here = this.#refusal((this.#last?.seq ?? 0) + 1, 'unreadable', message);
    this.#problem ??= this.#broken === undefined ? here : this.#judgeBroken(this.#broken, undefined);
  }

  end(): ChainReport {
    this.#problem ??= this.#judgeEnd();
    return {
      chain: this.#options.chain,
      problem: this.#problem,
      events: this.#events,
      first: this.#first?.seq ?? 0,
      last: this.#last?.seq ?? 0,
      lastHash: this.#last?.hash ?? '',
      lastTime: this.#last?.time ?? '',
      duplicates: this.#duplicates,
      redacted: this.#redacted,
      trimmedThrough: this.#trimmedThrough,
      skipped: this.#skipped,
      heads: this.#heads,
      attested: this.#attested,
    };
  }

  #judge(event: Evidence): Problem | undefined {
    if (this.#gap !== undefined) return this.#judgeBehindGap(event, this.#gap);
    if (this.#broken !== undefined) return this.#judgeBehindBroken(event, this.#broken);
    const last = this.#last;
    const { seq, flaw } = event;
    if (last !== undefined && seq > last.seq + 1 && !this.#saysSkipped(event)) {
      this.#gap = { first: last.seq + 1, many: seq - last.seq - 1, instead: seq };
      return undefined;
    }
    if (flaw !== undefined) {
      const place = last !== undefined && seq <= last.seq ? `; it stands behind event ${last.seq}` : '';
      return this.#refusal(seq, flaw.what, flaw.message + place);
    }
    if (last === undefined) return this.#judgeFirst(event);
    if (seq <= last.seq) return this.#judgeAgain(event, last);
    if (seq > last.seq + 1 || event.previous === last.hash) return this.#accept(event);
    this.#broken = { before: last, at: event, end: event };
    return undefined;
  }

  #judgeFirst(event: Evidence): Problem | undefined {
    if (event.seq === 1 && event.previous !== nothingBefore)
      return this.#refusal(1, 'unchained', 'it is the first event, and names one before it');
    this.#first = event;
    return this.#accept(event);
  }

  /** Sinks get events at least once: the same one twice is no fault. */
  #judgeAgain(event: Evidence, last: Evidence): Problem | undefined {
    const { seq, together } = event;
    const isSame = this.#seen.isSame(seq, event.hash);
    if (isSame === undefined)
      return this.#refusal(event.seq, 'swapped', `it stands behind event ${last.seq}, in the wrong order`);
    const differs =
      together !== undefined && !event.isRedacted && this.#contents.isSame(seq, together.content) === false;
    if (!isSame || differs)
      return this.#refusal(event.seq, 'duplicated', 'there are two events of this number that differ');
    this.#duplicates += 1;
    return undefined;
  }

  #judgeBehindGap(event: Evidence, { first, instead }: Gap): Problem | undefined {
    if (event.seq !== first) return undefined;
    return this.#refusal(instead, 'swapped', `it stands before event ${first}, in the wrong order`);
  }

  /** The events of one line have one link: the one behind the last of them is waited for. */
  #judgeBehindBroken(event: Evidence, broken: Broken): Problem | undefined {
    const { at, end } = broken;
    const isOfLine =
      event.together !== undefined &&
      event.together.first === at.together?.first &&
      event.previous === end.hash &&
      event.flaw === undefined;
    if (!isOfLine) return this.#judgeBroken(broken, event);
    this.#broken = { ...broken, end: event };
    return undefined;
  }

  /** When the next event holds to the second of two, the first is the one that was changed. */
  #judgeBroken({ before, at, end }: Broken, next: Evidence | undefined): Problem {
    // Of a redacted event nothing proves what it says of the one before it.
    if (next?.seq === end.seq + 1 && next.previous === end.hash && !at.isRedacted) {
      const { first, last } = before.together ?? { first: before.seq, last: before.seq };
      const which = first === last ? 'it' : oneOf(first, last);
      const message = `${which} was changed and hashed anew: the event behind it names another hash`;
      return this.#refusal(first, 'altered', message);
    }
    const message = `it names another hash than that of event ${before.seq}: one of them was changed`;
    return this.#refusal(at.seq, 'unchained', message);
  }

  #accept(event: Evidence): Problem | undefined {
    const before = this.#last;
    this.#last = event;
    this.#seen.add(event.seq, event.hash);
    const content = event.together?.content ?? '';
    if (content !== '') this.#contents.add(event.seq, content);
    if (event.own === undefined) return undefined;
    const { trimmed } = event.own as { trimmed?: { through?: unknown } };
    if (event.type === 'audit.trimmed' && typeof trimmed?.through === 'number')
      this.#trimmedThrough = Math.max(this.#trimmedThrough, trimmed.through);
    return event.type === 'audit.head' ? this.#judgeHead(event, event.own, before) : undefined;
  }

  #judgeHead(event: Evidence, own: AuditEvent, before: Evidence | undefined): Problem | undefined {
    const { chain, keys } = this.#options;
    const refusal = (message: string) => this.#refusal(event.seq, 'bad_signature', message);
    const head = headIn(own);
    if (head === undefined) return refusal('it is a head without a signature');
    if (head.hash !== event.previous || head.seq !== (before?.seq ?? event.seq - 1))
      return refusal('it attests another event than the one before it');
    this.#heads += 1;
    if (keys.length === 0) return undefined;
    const key = keys.find(({ id }) => id === head.key);
    if (key === undefined)
      return refusal(`it is signed with a key that was not given, whose id is ${head.key}`);
    if (!isSignedBy(chain, head, key.publicKey)) {
      const from = this.#attested === undefined ? 'the beginning' : `behind event ${this.#attested.seq}`;
      return refusal(`its signature is wrong: what comes before it, from ${from}, was changed`);
    }
    this.#attested = { seq: head.seq, time: event.time };
    return undefined;
  }

  /** A machine that stopped may have lost events that a sink has: their numbers are not used again, which an event says. */
  #saysSkipped({ type, own, flaw, previous, seq }: Evidence): boolean {
    const { recovered } = (own ?? {}) as { recovered?: { skipped_after?: unknown } };
    const after = recovered?.skipped_after;
    if (flaw !== undefined || type !== 'audit.recovered' || typeof after !== 'number') return false;
    if (this.#seen.isSame(after, previous) !== true) return false;
    this.#skipped.push({ after, before: seq });
    return true;
  }

  #judgeEnd(): Problem | undefined {
    const { keys, isWhole, heads } = this.#options;
    const first = this.#first;
    if (this.#broken !== undefined) return this.#judgeBroken(this.#broken, undefined);
    if (this.#gap !== undefined) {
      const { first: missing, many, together } = this.#gap;
      const what = many === 1 ? 'it is missing' : `it and the events behind it, ${many} in all, are missing`;
      const why =
        together === undefined
          ? ''
          : `; it was sealed together with event ${together}, of which nothing can be said`;
      return this.#refusal(missing, 'missing', what + why);
    }
    if (first === undefined) return this.#judgeTruncation(heads, 1);
    if (isWhole && first.seq > 1 && this.#trimmedThrough < first.seq - 1) {
      const message = `it and all before event ${first.seq} are missing, and no event says that they were deleted`;
      return this.#refusal(this.#trimmedThrough + 1, 'missing', message);
    }
    if (keys.length > 0 && this.#attested === undefined)
      return this.#refusal(first.seq, 'unsigned', 'no head attests it, nor any event behind it');
    return this.#judgeTruncation(heads, first.seq);
  }

  #judgeTruncation(heads: readonly KnownHead[], first: number): Problem | undefined {
    for (const { seq, hash } of [...heads].sort((a, b) => a.seq - b.seq)) {
      const isSame = this.#seen.isSame(seq, hash);
      if (isSame === true || seq < first) continue;
      if (isSame === false)
        return this.#refusal(seq, 'altered', 'a head that is known from elsewhere attests another event');
      const message = `it and what comes behind it are missing: a head that is known from elsewhere attests event ${seq}`;
      return this.#refusal((this.#last?.seq ?? 0) + 1, 'truncated', message);
    }
    return undefined;
  }

  #refusal(seq: number, what: Problem['what'], message: string): Problem {
    return { chain: this.#options.chain, seq, what, message };
  }
}

type Gap = Readonly<{
  /** The first that is missing. */
  first: number;
  many: number;
  /** What came in its place: it may still come, behind that one. */
  instead: number;
  /** An event that was sealed together with it. */
  together?: number;
}>;
/** `end`: the last of the line that `at` is in. */
type Broken = Readonly<{ before: Evidence; at: Evidence; end: Evidence }>;

export type ChainReport = Readonly<{
  chain: string;
  problem: Problem | undefined;
  events: number;
  first: number;
  last: number;
  lastHash: string;
  lastTime: string;
  duplicates: number;
  /** Of which retention has left the place and the hash alone. */
  redacted: number;
  trimmedThrough: number;
  skipped: readonly Readonly<{ after: number; before: number }>[];
  heads: number;
  /** Up to where a signature that was checked goes. */
  attested: Readonly<{ seq: number; time: string }> | undefined;
}>;
