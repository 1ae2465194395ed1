// The words of errors and notices, withheld: a value of a masked column may stand in any of them.
import { backend, encodeMessage, readErrorFields } from '../../wire/index.ts';

/** An ErrorResponse or NoticeResponse, of which a prefix is enough, that says of itself only what kind it is. */
export function withheld(type: number, bytes: Buffer, start: number, end: number): Buffer {
  const fields = readErrorFields(bytes, start, end);
  const isError = type === backend.errorResponse;
  const severity = known(severities, fields.get('V') ?? fields.get('S')) ?? (isError ? 'ERROR' : 'NOTICE');
  const sqlstate = fields.get('C') ?? '';
  const code = SQLSTATE.test(sqlstate) ? sqlstate : isError ? 'XX000' : '00000';
  const texts = [
    `S${severity}`,
    `V${severity}`,
    `C${code}`,
    `M${message(code, isError)}`,
    `D${DETAIL}`,
    ...(isError ? [`H${HINT}`] : []),
  ];
  return encodeMessage(type, Buffer.from(`${texts.join('\0')}\0\0`));
}

const SQLSTATE = /^[0-9A-Z]{5}$/;
const DETAIL =
  'The statement touches protected columns, whose values the words of the database could repeat.';
const HINT =
  'Look for the cause in the values that you sent, leave the protected columns out, or ask for a role that may see them.';

const severities: readonly string[] = [
  'ERROR',
  'FATAL',
  'PANIC',
  'WARNING',
  'NOTICE',
  'DEBUG',
  'INFO',
  'LOG',
];

const known = (list: readonly string[], word: string | undefined): string | undefined =>
  word !== undefined && list.includes(word) ? word : undefined;

function message(code: string, isError: boolean): string {
  if (!isError) return 'the database has sent a notice, whose words are withheld';
  const condition = conditions[code] ?? classes[code.slice(0, 2)];
  return `${condition ?? 'error'} (${code}); the words of the database are withheld`;
}

/** What most often goes wrong in honest statements, by the names of PostgreSQL's appendix on error codes. */
const conditions: Readonly<Record<string, string>> = {
  '21000': 'cardinality violation',
  '22001': 'string data right truncation',
  '22003': 'numeric value out of range',
  '22007': 'invalid datetime format',
  '22008': 'datetime field overflow',
  '22012': 'division by zero',
  '22023': 'invalid parameter value',
  '22P02': 'invalid text representation',
  '23502': 'not null violation',
  '23503': 'foreign key violation',
  '23505': 'unique violation',
  '23514': 'check violation',
  '23P01': 'exclusion violation',
  '25P02': 'in failed sql transaction',
  '25006': 'read only sql transaction',
  '26000': 'invalid sql statement name',
  '34000': 'invalid cursor name',
  '40001': 'serialization failure',
  '40P01': 'deadlock detected',
  '42501': 'insufficient privilege',
  '53200': 'out of memory',
  '55P03': 'lock not available',
  '57014': 'query canceled',
  P0001: 'raise exception',
};

/** The others, by their class. */
const classes: Readonly<Record<string, string>> = {
  '08': 'connection exception',
  '0A': 'feature not supported',
  '22': 'data exception',
  '23': 'integrity constraint violation',
  '24': 'invalid cursor state',
  '25': 'invalid transaction state',
  '40': 'transaction rollback',
  '42': 'syntax error or access rule violation',
  '53': 'insufficient resources',
  '54': 'program limit exceeded',
  '55': 'object not in prerequisite state',
  '57': 'operator intervention',
  '58': 'system error',
  XX: 'internal error',
};
