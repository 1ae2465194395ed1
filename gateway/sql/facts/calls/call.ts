// One call of a function, as a node of an analyzed tree makes it.
import type { CatalogView, StoredTree } from '../catalog-view.ts';
import type { FunctionFact } from '../facts.ts';

export type CallKind = FunctionFact['as'];

export type Call =
  | Readonly<{ kind: 'routine'; as: CallKind; routine: number }>
  /** A part of SQL that is no function of the catalog: CURRENT_DATE, NOTIFY. `class` is one of the reviewed classes. */
  | Readonly<{
      kind: 'syntax';
      as: CallKind;
      name: string;
      class: 'clock' | 'session' | 'set_session' | 'whole_value';
      volatility: 'stable' | 'volatile';
    }>
  /** Expressions of the catalog that are evaluated here, to be read and walked in turn: checks of domains, defaults. */
  | Readonly<{ kind: 'stored'; form: 'expression' | 'expressions'; tree: StoredTree; of: string }>
  /** `because` is a sentence for people. */
  | Readonly<{ kind: 'unknown'; because: string }>;

export const noCalls: readonly Call[] = [];

export function routineCall(as: CallKind, routine: number): Call {
  return { kind: 'routine', as, routine };
}

export function unknownCall(because: string): Call {
  return { kind: 'unknown', because };
}

/** The function behind an operator; 0 is no operator. */
export function operatorCalls(operator: number, catalog: CatalogView): readonly Call[] {
  if (operator === 0) return noCalls;
  const found = catalog.operator(operator)?.function ?? 0;
  return found === 0
    ? [unknownCall(`uses operator ${operator}, which the catalog doesn't have`)]
    : [routineCall('operator', found)];
}
