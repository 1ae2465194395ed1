// Why an evaluation has no result. The instance that it happened in is used no more.

export type EvaluationFailure =
  /** It took more steps than an evaluation may. */
  | 'steps'
  /** It needed more memory than an evaluation may. */
  | 'memory'
  /** It called itself too often, or what it was asked about is too deep. */
  | 'depth'
  /** A built-in function refused what it was given. */
  | 'built_in'
  /** The module stopped by itself, or said something that can't be read. */
  | 'aborted';

const sentences: Readonly<Record<EvaluationFailure, string>> = {
  steps: 'the policy took more steps than one evaluation may',
  memory: 'the policy needed more memory than one evaluation may',
  depth: 'the policy went deeper than one evaluation may',
  built_in: 'a built-in function of the policy failed',
  aborted: 'the policy stopped in the middle of its evaluation',
};

export class EvaluationFailed extends Error {
  override readonly name = 'EvaluationFailed';
  readonly failure: EvaluationFailure;

  constructor(failure: EvaluationFailure, detail?: string, cause?: unknown) {
    super(detail === undefined ? sentences[failure] : `${sentences[failure]}: ${detail}`, { cause });
    this.failure = failure;
  }
}
