// The segments that are complete: how much they hold, and which may go.
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { removeLostIndexes } from './index-files.ts';
import type { SegmentInfo } from './types.ts';

export class KeptSegments {
  #segments: SegmentInfo[] = [];
  #bytes = 0;

  /** Oldest first. */
  constructor(segments: readonly SegmentInfo[]) {
    for (const segment of segments) this.add(segment);
  }

  get all(): readonly SegmentInfo[] {
    return this.#segments;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(segment: SegmentInfo): void {
    this.#segments.push(segment);
    this.#bytes += segment.bytes;
  }

  /** The oldest ones, as far as each of them may go; never one behind another that stays. */
  oldest(may: (segment: SegmentInfo) => boolean): readonly SegmentInfo[] {
    const stays = this.#segments.findIndex((segment) => !may(segment));
    return this.#segments.slice(0, stays < 0 ? this.#segments.length : stays);
  }

  /** Throws what the system says; those before are gone then. */
  remove(segments: readonly SegmentInfo[]): void {
    for (const { file, segment, bytes } of segments) {
      rmSync(file, { force: true });
      this.#bytes -= bytes;
      this.#segments = this.#segments.filter((kept) => kept.segment !== segment);
    }
    for (const folder of new Set(segments.map(({ file }) => dirname(file)))) removeLostIndexes(folder);
  }
}
