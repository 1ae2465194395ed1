// The facts of statements of one database: from the cache when they are known, and else from the server and its catalog.
import type { Clock, Log, OffThread } from '../../lib/index.ts';
import type { OpaqueReason, Relation, StatementFacts, Type } from '../../sql/index.ts';
import { mostInlineCharacters, readLargeFacts } from '../large-statements/read-large-facts.ts';
import type { AnalysisContext, Resolution } from '../resolver/resolution.ts';
import type { Resolver } from '../resolver/resolver.ts';
import type { SessionQuestions } from '../resolver/session-questions.ts';
import { sessionCatalog } from '../snapshot/session-catalog.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { sharedByShape } from '../statements/shared-by-shape.ts';
import { StatementCache, type StatementCacheStatus } from '../statements/statement-cache.ts';
import type { StatementContext } from '../statements/statement-context.ts';
import { type FactsAnswer, type FactsRequest, readFacts } from './read-facts.ts';
import { unresolved } from './resolve-statement.ts';

/** The catalog as it is now; undefined while it has not been loaded, or has not been confirmed for too long. */
export interface CurrentCatalog {
  current(): Snapshot | undefined;
  /** Looks whether it has changed, and loads it if so; concurrent callers share one look. */
  refresh(): Promise<unknown>;
}

export type FactsQuestion = Readonly<{
  text: string;
  /** As the client declared them; 0, or none at the end, leaves one to the server. */
  parameterTypes: readonly number[];
  /** The same object for as long as the session's does not change. */
  analysis: AnalysisContext;
}>;

/** What a session adds to a question that only it can answer. */
export type FactsOfSession = Readonly<{
  /** For statements whose names the session alone can resolve; without it the resolver's own connections do. */
  questions?: SessionQuestions;
  named: FactsRequest['named'];
  endsQuietly?: boolean;
}>;

export type DatabaseFactsOptions = Readonly<{
  catalog: CurrentCatalog;
  resolver: Resolver;
  /** Does what would hold up every session; not the resolver's, which it may have to wait for. */
  thread: OffThread;
  log: Log;
  clock?: Clock;
  statementBytes: number;
  /** Before each statement it is looked whether the catalog has changed. */
  looksAlways?: () => boolean;
}>;

export class DatabaseFacts {
  readonly #catalog: CurrentCatalog;
  readonly #resolver: Resolver;
  readonly #thread: OffThread;
  readonly #log: Log;
  readonly #statementBytes: number;
  readonly #looksAlways: () => boolean;
  readonly #cache: StatementCache<FactsAnswer>;
  /** By the session's object, so that no key is put together for a statement that is known. */
  readonly #contexts = new WeakMap<AnalysisContext, StatementContext<FactsAnswer>>();

  /** A change has been committed, and the catalog after it is being looked at: nobody is answered by the one before. */
  #changing: Promise<void> | undefined;
  /** That look failed. */
  #unconfirmed = false;

