import { MovtError } from '@movt/kernels';
import { type AluCount, countAlu, mainLoop, parseBlocks } from './disassembly.ts';

/** What the compiler made of a shader for one GPU. Its estimates of time are left out: they do not compare across kernels. */
export interface MachineCode {
  readonly vector_registers: number;
  readonly vector_spills: number;
  readonly scalar_registers: number;
  readonly scalar_spills: number;
  /** Bytes a thread keeps in memory: spills, and private arrays that are indexed as they run. */
  readonly scratch_bytes: number;
  readonly workgroup_bytes: number;
  /** Waves that a SIMD holds at once, as registers and workgroup memory allow. */
  readonly waves: number;
  /** Threads in a wave. */
  readonly wave_size: 32 | 64;
  readonly instructions: number;
  readonly whole: ShareCount;
  /** The loop with the most multiply-adds; null where no loop has one. */
  readonly main_loop: ShareCount | null;
}

export interface ShareCount {
  readonly multiply_adds: number;
  readonly alu_instructions: number;
  readonly share: number;
}

/** The first line of a shader's disassembly, and of the statistics that follow it, in what RADV prints. */
const DISASSEMBLY = 'disasm:\n';
const STATISTICS = '*** SHADER STATS ***';

/**
 * Reads what RADV prints with RADV_DEBUG=shaderstats,asm for one shader.
 * @param doublesWide the GPU runs waves of 32 and of 64 (RDNA): the driver then counts a wave of 64 as two
 */
export function parseMachineCode(printed: string, doublesWide: boolean): MachineCode {
  const disassembly = disassemblyOf(printed);
  const statistics = new Map(
    [...printed.slice(printed.indexOf(STATISTICS)).matchAll(/^([A-Z][A-Za-z -]*): (\d+)$/gm)].map(
      ([, name, value]) => [name, Number(value)] as const,
    ),
  );
  const read = (name: string) => {
    const value = statistics.get(name);
    if (value === undefined) throw unreadable(`no "${name}"`);
    return value;
  };
  const blocks = parseBlocks(disassembly);
  const loop = mainLoop(blocks);
  // The driver does not say; only code for waves of 32 touches one half of the execution mask, or issues two at once.
  const wave_size = doublesWide && /\bexec_lo\b|\bv_dual_/.test(disassembly) ? 32 : 64;
  return {
    vector_registers: read('VGPRs'),
    vector_spills: read('Spilled VGPRs'),
    scalar_registers: read('SGPRs'),
    scalar_spills: read('Spilled SGPRs'),
    scratch_bytes: read('Scratch size'),
    workgroup_bytes: read('LDS size'),
    waves: read('Subgroups per SIMD') / (doublesWide ? wave_size / 32 : 1),
    wave_size,
    instructions: read('Instructions'),
    whole: shareOf(countAlu(blocks)),
    main_loop: loop && shareOf(countAlu(loop)),
  };
}

/** The disassembly alone. */
export function disassemblyOf(printed: string): string {
  const start = printed.indexOf(DISASSEMBLY);
  const end = printed.indexOf(STATISTICS, start);
  if (start < 0 || end < 0) throw unreadable('no disassembly');
  // The line before the statistics names the stage again.
  return `${printed
    .slice(start + DISASSEMBLY.length, end)
    .replace(/\n[^\n]*:\n$/, '')
    .trimEnd()}\n`;
}

function shareOf({ alu, multiplyAdds }: AluCount): ShareCount {
  return { multiply_adds: multiplyAdds, alu_instructions: alu, share: alu > 0 ? multiplyAdds / alu : 0 };
}

function unreadable(what: string): MovtError {
  return new MovtError(
    'missing_dependency',
    `reading what RADV printed: got ${what}, need the output of RADV_DEBUG=shaderstats,asm as Mesa 25.0 prints it.`,
  );
}
