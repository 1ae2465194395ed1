// One of several processes that share the port; started by workers.ts, whose first message says what to serve.
import { loadConfig } from '../../config/index.ts';
import { createLog, Fault, type Log, systemClock } from '../../lib/index.ts';
import type { CancelKey } from '../../session/index.ts';
import type { Admission } from '../admission.ts';
import type { AppliedElsewhere } from '../audit/retention/applied.ts';
import type { Grant } from '../budgets/handing-out.ts';
import { LeasedBudgets } from '../budgets/leased-budgets.ts';
import type { Gateway } from '../process/gateway.ts';
import { startGateway } from '../process/start.ts';
import type { SessionDocument } from '../sessions/session-document.ts';
import type { SessionsQuestion } from '../sessions/sessions-here.ts';
import type { StateAddress } from '../state/state-connection.ts';
import type { EmbeddedKeeper } from '../state/state-source.ts';
import { type FromWorker, fromText, Questions, type ToWorker, toText } from './messages.ts';

type Running = Readonly<{ path: string; log: Log; gateway: Gateway }>;

const questions = new Questions();
const say = (message: FromWorker): void => {
  process.send?.(message);
};

/** The counts are kept by the process that started this one. */
const admission: Admission = {
  enter: (principal, most) => questions.ask((id) => say({ kind: 'enter', id, principal, most })),
  leave: (principal) => say({ kind: 'leave', principal }),
  checkAddress: (address) => questions.ask((id) => say({ kind: 'check_address', id, address })),
  loginFailed: (address) => say({ kind: 'login_failed', address }),
};

/** What came of questions whose answer follows. */
const granted = new Map<number, readonly Grant[]>();

const budgets = new LeasedBudgets(
  {
    spend: (account, spendings, ahead) =>
      questions.ask((id) => say({ kind: 'spend', id, account, spendings, ahead })),
    giveBack: (account, leases) => say({ kind: 'unspent', account, leases }),
    reserve: async (account, wants) => {
      let asked = 0;
      await questions.ask((id) => {
        asked = id;
        say({ kind: 'reserve', id, account, wants });
      });
      const grants = granted.get(asked);
      granted.delete(asked);
      if (grants === undefined) throw new Fault('budget_not_counted');
      return grants;
    },
    settle: (account, settlements) => say({ kind: 'settle', account, settlements }),
  },
  systemClock,
);

/** It is kept by the process that started this one, which looks for one from before as well. */
const keeper: EmbeddedKeeper = {
  address: async () => {
    const address = await questions.ask<StateAddress | undefined>((id) => say({ kind: 'state', id }));
    if (address === undefined) throw new Fault('state_unavailable');
    return address;
  },
  exists: async () => stateExists,
  onStarted: (listener) => onStateStarted.push(listener),
  close: async () => undefined,
};

/** What ends those who watch, by their ids. */
const watches = new Map<number, () => void>();

let stateExists = false;
const onStateStarted: (() => void)[] = [];
let running: Running | undefined;
/** What the process that started this one has found in the environment. */
let maskKeys: string | undefined;

// The process that started this one decides when it ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.on('message', (message: ToWorker) => {
  if (message.kind === 'done') {
    const { id, fault, state, sessions, retention } = message;
    questions.done(id, fault, state ?? sessions ?? retention);
  } else if (message.kind === 'leased') budgets.leased(message.account, message.leases);
  else if (message.kind === 'granted') granted.set(message.id, message.grants);
  else if (message.kind === 'state_started') {
    stateExists = true;
    for (const listener of onStateStarted) listener();
  } else if (message.kind === 'start') {
    maskKeys = message.maskKeys;
    stateExists = message.stateExists;
    budgets.useKey(Buffer.from(message.budgetKey, 'hex'));
    start(message.path, message.index);
  } else if (running !== undefined) obey(message, running);
  // Whoever asks would wait for long.
  else if (message.kind === 'retention') say({ kind: 'done', id: message.id });
});

async function start(path: string, index: number): Promise<void> {
  try {
    const config = await loadConfig(path);
    const log = createLog(config.log.level).child({ worker: index });
    const cancelElsewhere = (key: CancelKey) =>
      questions.ask((id) => say({ kind: 'cancel', id, key: toText(key) }));
    const sessionsElsewhere = (question: SessionsQuestion) =>
      questions.ask<readonly SessionDocument[]>((id) => say({ kind: 'sessions', id, question }));
    const retentionElsewhere = (isDry: boolean) =>
      questions.ask<AppliedElsewhere>((id) => say({ kind: 'retention', id, isDry }));
    const gateway = await startGateway(config, {
      log,
      environment: () => maskKeys,
      worker: {
        ...{ index, admission, budgets, keeper },
        ...{ cancelElsewhere, sessionsElsewhere, retentionElsewhere },
      },
    });
    running = { path, log, gateway };
    say({ kind: 'ready', port: gateway.port });
  } catch (error) {
    say({ kind: 'failed', message: error instanceof Error ? error.message : 'unknown' });
    process.exit(1);
  }
}

function obey(
  message: Exclude<ToWorker, { kind: 'done' | 'leased' | 'granted' | 'start' | 'state_started' }>,
  { path, log, gateway }: Running,
): void {
  switch (message.kind) {
    case 'cancel':
      gateway
        .cancel(fromText(message.key))
        .catch((error: unknown) => log.warn({ err: error }, 'cancel failed'))
        .finally(() => say({ kind: 'done', id: message.id }));
      return;
    case 'health':
      gateway
        .health()
        .then((processes) => {
          for (const health of processes) say({ kind: 'health', health });
        })
        .catch((error: unknown) => log.warn({ err: error }, 'health failed'))
        .finally(() => say({ kind: 'done', id: message.id }));
      return;
    case 'metrics':
      gateway
        .metrics()
        .then((processes) => {
          for (const metrics of processes) say({ kind: 'metrics', metrics });
        })
        .catch((error: unknown) => log.warn({ err: error }, 'metrics failed'))
        .finally(() => say({ kind: 'done', id: message.id }));
      return;
    case 'api':
      gateway
        .api(message.request)
        .then((api) => say({ kind: 'done', id: message.id, api }))
        .catch((error: unknown) => {
          log.error({ err: error }, 'request of the admin side failed');
          say({ kind: 'done', id: message.id });
        });
      return;
    case 'watch': {
      const { id, session } = message;
      const told = (lines: string) => say({ kind: 'watched', id, lines });
      watches.set(
        id,
        gateway.watch(session, told, () => say({ kind: 'watch_over', id })),
      );
      return;
    }
    case 'unwatch':
      watches.get(message.id)?.();
      watches.delete(message.id);
      return;
    case 'sessions':
      say({ kind: 'done', id: message.id, sessions: gateway.sessions(message.question) });
      return;
    case 'retention':
      gateway
        .retain(message.isDry)
        .then((retention) => say({ kind: 'done', id: message.id, retention }))
        .catch((error: unknown) => {
          log.error({ err: error }, 'audit retention not applied');
          say({ kind: 'done', id: message.id });
        });
      return;
    case 'reload':
      maskKeys = message.maskKeys;
      loadConfig(path)
        .then((changed) => gateway.reload(changed))
        .catch((error: unknown) => log.error({ err: error }, 'configuration not reloaded'));
      return;
    case 'drain':
      gateway.drain().finally(() => process.exit(0));
      return;
    default:
      message satisfies never;
  }
}
