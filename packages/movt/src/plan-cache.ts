import type { Plan } from '@movt/kernels';

/** Plans by key, the least recently used dropped first once together they hold more bytes than the budget. */
export interface PlanCache {
  /** The plan of this key, built when it is not there. Calls made together for one key share one building. */
  get(key: string, build: () => Promise<Plan>): Promise<Plan>;
  /** GPU bytes that the finished plans hold. */
  readonly byteLength: number;
  destroy(): Promise<void>;
}

/**
 * @param budget bytes; the plan just asked for is kept even when it alone exceeds them
 */
export function createPlanCache(budget: number): PlanCache {
  const entries = new Map<string, { building: Promise<Plan>; bytes: number }>();
  const total = () => [...entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);

  return {
    get byteLength() {
      return total();
    },
    async get(key, build) {
      const entry = entries.get(key) ?? { building: build(), bytes: 0 };
      // Taken out and put back: a Map keeps the order of insertion, so the first is the least recently used.
      entries.delete(key);
      entries.set(key, entry);
      let plan: Plan;
      try {
        plan = await entry.building;
      } catch (error) {
        if (entries.get(key) === entry) entries.delete(key);
        throw error;
      }
      entry.bytes = plan.byteLength;
      for (const [oldKey, old] of entries) {
        if (total() <= budget) break;
        if (old === entry || old.bytes === 0) continue;
        entries.delete(oldKey);
        await (await old.building).destroy();
      }
      return plan;
    },
    async destroy() {
      const plans = await Promise.allSettled([...entries.values()].map(({ building }) => building));
      entries.clear();
      await Promise.all(plans.map((result) => result.status === 'fulfilled' && result.value.destroy()));
    },
  };
}
