// What a column's sampled values say of it: counts alone leave this file, never a value.
import { holdsSensitive } from '../../mask/index.ts';
import { type ValueKind, valueKinds } from './value-kinds.ts';

/** Fewer say nothing. */
const fewestValues = 5;
/** So few may all be odd ones. */
export const fewestToContradict = 20;
/** A share of free text that has some of these in it makes it one that may hold anything. */
const freeTextShare = 0.05;
const freeTextLength = 40;
/** Telephone numbers in prose are too often something else. */
const told = ['email', 'ssn', 'card', 'iban', 'secret'] as const;

export type ValueEvidence = Readonly<{
  label: string;
  confidence: number;
  looksLike: string;
  matching: number;
}>;

/** What was seen of one column. */
export type SampledColumn = Readonly<{
  /** Values that aren't NULL. */
  values: number;
  evidence: readonly ValueEvidence[];
  /** Labels of kinds that can be told from values, and that these aren't of. */
  against: ReadonlySet<string>;
}>;

/** Takes the values one after another and keeps counts. */
export class ValueCounts {
  readonly #counts = new Map<ValueKind, number>();
  #values = 0;
  #long = 0;
  #longWith = 0;

  add(value: string): void {
    const trimmed = value.trim();
    if (trimmed === '') return;
    this.#values += 1;
    let found = false;
    for (const kind of valueKinds) {
      if (!kind.is(trimmed)) continue;
      found = true;
      this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    }
    if (trimmed.length < freeTextLength || found) return;
    this.#long += 1;
    if (holdsSensitive(trimmed, told)) this.#longWith += 1;
  }

  result(): SampledColumn {
    const evidence: ValueEvidence[] = [];
    const against = new Set<string>();
    if (this.#values < fewestValues) return { values: this.#values, evidence, against };
    for (const kind of valueKinds) {
      const matching = this.#counts.get(kind) ?? 0;
      const share = matching / this.#values;
      if (share >= kind.least) {
        const { least, all } = kind.confidence;
        const confidence = least + ((all - least) * (share - kind.least)) / (1 - kind.least);
        evidence.push({ label: kind.label, confidence, looksLike: kind.looksLike, matching });
      } else if (matching === 0 && kind.alwaysLooksSo) against.add(kind.label);
    }
    if (evidence.length === 0 && this.#longWith / this.#values >= freeTextShare) {
      const looksLike = 'text with e-mail addresses, card numbers or the like in it';
      evidence.push({ label: 'pii.free_text', confidence: 0.8, looksLike, matching: this.#longWith });
    }
    evidence.sort((one, other) => other.confidence - one.confidence);
    return { values: this.#values, evidence, against };
  }
}
