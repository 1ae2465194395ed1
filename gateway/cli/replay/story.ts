// Puts together what the journal tells of a session and what was recorded of its answers, in the order of both.
import { type Entry, isMembers, type RecordedItem, type RecordingFlaw } from '../../audit/index.ts';
import { MessageReader } from '../../wire/index.ts';
import { scenesOf } from './event-scenes.ts';
import type { Scene } from './scene.ts';

type Item = RecordedItem | RecordingFlaw;

/** `onWrong` hears what is wrong with the recording, which is told in its place as well. */
export async function* tellStory(
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  items: AsyncIterable<Item> | undefined,
  onWrong: (message: string) => void = () => {},
): AsyncGenerator<Scene> {
  const recorded = new RecordedScenes(items, onWrong);
  const waits = new Map<string, number>();
  for await (const entry of entries) {
    const { type, statement, time } = entry.event;
    const at = Date.parse(time);
    yield* recorded.until(at, type === 'statement.outcome' ? statement : undefined);
    recorded.told(entry);
    // The recording itself has the marker, unless that is what could not be written.
    if (type === 'recording.cut' && recorded.exists && !isNotWritten(entry)) continue;
    for (const body of scenesOf(entry, waits)) yield { at, statement, ...body };
  }
  yield* recorded.rest();
}

const isNotWritten = ({ event }: Entry): boolean =>
  isMembers(event.recording) && event.recording.because === 'not_written';

/** The recorded messages as scenes; each comes behind the statement that it answers. */
class RecordedScenes {
  readonly exists: boolean;
  readonly #items: AsyncIterator<Item> | undefined;
  readonly #onWrong: (message: string) => void;
  readonly #begun = new Set<string>();
  readonly #readers = new Map<string, MessageReader>();
  #next: Item | undefined;
  #isOver = false;
  /** How it ended is known, or was told. */
  #hasEnd = false;
  /** The session has, by what the journal says. */
  #isEnded = false;
  #last = 0;

  constructor(items: AsyncIterable<Item> | undefined, onWrong: (message: string) => void) {
    this.#onWrong = onWrong;
    this.exists = items !== undefined;
    this.#items = items?.[Symbol.asyncIterator]();
  }

  told(entry: Entry): void {
    const { id, type, statement, time } = entry.event;
    this.#last = Math.max(this.#last, Date.parse(time));
    if (type === 'statement.intent') this.#begun.add(statement ?? id);
    if (type === 'session.ended') this.#isEnded = true;
    if (type === 'recording.cut' && isNotWritten(entry)) this.#hasEnd = true;
  }

  /** What the client had been told by then; of `all`, everything, even where a clock was set back. */
  async *until(at: number, all: string | undefined): AsyncGenerator<Scene> {
    for (let item = await this.#peek(); item !== undefined; item = await this.#peek()) {
      // Where it was recorded of which it is may be missing.
      const statement = ('statement' in item && item.statement) || undefined;
      const isDue = item.at <= at && (statement === undefined || this.#begun.has(statement));
      if (!isDue && (statement === undefined || statement !== all)) return;
      yield* this.#take(item);
    }
  }

  async *rest(): AsyncGenerator<Scene> {
    for (let item = await this.#peek(); item !== undefined; item = await this.#peek())
      yield* this.#take(item);
    if (!this.exists || this.#hasEnd) return;
    const text = this.#isEnded
      ? 'The recording has no end: what came last was not written.'
      : 'The recording has no end: the session goes on, or the gateway ended before it was whole.';
    yield { at: this.#last, kind: 'note', text };
  }

  *#take(item: Item): Generator<Scene> {
    this.#next = undefined;
    this.#last = Math.max(this.#last, item.at);
    switch (item.kind) {
      case 'message': {
        const { at, statement } = item;
        const step = this.#readerOf(statement).read(item.type, item.body);
        if (step !== undefined) yield { at, statement, ...step };
        return;
      }
      case 'cut':
        yield item;
        return;
      case 'flaw':
        yield { at: item.at, kind: 'note', text: `The recording: ${item.message}.` };
        if (!item.isWrong) return;
        this.#onWrong(item.message);
        this.#hasEnd = true;
        return;
      case 'end':
        this.#hasEnd = true;
        return;
      case 'statement':
      case 'session':
        return;
      default:
        item satisfies never;
    }
  }

  #readerOf(statement: string): MessageReader {
    const known = this.#readers.get(statement);
    if (known !== undefined) return known;
    // Answers come one after the other: those before are complete, but for portals that are fetched by turns.
    if (this.#readers.size > 1000) this.#readers.clear();
    const reader = new MessageReader();
    this.#readers.set(statement, reader);
    return reader;
  }

  async #peek(): Promise<Item | undefined> {
    if (this.#next !== undefined || this.#isOver || this.#items === undefined) return this.#next;
    const { done, value } = await this.#items.next();
    if (done === true) this.#isOver = true;
    else this.#next = value;
    return this.#next;
  }
}
