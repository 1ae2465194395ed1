// What the events of a statement share with those of others like it: its facts and its decision, written once.
import { canonicalJson, quoted, type Subject, subjectOf } from '../../audit/index.ts';
import type { Decision } from '../../policy/index.ts';
import { type StatementFacts, statementInput } from '../../sql/index.ts';
import { Basis, type Judged } from './basis.ts';
import { cleaned } from './cleaned.ts';
import { type Standing, saidText } from './said-text.ts';

/** So many texts of one decision stand in subjects of their own; those of others stand in their events. */
const TEXTS_MOST = 4;

/** What an event says beside the subject: its text as JSON; of its parameters nothing that may be read. */
export type SaidBeside = Readonly<{ text: string | undefined; hidesValues: boolean }>;
type Said = SaidBeside & Readonly<{ subject: Subject }>;

export class StatementSubject {
  readonly standing: Standing;
  /** As JSON; undefined where nothing is masked. */
  readonly maskedColumns: string | undefined;
  readonly #common: Readonly<Record<string, unknown>>;
  readonly #texts = new Map<string, Said>();
  #withoutText: Subject | undefined;

  constructor(basis: Basis | undefined, isUnread: boolean) {
    this.#common = basis === undefined ? {} : commonOf(basis);
    this.standing =
      basis === undefined || isUnread ? 'unread' : basis.all.some(isLabelled) ? 'labelled' : 'plain';
    const columns = basis?.all.flatMap(maskedColumnsOf) ?? [];
    this.maskedColumns = columns.length === 0 ? undefined : canonicalJson([...new Set(columns)].sort());
  }

  /** With the text in it, or beside it. */
  of(text: string | undefined): Said {
    const known = text === undefined ? undefined : this.#texts.get(text);
    if (known !== undefined) return known;
    // Of a text that nobody knows, nobody knows what its values are.
    if (text === undefined) return { subject: this.#plain, text: undefined, hidesValues: true };
    if (this.#texts.size >= TEXTS_MOST) return { subject: this.#plain, ...this.beside(text) };
    const said = saidText(text, this.standing);
    const subject = subjectOf({ ...this.#common, text: said.text });
    const fresh = { subject, text: undefined, hidesValues: said.hidesValues };
    this.#texts.set(text, fresh);
    return fresh;
  }

  /** The text as it stands beside the subject, in its event. */
  beside(text: string): SaidBeside {
    const said = saidText(text, this.standing);
    return { text: quoted(said.text), hidesValues: said.hidesValues };
  }

  get #plain(): Subject {
    this.#withoutText ??= subjectOf(this.#common);
    return this.#withoutText;
  }
}

/** Of one statement: its facts and its decision stand for themselves. */
const ofOne = new WeakMap<StatementFacts, WeakMap<object, StatementSubject>>();
const ofBasis = new WeakMap<Basis, StatementSubject>();
const noDecision = {};
/** Of texts of which nothing is known there is no end. */
const ofNothing = new StatementSubject(undefined, true);

export function statementSubject(basis: unknown): StatementSubject {
  if (!(basis instanceof Basis)) return ofNothing;
  const [only, another] = basis.all;
  if (another !== undefined) return remembered(ofBasis, basis, basis);
  const known = ofOne.get(only.facts) ?? new WeakMap<object, StatementSubject>();
  ofOne.set(only.facts, known);
  return remembered(known, only.decision ?? noDecision, basis);
}

function remembered<K extends object>(
  known: WeakMap<K, StatementSubject>,
  key: K,
  basis: Basis,
): StatementSubject {
  const found = known.get(key);
  if (found !== undefined) return found;
  const subject = new StatementSubject(basis, false);
  known.set(key, subject);
  return subject;
}

/** A function may give what is labelled of columns that aren't. */
const isLabelled = ({ facts: { columns, relations, outputs, opaque } }: Judged): boolean =>
  opaque.length > 0 ||
  [columns, relations, outputs].some((all) => all.some(({ labels }) => labels.length > 0));

function commonOf({ all: [first, ...others] }: Basis): Readonly<Record<string, unknown>> {
  return {
    ...saidOf(first),
    ...(others.length === 0 ? {} : { others: others.map(saidOf) }),
  };
}

/** `input` as the policy saw it, as far as no value is in it. */
function saidOf({ facts, decision, revision }: Judged): Readonly<Record<string, unknown>> {
  const input = statementInput(facts);
  const statement = cleaned(input);
  return {
    input: { statement },
    ...(statement === input ? {} : { input_cut: 'texts in it looked like secrets or personal data' }),
    ...(decision === undefined ? {} : { decision: cleaned<Decision>(decision), revision }),
  };
}

/** By their names in the result, with what they come from. */
function maskedColumnsOf({ facts, decision }: Judged): readonly string[] {
  const masks = decision !== undefined && 'masks' in decision ? (decision.masks ?? []) : [];
  return facts.outputs
    .filter(({ columns, labels }) =>
      masks.some((mask) => ('column' in mask ? columns.includes(mask.column) : labels.includes(mask.label))),
    )
    .flatMap(({ columns, name }) => (columns.length === 0 ? [name] : columns));
}
