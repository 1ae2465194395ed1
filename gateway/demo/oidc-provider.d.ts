// The part of oidc-provider that the demo uses: the package itself ships no types.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Grant {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  export interface Client {
    readonly clientId: string;
    readonly clientName?: string;
  }

  export interface Context {
    body: unknown;
    oidc: {
      client?: Client;
      provider: Provider;
      session?: { accountId?: string; grantIdFor(clientId: string): string | undefined };
    };
  }

  /** What a token is about, when extra claims are asked for. */
  export interface TokenSource {
    kind: string;
    accountId?: string;
    clientId: string;
  }

  export interface InteractionDetails {
    uid: string;
    prompt: { name: string };
    params: Readonly<Record<string, unknown>>;
  }

  export class ResourceServer {}

  export default class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    readonly issuer: string;
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<InteractionDetails>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Readonly<Record<string, unknown>>,
    ): Promise<void>;
    readonly Client: { find(id: string): Promise<Client | undefined> };
    readonly Grant: {
      new (properties: { accountId: string; clientId: string }): Grant;
      find(id: string): Promise<Grant | undefined>;
    };
    readonly AccessToken: new (
      properties: Readonly<Record<string, unknown>>,
    ) => { save(): Promise<string> };
    readonly ResourceServer: new (
      identifier: string,
      data: Readonly<Record<string, unknown>>,
    ) => ResourceServer;
    on(event: string, listener: (...parameters: never[]) => void): this;
  }
}
