// The journal of a gateway that is told to record nothing.
import { beginning, type Journal } from '../../audit/index.ts';

export const noJournal: Journal = {
  chain: 'off',
  append: () => '',
  appendAhead: () => '',
  ahead: { pending: false, wait: (waiting) => waiting.recorded() },
  appendSoon: () => '',
  begin: () => undefined,
  complete: () => 0,
  acknowledged: () => Promise.resolve(),
  sinks: {
    register: () => beginning,
    acknowledge: () => undefined,
    retire: () => undefined,
    away: () => undefined,
    back: () => undefined,
    onWritten: () => () => undefined,
  },
  health: {
    ...{ writable: true, full: false, lastError: undefined, bytes: 0, maxBytes: 0, lastSeq: 0, open: 0 },
    sinks: [],
  },
  segments: () => [],
  deleteOldest: () => 0,
  families: () => [],
  end: () => undefined,
  close: () => Promise.resolve(),
};
