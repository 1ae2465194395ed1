// One process of the gateway: listens, gives every client its session, and can be reloaded, drained and closed.
import { type FSWatcher, watch } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ApiRequest, ApiResponse, Health, ProcessMetrics, Watch } from '../admin/index.ts';
import type { RecordingEvent } from '../audit/index.ts';
import type { Config, LimitsConfig, ResourceConfig } from '../config/index.ts';
import { createIdentity, type Identity, type Principal } from '../identity/index.ts';
import { type Clock, Fault, type Log, logLines, systemClock, version } from '../lib/index.ts';
import { linkTo, Notifications } from '../notification/index.ts';
import {
  type CancelKey,
  type Entry,
  type Guard,
  type Login,
  Session,
  type SessionHost,
  type TlsOffer,
  type Told,
} from '../session/index.ts';
import { type Admission, LocalAdmission } from './admission.ts';
import { AgentDesk } from './agents/agent-desk.ts';
import { agentsRoute } from './agents/agents-route.ts';
import { type Api, answerApi, type Route } from './api/answer-api.ts';
import { ApprovalOffice } from './approval/approval-office.ts';
import { approvalsRoute } from './approval/approvals-route.ts';
import { mayApproveBy } from './approval/may-approve.ts';
import { tellAdministration } from './audit/administration.ts';
import { PolicyEvents } from './audit/policy-events.ts';
import type { Applied, AppliedElsewhere } from './audit/retention/applied.ts';
import { auditRoute } from './audit/retention/audit-route.ts';
import { Retention } from './audit/retention/retention.ts';
import type { SessionTrail } from './audit/session-trail.ts';
import { Trail } from './audit/trail.ts';
import { LocalBudgets } from './budgets/local-budgets.ts';
import { SharedBudgets } from './budgets/shared-budgets.ts';
import type { Budgets } from './budgets/spending.ts';
import { loadCertificate } from './certificate.ts';
import { GrantOffice } from './grants/grant-office.ts';
import { grantsRoute } from './grants/grants-route.ts';
import { countedGuard } from './metrics/counted-guard.ts';
import { GatewayMetrics } from './metrics/gateway-metrics.ts';
import { loginOutcome } from './metrics/login-outcome.ts';
import { ProcessLoad } from './metrics/process-load.ts';
import { standingFamilies } from './metrics/standing.ts';
import { channelsOf } from './notification/channels.ts';
import { slackRoute } from './notification/slack-route.ts';
import { RecordedDenials } from './own-answers/recorded-denials.ts';
import { KnownPeople } from './people/known-people.ts';
import { noticingIdentity } from './people/noticing-identity.ts';
import { Policies } from './policies.ts';
import { SessionRecords } from './recording/session-records.ts';
import { Registry } from './registry.ts';
import { Resource } from './resource.ts';
import type { Served } from './served.ts';
import { askingEverywhere } from './sessions/everywhere.ts';
import type { SessionDocument } from './sessions/session-document.ts';
import { SessionsElsewhere } from './sessions/sessions-elsewhere.ts';
import { type SessionsHere, type SessionsQuestion, sessionsHere } from './sessions/sessions-here.ts';
import { sessionsRoute } from './sessions/sessions-route.ts';
import { revocationsRoute } from './standing/revocations-route.ts';
import { SingleUse } from './standing/single-use.ts';
import { Standing } from './standing/standing.ts';
import { standingIdentity } from './standing/standing-identity.ts';
import { addressOf } from './state/state-connection.ts';
import { type EmbeddedKeeper, LocalKeeper, StateSource } from './state/state-source.ts';
import { both } from './watch/both.ts';
import { WatchedSessions } from './watch/watched-sessions.ts';
import { type Environment, WatchedMaskKeys } from './watched-mask-keys.ts';

/** How often sessions are looked at for what ends them: expiry, revocation, idleness, drain. */
const TICK_MS = 1_000;
/** Sockets that may be open beyond the limit of connections: logins under way, refusals, cancels. */
const SPARE_SOCKETS = 256;
/** Time for several files of one change to be written. */
const WATCH_SETTLE_MS = 100;
/** PostgreSQL's postmaster takes as many waiting connections at most. */
const BACKLOG = 1024;

