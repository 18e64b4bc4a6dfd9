import { duration, percent, short } from './format.ts';
import { answer, clip, importance, isDone, type RankedClass, stageTimes, tracks, values } from './state.ts';

/** Classes that are shown. */
const SHOWN = 5;

const WORDS: Record<string, string> = {
  load: 'Kernels and model',
  open: 'Video opened',
  receive: 'Video received',
  decode: 'Waiting for frames',
  track: 'Points tracked',
  compile: 'Kernels compiled',
  queue: 'Waiting in the queue',
  answer: 'Model’s answer',
  compute: 'Model’s answer',
  explain: 'Importance of tracks',
  importance: 'Importance of tracks',
};

/** What the model says, and how long each part took. */
export function Answer() {
  const ranked = answer.value;
  return (
    <section class="answer panel" aria-label="Answer">
      <h2>Answer</h2>
      {ranked && <Ranked ranked={ranked} />}
      {values.value && <Values numbers={values.value} />}
      {!ranked && !values.value && (
        <p class="muted">
          {clip.value
            ? 'It comes once all frames are tracked.'
            : 'Choose a clip: what the model says of it appears here.'}
        </p>
      )}
      {importance.value && <Important shares={Array.from(importance.value)} />}
      {stageTimes.value.length > 0 && <Times />}
      {isDone.value && tracks.value && (
        <button
          type="button"
          class="quiet"
          onClick={() => void import('./save-tracks.ts').then(({ saveTracks }) => saveTracks())}
        >
          Save tracks
        </button>
      )}
    </section>
  );
}

function Ranked({ ranked }: { ranked: readonly RankedClass[] }) {
  const truth = clip.value?.truth;
  return (
    <>
      <p class="best">{ranked[0]!.label}</p>
      {truth && (
        <p class="muted">
          The sample shows “{truth}”: {truth === ranked[0]!.label ? 'right.' : 'wrong this time.'}
        </p>
      )}
      <ul class="meters">
        {ranked.slice(0, SHOWN).map(({ label, probability }) => (
          <li key={label}>
            <span>{label}</span>
            <meter
              min={0}
              max={1}
              value={probability}
              aria-label={label}
              aria-valuetext={percent(probability)}
              style={{ '--share': `${100 * probability}%` }}
            />
            <span class="number">{percent(probability)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Values({ numbers }: { numbers: readonly number[] }) {
  return (
    <ol class="values">
      {numbers.map((value, i) => (
        <li key={i}>{short(value)}</li>
      ))}
    </ol>
  );
}

/** Importance above which a track counts, as `movt explain` has it. */
const IMPORTANT = 0.5;

function Important({ shares }: { shares: readonly number[] }) {
  const count = shares.filter((share) => share > IMPORTANT).length;
  return (
    <p class="muted hangs">
      It hangs on <b>{count}</b> of {shares.length} tracks, those with an importance above {IMPORTANT}: see them by
      colour.
    </p>
  );
}

function Times() {
  const longest = Math.max(...stageTimes.value.map(({ ms }) => ms));
  return (
    <table class="times">
      <caption>Time</caption>
      <tbody>
        {stageTimes.value.map(({ name, ms }) => (
          <tr key={name}>
            <th scope="row">{WORDS[name] ?? name}</th>
            <td class="bar">
              <i style={{ width: `${(100 * ms) / longest}%` }} />
            </td>
            <td class="number">{duration(ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
