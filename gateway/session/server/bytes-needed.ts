// How much of each of the server's messages must have arrived before it is judged.
import { backend } from '../../wire/index.ts';
import type { Expectation } from '../expectation.ts';
import { COPY_END_BYTES } from '../limits/limited-rows.ts';
import { rowBytesNeeded } from '../masking/masked-messages.ts';
import { expectsColumns, hidesParameter, isLimited, isMasked } from './looked-at.ts';
import type { Withholding } from './withholding.ts';

/** Enough of an ErrorResponse for its severity, and of a CommandComplete for its tag. */
const PREFIX_BYTES = 128;
/** Largest message that is read whole. */
export const READ_MAX = 16 * 1024 * 1024;

/** `filters`: as the guard says. */
export function bytesNeeded(
  type: number,
  bodyLength: number,
  head: Expectation | undefined,
  filters: boolean | undefined,
  withholding: Withholding,
): number {
  if (head?.answer.to === 'listener' && bodyLength <= READ_MAX) return bodyLength;
  switch (type) {
    case backend.dataRow:
      return isMasked(head) ? rowBytesNeeded(bodyLength) : 0;
    case backend.notificationResponse:
      return filters ? Math.min(bodyLength, PREFIX_BYTES) : 0;
    case backend.noticeResponse:
      return withholding.withholds(head) ? Math.min(bodyLength, PREFIX_BYTES) : 0;
    case backend.parameterStatus:
      return bodyLength <= READ_MAX ? bodyLength : PREFIX_BYTES;
    case backend.rowDescription:
      return expectsColumns(head) ? bodyLength : 0;
    case backend.parameterDescription:
      return hidesParameter(head) ? bodyLength : 0;
    case backend.copyOutResponse:
      return isMasked(head) || isLimited(head) ? bodyLength : 0;
    case backend.copyData:
      return isLimited(head) ? Math.min(bodyLength, COPY_END_BYTES) : 0;
    case backend.errorResponse:
    case backend.commandComplete:
    case backend.readyForQuery:
      return Math.min(bodyLength, PREFIX_BYTES);
    default:
      return 0;
  }
}
