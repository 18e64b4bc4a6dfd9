import { PAPER_LOW_DATA } from 'movt/paper';
import { percent, short } from '../report/numbers.ts';
import type { Lesson, LowDataRow, ParetoPoint, Verdict } from './report.ts';

/** What the lessons are decided by. */
export interface Findings {
  readonly classes: number;
  /** Clips that the models were judged on. */
  readonly testClips: number;
  readonly movt: readonly ParetoPoint[];
  readonly pixt: ParetoPoint;
  /** The MovT of PixT's size and input. */
  readonly peer: ParetoPoint;
  readonly videomae: readonly ParetoPoint[];
  readonly fusions: readonly ParetoPoint[];
  readonly lowData: readonly LowDataRow[];
}

/** The paper's three lessons (its abstract), each as a claim that the figures can contradict. */
export function lessonsOf(findings: Findings): Lesson[] {
  return [informative(findings), generalises(findings), cheap(findings)];
}

const verdictOf = (holds: boolean): Verdict => (holds ? 'holds' : 'does not hold');
/** A difference of shares, in points. */
const points = (share: number) => `${(100 * share).toFixed(1)} points`;
const better = (a: ParetoPoint, b: ParetoPoint) => (b.top1.mean > a.top1.mean ? b : a);
const told = ({ label, top1 }: ParetoPoint) => `${label}: ${percent(top1.mean)}`;

function informative({ classes, pixt, peer, videomae }: Findings): Lesson {
  const lead = peer.top1.mean - pixt.top1.mean;
  const others = videomae.length > 0 ? ` Whole frames: ${videomae.map(told).join('; ')}.` : '';
  return {
    title: 'Motion alone tells what happens',
    claim:
      'Long-term motion holds the information to understand actions, often better than pixels. Tested: at the same number of frames and of points ' +
      'MovT is more accurate than PixT by more than the spread of the seeds of either.',
    verdict: verdictOf(lead > Math.max(peer.top1.sd, pixt.top1.sd)),
    evidence: `${told(peer)}; ${told(pixt)}: ${points(Math.abs(lead))} ${lead >= 0 ? 'more' : 'less'} by motion. Chance is ${percent(1 / classes)}.${others}`,
  };
}

function generalises({ classes, lowData }: Findings): Lesson {
  const share = Math.min(...lowData.map((row) => row.share));
  const chance = 1 / classes;
  const [movt, pixt] = ['MovT', 'PixT'].map((series) => {
    const [all, few] = [1, share].map((of) => lowData.find((row) => row.series === series && row.share === of)!);
    const above = all.top1.mean - chance;
    const lost = all.top1.mean - few.top1.mean;
    const kept = above > 0 ? (few.top1.mean - chance) / above : null;
    const part =
      kept === null ? 'and has nothing above chance to lose' : `and keeps ${percent(kept)} of what it has above chance`;
    const text = `${series}: ${percent(all.top1.mean)} on all clips, ${percent(few.top1.mean)} on ${few.clips}: it loses ${points(lost)} ${part}.`;
    return { few: few.top1.mean, kept: kept ?? 0, text };
  });
  const { lost, dataset } = PAPER_LOW_DATA;
  return {
    title: 'Motion needs less data',
    claim:
      'Motion generalises far better than pixels where data are few. Tested: on a small share of the training clips MovT is above chance, more accurate ' +
      'than PixT, and keeps a larger part of what it has above chance.',
    verdict: verdictOf(movt.few > chance && movt.few > pixt.few && movt.kept > pixt.kept),
    evidence:
      `${movt.text} ${pixt.text} The paper, on ${dataset} at ${percent(PAPER_LOW_DATA.share)}: MovT loses ${points(lost.MovT)}, PixT ${points(lost.PixT)}. ` +
      `Chance is ${percent(chance)}: a model that learns little from all clips has little to lose, so points lost do not compare by themselves.`,
  };
}

function cheap({ classes, testClips, movt, videomae, fusions }: Findings): Lesson {
  const video = videomae.reduce(better);
  const guess = luckyGuess(1 / classes, testClips);
  const isOpponent = video.top1.mean > guess;
  const fused = fusions.reduce(better);
  const gain = fused.top1.mean - video.top1.mean;
  const equal = movt.filter(({ top1 }) => top1.mean >= video.top1.mean);
  const alone = cheapest(equal, modelOnly);
  const tracked = cheapest(equal, withTracker);
  const isCheaper = alone !== undefined && modelOnly(alone) < modelOnly(video);
  const rest = tracked
    ? `With the tracker it is ${gmac(withTracker(tracked))}, ${withTracker(tracked) < withTracker(video) ? 'still less' : 'more'}: the paper leaves the tracker out.`
    : '';
  return {
    title: 'Motion is the cheaper way, and the better half of a pair',
    claim:
      'Motion trades GFLOPs for accuracy better than video does, and both together are better than video alone. Tested: the model alone, as the paper counts, some MovT is at least ' +
      'as accurate as the best VideoMAE for fewer multiply-accumulates, and late fusion is more accurate than that VideoMAE.',
    verdict: isOpponent ? verdictOf(isCheaper && gain > 0) : 'not judged',
    evidence: `${told(video)} for ${gmac(modelOnly(video))}${isOpponent ? '' : `, no more than a guess may come to on ${testClips} clips (${percent(guess)}): there is nothing to compare with`}. ${
      alone
        ? `${told(alone)} for ${gmac(modelOnly(alone))}. ${rest}`
        : `No MovT is as accurate: ${told(movt.reduce(better))}.`
    } Fused: ${told(fused)}, ${points(Math.abs(gain))} ${gain >= 0 ? 'more' : 'less'} than VideoMAE alone.`,
  };
}

/** What guessing passes in one of forty draws of so many clips: two standard errors above chance. */
const luckyGuess = (chance: number, clips: number) => chance + 2 * Math.sqrt((chance * (1 - chance)) / clips);
const modelOnly = ({ cost }: ParetoPoint) => cost.model.mac;
const withTracker = ({ cost }: ParetoPoint) => cost.model.mac + cost.tracker.mac;
const gmac = (cost: number) => `${short(cost)} GMAC`;

function cheapest(points: readonly ParetoPoint[], costOf: (point: ParetoPoint) => number): ParetoPoint | undefined {
  return [...points].sort((a, b) => costOf(a) - costOf(b))[0];
}
