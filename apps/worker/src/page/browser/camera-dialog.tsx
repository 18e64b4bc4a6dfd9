import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { analyse, fail } from './analyse.ts';
import { PageError } from './messages.ts';

const SECONDS = 2.5;

/** Shows the camera's picture, and records a few seconds of it. */
export function CameraDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const stream = useSignal<MediaStream | null>(null);
  const recording = useSignal(false);

  useEffect(() => {
    let closed = false;
    dialog.current!.showModal();
    openCamera().then(
      (opened) => {
        if (closed) return stop(opened);
        stream.value = opened;
        video.current!.srcObject = opened;
      },
      (error) => {
        if (closed) return;
        onClose();
        fail(error);
      },
    );
    return () => {
      closed = true;
      if (stream.value) stop(stream.value);
    };
  }, []);

  const record = async () => {
    recording.value = true;
    try {
      const blob = await recordFor(stream.value!, SECONDS);
      onClose();
      await analyse({ kind: 'file', name: 'the camera', blob, part: { start: 0, end: SECONDS } });
    } catch (error) {
      onClose();
      fail(error);
    }
  };

  return (
    <dialog ref={dialog} aria-label="Camera" onClose={onClose}>
      <video ref={video} autoplay muted playsInline />
      <div class="row">
        <button type="button" class="primary" disabled={!stream.value || recording.value} onClick={() => void record()}>
          {recording.value ? 'Recording …' : stream.value ? `Record ${SECONDS} seconds` : 'Waiting for the camera …'}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
      {recording.value && <div class="countdown" style={{ animationDuration: `${SECONDS}s` }} />}
    </dialog>
  );
}

async function openCamera(): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new PageError(
      'There is no camera to use',
      'A page that is not served by https may not use one. Choose a video file instead.',
    );
  }
  return navigator.mediaDevices.getUserMedia({
    video: { width: { ideal: 640 }, height: { ideal: 480 } },
    audio: false,
  });
}

async function recordFor(stream: MediaStream, seconds: number): Promise<Blob> {
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise<void>((resolve) => {
    recorder.onstop = () => resolve();
  });
  recorder.start();
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  if (recorder.state !== 'inactive') recorder.stop();
  await stopped;
  return new Blob(parts, { type: recorder.mimeType.split(';')[0]! });
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