export type GatewayDependencies = Readonly<{
  log: Log;
  clock?: Clock;
  /** Absent: no variable is set. */
  environment?: Environment;
  /** Puts another guard in the place of a resource's own. */
  guard?: (own: Guard) => Guard;
  /** Of several processes on one port: how to reach the others. */
  worker?: WorkerLinks;
}>;

export type WorkerLinks = Readonly<{
  /** Tells the processes of one gateway apart. */
  index: number;
  admission: Admission;
  budgets: Budgets;
  cancelElsewhere: (key: CancelKey) => Promise<void>;
  /** What the others answer. */
  sessionsElsewhere: (question: SessionsQuestion) => Promise<readonly SessionDocument[]>;
  retentionElsewhere: (isDry: boolean) => Promise<AppliedElsewhere>;
  /** Keeps the state database of a gateway that was given none. */
  keeper: EmbeddedKeeper;
}>;

export interface Gateway extends Served {
  /** Cancels what runs in the session of this process that the key names; false when there is none. */
  cancel(key: CancelKey): Promise<boolean>;
  /** The sessions of this process. */
  sessions: SessionsHere;
  /** Applies retention to what this process keeps. */
  retain(isDry: boolean): Promise<Applied>;
}

export async function startGateway(config: Config, dependencies: GatewayDependencies): Promise<Gateway> {
  const gateway = new RunningGateway(config, dependencies);
  await gateway.start();
  return gateway;
}

class RunningGateway implements Gateway, SessionHost {
  readonly log: Log;
  readonly clock: Clock;
  readonly #guard: (own: Guard) => Guard;
  tls: TlsOffer | undefined;
  identity!: Identity;
  port = 0;
  #config: Config;
  #resources = new Map<string, Resource>();
  /** Those that the configuration has no more: their sessions keep them until they end. */
  readonly #formerResources: Resource[] = [];
  readonly #worker: WorkerLinks | undefined;
  readonly #admission: Admission;
  readonly #budgets: Budgets;
  /** With other gateways. */
  readonly #shared: SharedBudgets | undefined;
  readonly #maskKeys: WatchedMaskKeys;
  readonly #registry = new Registry();
  readonly #metrics = new GatewayMetrics();
  readonly #load = new ProcessLoad();
  readonly #policies: Policies;
  readonly #state: StateSource;
  readonly #office: ApprovalOffice;
  readonly #grants: GrantOffice;
  readonly #notifications: Notifications;
  readonly #people: KnownPeople;
  readonly #policyEvents = new PolicyEvents((type, members) => this.#trail.noted(type, members));
  #trail!: Trail;
  readonly #retention: Retention;
  #records!: SessionRecords;
  readonly #watched = new WatchedSessions();
  readonly #recordedDenials: RecordedDenials;
  readonly #signedRoutes: NonNullable<Api['signed']>;
  readonly #standing: Standing;
  readonly #singleUse: SingleUse;
  readonly sessions: SessionsHere;
  readonly #sessionsElsewhere: SessionsElsewhere;
  readonly #routes: Readonly<Record<string, Route>>;
  readonly #server: Server;
  readonly #running = new Set<Session>();
  readonly #finished = new Set<() => void>();
  #ticking: NodeJS.Timeout | undefined;
  #watchers: FSWatcher[] = [];
  #draining = false;

