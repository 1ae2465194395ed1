// One server of bundles that feeds an OPA and the gateway's own tracks, side by side.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolicyConfig } from '../../../gateway/config/index.ts';
import { silentLog, systemClock } from '../../../gateway/lib/index.ts';
import { BundleSupply, Policy, PolicyTracks } from '../../../gateway/policy/index.ts';
import { createSigningKey, type SigningKey } from '../../support/build-bundle.ts';
import { startBundleServer } from '../../support/bundle-server.ts';
import { type DecisionService, startDecisionService } from '../../support/decision-service.ts';
import { type OpaServer, startOpa } from '../../support/opa-server.ts';
import { waitUntil } from '../../support/wait.ts';

export type Beside = Readonly<{
  key: SigningKey;
  opa: OpaServer;
  /** What OPA uploads. */
  fromOpa: DecisionService;
  tracks: PolicyTracks;
  /** What the gateway uploads. */
  fromGateway: DecisionService;
  publish: (bundle: Buffer) => void;
  /** Resolves once both have activated the revision and report no error. */
  bothActive: (revision: string) => Promise<void>;
  /** The gateway's refusal of what was published last, once there is one. */
  refusal: () => Promise<Readonly<{ code: string; message: string | undefined; active: string | undefined }>>;
  /** The same of OPA. */
  refusalOfOpa: () => Promise<Readonly<{ message: unknown; active: unknown }>>;
  stop: () => Promise<void>;
}>;

export const mostBytes = 1_000_000;
const file = 'main.tar.gz';

export async function startBeside(): Promise<Beside> {
  const folder = await mkdtemp(join(tmpdir(), 'beside-opa-'));
  const key = await createSigningKey(folder, 'ES256');
  const bundles = await startBundleServer();
  const [fromOpa, fromGateway] = [await startDecisionService(), await startDecisionService()];
  const opa = await startOpa({
    services: { bundles: { url: bundles.origin }, control: { url: fromOpa.url } },
    keys: { default: { algorithm: 'ES256', key: await readFile(key.publicFile, 'utf8') } },
    labels: { site: 'berlin' },
    bundles: {
      main: {
        service: 'bundles',
        resource: file,
        signing: { keyid: 'default' },
        size_limit_bytes: mostBytes,
        polling: { min_delay_seconds: 1, max_delay_seconds: 1 },
      },
    },
    decision_logs: { service: 'control', reporting: { min_delay_seconds: 1, max_delay_seconds: 1 } },
    status: { service: 'control' },
  });
  const tracks = await PolicyTracks.start(policyConfig(bundles.url(file), fromGateway.url, key), {
    dataDir: join(folder, 'data'),
    log: silentLog,
    clock: systemClock,
    version: '0.1.0',
    supply: BundleSupply.start,
    stage: Policy.stage,
  });
  const status = () => tracks.status().tracks[0]?.bundles[0];

  return {
    key,
    opa,
    fromOpa,
    tracks,
    fromGateway,
    publish: (bundle) => bundles.publish(file, bundle),
    bothActive: async (revision) => {
      await waitUntil(`the gateway with ${revision}`, () => {
        const { activeRevision, code } = status() ?? {};
        return activeRevision === revision && code === undefined;
      });
      await waitUntil(`OPA with ${revision}`, async () => {
        const { active_revision: active, code } = (await opa.bundleStatus('main')) ?? {};
        return active === revision && code === undefined;
      });
    },
    refusal: async () => {
      const { code, message, activeRevision } = await waitUntil('a refusal of the gateway', () =>
        status()?.code === undefined ? undefined : status(),
      );
      return { code: code ?? '', message, active: activeRevision };
    },
    refusalOfOpa: async () => {
      const { message, active_revision: active } = await waitUntil('a refusal of OPA', async () => {
        const found = await opa.bundleStatus('main');
        return found?.code === undefined ? undefined : found;
      });
      return { message, active };
    },
    stop: async () => {
      await Promise.all([tracks.close(), opa.stop()]);
      await Promise.all([bundles.stop(), fromOpa.stop(), fromGateway.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function policyConfig(url: string, control: string, key: SigningKey): PolicyConfig {
  return {
    bundles: [
      {
        name: 'main',
        url,
        unsigned: false,
        signing: { key: key.publicFile, algorithm: 'ES256' },
        poll: { min_seconds: 0.05, max_seconds: 0.1, long_poll_seconds: 0 },
        max_bytes: mostBytes,
        max_unpacked_bytes: 10_000_000,
      },
    ],
    evaluation: { steps: 20_000_000, memory_bytes: 268_435_456 },
    decision_log: {
      url: control,
      labels: { site: 'berlin' },
      min_seconds: 0.05,
      max_seconds: 0.1,
      buffer_bytes: 16_777_216,
    },
    status: { url: control, labels: { site: 'berlin' }, seconds: 3_600 },
    open: false,
  };
}
