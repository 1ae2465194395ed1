// The events of a line that holds several, as the texts that are shipped: what they share is spelled once for each context.
import { type ContextMembers, ownMembers } from './context.ts';
import type { Contexts } from './contexts.ts';
import { idOf } from './event.ts';
import { type StatementsLine, saidIn } from './statements-line.ts';

export type EventText = Readonly<{ seq: number; type: string; json: string }>;

/** What the events of a context have in their texts, in this order, between what each of them says for itself. */
type Spelled = Readonly<{
  context: ContextMembers;
  /** Up to the statement's id. */
  head: string;
  shapes: string;
  /** The members before each of its own, by the name of that. */
  before: readonly (readonly [members: string, own: string])[];
  after: string;
  subjects: string;
}>;

export class StatementsTexts {
  readonly #contexts: Contexts;
  readonly #subjectsOf: (shapes: string) => string;
  readonly #spelled = new Map<string, Spelled>();

  /** @param subjectsOf as `subjectsText` has them, for a member `shapes` */
  constructor(contexts: Contexts, subjectsOf: (shapes: string) => string) {
    this.#contexts = contexts;
    this.#subjectsOf = subjectsOf;
  }

  /** What `eventsIn` says, as JSON with its subjects. Undefined: as there. */
  read({ head, isRedacted, entries, of }: StatementsLine): readonly EventText[] | undefined {
    const { chain, seq: first, previous, time, hash } = head;
    const spelled = of.map((context) => this.#spell(context));
    const chained = `,"previous":"${previous}","time":"${time}"`;
    const texts: EventText[] = [];
    for (const [index, entry] of entries.entries()) {
      const shared = spelled[entry[0]];
      const said = shared && saidIn(entry, shared.context, isRedacted, chain);
      if (shared === undefined || said === undefined) return undefined;
      const seq = first + index;
      const id = idOf(chain, seq);
      const members = isRedacted ? ',"redacted":"age"' : membersOf(shared, said.own);
      const json =
        `{"version":1,"id":"${id}","chain":"${chain}","seq":${seq}${chained}${shared.head}${said.statement ?? id}"` +
        `${shared.shapes}${members},"hash":"${hash}"` +
        `,"sealed":{"check":${said.check},"count":${entries.length},"first":${first}}${shared.subjects}}`;
      texts.push({ seq, type: shared.context.type, json });
    }
    return texts;
  }

  #spell(hash: string): Spelled | undefined {
    const known = this.#spelled.get(hash);
    if (known !== undefined) return known;
    const context = this.#contexts.of(hash);
    if (context === undefined) return undefined;
    const { type, session, shapes, members = {} } = context;
    const subjects = shapes === undefined ? '' : this.#subjectsOf(JSON.stringify(shapes));
    const own = ownMembers[type];
    const text = (above: string, below?: string) =>
      Object.keys(members)
        .filter((key) => key > above && (below === undefined || key < below))
        .sort()
        .map((key) => `,${JSON.stringify(key)}:${JSON.stringify(members[key])}`)
        .join('');
    const spelled = {
      context,
      head: `,"type":"${type}","session":${JSON.stringify(session)},"statement":"`,
      shapes: shapes === undefined ? '' : `,"shapes":${JSON.stringify(shapes)}`,
      before: own.map((key, at) => [text(own[at - 1] ?? '', key), key] as const),
      after: text(own.at(-1) ?? ''),
      subjects: subjects === '' ? '' : `,"subjects":{${subjects}}`,
    };
    this.#spelled.set(hash, spelled);
    return spelled;
  }
}

function membersOf({ before, after }: Spelled, own: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const [members, key] of before) {
    text += members;
    if (own[key] !== undefined) text += `,"${key}":${JSON.stringify(own[key])}`;
  }
  return text + after;
}
