// Where a chain ends: its last segment, read back, and those before it.
import { closeSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import type { LineHead } from '../event/line.ts';
import { type Scan, scanSegment } from './scan-segment.ts';
import { segmentFile, segmentsIn } from './segments.ts';
import type { SegmentInfo } from './types.ts';

export class JournalDamaged extends Error {}

export type ChainEndFound = Readonly<{
  segment: number;
  scan: Scan;
  last: LineHead;
  info: SegmentInfo;
  before: readonly SegmentInfo[];
  /** Its writer had closed it: nothing was under way. */
  wasClosed: boolean;
}>;

/** Nothing when the chain has not begun. */
export function findEnd(folder: string): ChainEndFound | undefined {
  const segments = segmentsIn(folder);
  for (let segment = segments.pop(); segment !== undefined; segment = segments.pop()) {
    const file = segmentFile(folder, segment);
    const scan = scanSegment(file);
    if (scan.last !== undefined) return found(folder, segments, segment, scan, scan.last);
    // One that was begun when the process died has not even its first line. Anything else was an event once, whose
    // number must not be given to another.
    if (scan.hasLines) throw new JournalDamaged(`the audit journal is damaged: ${file} has no whole event`);
    rmSync(file);
  }
  return undefined;
}

function found(
  folder: string,
  earlier: readonly number[],
  segment: number,
  scan: Scan,
  last: LineHead,
): ChainEndFound {
  const before = earlier.map((each, at): SegmentInfo => {
    const file = segmentFile(folder, each);
    const through = (earlier[at + 1] ?? segment) - 1;
    return { segment: each, file, bytes: statSync(file).size, since: sinceOf(file), through };
  });
  const file = segmentFile(folder, segment);
  const info = { segment, file, bytes: scan.wholeBytes, since: scan.since, through: last.seq };
  const wasClosed = last.type === 'audit.head' && JSON.parse(scan.lastLine).closed === true;
  return { segment, scan, last, info, before, wasClosed };
}

/** When its first event was, which stands near its beginning. */
function sinceOf(file: string): number {
  const fd = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(1_024);
    const text = bytes.toString('latin1', 0, readSync(fd, bytes));
    const time = /"time":"([^"]+)"/.exec(text)?.[1];
    return time === undefined ? statSync(file).mtimeMs : Date.parse(time);
  } finally {
    closeSync(fd);
  }
}