  constructor(options: DatabaseFactsOptions) {
    const { catalog, resolver, thread, log, clock, statementBytes, looksAlways = () => false } = options;
    this.#catalog = catalog;
    this.#resolver = resolver;
    this.#thread = thread;
    this.#log = log;
    this.#statementBytes = statementBytes;
    this.#looksAlways = looksAlways;
    this.#cache = new StatementCache<FactsAnswer>({
      reader: (text, { analysis, parameterTypes }) =>
        this.#read({ text, analysis, parameterTypes }, { named: () => undefined }),
      lasts: (answer) => answer.kind === 'facts' && answer.statements.every(isCertain),
      sharedByShape: (answer) => answer.kind === 'facts' && answer.statements.every(sharedByShape),
      ...(clock === undefined ? {} : { clock }),
    });
  }

  get catalogVersion(): string | undefined {
    return this.#catalog.current()?.version;
  }

  /** A type of the current catalog. */
  type(oid: number): Type | undefined {
    return this.#catalog.current()?.type(oid);
  }

  /** A table or the like of the current catalog. */
  relation(oid: number): Relation | undefined {
    return this.#catalog.current()?.relation(oid);
  }

  /** To be waited for before anything is asked, where there is something to wait for. */
  looked(): Promise<void> | undefined {
    return this.#looksAlways() ? this.#look(() => this.#catalog.refresh()) : undefined;
  }

  /** At once when the text or its shape is known. */
  of(question: FactsQuestion): FactsAnswer | Promise<FactsAnswer> {
    this.#lookAgain();
    return this.#answer(question);
  }

  /** Of a statement that another session's would not be: neither looked up nor kept. */
  async ofSession(question: FactsQuestion, session: FactsOfSession): Promise<FactsAnswer> {
    this.#lookAgain();
    await this.#changing;
    return this.#isKnown ? this.#read(question, session) : noCatalog;
  }

  #answer(question: FactsQuestion): FactsAnswer | Promise<FactsAnswer> {
    if (this.#changing !== undefined) return this.#changing.then(() => this.#answer(question));
    const version = this.catalogVersion;
    if (this.#unconfirmed || version === undefined) return noCatalog;
    const context = this.#cache.withParameterTypes(
      this.#contextOf(question.analysis, version),
      question.parameterTypes,
    );
    return this.#cache.lookup(question.text, context) ?? this.#cache.read(question.text, context);
  }

  get #isKnown(): boolean {
    return !this.#unconfirmed && this.catalogVersion !== undefined;
  }

  /**
   * DDL has passed through, or what `look` brings changes what is known: that may be of the catalog before it. Whoever
   * asks waits until the look is over.
   */
  schemaChanged(look: () => Promise<unknown> = () => this.#catalog.refresh()): void {
    this.#cache.invalidate();
    this.#resolver.invalidate();
    const changing = this.#look(look).then(() => {
      if (this.#changing === changing) this.#changing = undefined;
    });
    this.#changing = changing;
  }

  status(): StatementCacheStatus {
    return this.#cache.status();
  }

  async #look(look: () => Promise<unknown>): Promise<void> {
    try {
      await look();
      this.#unconfirmed = false;
      const version = this.catalogVersion;
      if (version !== undefined) this.#cache.keepOnly(version);
    } catch (error) {
      this.#log.warn({ err: error }, 'catalog not refreshed');
      this.#unconfirmed = true;
    }
  }

  /** What failed before, or is too long ago, is tried again by who asks, all of whom wait for the one look. */
  #lookAgain(): void {
    if (this.#changing === undefined && !this.#isKnown) this.schemaChanged();
  }

  #contextOf(analysis: AnalysisContext, catalogVersion: string): StatementContext<FactsAnswer> {
    const known = this.#contexts.get(analysis);
    if (known?.parts.catalogVersion === catalogVersion) return known;
    const context = this.#cache.contextOf({ catalogVersion, analysis, parameterTypes: [] });
    this.#contexts.set(analysis, context);
    return context;
  }

  async #read(question: FactsQuestion, session: FactsOfSession): Promise<FactsAnswer> {
    const version = this.catalogVersion;
    const answer = await this.#readOnce(question, session);
    if (answer.kind !== 'facts' || !answer.statements.some(namesUnknown)) return answer;
    // The server knows an object that this version of the catalog does not.
    await this.#catalog.refresh().catch((error: unknown) => {
      this.#log.warn({ err: error }, 'catalog not refreshed');
    });
    return this.catalogVersion === version ? answer : await this.#readOnce(question, session);
  }

  async #readOnce(
    { text, parameterTypes, analysis }: FactsQuestion,
    { questions, named, endsQuietly = false }: FactsOfSession,
  ): Promise<FactsAnswer> {
    const snapshot = this.#catalog.current();
    if (snapshot === undefined) return noCatalog;
    const own =
      questions === undefined
        ? snapshot
        : await sessionCatalog(snapshot, questions, OWN_OBJECTS_MILLISECONDS);
    const catalog = 'kind' in own ? snapshot : own;
    const resolve = (statement: string, types: readonly number[]): Promise<Resolution> => {
      const request = {
        text: statement,
        parameterTypes: types,
        context: analysis,
        catalogVersion: catalog.version,
      };
      return questions === undefined
        ? this.#resolver.resolve(request)
        : this.#resolver.resolveInSession(request, questions);
    };
    const { searchPath } = analysis;
    const asked = { text, parameterTypes, catalog, searchPath, resolve, named, endsQuietly };
    const facts = { ...asked, statementBytes: this.#statementBytes };
    const answer = await (text.length > mostInlineCharacters
      ? readLargeFacts(this.#thread, facts)
      : readFacts(facts));
    return 'kind' in own ? withoutNames(answer, unresolved(own.reason)) : answer;
  }
}

/** What a statement names may be an object of the session's own, which could not be asked for. */
function withoutNames(answer: FactsAnswer, reason: OpaqueReason): FactsAnswer {
  if (answer.kind !== 'facts') return answer;
  const statements = answer.statements.map((facts) => {
    const named = facts.relations.length + facts.functions.length + facts.objects.length;
    return named === 0 ? facts : { ...facts, readOnly: false, opaque: [...facts.opaque, reason] };
  });
  return { ...answer, statements };
}

/** How long one look at a session's own objects may take. */
const OWN_OBJECTS_MILLISECONDS = 2_000;

const noCatalog: FactsAnswer = {
  kind: 'unknown',
  reason: { reason: 'unresolved', because: 'the catalog of the database is not known at the moment' },
};

/** It could come out otherwise the next time, though nothing has changed in the catalog. */
const isCertain = ({ opaque }: StatementFacts): boolean =>
  opaque.every(({ reason }) => reason !== 'unresolved' && reason !== 'unknown_object' && reason !== 'name');

const namesUnknown = ({ opaque }: StatementFacts): boolean =>
  opaque.some(({ reason }) => reason === 'unknown_object');
