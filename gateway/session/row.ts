// A row of an answer to one of the gateway's own questions.

/** Each value as the server prints it. */
export type Row = readonly (string | null)[];

export function readTextRow(body: Buffer): Row {
  const row: (string | null)[] = [];
  let at = 2;
  for (let column = body.readInt16BE(0); column > 0; column--) {
    const length = body.readInt32BE(at);
    at += 4;
    row.push(length < 0 ? null : body.toString('utf8', at, at + length));
    at += Math.max(length, 0);
  }
  return row;
}
