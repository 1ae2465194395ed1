// Finds the line of a text among the frames of what is played.
import { stripVTControlCharacters } from 'node:util';
import type { Frame } from './timeline.ts';

/** The place of a line: of its frame, and within it. */
export type FoundLine = Readonly<{ frame: number; line: number }>;

/** The next one behind a place that has the text, in whatever colours and capitals. */
export function findLine(frames: readonly Frame[], text: string, behind: FoundLine): FoundLine | undefined {
  const wanted = text.toLowerCase();
  for (let frame = behind.frame; frame < frames.length; frame++) {
    const first = frame === behind.frame ? behind.line + 1 : 0;
    const lines = frames[frame]?.lines ?? [];
    for (let line = first; line < lines.length; line++)
      if (
        stripVTControlCharacters(lines[line] ?? '')
          .toLowerCase()
          .includes(wanted)
      )
        return { frame, line };
  }
  return undefined;
}
