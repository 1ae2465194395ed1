// What a CommandComplete's tag says of rows, and the tag of an answer that was cut.

const CHANGING = /^(?:INSERT \d+|UPDATE|DELETE|MERGE) (\d+)$/;
const COPY = /^COPY (\d+)$/;
/** Tags whose number is how many rows were returned. */
const RETURNING = /^(SELECT|FETCH|COPY) \d+$/;

/** How many rows a command says that it has changed. `sentCopy`: its COPY went to the client. */
export function changedRows(tag: string, sentCopy: boolean): number {
  const count = CHANGING.exec(tag)?.[1] ?? (sentCopy ? undefined : COPY.exec(tag)?.[1]);
  return count === undefined ? 0 : Number(count);
}

/** The tag of an answer of which the client was sent so many rows. What it has changed stays as it was. */
export const tagOfRows = (tag: string, rows: number): string => tag.replace(RETURNING, `$1 ${rows}`);
