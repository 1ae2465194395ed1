// Reads a chain's folder, from whichever process, and puts back into each event what its subjects say.
import { setTimeout as sleep } from 'node:timers/promises';
import { contextIn } from '../event/context.ts';
import { Contexts } from '../event/contexts.ts';
import type { AuditEvent } from '../event/event.ts';
import { idOf } from '../event/event.ts';
import { expanded, type LineHead, readLine, subjectIn, subjectsText } from '../event/line.ts';
import { readStatements, statementsType } from '../event/statements-line.ts';
import { type EventText, StatementsTexts } from '../event/statements-text.ts';
import { type Line, SegmentReader } from './segment-reader.ts';
import { segmentFile, segmentsIn } from './segments.ts';
import { beginning, type Position, type ReadOptions, type StoredEvent } from './types.ts';

const lookEveryMs = 100;
/** A line that is being taken back and written anew can look like neither. */
const secondLookMs = 50;

/** Never throws on a torn last line: it is being written, or never was. */
export async function* readEvents(folder: string, options: ReadOptions = {}): AsyncGenerator<StoredEvent> {
  const { from = beginning, follow, news, onDamage } = options;
  let seen = from.seq;
  let segment = startOf(folder, from);
  for (;;) {
    const reader = segment === undefined ? undefined : await SegmentReader.open(segmentFile(folder, segment));
    if (segment !== undefined && reader !== undefined) {
      try {
        const texts = new SegmentTexts(folder, segment);
        for (;;) {
          // Looked for before the end is read: once there is a next segment, nothing comes behind that end.
          const isLast = after(folder, segment) === undefined;
          const lines = await reader.next();
          for (const line of lines) {
            // A line at a time: what thousands of them say would be much to keep.
            const read = texts.read(line);
            if (read === 'damaged' && texts.isFirstDoubt(line)) {
              await sleep(secondLookMs);
              reader.rewind(line.offset);
              break;
            }
            if (read === 'damaged') onDamage?.({ file: texts.file, offset: line.offset });
            for (const event of read === 'damaged' ? [] : read) {
              if (event.seq <= seen) continue;
              seen = event.seq;
              yield event;
            }
          }
          if (lines.length > 0) continue;
          if (!isLast) break;
          if (follow === undefined || follow.aborted) return;
          await soon(follow, news);
        }
      } finally {
        await reader.close();
      }
    }
    const next = segment === undefined ? startOf(folder, from) : after(folder, segment);
    if (next !== undefined) segment = next;
    else if (follow === undefined || follow.aborted) return;
    else await soon(follow, news);
  }
}

/** The segment in which the position is, or the first one after it. */
function startOf(folder: string, { segment }: Position): number | undefined {
  const segments = segmentsIn(folder);
  return segments.find((each) => each >= segment);
}

const after = (folder: string, segment: number): number | undefined =>
  segmentsIn(folder).find((each) => each > segment);

async function soon(follow: AbortSignal, news: ReadOptions['news']): Promise<void> {
  if (news !== undefined) return await news();
  await sleep(lookEveryMs, undefined, { signal: follow }).catch(() => undefined);
}

/** What the lines of one segment mean: subjects and contexts stand before the first event that names them. */
class SegmentTexts {
  readonly file: string;
  readonly #segment: number;
  readonly #subjects = new Map<string, string>();
  readonly #contexts = new Contexts();
  /** By the member `shapes`, which many events have alike. */
  readonly #expansions = new Map<string, string>();
  readonly #statements = new StatementsTexts(this.#contexts, (shapes) => this.#subjectsOf(shapes));
  #doubted: number | undefined;

  constructor(folder: string, segment: number) {
    this.file = segmentFile(folder, segment);
    this.#segment = segment;
  }

  isFirstDoubt({ offset }: Line): boolean {
    const isFirst = this.#doubted !== offset;
    this.#doubted = offset;
    return isFirst;
  }

  /** In their order; none: the line is what events share. */
  read({ text, end }: Line): readonly StoredEvent[] | 'damaged' {
    const head = readLine(text);
    if (head !== undefined) return this.#eventsIn(text, head, end);
    const context = contextIn(text);
    if (context !== undefined) return this.#contexts.add(context) ? [] : 'damaged';
    const subject = subjectIn(text);
    if (subject === undefined) return 'damaged';
    this.#subjects.set(subject.hash, subject.json);
    return [];
  }

  #eventsIn(text: string, head: LineHead, end: number): readonly StoredEvent[] | 'damaged' {
    const { chain, seq, type, shapes } = head;
    const stored = (event: EventText) =>
      new ReadEvent(chain, event, { seq: event.seq, segment: this.#segment, offset: end });
    if (type !== statementsType) {
      const subjects = shapes === undefined ? '' : this.#subjectsOf(shapes);
      return [stored({ seq, type, json: expanded(text, head, subjects) })];
    }
    const statements = readStatements(text, head);
    return (statements && this.#statements.read(statements)?.map(stored)) ?? 'damaged';
  }

  #subjectsOf(shapes: string): string {
    let text = this.#expansions.get(shapes);
    if (text === undefined) {
      text = subjectsText(shapes, (hash) => this.#subjects.get(hash));
      this.#expansions.set(shapes, text);
    }
    return text;
  }
}

class ReadEvent implements StoredEvent {
  readonly id: string;
  readonly seq: number;
  readonly type: string;
  readonly position: Position;
  readonly json: string;
  #event: AuditEvent | undefined;

  constructor(chain: string, { seq, type, json }: EventText, position: Position) {
    this.id = idOf(chain, seq);
    this.seq = seq;
    this.type = type;
    this.position = position;
    this.json = json;
  }

  get event(): AuditEvent {
    this.#event ??= JSON.parse(this.json) as AuditEvent;
    return this.#event;
  }
}
