// What a statement's text may do to the protocol around it, told from its words alone and rather too often than too seldom.

export type TextTraits = Readonly<{
  /** The server may ask for copy data, and then reads what follows as such. */
  mayCopyIn: boolean;
  /** A prepared statement's name may come to stand for another statement. */
  mayPrepare: boolean;
}>;

/** Keywords can't be written any other way: without these words a text does neither. Most texts have none of them. */
const NOTABLE = /copy|prepare/i;
const COPY = /copy/i;
/** PostgreSQL takes the one for the other: COPY FROM STDOUT reads from the client too. */
const STDIN = /stdin|stdout/i;
const PREPARE = /prepare/i;

const none: TextTraits = { mayCopyIn: false, mayPrepare: false };

/** Of a text that is not known. */
export const anything: TextTraits = { mayCopyIn: true, mayPrepare: true };

export function traitsOf(text: string): TextTraits {
  if (!NOTABLE.test(text)) return none;
  const mayCopyIn = COPY.test(text) && STDIN.test(text);
  const mayPrepare = PREPARE.test(text);
  return { mayCopyIn, mayPrepare };
}
