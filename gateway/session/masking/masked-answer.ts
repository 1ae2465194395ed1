// The masks of one message that runs: of a portal, or of each statement of a Query, as the server describes their columns.
import { Fault } from '../../lib/index.ts';
import type { CopyRows } from './copy/copy-data.ts';
import { copyRowsOf } from './copy/copy-rows.ts';
import type { MaskPlan } from './mask-plan.ts';
import { RowMask, rowMaskOf } from './row-mask.ts';

/** The last description of a plan's columns: clients run one statement again and again. */
const described = new WeakMap<MaskPlan, { description: Buffer; rows: RowMask }>();

export class MaskedAnswer {
  readonly #plans: readonly (MaskPlan | undefined)[];
  #statement = 0;
  #rows: RowMask | undefined;
  #copy: CopyRows | undefined;
  #segment = -1;

  /** One plan for each statement of the text, in order; undefined: what it returns passes. */
  constructor(plans: readonly (MaskPlan | undefined)[]) {
    this.#plans = plans;
  }

  /** Nothing of the statement that is being answered is masked. */
  get passes(): boolean {
    return this.#statement < this.#plans.length && this.#plans[this.#statement] === undefined;
  }

  /** What masks its rows. Without it no row passes. */
  get rows(): RowMask {
    if (this.#rows === undefined) throw new Fault('mask_missing');
    return this.#rows;
  }

  /** What masks the rows of its COPY. */
  get copy(): CopyRows {
    if (this.#copy === undefined) throw new Fault('mask_missing');
    return this.#copy;
  }

  /** A CopyOutResponse. */
  copies(response: Buffer): void {
    const plan = this.#plan();
    if (plan !== undefined) this.#copy = copyRowsOf(plan, response);
  }

  /** A Describe of the portal is sent in this segment, in front of the Execute of which it is true or false as it is. */
  describedIn(segment: number): void {
    this.#segment = segment;
  }

  /** The columns are not known and will not be before an Execute in this segment is answered. */
  lacksDescription(segment: number): boolean {
    return this.#rows === undefined && this.#segment !== segment;
  }

  /** A RowDescription: in a Query's answer it stands before the rows, of which a statement has no others. */
  describe(description: Buffer, inQuery: boolean): void {
    const plan = this.#plan();
    if (plan === undefined) return;
    if (inQuery && this.#rows !== undefined) throw new Fault('columns_changed');
    const known = described.get(plan);
    if (known?.description.equals(description) === true) {
      this.#rows = known.rows;
      return;
    }
    this.#rows = rowMaskOf(plan, description);
    described.set(plan, { description: Buffer.from(description), rows: this.#rows });
  }

  /** NoData: there will be no rows. */
  describeNone(): void {
    this.#rows = new RowMask(-1, []);
  }

  /** A statement of a Query has ended, and the next one begins. */
  next(): void {
    this.#statement += 1;
    this.#rows = undefined;
    this.#copy = undefined;
  }

  #plan(): MaskPlan | undefined {
    if (this.#statement >= this.#plans.length) throw new Fault('mask_missing');
    return this.#plans[this.#statement];
  }
}
