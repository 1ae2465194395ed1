// What is thrown for node text that PostgreSQL can't have written, or that is nested too deeply to read.

/** The message has the place and what was expected there, never the text itself: it may hold constants. */
export class NodeTextError extends Error {
  readonly code: 'malformed' | 'too_deep';
  /** Where in the text, in UTF-16 units from 0. */
  readonly offset: number;

  constructor(code: 'malformed' | 'too_deep', offset: number, what: string) {
    super(`node text at offset ${offset}: ${what}`);
    this.name = 'NodeTextError';
    this.code = code;
    this.offset = offset;
  }
}
