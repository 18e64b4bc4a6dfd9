import type { TrackSet } from '@movt/tracker/tracks';

/** The clips of one T and N, as a file can hold them. */
export interface ByShape {
  /** `T32_N15`. */
  name: string;
  set: TrackSet;
}

/** Parts a set into sets of one T and N each, in order of T, then N; clips keep their order. */
export function byShape(set: TrackSet): ByShape[] {
  const shapes = new Map<string, number[]>();
  for (const [s, { T, N }] of set.clips.entries()) {
    const name = `T${T}_N${N}`;
    const clips = shapes.get(name);
    if (clips) clips.push(s);
    else shapes.set(name, [s]);
  }
  return [...shapes]
    .map(([name, chosen]) => ({ name, set: takeClips(set, chosen) }))
    .sort(
      (
        {
          set: {
            clips: [a],
          },
        },
        {
          set: {
            clips: [b],
          },
        },
      ) => a.T - b.T || a.N - b.N,
    );
}

/** The set of these clips, by index. */
export function takeClips(set: TrackSet, chosen: readonly number[]): TrackSet {
  const { clips, labels, targets, split, group, ...rest } = set;
  const K = (targets?.length ?? 0) / clips.length;
  return {
    clips: chosen.map((s) => clips[s]),
    ...(labels && { labels: chosen.map((s) => labels[s]) }),
    ...(targets && { targets: Float32Array.from(chosen.flatMap((s) => [...targets.subarray(s * K, (s + 1) * K)])) }),
    ...(split && { split: chosen.map((s) => split[s]) }),
    ...(group && { group: chosen.map((s) => group[s]) }),
    ...rest,
  };
}
