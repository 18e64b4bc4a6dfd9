import { Answer } from './answer.tsx';
import { Cost } from './cost.tsx';
import { DropTarget } from './drop-target.tsx';
import { Intake } from './intake.tsx';
import { Notices } from './notices.tsx';
import { Stage } from './stage.tsx';
import { announced } from './state.ts';
import { Timeline } from './timeline.tsx';
import { WhereChip } from './where-chip.tsx';

/** The page. */
export function App() {
  return (
    <DropTarget>
      <header>
        <h1>
          <svg viewBox="0 0 32 20" aria-hidden="true">
            <path
              d="M2 16C7 4 11 4 15 11S24 17 30 4"
              fill="none"
              stroke="url(#time)"
              stroke-width="3"
              stroke-linecap="round"
            />
            <defs>
              <linearGradient id="time">
                <stop offset="0" stop-color="#4060ff" />
                <stop offset=".45" stop-color="#3ce696" />
                <stop offset=".7" stop-color="#ffd73c" />
                <stop offset="1" stop-color="#ff2d32" />
              </linearGradient>
            </defs>
          </svg>
          MovT
        </h1>
        <p>What happens in a video, from the motion of 64 points, without looking at a pixel.</p>
        <WhereChip />
      </header>
      <main>
        <Intake />
        <Notices />
        <div class="pair">
          <Stage />
          <Answer />
        </div>
        <Timeline />
        <Cost />
      </main>
      <footer>
        Hand-written WGSL kernels, the same in this page as on the server. <a href="docs">API</a> ·{' '}
        <a href="openapi.json">OpenAPI</a>
      </footer>
      <div class="unseen" role="status" aria-live="polite">
        {announced}
      </div>
    </DropTarget>
  );
}
