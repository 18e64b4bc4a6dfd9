/** A resource as the WGSL declares it. */
export interface Declaration {
  readonly group: number;
  readonly binding: number;
  readonly name: string;
  /** `uniform`, or the access of a storage buffer. */
  readonly access: 'uniform' | 'read' | 'read_write';
  /** The scalar that its elements are made of; undefined for structs and what else is not seen at once. */
  readonly scalar: string | undefined;
}

/** Line comments and block comments, which nest in WGSL, as spaces. */
export function withoutComments(wgsl: string): string {
  let text = '';
  let depth = 0;
  for (let i = 0; i < wgsl.length; i++) {
    const two = wgsl.slice(i, i + 2);
    if (depth === 0 && two === '//') {
      const end = wgsl.indexOf('\n', i);
      i = end < 0 ? wgsl.length : end - 1;
    } else if (two === '/*') {
      depth++;
      i++;
    } else if (depth > 0 && two === '*/') {
      depth--;
      i++;
    } else if (depth === 0) text += wgsl[i];
  }
  return text;
}

/** The resources of expanded WGSL in the order of their binding numbers. It need not compile. */
export function findDeclarations(wgsl: string): Declaration[] {
  const text = withoutComments(wgsl);
  const pattern = /((?:@\w+\s*\([^)]*\)\s*)+)var\s*<\s*(\w+)\s*(?:,\s*(\w+)\s*)?>\s*(\w+)\s*:\s*([^;]+);/g;
  const found: Declaration[] = [];
  for (const [, attributes, space, access = 'read', name, type] of text.matchAll(pattern)) {
    if (space !== 'storage' && space !== 'uniform') continue;
    const number = (attribute: string) =>
      Number(new RegExp(`@${attribute}\\s*\\(\\s*(\\d+)[ui]?\\s*,?\\s*\\)`).exec(attributes)?.[1] ?? NaN);
    found.push({
      group: number('group'),
      binding: number('binding'),
      name,
      access: space === 'uniform' ? 'uniform' : (access as 'read' | 'read_write'),
      scalar: scalarOf(type),
    });
  }
  return found.sort((a, b) => a.group - b.group || a.binding - b.binding);
}

/** `array<vec4<f32>>`, `array<vec4f, 8>`, `array<atomic<u32>>` → f32, f32, u32. */
function scalarOf(type: string): string | undefined {
  const scalar = /\b(f32|u32|i32|f16)\b/.exec(type)?.[1];
  const short = /\b(?:vec[234]|mat[234]x[234])([fuih])\b/.exec(type)?.[1];
  return scalar ?? (short && { f: 'f32', u: 'u32', i: 'i32', h: 'f16' }[short]);
}

/** The numbers of `override NAME: type = 16;`; those computed or without a default are left out. */
export function overrideDefaults(wgsl: string): Record<string, number> {
  const pattern = /\boverride\s+(\w+)\s*(?::\s*\w+\s*)?=\s*(-?[\d.]+(?:e-?\d+)?)[uifh]?\s*;/g;
  return Object.fromEntries(
    [...withoutComments(wgsl).matchAll(pattern)].map(([, name, value]) => [name, Number(value)]),
  );
}
