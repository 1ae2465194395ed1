// Since when the oldest event waits that a sink has not acknowledged: remembered once a second, and not for each event.

type Mark = Readonly<{ seq: number; at: number }>;

const mostMarks = 4_096;

export class BacklogAge {
  #marks: Mark[] = [];

  /** Events from this one on were written. */
  wrote(seq: number, at: number): void {
    const last = this.#marks.at(-1);
    if (last !== undefined && at - last.at < 1_000) return;
    this.#marks.push({ seq, at });
    if (this.#marks.length > mostMarks) this.#marks = this.#marks.filter((_, index) => index % 2 === 0);
  }

  /** Everything up to here is of no interest any more. */
  forget(seq: number): void {
    const first = this.#marks.findLastIndex((mark) => mark.seq <= seq);
    if (first > 0) this.#marks.splice(0, first);
  }

  /** When the first event after `seq` was written, or a little before. */
  since(seq: number): number | undefined {
    const after = this.#marks.findLast((mark) => mark.seq <= seq + 1) ?? this.#marks[0];
    return after?.at;
  }
}