  constructor(config: Config, dependencies: GatewayDependencies) {
    this.#config = config;
    this.log = dependencies.log;
    this.clock = dependencies.clock ?? systemClock;
    this.#guard = dependencies.guard ?? ((own) => own);
    this.#worker = dependencies.worker;
    this.#admission = this.#worker?.admission ?? new LocalAdmission(config.limits, this.clock);
    this.#maskKeys = new WatchedMaskKeys(this.log, dependencies.environment ?? (() => undefined));
    this.#policies = new Policies({
      log: this.log,
      clock: this.clock,
      version,
      onData: () => {
        for (const resource of [...this.#resources.values(), ...this.#formerResources])
          resource.setData(this.#policies.dataFor(resource.name));
      },
    });
    const { log, clock } = this;
    const keeper = this.#worker?.keeper ?? new LocalKeeper(config.data_dir, log);
    this.#state = new StateSource(config.state, { keeper, log, clock });
    const isShared = config.state.url !== undefined;
    this.#shared = isShared
      ? new SharedBudgets({ source: this.#state, config: () => this.#config.state, clock, log })
      : undefined;
    this.#budgets = this.#shared ?? this.#worker?.budgets ?? new LocalBudgets(clock);
    this.#notifications = new Notifications({ log });
    this.#recordedDenials = new RecordedDenials({ dataDir: () => this.#config.data_dir, log });
    this.#people = new KnownPeople({ config: () => this.#config.approvals, log });
    this.#office = new ApprovalOffice({
      source: this.#state,
      tell: (type, members, session) => this.#trail.note(type, members, session),
      log,
      remindMilliseconds: () => this.#config.approvals.remind_seconds * 1000,
      onOpened: async (state, processId, approvals) => {
        this.#people.start(state);
        if (isShared) this.#sessionsElsewhere.start(state, processId);
        await this.#notifications.start({ state, processId, read: (id) => approvals.get(id) });
      },
      link: (id) => linkTo(id, this.#config.approvals.link),
    });
    this.#grants = new GrantOffice({
      ...{ source: this.#state, log, clock },
      tracks: () => this.#policies.tracks,
      sessions: () => this.#running,
      beforeRequests: () => this.#office.approvals(),
    });
    this.#standing = new Standing({
      ...{ source: this.#state, log, clock },
      config: () => this.#config.state,
      sessions: () => this.#running,
    });
    this.#singleUse = new SingleUse({
      config: () => this.#config.identity,
      state: () => this.#state.open(),
      log,
    });
    const mayApprove = () => {
      const { tracks } = this.#policies;
      if (tracks === undefined) throw new Fault('no_policy');
      return mayApproveBy(tracks, this.clock);
    };
    this.#signedRoutes = {
      '/v1/slack/interactions': slackRoute({
        config: () => this.#config.approvals,
        approvals: () => this.#office.approvals(),
        state: () => this.#state.open(),
        ...{ mayApprove, people: this.#people, clock, log },
        identityOf: (principal) => this.#standing.checkedIdentityOf(principal),
      }),
    };
    this.sessions = sessionsHere({
      ...{ sessions: () => this.#running, log },
      waits: (sessionId) => this.#office.waits(sessionId),
      isRecorded: (sessionId) => this.#records.isRecorded(sessionId),
    });
    this.#sessionsElsewhere = new SessionsElsewhere({ here: this.sessions, log });
    const everywhere = askingEverywhere({
      here: this.sessions,
      workers: this.#worker?.sessionsElsewhere,
      gateways: (question) => this.#sessionsElsewhere.ask(question),
    });
    const administration = {
      administrators: () => this.#config.admin?.administrators ?? [],
      hasState: () => this.#state.isNeeded(),
      state: () => this.#state.open(),
      refresh: () => this.#standing.refresh(),
      log,
    };
    const desk = new AgentDesk({ ...administration, whyNot: (name) => this.#standing.whyNot(name) });
    this.#retention = new Retention({
      ...{ source: this.#state, log, clock },
      index: this.#worker?.index ?? 0,
      elsewhere: this.#worker?.retentionElsewhere,
      config: () => this.#config,
      journal: () => this.#trail.journal,
      tell: (type, members, session) => this.#trail.noted(type, members, session),
    });
    this.#routes = {
      audit: auditRoute({ ...administration, retention: this.#retention }),
      approvals: approvalsRoute({ approvals: () => this.#office.approvals(), mayApprove, log }),
      revocations: revocationsRoute(administration),
      grants: grantsRoute({
        office: this.#grants,
        resource: (name) => this.#resources.get(name)?.input,
        administrators: administration.administrators,
      }),
      agents: agentsRoute({ ...administration, desk }),
      sessions: sessionsRoute({
        ...{ ...administration, everywhere },
        watching: {
          ofThisGateway: async (question) => [
            ...this.sessions(question),
            ...((await this.#worker?.sessionsElsewhere(question)) ?? []),
          ],
          tell: (type, members, session) => this.#trail.note(type, members, session),
        },
      }),
    };
    this.#server = createServer(
      {
        allowHalfOpen: true,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: 60_000,
        pauseOnConnect: true,
      },
      (socket) => this.#accept(socket),
    );
  }

  get limits(): LimitsConfig {
    return this.#config.limits;
  }

  async start(): Promise<void> {
    const { listen, identity, resources } = this.#config;
    this.#trail = await this.#openTrail();
    this.#records = await this.#openRecords();
    if (listen.tls !== undefined) this.tls = await loadCertificate(listen.tls);
    (await this.#maskKeys.prepare(this.#config.masking))();
    const standing = standingIdentity(await createIdentity(identity, this), this.#standing);
    this.identity = noticingIdentity(standing, (principal) => this.#people.seen(principal));
    await this.#retention.start();
    await this.#policies.use(this.#config);
    await this.#standing.start();
    await this.#grants.start();
    await this.#shared?.start();
    for (const resource of resources) this.#resources.set(resource.name, await this.#open(resource));
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: listen.host, port: listen.port, backlog: BACKLOG }, resolve);
    });
    this.#server.on('error', (error) => this.log.error({ err: error }, 'listener failed'));
    const address = this.#server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : listen.port;
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
    this.#watchCertificate();
    // Whoever was killed before may have left requests that nobody waits for.
    await this.#notifications.use(channelsOf(this.#config.approvals, this.clock));
    if (await this.#state.isNeeded()) this.#office.start();
  }

  async reload(config: Config): Promise<void> {
    const { host, port } = this.#config.listen;
    if (config.listen.host !== host || (config.listen.port !== port && config.listen.port !== 0)) {
      this.log.warn('listen.host and listen.port take effect only at the next start');
    }
    if (!isDeepStrictEqual(addressOf(config.state), addressOf(this.#config.state)))
      this.log.warn('state takes effect only at the next start');
    const tls = config.listen.tls && (await loadCertificate(config.listen.tls));
    await this.identity.reload(config.identity);
    await this.#records.reload(config);
    const useMaskKeys = await this.#maskKeys.prepare(config.masking);
    const wasOpen = this.#policies.tracks === undefined;
    await this.#policies.use(config);
    useMaskKeys();
    this.#config = config;
    this.tls = tls;
    this.#trail.reload(config);
    if (this.#admission instanceof LocalAdmission) this.#admission.limits = config.limits;
    this.log.level = config.log.level;
    const before = this.#resources;
    const after = new Map<string, Resource>();
    for (const resource of config.resources) {
      const known = before.get(resource.name);
      await known?.reload(resource);
      after.set(resource.name, known ?? (await this.#open(resource)));
    }
    for (const [name, resource] of before) if (!after.has(name)) this.#formerResources.push(resource);
    this.#resources = after;
    // What let everything pass must not go on beside the policy.
    if (wasOpen && !config.policy.open)
      for (const session of this.#running) session.end(new Fault('policy_begins'));
    this.#watchCertificate();
    this.#notifications
      .use(channelsOf(config.approvals, this.clock))
      .catch((error: unknown) => this.log.error({ err: error }, 'channels of notifications not replaced'));
    this.log.info('configuration reloaded');
    this.#trail.noted('administration.reload', {});
  }

  async health(): Promise<readonly Health[]> {
    const policy = this.#policies.tracks?.status() ?? 'open';
    const reason = this.#draining
      ? 'the gateway is shutting down'
      : this.#standing.isAway
        ? 'the state database cannot be reached, which says whose access was withdrawn'
        : (this.#trail.problem ?? (policy !== 'open' ? policy.reason : undefined));
    const resources = Array.from(this.#resources, ([name, { catalogVersion, standing }]) => ({
      name,
      catalog: catalogVersion,
      unlabelled: standing.unlabelled,
    }));
    const mask_keys = this.#maskKeys.health;
    const notifications = this.#notifications.health;
    const ready = reason === undefined;
    const state = this.#state.health;
    const sessions = this.#running.size;
    return [
      {
        ready,
        reason,
        sessions,
        policy,
        resources,
        mask_keys,
        state,
        notifications,
        audit: this.#trail.health,
      },
    ];
  }

  async metrics(): Promise<readonly ProcessMetrics[]> {
    const [health] = await this.health();
    const standing = {
      version,
      ready: health?.ready === true,
      sessions: this.#running.size,
      policy: this.#policies.tracks?.status() ?? ('open' as const),
      resources: [...this.#resources.values()].map((resource) => resource.standing),
      state: this.#state.health,
      held: this.#office.waiting,
      now: this.clock.now(),
    };
    const families = [
      ...standingFamilies(standing),
      ...this.#metrics.families(),
      ...this.#notifications.families(),
      ...this.#trail.families(),
      logLines(),
      ...this.#load.families(),
    ];
    return [{ process: String(this.#worker?.index ?? 0), families }];
  }

  async drain(): Promise<void> {
    this.#draining = true;
    const seconds = this.limits.drain_seconds;
    this.log.info({ sessions: this.#running.size, seconds }, 'draining');
    this.#server.close();
    for (const session of this.#running) session.drain();
    await this.#sessionsEnded(seconds * 1000);
    await this.close();
  }

  async close(): Promise<void> {
    clearInterval(this.#ticking);
    this.#server.close();
    for (const watcher of this.#watchers) watcher.close();
    for (const session of this.#running) session.end(new Fault('shutting_down'));
    await this.#sessionsEnded(5_000);
    for (const resource of [...this.#resources.values(), ...this.#formerResources]) resource.close();
    this.#standing.close();
    this.#grants.close();
    this.#sessionsElsewhere.close();
    await this.#notifications.close();
    await this.#office.close();
    await this.#shared?.close();
    await this.#state.close();
    await this.#policies.close();
    await this.identity.close();
    this.#load.close();
    this.#records?.close();
    await this.#retention.close();
    await this.#trail.close();
  }

  api(request: ApiRequest): Promise<ApiResponse> {
    return answerApi(request, {
      verifyToken: (token) => this.identity.verifyToken(token),
      identityOf: (principal) => this.#standing.identityOf(principal),
      routes: this.#routes,
      signed: this.#signedRoutes,
      record: {
        check: () => this.#trail.check(),
        heard: (route, asked, response) => tellAdministration(this.#trail, route, asked, response),
      },
    });
  }

  retain(isDry: boolean): Promise<Applied> {
    return this.#retention.applyHere(isDry);
  }

  readonly watch: Watch = (session, send, over) => this.#watched.watch(session, send, over);

  async checkAddress(address: string): Promise<void> {
    try {
      await this.#admission.checkAddress(address);
    } catch (thrown) {
      this.#metrics.logins.add('limited');
      throw thrown;
    }
  }

  loginFailed(address: string): void {
    this.#metrics.logins.add('refused');
    this.#admission.loginFailed(address);
  }

  async enter(login: Login): Promise<Entry> {
    try {
      const entry = await this.#admit(login);
      this.#metrics.logins.add('accepted');
      return entry;
    } catch (thrown) {
      this.#grants.left(login.sessionId);
      this.#metrics.logins.add(loginOutcome(thrown));
      throw thrown;
    }
  }

  async #admit(login: Login): Promise<Entry> {
    const trail = this.#trailOf(login);
    this.#standing.checkLogin(login);
    const resource = this.#resources.get(login.resource);
    const entry = resource?.enter(login);
    trail.opening = entry?.members ?? {};
    this.#records.admit(login.sessionId, entry?.record);
    const { name } = login.principal;
    await this.#admission.enter(name, entry?.sessions);
    const leave = () => {
      this.#grants.left(login.sessionId);
      this.#admission.leave(name);
    };
    try {
      if (entry === undefined) throw new Fault('unknown_resource', { name: login.resource.slice(0, 63) });
      await this.#singleUse.spend(login);
    } catch (thrown) {
      leave();
      throw thrown;
    }
    const guard = countedGuard(this.#standing.guarding(this.#guard(entry.guard)), this.#metrics);
    return { ...entry, guard: trail.watching(guard), leave };
  }

  /** Who it is of, as events have it. */
  #trailOf(login: Login): SessionTrail {
    const identity = () => this.#standing.identityOf(login.principal);
    return this.#trail.session(login, {
      identity,
      resource: () => this.#resources.get(login.resource)?.input,
      grants: () => this.#grants.of(identity(), login.resource),
    });
  }

  #openTrail(): Promise<Trail> {
    return Trail.open({
      ...{ config: this.#config, log: this.log, clock: this.clock, index: this.#worker?.index ?? 0 },
      mayDelete: () => this.#config.audit.sinks.length > 0 || !this.#retention.mayBeHeld,
      endSession: (id, fault) => {
        for (const session of this.#running) if (session.id === id) session.end(fault);
      },
    });
  }

  async #openRecords(): Promise<SessionRecords> {
    const { log, clock } = this;
    const tell = ({ type, members, session }: RecordingEvent) => this.#trail.note(type, members, session);
    const records = await SessionRecords.open({ config: this.#config, tell, log, clock });
    this.#trail.records = (about) =>
      both(records.of(about), this.#watched.of(about.session, about.statement));
    this.#trail.listener = this.#watched.listener;
    return records;
  }

  opened(login: Login, told: Told): void {
    this.#trail.opened(login, told);
  }

  refused(sessionId: string, told: Told): void {
    this.#records.ended(sessionId);
    this.#trail.refused(sessionId, told);
  }

  ended(sessionId: string, told: Told): void {
    this.#records.ended(sessionId);
    this.#trail.ended(sessionId, told);
    this.#watched.ended(sessionId);
  }

  checkRoom(): void {
    if (this.#draining) throw new Fault('shutting_down');
    const { connections } = this.limits;
    if (this.#running.size > connections + SPARE_SOCKETS / 2) {
      this.#metrics.logins.add('limited');
      throw new Fault('too_many_connections', { limit: connections });
    }
  }

  register(session: Session, processId: number, secretBytes: number): CancelKey {
    return this.#registry.register(session, processId, secretBytes);
  }

  unregister(key: CancelKey): void {
    this.#registry.unregister(key);
  }

  async requestCancel(key: CancelKey): Promise<void> {
    if (await this.cancel(key)) return;
    await this.#worker?.cancelElsewhere(key);
  }

  async cancel(key: CancelKey): Promise<boolean> {
    const session = this.#registry.find(key);
    await session?.cancel();
    return session !== undefined;
  }

  async #open(config: ResourceConfig): Promise<Resource> {
    const { log, clock, limits } = this;
    const { statement_bytes: statementBytes } = limits;
    const metrics = this.#metrics;
    const discovers = (this.#worker?.index ?? 0) === 0;
    const data = this.#policies.dataFor(config.name);
    const tracks = () => this.#policies.tracks;
    const maskKeys = () => this.#maskKeys.current;
    const budgets = this.#budgets;
    const { dataVersion } = this.#policies;
    const office = this.#office;
    const grants = this.#grants;
    const identityOf = (principal: Principal) => this.#standing.identityOf(principal);
    const rest = { maskKeys, metrics, discovers, office, grants, identityOf, trail: this.#trail };
    const recordedDenials = this.#recordedDenials;
    const dependencies = { log, clock, statementBytes, tracks, data, budgets, recordedDenials, ...rest };
    const resource = await Resource.create(config, dependencies);
    // A bundle may have come meanwhile.
    if (this.#policies.dataVersion !== dataVersion) resource.setData(this.#policies.dataFor(config.name));
    return resource;
  }

  #accept(socket: Socket): void {
    socket.on('error', () => undefined);
    this.#metrics.clientCame();
    if (this.#running.size >= this.limits.connections + SPARE_SOCKETS) {
      socket.destroy();
      return;
    }
    const session = new Session(socket, this);
    this.#running.add(session);
    session
      .run()
      .catch((error: unknown) => {
        this.log.error({ session_id: session.id, err: error }, 'session broke');
        socket.destroy();
      })
      .finally(() => {
        this.#running.delete(session);
        if (this.#running.size === 0) for (const finished of this.#finished) finished();
      });
  }

  #tick(): void {
    const now = this.clock.now();
    this.#standing.tick();
    this.#grants.tick();
    for (const session of this.#running) session.tick(now);
    void this.#maskKeys.look();
    this.#lookAtPolicy();
    this.#load.tick();
  }

  #lookAtPolicy(): void {
    const { tracks } = this.#policies;
    if (tracks !== undefined) this.#policyEvents.look(tracks.status());
  }

  /** Resolves when no session is left, or after the time. */
  async #sessionsEnded(milliseconds: number): Promise<void> {
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#finished.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#finished.add(done);
    });
  }

  #watchCertificate(): void {
    for (const watcher of this.#watchers) watcher.close();
    const { tls } = this.#config.listen;
    let settling: NodeJS.Timeout | undefined;
    const changed = () => {
      clearTimeout(settling);
      settling = setTimeout(() => this.#reloadCertificate(), WATCH_SETTLE_MS);
    };
    const folders = tls === undefined ? [] : new Set([dirname(tls.cert), dirname(tls.key)]);
    this.#watchers = Array.from(folders, (folder) => watch(folder, { persistent: false }, changed));
  }

  async #reloadCertificate(): Promise<void> {
    const { tls } = this.#config.listen;
    if (tls === undefined) return;
    try {
      this.tls = await loadCertificate(tls);
    } catch (error) {
      this.log.error({ err: error }, 'certificate not reloaded; the one before stays in use');
    }
  }
}
