// Which lines of a journal or an export are worth being read, where decisions are wanted.

/** The members of an event's line stand in this order; of another form, whoever reads the line says what it is. */
const outcome =
  /^\{"version":\d+,(?:"id":"[^"\\]*",)?"chain":"[^"\\]*","seq":\d+,"previous":"[^"\\]*",(?:"hash":"[^"\\]*",)?"time":"[^"\\]*","type":"statement\.outcome"/;

/** What a sink would not have is kept beside the journal with the reason (shipping/set-aside.ts): it stands there as well. */
const setAside = '{"problem":';

/**
 * Many events of a gateway at work are outcomes of statements, in which nobody decides anything. A line that holds several
 * events has intents as well.
 */
export const mayBeDecided = (line: string): boolean => !outcome.test(line) && !line.startsWith(setAside);
