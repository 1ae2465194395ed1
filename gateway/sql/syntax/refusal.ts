// Why a text could not be read as SQL: the grammar's own error, or a limit that was met before it was asked.

export type RefusalCode =
  | 'syntax_error'
  | 'contains_nul'
  | 'not_unicode'
  | 'too_long'
  | 'too_deep'
  | 'out_of_memory'
  | 'grammar_unavailable';

/** A text that isn't SQL, or that can't be read safely. Nothing of it may be forwarded as understood. */
export class SyntaxRefusal extends Error {
  override readonly name = 'SyntaxRefusal';
  readonly code: RefusalCode;
  readonly sqlstate: string;
  /** Where, in characters (code points) from 1, as PostgreSQL counts; undefined where there is no one place. */
  readonly position: number | undefined;

  constructor(code: RefusalCode, sqlstate: string, message: string, position?: number) {
    super(message);
    this.code = code;
    this.sqlstate = sqlstate;
    this.position = position;
  }
}

export const tooDeep = (): SyntaxRefusal =>
  new SyntaxRefusal('too_deep', '54001', 'the statement is too deeply nested to be read');

export const outOfMemory = (): SyntaxRefusal =>
  new SyntaxRefusal('out_of_memory', '54000', 'the statement takes too much memory to be read');

/** The few errors of scan.l, gram.y and parser.c whose SQLSTATE isn't that of a syntax error. */
const otherSqlstates: readonly (readonly [RegExp, string])[] = [
  [/^invalid byte sequence for encoding/, '22021'],
  [/^unsafe use of \\' in a string literal/, '22P06'],
  [
    /not (yet )?implemented|^WITH CHECK OPTION not supported|constraints cannot be marked|^unsafe use of string constant with Unicode escapes/,
    '0A000',
  ],
  [/^frame (start|end)/, '42P20'],
  [/^precision for type float must be/, '22023'],
];

/** An error that the grammar reported, at a character offset from 0, from a file of PostgreSQL's sources. */
export function refusalOfGrammar(message: string, offset?: number, file?: string): SyntaxRefusal {
  if (message.startsWith('memory exhausted')) return tooDeep();
  if (message.startsWith('stack depth limit exceeded')) return tooDeep();
  if (message.startsWith('out of memory')) return outOfMemory();
  const other = otherSqlstates.find(([pattern]) => pattern.test(message))?.[1];
  // E'\u' has another code than U&'', though the words are the same.
  const sqlstate = file === 'scan.l' && message === 'invalid Unicode escape' ? '22025' : (other ?? '42601');
  return new SyntaxRefusal('syntax_error', sqlstate, message, offset === undefined ? undefined : offset + 1);
}
