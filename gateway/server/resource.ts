// One resource as sessions use it: the way to its database, and what decides on what goes there.
import type { CatalogData } from '../catalog/index.ts';
import type { ResourceConfig } from '../config/index.ts';
import type { Principal } from '../identity/index.ts';
import type { Clock, Log } from '../lib/index.ts';
import type { MaskKeys } from '../mask/index.ts';
import type { PolicyTracks } from '../policy/index.ts';
import type { Entry, Guard, Login } from '../session/index.ts';
import { createUpstream, openClient, primaryOf, type Upstream } from '../upstream/index.ts';
import type { ApprovalOffice } from './approval/approval-office.ts';
import { type Asker, type ResourceInput, sessionsOf } from './asker.ts';
import type { Trail } from './audit/trail.ts';
import type { Budgets } from './budgets/spending.ts';
import { Discovery, defaultDiscovery } from './discovery/discovery.ts';
import type { GrantOffice } from './grants/grant-office.ts';
import { leaningOn } from './grants/leaning.ts';
import { factsGuard } from './guard/facts-guard.ts';
import { openGuard } from './guard/open-guard.ts';
import { policyGuard } from './guard/policy-guard.ts';
import { countedUpstream } from './metrics/counted-upstream.ts';
import type { GatewayMetrics } from './metrics/gateway-metrics.ts';
import type { ResourceStanding } from './metrics/standing.ts';
import { Denials } from './own-answers/denials.ts';
import { answeringItself } from './own-answers/own-answers.ts';
import type { RecordedDenials } from './own-answers/recorded-denials.ts';
import { type Admitted, decideLogin } from './policy-login.ts';
import { ResourceFacts } from './resource-facts.ts';

export type ResourceDependencies = Readonly<{
  log: Log;
  clock: Clock;
  statementBytes: number;
  /** Labels, and functions that are vouched for. */
  data: CatalogData;
  /** What decides; undefined: nothing does, and everything is allowed. */
  tracks: () => PolicyTracks | undefined;
  budgets: Budgets;
  /** Those that are in use now. */
  maskKeys: () => MaskKeys;
  /** What policies are told of somebody now. */
  identityOf: (principal: Principal) => Asker['identity'];
  /** Where statements wait that people have to approve. */
  office: ApprovalOffice;
  /** What is granted for a time. */
  grants: GrantOffice;
  /** Refusals of earlier processes, and of other workers. */
  recordedDenials: RecordedDenials;
  metrics: GatewayMetrics;
  trail: Trail;
  /** Of several processes one looks for what has no label. */
  discovers: boolean;
}>;

const admitted: Admitted = {
  credential: undefined,
  settings: {},
  seconds: undefined,
  sessions: undefined,
  record: undefined,
  members: {},
};

const lowerCase = (name: string): string => name.toLowerCase();

export class Resource {
  readonly #dependencies: ResourceDependencies;
  readonly #log: Log;
  readonly #upstream: Upstream;
  /** Where questions go: the same database, or its primary. */
  readonly #primary: Upstream;
  #config: ResourceConfig;
  #facts: ResourceFacts | undefined;
  #discovery: Discovery | undefined;
  /** What it was begun with. */
  #discoveryOf: readonly [ResourceFacts | undefined, string] | undefined;
  #data: CatalogData;
  #input: ResourceInput | undefined;
  readonly #denials = new Denials();

  private constructor(config: ResourceConfig, dependencies: ResourceDependencies) {
    this.#config = config;
    const counted = (upstream: Upstream): Upstream =>
      countedUpstream(upstream, config.name, dependencies.metrics);
    this.#upstream = counted(createUpstream(config, dependencies));
    this.#primary = counted(createUpstream(primaryOf(config), dependencies));
    this.#dependencies = dependencies;
    this.#data = dependencies.data;
    this.#log = dependencies.log.child({ resource: config.name });
  }

  static async create(config: ResourceConfig, dependencies: ResourceDependencies): Promise<Resource> {
    const resource = new Resource(config, dependencies);
    await resource.#readFacts();
    resource.#discover();
    return resource;
  }

  get name(): string {
    return this.#config.name;
  }

