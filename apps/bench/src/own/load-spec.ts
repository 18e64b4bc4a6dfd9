import { basename } from 'node:path';
import { badInput, MovtError } from '@movt/kernels';
import { type BuildFailure, build } from 'esbuild';
import * as v from 'valibot';
import type { KernelSpec } from './spec.ts';

const pureFunction = v.function();
const specSchema = v.object({
  bindings: v.pipe(
    v.array(
      v.strictObject({
        name: v.pipe(v.string(), v.regex(/^[A-Za-z_]\w*$/)),
        access: v.picklist(['read', 'read_write']),
        type: v.optional(v.picklist(['f32', 'u32', 'f16'])),
        shape: pureFunction,
      }),
    ),
    v.minLength(1),
    v.maxLength(100),
  ),
  problems: v.pipe(v.array(v.looseObject({})), v.minLength(1), v.maxLength(1000)),
  params: v.optional(pureFunction),
  flags: v.optional(pureFunction),
  overrides: v.optional(pureFunction),
  workgroups: pureFunction,
  reference: pureFunction,
  flops: pureFunction,
  bytes: v.optional(pureFunction),
  tolerance: v.optional(pureFunction),
  draw: v.optional(v.record(v.string(), pureFunction)),
});

/**
 * Bundles a spec, TypeScript or JavaScript, and runs it.
 *
 * @throws MovtError `bad_input` when it cannot be read or parsed, throws, or has no default export that is a spec; it names the first
 *   field that is wrong.
 */
export async function loadSpec(path: string): Promise<KernelSpec<object>> {
  const action = `reading the spec ${path}`;
  const module = await runModule(path, action);
  if (!('default' in module)) {
    throw badInput({ action, given: 'no default export', needed: '`export default { … } satisfies KernelSpec<…>`' });
  }
  const { issues } = v.safeParse(specSchema, module.default);
  if (issues) {
    const { message, path: keys = [] } = issues[0];
    const field = keys.map(({ key }) => String(key)).join('.');
    throw badInput({ action, given: `${field || 'the default export'}: ${message}`, needed: 'a KernelSpec' });
  }
  return module.default as KernelSpec<object>;
}

async function runModule(path: string, action: string): Promise<Record<string, unknown>> {
  const code = await bundle(path, action);
  try {
    return await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
  } catch (error) {
    if (error instanceof MovtError) throw error;
    throw badInput({
      action,
      given: `an error when it ran: ${(error as Error).message}`,
      needed: 'a module that loads',
    });
  }
}

/** One text that imports nothing but Node's own modules. */
async function bundle(path: string, action: string): Promise<string> {
  try {
    const { outputFiles } = await build({
      entryPoints: [path],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'es2022',
      loader: { '.wgsl': 'text' },
      logLevel: 'silent',
    });
    return outputFiles[0].text;
  } catch (error) {
    const told = ((error as BuildFailure).errors ?? []).map(({ text, location }) => {
      if (!location) return text;
      const { file, line, column, lineText } = location;
      return `${basename(file)}:${line}:${column + 1}: ${text}: ${lineText.trim()}`;
    });
    throw badInput({
      action,
      given: told.join('; ') || (error as Error).message,
      needed: 'a module that esbuild can bundle',
    });
  }
}
