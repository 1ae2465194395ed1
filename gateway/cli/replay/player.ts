// Plays frames in a terminal, and obeys its keys: pause, speed, step, search and jumps.
import type { Terminal } from '../command.ts';
import type { Paint } from '../page/paint.ts';
import { readKeys } from './keys.ts';
import { Screen } from './screen.ts';
import { type FoundLine, findLine } from './search.ts';
import type { Frame } from './timeline.ts';

export type Playing = Readonly<{ speed: number; from: number; paint: Paint }>;

const SLOWEST = 1 / 16;
const FASTEST = 1024;
/** What comes within so short a time appears at once. */
const TOGETHER_MS = 20;

export async function play(frames: readonly Frame[], terminal: Terminal, playing: Playing): Promise<void> {
  const player = new Player(frames, terminal, playing);
  await player.run();
}

class Player {
  readonly #frames: readonly Frame[];
  readonly #screen: Screen;
  readonly #terminal: Terminal;
  #speed: number;
  /** The next frame that appears. */
  #next = 0;
  /** In the time of the frames. */
  #position = 0;
  #isPaused = false;
  #isOver = false;
  /** What is being typed behind `/`. */
  #typed: string | undefined;
  #searched = '';
  /** The line that was found last, as long as it stands at the end of the screen. */
  #found: FoundLine | undefined;
  /** What stands behind it in its frame, and appears next. */
  #rest: readonly string[] = [];
  #said = '';

  constructor(frames: readonly Frame[], terminal: Terminal, { speed, from, paint }: Playing) {
    this.#frames = frames;
    this.#terminal = terminal;
    this.#speed = speed;
    this.#screen = new Screen(terminal, paint);
    const first = frames.findIndex(({ since }) => since >= from);
    if (from > 0) this.#jump(first < 0 ? frames.length : first);
  }

  async run(): Promise<void> {
    const keys = readKeys(this.#terminal.stdin);
    try {
      while (!this.#isOver) {
        this.#showDue();
        const frame = this.#frames[this.#next];
        this.#screen.status(this.#status());
        const waits = frame === undefined || this.#isPaused || this.#typed !== undefined;
        const wait = waits ? undefined : Math.max(0, (frame.at - this.#position) / this.#speed);
        const began = performance.now();
        const key = await keys.next(wait);
        if (!waits)
          this.#position += Math.min((performance.now() - began) * this.#speed, frame.at - this.#position);
        if (key !== undefined) this.#obey(key);
        else if (frame !== undefined) this.#position = Math.max(this.#position, frame.at);
      }
    } finally {
      keys.close();
      this.#screen.close();
    }
  }

  #showDue(): void {
    if (this.#isPaused) return;
    this.#showRest();
    const until = this.#position + TOGETHER_MS * this.#speed;
    for (let frame = this.#frames[this.#next]; frame !== undefined && frame.at <= until; ) {
      this.#show(frame);
      frame = this.#frames[this.#next];
    }
  }

  #showRest(): void {
    if (this.#rest.length > 0) this.#screen.print(this.#rest);
    this.#rest = [];
    this.#found = undefined;
  }

  #show(frame: Frame): void {
    this.#screen.print(frame.lines);
    this.#position = Math.max(this.#position, frame.at);
    this.#next += 1;
  }

  #obey(key: string): void {
    this.#said = '';
    if (this.#typed !== undefined) {
      this.#type(key, this.#typed);
      return;
    }
    switch (key) {
      case ' ':
        this.#isPaused = !this.#isPaused;
        return;
      case '+':
      case '=':
        this.#speed = Math.min(FASTEST, this.#speed * 2);
        return;
      case '-':
        this.#speed = Math.max(SLOWEST, this.#speed / 2);
        return;
      case '.':
      case '\r': {
        this.#isPaused = true;
        const frame = this.#frames[this.#next];
        if (this.#rest.length > 0) this.#showRest();
        else if (frame !== undefined) this.#show(frame);
        return;
      }
      case 'n':
      case '\x1b[C':
        this.#jumpToStatement(
          this.#frames.findIndex(({ isStatement }, at) => isStatement && at >= this.#next),
        );
        return;
      case 'p':
      case '\x1b[D':
        // The statement that stands on the screen is the last one that appeared.
        this.#jumpToStatement(
          this.#statementsBefore(this.#next).at(-2) ?? this.#statementsBefore(this.#next).at(-1) ?? -1,
        );
        return;
      case 'g':
        this.#jump(0);
        return;
      case 'G':
        this.#jump(this.#frames.length);
        return;
      case '/':
        this.#typed = '';
        return;
      case 'N':
        this.#search();
        return;
      case 'q':
      case '\x03':
      case '\x04':
        this.#isOver = true;
        return;
      default:
        this.#said = help;
    }
  }

  #type(key: string, typed: string): void {
    if (key === '\r') {
      this.#typed = undefined;
      if (typed !== '') this.#searched = typed;
      this.#search();
    } else if (key === '\x1b' || key === '\x03') this.#typed = undefined;
    else if (key === '\x7f' || key === '\b') this.#typed = typed.slice(0, -1);
    else if (!/\p{Cc}/u.test(key)) this.#typed = typed + key;
  }

  /** From here on, and then from the beginning. */
  #search(): void {
    if (this.#searched === '') return;
    const behind = this.#found ?? { frame: this.#next, line: -1 };
    const found =
      findLine(this.#frames, this.#searched, behind) ??
      findLine(this.#frames, this.#searched, { frame: 0, line: -1 });
    if (found === undefined) {
      this.#said = `nothing found: ${this.#searched}`;
      return;
    }
    this.#isPaused = true;
    this.#jump(found.frame + 1, found);
  }

  #statementsBefore(end: number): readonly number[] {
    return this.#frames.flatMap(({ isStatement }, at) => (isStatement && at < end ? [at] : []));
  }

  #jumpToStatement(at: number): void {
    if (at < 0) this.#said = 'there is no other statement';
    else this.#jump(at + 1);
  }

  /** The screen as it was when these frames had appeared, the last one as far as what was found in it. */
  #jump(next: number, found?: FoundLine): void {
    const shown = this.#frames.slice(0, next);
    const last = shown.at(-1);
    this.#found = found;
    this.#rest = found === undefined ? [] : (last?.lines.slice(found.line + 1) ?? []);
    if (found !== undefined && last !== undefined)
      shown[next - 1] = { ...last, lines: last.lines.slice(0, found.line + 1) };
    this.#screen.showLast(shown);
    this.#next = next;
    this.#position = this.#frames[next - 1]?.at ?? 0;
  }

  #status(): string {
    if (this.#typed !== undefined) return `/${this.#typed}`;
    const frame = this.#frames[Math.max(0, this.#next - 1)];
    const end = this.#frames.at(-1)?.since ?? 0;
    const isEnd = this.#next >= this.#frames.length && this.#rest.length === 0;
    const state = isEnd ? 'end' : this.#isPaused ? 'paused' : `×${this.#speed}`;
    return `${clock(frame?.since ?? 0)} / ${clock(end)}  ${state}  ${this.#said || 'space + - . n p / q'}`;
  }
}

const help =
  'space: pause, + -: speed, .: step, n p: next, previous statement, / N: search, again, g G: begin, end, q: quit';

function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
