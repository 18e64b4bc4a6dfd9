import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { analyse } from './analyse.ts';
import { fileInput } from './intake.tsx';

/** The whole page takes a video that is dropped on it. */
export function DropTarget({ children }: { children: ComponentChildren }) {
  const hovering = useSignal(false);
  const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for pointers; keyboards have the button
    <div
      class={`page${hovering.value ? ' hovering' : ''}`}
      onDragOver={(event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        hovering.value = true;
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) hovering.value = false;
      }}
      onDrop={(event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        hovering.value = false;
        const file = event.dataTransfer?.files[0];
        if (file) void analyse(fileInput(file));
      }}
    >
      {children}
    </div>
  );
}
