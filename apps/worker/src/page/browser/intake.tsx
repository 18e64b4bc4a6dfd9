import { useSignal } from '@preact/signals';
import { analyse, lastInput } from './analyse.ts';
import { CameraDialog } from './camera-dialog.tsx';
import { type Input, USUAL_SECONDS } from './input.ts';
import { serverModel, serverModels, where } from './state.ts';

/** The first seconds of a file. */
export function fileInput(file: File): Input {
  return { kind: 'file', name: file.name, blob: file, part: { start: 0, end: USUAL_SECONDS } };
}

let samples = 0;

/** The ways to bring a clip. */
export function Intake() {
  const cameraOpen = useSignal(false);
  return (
    <section class="intake" aria-label="Choose a clip">
      <label class="button primary">
        Choose a video
        <input
          type="file"
          accept="video/*,.mp4,.m4v,.mov,.webm,.mkv"
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            // The same file may be chosen again.
            currentTarget.value = '';
            if (file) void analyse(fileInput(file));
          }}
        />
      </label>
      <button type="button" onClick={() => (cameraOpen.value = true)}>
        Use the camera
      </button>
      <button
        type="button"
        onClick={() => {
          void analyse({ kind: 'sample', name: `sample ${samples + 1}`, index: samples });
          samples++;
        }}
      >
        {samples && lastInput.value?.kind === 'sample' ? 'Another sample' : 'Try the sample'}
      </button>
      <span class="hint">or drop one anywhere: mp4, mov, webm</span>
      {where.value.kind === 'server' && serverModels.value.length > 1 && <ModelChoice />}
      {lastInput.value?.kind === 'file' && <PartOf input={lastInput.value} />}
      {cameraOpen.value && <CameraDialog onClose={() => (cameraOpen.value = false)} />}
    </section>
  );
}

/** Which of the server's models is asked from now on. */
function ModelChoice() {
  return (
    <label class="hint">
      model{' '}
      <select onChange={({ currentTarget }) => (serverModel.value = currentTarget.value)}>
        {serverModels.value.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

/** Chooses another part of the same file. */
function PartOf({ input }: { input: Input & { kind: 'file' } }) {
  const { start, end } = input.part;
  return (
    <form
      class="part"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        const from = Number(data.get('start'));
        void analyse({ ...input, part: { start: from, end: from + Number(data.get('seconds')) } });
      }}
    >
      <label>
        from <input key={start} name="start" type="number" min="0" step="any" defaultValue={`${start}`} required /> s
      </label>
      <label>
        for{' '}
        <input
          key={end - start}
          name="seconds"
          type="number"
          min="0.1"
          step="any"
          defaultValue={`${Number((end - start).toFixed(3))}`}
          required
        />{' '}
        s
      </label>
      <button type="submit">Go</button>
    </form>
  );
}
