// CURRENT_DATE, CURRENT_USER and their like: functions by syntax alone, of the clock or of the session.
import type { NodeOf } from '../../analyzed/registry/node.ts';
import type { Call } from './call.ts';

type ValueFunction = NodeOf<'SQLVALUEFUNCTION'>['op'];

const classes: Readonly<Record<ValueFunction, readonly [name: string, 'clock' | 'session']>> = {
  current_date: ['CURRENT_DATE', 'clock'],
  current_time: ['CURRENT_TIME', 'clock'],
  current_time_n: ['CURRENT_TIME', 'clock'],
  current_timestamp: ['CURRENT_TIMESTAMP', 'clock'],
  current_timestamp_n: ['CURRENT_TIMESTAMP', 'clock'],
  localtime: ['LOCALTIME', 'clock'],
  localtime_n: ['LOCALTIME', 'clock'],
  localtimestamp: ['LOCALTIMESTAMP', 'clock'],
  localtimestamp_n: ['LOCALTIMESTAMP', 'clock'],
  current_role: ['CURRENT_ROLE', 'session'],
  current_user: ['CURRENT_USER', 'session'],
  user: ['USER', 'session'],
  session_user: ['SESSION_USER', 'session'],
  current_catalog: ['CURRENT_CATALOG', 'session'],
  current_schema: ['CURRENT_SCHEMA', 'session'],
};

export function valueFunctionCalls({ op }: NodeOf<'SQLVALUEFUNCTION'>): readonly Call[] {
  const [name, functionClass] = classes[op];
  return [{ kind: 'syntax', as: 'function', name, class: functionClass, volatility: 'stable' }];
}
