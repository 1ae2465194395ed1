// Where a bundle comes from: a server that is asked again and again, or a file that is watched.

/** The bytes that came, and the tag under which the server knows them. */
export type Delivery = Readonly<{ bytes: Buffer; etag: string | undefined; requestMs: number }>;

/**
 * What became of the bytes: `known` are those that came before; `damaged` are asked for again as a whole,
 * for they may have been changed on their way.
 */
export type Outcome = 'new' | 'known' | 'damaged';

/** What a source tells of its attempts. */
export type SourceEvents = Readonly<{
  requested(): void;
  received(delivery: Delivery): Promise<Outcome>;
  /** There is nothing newer than what came last. */
  unchanged(): void;
  failed(failure: SourceFailure): void;
}>;

export type BundleSource = Readonly<{
  /** Resolves once nothing of it runs any more. */
  close(): Promise<void>;
}>;

/** Why an attempt brought nothing; its message is for operators and holds no secret. */
export class SourceFailure extends Error {
  readonly code: string;
  readonly httpStatus: number | undefined;

  constructor(
    code: string,
    message: string,
    { httpStatus, cause }: { httpStatus?: number; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SourceFailure';
    this.code = code;
    this.httpStatus = httpStatus;
  }
}
