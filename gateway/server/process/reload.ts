// Another configuration for a process that runs: what can't be read leaves the one before in use.
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../config/index.ts';
import type { Identity } from '../../identity/index.ts';
import { Fault } from '../../lib/index.ts';
import { LocalAdmission } from '../admission.ts';
import { channelsOf } from '../notification/channels.ts';
import { addressOf } from '../state/state-connection.ts';
import type { Core } from './core.ts';
import type { Parts } from './parts.ts';

type Reloadable = Parts & Readonly<{ identity: Identity }>;

export async function reload(running: Reloadable, config: Config): Promise<void> {
  const { core, audit, policies, offices, resources, admission, maskKeys, certificate, identity } = running;
  const { current, log, clock, sessions } = core;
  warnOfWhatWaits(core, config);

  const useCertificate = await certificate.prepare(config.listen.tls);
  await identity.reload(config.identity);
  await audit.records.reload(config);
  const useMaskKeys = await maskKeys.prepare(config.masking);
  const wasOpen = policies.tracks === undefined;
  await policies.use(config);

  useMaskKeys();
  current.config = config;
  useCertificate();
  audit.trail.reload(config);
  if (admission instanceof LocalAdmission) admission.limits = config.limits;
  log.level = config.log.level;
  await resources.use(config);
  // What let everything pass must not go on beside the policy.
  if (wasOpen && !config.policy.open) sessions.end(new Fault('policy_begins'));
  certificate.watch();
  offices.notifications
    .use(channelsOf(config.approvals, clock))
    .catch((error: unknown) => log.error({ err: error }, 'channels of notifications not replaced'));
  log.info('configuration reloaded');
  audit.trail.noted('administration.reload', {});
}

function warnOfWhatWaits({ current, log }: Core, { listen, state }: Config): void {
  const before = current.config;
  const { host, port } = before.listen;
  if (listen.host !== host || (listen.port !== port && listen.port !== 0))
    log.warn('listen.host and listen.port take effect only at the next start');
  if (!isDeepStrictEqual(addressOf(state), addressOf(before.state)))
    log.warn('state takes effect only at the next start');
}
