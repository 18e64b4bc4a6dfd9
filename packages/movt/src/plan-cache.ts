import type { Plan } from '@movt/kernels';

/** Plans by key, the least recently used dropped first once together they hold more bytes than the budget. */
export interface PlanCache {
  /**
   * Hands the plan of this key to `work`, building it first when it is not there; it is kept until `work` is done, whatever the budget. Calls
   * made together for one key share one building.
   */
  use<T>(key: string, build: () => Promise<Plan>, work: (plan: Plan) => Promise<T>): Promise<T>;
  /** GPU bytes that the plans hold. */
  readonly byteLength: number;
  destroy(): Promise<void>;
}

interface Entry {
  readonly building: Promise<Plan>;
  /** 0 while it is being built. */
  bytes: number;
  users: number;
}

/**
 * @param budget bytes; a plan in use stays even when it alone exceeds them
 */
export function createPlanCache(budget: number): PlanCache {
  const entries = new Map<string, Entry>();
  const total = () => [...entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);

  async function trim(): Promise<void> {
    for (const [key, { building, users, bytes }] of entries) {
      if (total() <= budget) return;
      if (users > 0 || bytes === 0) continue;
      entries.delete(key);
      await (await building).destroy();
    }
  }

  return {
    get byteLength() {
      return total();
    },
    async use(key, build, work) {
      const entry = entries.get(key) ?? { building: build(), bytes: 0, users: 0 };
      // Taken out and put back: a Map keeps the order of insertion, so the first is the least recently used.
      entries.delete(key);
      entries.set(key, entry);
      entry.users++;
      try {
        const plan = await entry.building;
        entry.bytes = plan.byteLength;
        return await work(plan);
      } catch (error) {
        if (entry.bytes === 0) entries.delete(key); // it was the building that failed
        throw error;
      } finally {
        entry.users--;
        await trim();
      }
    },
    async destroy() {
      const plans = await Promise.allSettled([...entries.values()].map(({ building }) => building));
      entries.clear();
      await Promise.all(plans.map((result) => result.status === 'fulfilled' && result.value.destroy()));
    },
  };
}
