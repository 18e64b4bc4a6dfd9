import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { colourByImportance } from './analyse.ts';
import { drawTracks } from './draw-tracks.ts';
import { Placeholder } from './placeholder.tsx';
import { clip, colouring, explain, frames, importance, known, playing, shown, tracks, wanted } from './state.ts';

/** Frames a second where the file does not say, and at the most: a clip's 32 frames should be seen as motion. */
const USUAL_FPS = 12;
const MOST_FPS = 30;
/** Moments that the last frame stays before a clip begins again, in frames. */
const REST = 8;

/** The clip with its tracks, and the controls over it. */
export function Stage() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = clip.value;

  const draw = () => {
    const { current } = canvas;
    const about = clip.value;
    if (!current || !about) return;
    const scale = Math.min(2, devicePixelRatio) || 1;
    const width = Math.max(1, Math.round(current.clientWidth * scale));
    const height = Math.max(1, Math.round((width * about.height) / about.width));
    if (current.width !== width || current.height !== height) Object.assign(current, { width, height });
    drawTracks(current.getContext('2d')!, {
      ...about,
      picture: frames.value[Math.min(shown.value, frames.value.length - 1)] ?? null,
      tracks: tracks.value,
      frame: shown.value,
      importance: colouring.value === 'importance' ? importance.value : null,
    });
  };
  useSignalEffect(draw);
  useEffect(() => {
    const watch = new ResizeObserver(draw);
    if (canvas.current) watch.observe(canvas.current);
    return () => watch.disconnect();
  }, [now]);
  usePlayback();

  if (!now) {
    return (
      <section class="stage empty" aria-label="Clip">
        <Placeholder />
        <p>Drop a video here</p>
      </section>
    );
  }
  return (
    <section class="stage" aria-label="Clip">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${now.name} with ${tracks.value?.N ?? 'its'} tracked points, coloured by ${colouring.value}`}
        style={{ aspectRatio: `${now.width} / ${now.height}` }}
      />
      <Controls />
    </section>
  );
}

function Controls() {
  const { fps, T } = clip.value!;
  const last = Math.max(0, known.value - 1);
  const seconds = (frame: number) => (fps > 0 ? `${(frame / fps).toFixed(2)} s` : `frame ${frame + 1}`);
  const byTime = colouring.value === 'time';
  return (
    <div class="controls">
      <button
        type="button"
        class="play"
        aria-label={playing.value ? 'Pause' : 'Play'}
        disabled={known.value < 2}
        onClick={() => (playing.value = !playing.value)}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={playing.value ? 'M3 2h3.5v12H3zM9.5 2H13v12H9.5z' : 'M4 2l10 6-10 6z'} fill="currentColor" />
        </svg>
      </button>
      <input
        type="range"
        min={0}
        max={Math.max(0, last)}
        value={shown.value}
        aria-label="Frame"
        aria-valuetext={`frame ${shown.value + 1} of ${known.value}, ${seconds(shown.value)}`}
        onInput={({ currentTarget }) => {
          playing.value = false;
          wanted.value = Number(currentTarget.value);
        }}
      />
      <output class="frame">
        {shown.value + 1}/{known.value}
      </output>
      <fieldset class="choice">
        <legend class="unseen">Colour of the tracks</legend>
        {(['time', 'importance'] as const).map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="colouring"
              value={name}
              checked={colouring.value === name}
              disabled={name === 'importance' && !(importance.value || explain.value || colouring.value === name)}
              onChange={() => {
                if (name === 'importance') void colourByImportance();
                else colouring.value = name;
              }}
            />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      <div class="legend" aria-hidden="true">
        <span>{byTime ? seconds(0) : 'matters little'}</span>
        <i />
        <span>{byTime ? seconds(T - 1) : 'decides'}</span>
      </div>
    </div>
  );
}

/** Goes through the frames, over and over, while the clip plays. */
function usePlayback(): void {
  useSignalEffect(() => {
    if (!playing.value) return;
    const { fps = 0, T = 0 } = clip.value ?? {};
    const length = Math.min(MOST_FPS, fps || USUAL_FPS);
    const timer = setInterval(() => {
      const next = wanted.peek() + 1;
      wanted.value = next >= known.peek() + REST ? 0 : next;
    }, 1000 / length);
    if (T > 0 && wanted.peek() >= known.peek() - 1) wanted.value = 0;
    return () => clearInterval(timer);
  });
}
