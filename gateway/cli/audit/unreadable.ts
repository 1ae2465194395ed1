// Tells of lines that were left out of an answer, since they could not be read.
import type { Terminal } from '../command.ts';

/** Returns the exit code: an answer that may lack something isn't all of it. */
export function tellUnreadable({ stderr }: Terminal, unreadable: ReadonlyMap<string, number>): number {
  for (const [file, lines] of unreadable)
    stderr.write(
      `${lines === 1 ? '1 line' : `${lines.toLocaleString('en')} lines`} of ${file} could not be read; ` +
        `\`portcullis audit verify\` tells what ${lines === 1 ? 'it is' : 'they are'}.\n`,
    );
  return unreadable.size === 0 ? 0 : 1;
}
