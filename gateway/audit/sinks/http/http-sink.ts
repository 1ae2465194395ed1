// Events to a service over HTTP, in the shape that it knows: generic, as OPA's decision logs, or for Splunk.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { HttpAnswer, TlsFiles } from '../../../lib/index.ts';
import { SecretFile } from '../secret-file.ts';
import type { Shipment, Sink } from '../sink.ts';
import { Exchange } from './exchange.ts';
import { checkStatus, jsonIn } from './status.ts';

export type HttpSinkConfig = TlsFiles &
  Readonly<{
    url: string;
    tokenFile?: string | undefined;
    headers: Readonly<Record<string, string>>;
    /** Headers whose values are secrets, with the files that have them. */
    headerFiles: Readonly<Record<string, string>>;
    /** With gzip. */
    compress: boolean;
  }>;

/** Asks the same service for more, with what it asks of every request. */
export type AskAgain = (
  path: string,
  body: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<HttpAnswer>;

/** How a service wants events, and how it says that it has them. */
export interface Shape {
  readonly contentType: string;
  /** The word before the token in the header `authorization`. */
  readonly scheme: string;
  /** Where to, when the URL has no path of its own. */
  readonly path: string;
  headers(shipment: Shipment): Readonly<Record<string, string>>;
  body(shipment: Shipment): string | Buffer;
  /** What it says of a failure, of its whole answer. */
  words(answer: Readonly<Record<string, unknown>> | undefined): string;
  /** Called after a success. Throws NotStored when that was none. */
  confirm(answer: HttpAnswer, shipment: Shipment, ask: AskAgain, signal: AbortSignal): Promise<void> | void;
}

const compress = promisify(gzip);
/** The least that zlib does takes a tenth of the size away, and that is most of what there is to gain. */
const LEVEL = 1;

export class HttpSink implements Sink {
  readonly #config: HttpSinkConfig;
  readonly #shape: Shape;
  readonly #url: URL;
  readonly #token: SecretFile | undefined;
  readonly #secretHeaders: readonly (readonly [string, SecretFile])[];
  readonly #exchange: Exchange;

  constructor(config: HttpSinkConfig, shape: Shape) {
    this.#config = config;
    this.#shape = shape;
    this.#url = new URL(config.url);
    if (this.#url.pathname === '/') this.#url.pathname = shape.path;
    this.#token = config.tokenFile === undefined ? undefined : new SecretFile(config.tokenFile);
    this.#secretHeaders = Object.entries(config.headerFiles).map(([name, file]) => [
      name,
      new SecretFile(file),
    ]);
    this.#exchange = new Exchange(config);
  }

  async deliver(shipment: Shipment, signal: AbortSignal): Promise<void> {
    const shape = this.#shape;
    const plain = shape.body(shipment);
    const body = this.#config.compress ? await compress(plain, { level: LEVEL }) : plain;
    const answer = await this.#post(
      this.#url,
      body,
      {
        'content-type': shape.contentType,
        ...(this.#config.compress ? { 'content-encoding': 'gzip' } : {}),
        ...shape.headers(shipment),
      },
      signal,
    );
    const ask: AskAgain = (path, question, headers = {}) =>
      this.#post(
        new URL(path, this.#url),
        question,
        { 'content-type': 'application/json', ...headers },
        signal,
      );
    await shape.confirm(answer, shipment, ask, signal);
  }

  async check(signal: AbortSignal): Promise<string> {
    await this.#token?.read();
    const { status } = await this.#exchange.ask({ method: 'GET', url: this.#url, signal });
    return `${this.#url.host} answers (${status} to a GET); whether it takes events is seen when the first is sent`;
  }

  async close(): Promise<void> {
    this.#exchange.close();
  }

  async #post(
    url: URL,
    body: string | Buffer,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { headers: secret, values } = await this.#secrets();
    const answer = await this.#exchange.ask({
      ...{ method: 'POST', url, body, signal },
      headers: { ...this.#config.headers, ...headers, ...secret },
    });
    if (answer.status === 401 || answer.status === 403) this.#doubt();
    checkStatus(answer, this.#shape.words(jsonIn(answer)), values);
    return answer;
  }

  async #secrets(): Promise<{ headers: Readonly<Record<string, string>>; values: readonly string[] }> {
    const token = await this.#token?.read();
    const read = this.#secretHeaders.map(async ([name, file]) => [name, await file.read()] as const);
    const secret = Object.fromEntries(await Promise.all(read));
    const headers = {
      ...secret,
      ...(token === undefined ? {} : { authorization: `${this.#shape.scheme} ${token}` }),
    };
    return { headers, values: [...Object.values(secret), ...(token === undefined ? [] : [token])] };
  }

  /** The next look is at the files themselves: they may have been changed this very second. */
  #doubt(): void {
    for (const file of [this.#token, ...this.#secretHeaders.map(([, each]) => each)]) file?.doubt();
  }
}
