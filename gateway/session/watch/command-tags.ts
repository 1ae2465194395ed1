// The tags of completed commands, of which a session mostly sees the same again: then no text is made of it.
import { readCstring } from '../../wire/index.ts';

export class CommandTags {
  #last = '';

  /** '' where there is none. */
  read(bytes: Buffer, start: number, end: number): string {
    const last = this.#last;
    let at = start;
    for (let index = 0; index < last.length && at < end; index++, at++)
      if (bytes[at] !== last.charCodeAt(index)) break;
    if (at === start + last.length && last !== '' && at < end && bytes[at] === 0) return last;
    const text = readCstring(bytes, start, end)?.text ?? '';
    this.#last = text;
    return text;
  }
}
