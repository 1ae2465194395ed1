// What the system said about a file, as what clients are told and what the log may have.
import { Fault } from '../../lib/index.ts';

const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const code = (error as NodeJS.ErrnoException)?.code ?? '';
  return new Fault(fullCodes.has(code) ? 'audit_full' : 'audit_unavailable', {}, error);
}

/** Without the paths that messages of the system have. */
export const reasonOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException)?.code ?? (error instanceof Error ? error.message : 'unknown error');
