// What has come through one portal or cursor so far: fetching it in portions does not go around a limit.

export type SentRows = {
  /** Rows that the client was sent. */
  rows: number;
  /** Rows that it has changed, as the tables' counts say. */
  counted: number;
  /** Rows that it has changed, as its command tags say. */
  tagged: number;
};

export const nothingSent = (): SentRows => ({ rows: 0, counted: 0, tagged: 0 });
