/** When a tensor is alive, in steps, both ends included; -1 and the number of steps stand for the caller's side. */
export interface Lifetime {
  readonly bytes: number;
  first: number;
  last: number;
  /** Tensors that one dispatch reads while it writes this one, or the other way round. */
  readonly conflicts: Set<number>;
}

export interface Place {
  readonly bank: number;
  readonly offset: number;
}

/**
 * Packs tensors into as few banks (buffers) and bytes as a greedy pass finds: largest first, each at the lowest offset of the
 * first bank where it meets nobody who is alive at the same time and shares no bank with a tensor it conflicts with.
 */
export function assignArena(lifetimes: readonly Lifetime[]): { banks: number[]; places: Place[] } {
  const banks: number[] = [];
  const places: Place[] = new Array(lifetimes.length);
  const order = lifetimes.map((_, i) => i).sort((a, b) => lifetimes[b]!.bytes - lifetimes[a]!.bytes || a - b);
  for (const tensor of order) {
    const { bytes, first, last, conflicts } = lifetimes[tensor]!;
    let bank = 0;
    while ([...conflicts].some((other) => places[other]?.bank === bank)) bank++;
    const neighbours = order
      .filter(
        (other) => places[other]?.bank === bank && lifetimes[other]!.first <= last && first <= lifetimes[other]!.last,
      )
      .sort((a, b) => places[a]!.offset - places[b]!.offset);
    let offset = 0;
    for (const other of neighbours) {
      if (places[other]!.offset - offset >= bytes) break;
      offset = Math.max(offset, places[other]!.offset + lifetimes[other]!.bytes);
    }
    places[tensor] = { bank, offset };
    banks[bank] = Math.max(banks[bank] ?? 0, offset + bytes);
    for (let i = 0; i < bank; i++) banks[i] ??= 0;
  }
  return { banks, places };
}
