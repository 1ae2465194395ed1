// What the database of the audit refuses, in words for whoever asks.
import { CommandError } from '../command.ts';

/** Neither the URL nor DETAIL: one may have a password, the other rows. */
export function explained(error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (code === undefined) return error;
  if (code === '42P01' || code === '3F000')
    return new CommandError('that database has no audit in it', {
      hint: '`portcullis audit sink-sql` prints the SQL that makes its tables.',
    });
  if (code === '42501')
    return new CommandError('your role may not read the audit', {
      hint: 'It needs USAGE on the schema portcullis_audit, and SELECT on its tables.',
    });
  return new CommandError(`the database of the audit: ${message ?? code} (${code})`);
}

export const explaining = <T>(asked: Promise<T>): Promise<T> =>
  asked.catch((error: unknown) => {
    throw explained(error);
  });
