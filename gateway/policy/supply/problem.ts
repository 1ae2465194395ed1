// Thrown things as what the status and the log say of them.
import { BundleRefused } from '../bundle/bundle-refused.ts';
import { SourceFailure } from '../source/bundle-source.ts';

export type Problem = Readonly<{ code: string; message: string; httpStatus?: number }>;

/** What was refused, or could not be fetched. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof BundleRefused) return { code: thrown.code, message: thrown.message };
  if (thrown instanceof SourceFailure) {
    const { code, message, httpStatus } = thrown;
    return { code, message, ...(httpStatus === undefined ? {} : { httpStatus }) };
  }
  return {
    code: 'staging_failed',
    message: 'it could not be staged for a reason that nobody foresaw; the log has it',
  };
}

/** What went wrong between the gateway and its own folder. */
export function diskProblem(thrown: unknown): Problem {
  if (thrown instanceof BundleRefused) return { code: thrown.code, message: `on disk: ${thrown.message}` };
  const { code = 'unknown' } = thrown as NodeJS.ErrnoException;
  return {
    code: 'disk_failed',
    message: `the kept versions cannot be read or written (${code}); see who owns the folder under data_dir, and that the disk is not full`,
  };
}

/** For the log alone: what stands behind a problem, where that says more than the problem does. */
export function causeOf(thrown: unknown): unknown {
  return thrown instanceof BundleRefused || thrown instanceof SourceFailure ? thrown.cause : thrown;
}
