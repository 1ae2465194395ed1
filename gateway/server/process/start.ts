// How a process of the gateway starts, from its configuration to the first client, in the order in which things need each
// other.
import type { Config } from '../../config/index.ts';
import { createIdentity } from '../../identity/index.ts';
import { channelsOf } from '../notification/channels.ts';
import { noticingIdentity } from '../people/noticing-identity.ts';
import { standingIdentity } from '../standing/standing-identity.ts';
import type { Gateway, GatewayDependencies } from './gateway.ts';
import { healthOf, metricsOf } from './health.ts';
import { listen } from './listener.ts';
import { assemble } from './parts.ts';
import { reload } from './reload.ts';
import { adminApi } from './routes.ts';
import { Host } from './session-host.ts';
import { close, drain } from './stop.ts';
import { startTicking } from './tick.ts';

export async function startGateway(config: Config, dependencies: GatewayDependencies): Promise<Gateway> {
  const parts = await assemble(config, dependencies);
  const { core, audit, policies, offices, resources, sharedBudgets, maskKeys, certificate } = parts;
  const { notifications, approvals, grants, standing, people, sessionsHere } = offices;

  // What logins are checked with.
  (await certificate.prepare(config.listen.tls))();
  (await maskKeys.prepare(config.masking))();
  const ownIdentity = await createIdentity(config.identity, core);
  const identity = noticingIdentity(standingIdentity(ownIdentity, standing), (principal) =>
    people.seen(principal),
  );
  await audit.retention.start();

  // What decides on them and on their statements.
  await policies.use(config);
  await standing.start();
  await grants.start();
  await sharedBudgets?.start();
  await resources.use(config);

  // Clients come from here on.
  const host = new Host(parts, identity);
  const { server, port } = await listen(core, host);
  const ticking = startTicking(parts);
  certificate.watch();
  await notifications.use(channelsOf(config.approvals, core.clock));
  // Whoever was killed before may have left requests that nobody waits for.
  if (await core.state.isNeeded()) approvals.start();

  const running = { ...parts, identity, server, ticking };
  return {
    port,
    sessions: sessionsHere,
    cancel: (key) => host.cancel(key),
    retain: (isDry) => audit.retention.applyHere(isDry),
    health: async () => [healthOf(parts)],
    metrics: async () => [metricsOf(parts)],
    api: adminApi(parts, identity),
    watch: (session, send, over) => audit.watched.watch(session, send, over),
    reload: (next) => reload(running, next),
    drain: () => drain(running),
    close: () => close(running),
  };
}
