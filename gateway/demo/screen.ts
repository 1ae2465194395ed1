// What the demo shows while it works: a line a step, with a spinner where a terminal can draw one.

import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

export class Screen {
  readonly #out: NodeJS.WriteStream;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  line(text = ''): void {
    this.#out.write(`${text}\n`);
  }

  /** Text in a style, where the terminal shows one and nobody forbids it. */
  style(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#out });
  }

  /** Shows what is being done, then a tick and what the work came to, or a cross. */
  async step<T>(
    doing: string,
    work: () => Promise<T>,
    done: (result: T) => string = () => doing,
  ): Promise<T> {
    const started = performance.now();
    const stopSpinning = this.#spin(doing);
    try {
      const result = await work();
      const seconds = (performance.now() - started) / 1000;
      const time = seconds < 0.1 ? '' : this.style('dim', `  ${seconds.toFixed(1)} s`);
      stopSpinning(`  ${this.style('green', '✓')} ${done(result)}${time}`);
      return result;
    } catch (error) {
      stopSpinning(`  ${this.style('red', '✕')} ${doing}`);
      throw error;
    }
  }

  #spin(doing: string): (last: string) => void {
    if (!this.#out.isTTY) return (last) => this.line(last);
    let at = 0;
    const draw = () => {
      at = (at + 1) % frames.length;
      this.#out.write(`\r\x1b[2K  ${frames[at]} ${doing}…`);
    };
    draw();
    const timer = setInterval(draw, 80);
    return (last) => {
      clearInterval(timer);
      this.#out.write(`\r\x1b[2K${last}\n`);
    };
  }
}
