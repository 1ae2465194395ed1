// How far something is, on a line that is written over and over: for a person at a terminal, and nobody else.
import type { Terminal } from '../command.ts';

const barWidth = 30;
const quietMilliseconds = 100;

export class Progress {
  readonly #terminal: Terminal;
  readonly #began = performance.now();
  #last = 0;
  #isShown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** `part`: from 0 to 1. */
  show(part: number, words: string): void {
    const now = performance.now();
    if (this.#terminal.stderr.isTTY !== true || now - this.#last < quietMilliseconds) return;
    this.#last = now;
    this.#isShown = true;
    const done = Math.round(Math.min(1, part) * barWidth);
    const seconds = Math.round((now - this.#began) / 1000);
    const bar = `${'█'.repeat(done)}${'░'.repeat(barWidth - done)}`;
    const percent = String(Math.floor(Math.min(1, part) * 100)).padStart(3);
    this.#terminal.stderr.write(`\r${bar} ${percent} %  ${words}  ${seconds} s\x1b[K`);
  }

  /** The line is gone afterwards. */
  end(): void {
    if (this.#isShown) this.#terminal.stderr.write('\r\x1b[K');
  }
}
