import { where } from './state.ts';

/** Says where videos are analysed, and whether they leave this machine. */
export function WhereChip() {
  const at = where.value;
  return (
    <p class={`where ${at.kind}`} data-where={at.kind}>
      <span class="dot" aria-hidden="true" />
      <span>{wordsFor(at)}</span>
    </p>
  );
}

function wordsFor(at: typeof where.value) {
  switch (at.kind) {
    case 'looking':
      return 'Looking for a graphics device …';
    case 'here':
      return (
        <>
          Runs <b>in this browser</b> on {at.adapter}
          {at.software ? ', a processor that stands in for a GPU' : ''}. Nothing is uploaded.
        </>
      );
    case 'server':
      return (
        <>
          Runs <b>on the server</b>: {at.why}. Videos are uploaded.
        </>
      );
  }
}
