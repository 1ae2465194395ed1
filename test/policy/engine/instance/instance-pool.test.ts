import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../../gateway/lib/index.ts';
import { InstancePool } from '../../../../gateway/policy/engine/instance/instance-pool.ts';
import type { PolicyInstance } from '../../../../gateway/policy/engine/instance/policy-instance.ts';

const nothing = new ArrayBuffer(0);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Instances that say which one they are, and fail when they are asked about entry point 13. */
function createBuilder() {
  const builder = {
    built: 0,
    broken: false,
    build(): PolicyInstance {
      if (builder.broken) throw new Error('no memory');
      const result = ++builder.built;
      let usable = true;
      const instance = {
        get usable() {
          return usable;
        },
        evaluate(entrypoint: number) {
          if (entrypoint !== 13) return [{ result }];
          usable = false;
          throw new Error('it failed');
        },
      };
      return instance as unknown as PolicyInstance;
    },
  };
  return builder;
}

describe('the instances of a policy', () => {
  test('one evaluates, one stands by, and is built after what waits in the event loop', async () => {
    const builder = createBuilder();
    const pool = new InstancePool(builder.build, silentLog);
    expect(builder.built).toBe(1);
    await turn();
    expect(builder.built).toBe(2);
    expect(pool.evaluate(0, nothing)).toEqual([{ result: 1 }]);
    expect(pool.evaluate(0, nothing)).toEqual([{ result: 1 }]);
    await turn();
    expect(builder.built).toBe(2);
  });

  test('what failed is replaced by the one that stands by, at once and without building', async () => {
    const builder = createBuilder();
    const pool = new InstancePool(builder.build, silentLog);
    await turn();
    expect(() => pool.evaluate(13, nothing)).toThrow('it failed');
    expect(pool.evaluate(0, nothing)).toEqual([{ result: 2 }]);
    expect(builder.built).toBe(2);
    await turn();
    expect(builder.built).toBe(3);
  });

  test('where several fail before another is ready, one is built on demand', async () => {
    const builder = createBuilder();
    const pool = new InstancePool(builder.build, silentLog);
    await turn();
    for (let failures = 0; failures < 3; failures++)
      expect(() => pool.evaluate(13, nothing)).toThrow('it failed');
    expect(pool.evaluate(0, nothing)).toEqual([{ result: 4 }]);
    await turn();
    expect(builder.built).toBe(5);
  });

  test('where none can be built, nothing is decided until one can', async () => {
    const builder = createBuilder();
    const pool = new InstancePool(builder.build, silentLog);
    builder.broken = true;
    await turn();
    expect(() => pool.evaluate(13, nothing)).toThrow('it failed');
    expect(() => pool.evaluate(0, nothing)).toThrow('no memory');
    await turn();
    expect(() => pool.evaluate(0, nothing)).toThrow('no memory');
    builder.broken = false;
    expect(pool.evaluate(0, nothing)).toEqual([{ result: 2 }]);
  });
});
