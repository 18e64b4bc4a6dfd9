import { whyNoModel } from './handed-out.ts';
import { announced, where } from './state.ts';

let choice: Promise<void> | null = null;

/** Finds out whether this browser can do the work, once, and says so. */
export function chooseWhere(): Promise<void> {
  choice ??= choose();
  return choice;
}

async function choose(): Promise<void> {
  const why = await whyNotHere();
  if (why !== null) {
    where.value = { kind: 'server', why };
    void import('./server-models.ts').then(({ chosenModel }) => chosenModel());
  }
  announced.value =
    where.value.kind === 'server' ? 'Videos are analysed by the server.' : 'Videos are analysed in this browser.';
}

async function whyNotHere(): Promise<string | null> {
  if (!isSecureContext) return 'a page that is not served by https may not use WebGPU';
  if (!navigator.gpu) return 'this browser has no WebGPU';
  try {
    const [adapter, noModel] = await Promise.all([
      navigator.gpu.requestAdapter({ powerPreference: 'high-performance' }),
      whyNoModel(),
    ]);
    if (!adapter) return 'WebGPU finds no graphics device here';
    if (noModel !== null) return noModel;
    const { description, device, vendor, architecture } = adapter.info;
    const name = description || device || `${vendor} ${architecture}`.trim() || 'an unnamed GPU';
    const software = adapter.info.isFallbackAdapter || /swiftshader|llvmpipe/i.test(name);
    where.value = { kind: 'here', adapter: name, software };
    return null;
  } catch (error) {
    return `WebGPU failed: ${(error as Error).message}`;
  }
}
