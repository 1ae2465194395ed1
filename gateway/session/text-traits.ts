// What a statement's text may do to its session, told from its words alone and rather too often than too seldom.

export type TextTraits = Readonly<{
  /** The server may ask for copy data, and then reads what follows as such. */
  mayCopyIn: boolean;
  /** One SELECT, INSERT, UPDATE, DELETE or MERGE that keeps nothing: only functions can do more than it says. */
  ordinary: boolean;
}>;

/** The first word tells what a single statement is; keywords can't be written any other way. */
const WRITES = /^[ \t\n\r\f\v]*(?:insert|update|delete|merge)\b/i;
const READS = /^[ \t\n\r\f\v]*(?:select|with|values|table)\b/i;
/** SELECT INTO makes a table. */
const INTO = /into/i;
const BLANK_REST = /^;[ \t\n\r\f\v]*$/;
const COPY = /copy/i;
/** PostgreSQL takes the one for the other: COPY FROM STDOUT reads from the client too. */
const STDIN = /stdin|stdout/i;

const ordinary: TextTraits = { mayCopyIn: false, ordinary: true };
const notable: TextTraits = { mayCopyIn: false, ordinary: false };

/** Of a text that is not known. */
export const anything: TextTraits = { mayCopyIn: true, ordinary: false };

export function traitsOf(text: string): TextTraits {
  if (isOrdinary(text)) return ordinary;
  return COPY.test(text) && STDIN.test(text) ? anything : notable;
}

function isOrdinary(text: string): boolean {
  if (READS.test(text) ? INTO.test(text) : !WRITES.test(text)) return false;
  const semicolon = text.indexOf(';');
  return semicolon < 0 || semicolon === text.length - 1 || BLANK_REST.test(text.slice(semicolon));
}
