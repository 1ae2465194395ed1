// The lines of a segment that its events share: subjects and contexts, and whether each is what was written.
import { type ContextMembers, contextIn, readContext } from '../event/context.ts';
import { subjectIn } from '../event/line.ts';
import { hashOf } from '../event/subject.ts';
import { isRedactedSubject } from '../retention/redaction.ts';
import type { KnownSubjects } from './evidence.ts';
import type { KnownContexts } from './statements-evidence.ts';

export class SharedLines implements KnownSubjects, KnownContexts {
  readonly #subjects = new Map<string, 'whole' | 'changed'>();
  readonly #contexts = new Map<string, ContextMembers | 'changed'>();

  /** False: the line is something else. */
  take(bytes: Buffer): boolean {
    const text = bytes.toString('utf8');
    return this.#takeSubject(text) || this.#takeContext(text);
  }

  standing(hash: string): 'whole' | 'changed' | 'missing' {
    return this.#subjects.get(hash) ?? 'missing';
  }

  context(hash: string): ContextMembers | 'changed' | 'missing' {
    return this.#contexts.get(hash) ?? 'missing';
  }

  #takeSubject(text: string): boolean {
    const subject = subjectIn(text);
    if (subject === undefined) return false;
    if (isRedactedSubject(subject.json)) return true;
    const isWhole = hashOf(subject.json) === subject.hash;
    if (isWhole || !this.#subjects.has(subject.hash))
      this.#subjects.set(subject.hash, isWhole ? 'whole' : 'changed');
    return true;
  }

  #takeContext(text: string): boolean {
    const context = contextIn(text);
    if (context === undefined) return false;
    const read = hashOf(context.json) === context.hash ? readContext(context.json) : undefined;
    if (read !== undefined || !this.#contexts.has(context.hash))
      this.#contexts.set(context.hash, read ?? 'changed');
    return true;
  }
}
