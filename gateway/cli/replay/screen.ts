// The terminal while something is played: lines that scroll, and one at the bottom that says where one is.
import type { Terminal } from '../command.ts';
import type { Paint } from '../page/paint.ts';
import { textWidth } from './character-width.ts';

// A terminal that doesn't say how large it is says 0.
const CLEAR_LINE = '\r\x1b[K';
const CLEAR_SCREEN = '\x1b[2J\x1b[3J\x1b[H';

export class Screen {
  readonly #output: Terminal['stdout'] & { rows?: number };
  readonly #paint: Paint;
  #shown = '';

  constructor({ stdout }: Terminal, paint: Paint) {
    this.#output = stdout;
    this.#paint = paint;
  }

  print(lines: readonly string[]): void {
    const before = this.#shown === '' ? '' : CLEAR_LINE;
    this.#shown = '';
    this.#output.write(`${before}${lines.map((line) => `${line}\n`).join('')}`);
  }

  /** In the place of whatever stands there, the last that fits of what had appeared by then. */
  showLast(frames: readonly Readonly<{ lines: readonly string[] }>[]): void {
    const lines: string[] = [];
    const room = (this.#output.rows || 24) * 3;
    for (let at = frames.length - 1; at >= 0 && lines.length < room; at--)
      lines.unshift(...(frames[at]?.lines.slice(-room) ?? []));
    this.#shown = '';
    this.#output.write(CLEAR_SCREEN);
    this.print(lines);
  }

  status(text: string): void {
    const width = (this.#output.columns || 80) - 1;
    const fitting = textWidth(text) > width ? [...text].slice(0, width).join('') : text;
    if (fitting === this.#shown) return;
    this.#output.write(`${CLEAR_LINE}${this.#paint('inverse', fitting)}`);
    this.#shown = fitting;
  }

  close(): void {
    if (this.#shown !== '') this.#output.write(CLEAR_LINE);
  }
}