  /** Throws when the policy refuses the login. */
  enter(login: Login): Omit<Entry, 'leave'> & Pick<Admitted, 'sessions' | 'record' | 'members'> {
    const tracks = this.#dependencies.tracks();
    const upstream = this.#upstream;
    if (tracks === undefined) return { ...admitted, upstream, guard: this.#withoutPolicy() };
    const { clock, budgets, office, grants, trail } = this.#dependencies;
    const { identityOf } = this.#dependencies;
    const asker = {
      // An agent may be registered anew while its session runs.
      get identity() {
        return identityOf(login.principal);
      },
      session: sessionsOf(login),
      resource: () => this.input,
      grants: () => grants.of(identityOf(login.principal), this.name),
      fixed: [] as readonly string[],
    };
    const log = this.#log.child({ session_id: login.sessionId, principal: login.principal.name });
    const given = decideLogin(asker, { tracks, clock, log });
    const isLetIn = leaningOn(asker, { tracks, now: () => clock.now() });
    if (isLetIn !== undefined) grants.leans(login.sessionId, isLetIn);
    const facts = this.#facts?.facts;
    // The configuration doesn't let this happen.
    if (facts === undefined) throw new Error('policies need the facts of statements');
    const account = JSON.stringify([login.principal.name, this.#config.name]);
    const guard = policyGuard({
      ...{ tracks, facts, clock, budgets, office, account, trail, denials: this.#denials },
      masking: { facts, keys: this.#dependencies.maskKeys },
      asker,
      open: (signal) =>
        openClient(upstream, {
          credential: given.credential ?? 'default',
          applicationName: 'portcullis sample',
          signal,
        }),
    });
    asker.fixed = [...Object.keys(given.settings).map(lowerCase), ...this.#roleSettings(given.credential)];
    const { recordedDenials } = this.#dependencies;
    const own = answeringItself(guard, { asker, grants, denials: this.#denials, recordedDenials });
    return { ...given, upstream, guard: own };
  }

  /** Undefined until its catalog was read. */
  get catalogVersion(): string | undefined {
    return this.#facts?.facts.catalogVersion;
  }

  get standing(): ResourceStanding {
    return { name: this.name, catalogAge: this.#facts?.catalogAge, unlabelled: this.#discovery?.unlabelled };
  }

  async reload(config: ResourceConfig): Promise<void> {
    this.#config = config;
    this.#input = undefined;
    this.#upstream.reload(config);
    this.#primary.reload(primaryOf(config));
    await this.#readFacts();
    this.#discover();
    // Who reloads expects that nothing older is in use afterwards.
    this.#facts?.facts.schemaChanged();
  }

  /** What statements ask from now on is answered by it. */
  setData(data: CatalogData): void {
    this.#data = data;
    this.#facts?.setData(data);
  }

  close(): void {
    this.#discovery?.close();
    this.#facts?.close();
    this.#primary.close();
    this.#upstream.close();
  }

  #withoutPolicy(): Guard {
    return this.#facts === undefined ? openGuard : factsGuard(this.#facts.facts);
  }

  /** Who the session is must not change where its credential acts as another role than it logs in as. */
  #roleSettings(credential = 'default'): readonly string[] {
    return this.#config.credentials[credential]?.role === undefined ? [] : ['role', 'session_authorization'];
  }

  /** As policies read it: the same object until something of it changes. */
  get input(): ResourceInput {
    const version = this.#facts?.serverVersion ?? 0;
    if (this.#input?.server_version !== version) {
      const { name, labels, upstream } = this.#config;
      this.#input = Object.freeze({ name, database: upstream.database, labels, server_version: version });
    }
    return this.#input;
  }

  /** Goes on with what it has told already, unless a reload changed something of it. */
  #discover(): void {
    const { discovery: config = defaultDiscovery } = this.#config;
    const facts = this.#facts;
    const of = [facts, JSON.stringify(config)] as const;
    if (this.#discoveryOf?.every((part, at) => part === of[at]) === true) return;
    this.#discoveryOf = of;
    this.#discovery?.close();
    this.#discovery = undefined;
    if (facts === undefined || !this.#dependencies.discovers || !config.enabled) return;
    const upstream = this.#primary;
    const request = { credential: config.credential, applicationName: 'portcullis classifier' };
    const connect = () => openClient(upstream, request);
    this.#discovery = new Discovery({ config, catalog: facts.catalog, connect, log: this.#log });
  }

  /** Statements are read for as long as there is a credential to ask the database with. */
  async #readFacts(): Promise<void> {
    const wanted = this.#config.credentials.resolver !== undefined;
    if (wanted === (this.#facts !== undefined)) return;
    this.#facts?.close();
    const { clock, statementBytes } = this.#dependencies;
    const options = {
      upstream: this.#primary,
      data: this.#data,
      log: this.#log,
      clock,
      statementBytes,
      looksAlways: () => this.#config.catalog_look === 'every_statement',
    };
    this.#facts = wanted ? await ResourceFacts.create(options) : undefined;
  }
}
