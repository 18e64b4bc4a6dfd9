/** A straight run of instructions, as the compiler prints them: `BB7:` and the lines below it. */
export interface Block {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Vector ALU operations and the multiply-adds among them. Two that issue as one (`v_dual_…`) count as two of each. */
export interface AluCount {
  readonly alu: number;
  readonly multiplyAdds: number;
}

const BLOCK = /^(BB\d+):?$/;
const REPEATED = /^\s*\(then repeated (\d+) times\)/;
const BRANCH = /^s_c?branch\S*\s+(?:block:)?(BB\d+)/;
const ALU = /^v_(?!nop\b)/;
const MULTIPLY_ADD =
  /^v_(dual_|pk_)?(fma|fmac|fmamk|fmaak|mad|mac|madmk|madak)(_legacy|_mix|_mixlo|_mixhi)?_f(16|32|64)|^v_(dual_)?(dot\d|wmma)/;

/**
 * Splits RADV's disassembly into its blocks; encodings, comments and what an instruction assigns are dropped.
 *
 * Where its LLVM does not know a GPU yet, RADV prints its own form of the same instructions: `v1: %8:v[1] = v_add_u32 %5:v[1], 4`.
 */
export function parseBlocks(disassembly: string): Block[] {
  const blocks: { name: string; lines: string[] }[] = [];
  for (const text of disassembly.split('\n')) {
    const name = BLOCK.exec(text)?.[1];
    if (name) blocks.push({ name, lines: [] });
    const lines = blocks[blocks.length - 1]?.lines;
    if (name || !lines) continue;
    const repeats = Number(REPEATED.exec(text)?.[1] ?? 0);
    const line = repeats > 0 ? lines[lines.length - 1] : instructionOf(text);
    if (line) lines.push(...new Array<string>(Math.max(repeats, 1)).fill(line));
  }
  return blocks;
}

const instructionOf = (text: string) => text.replace(/;.*|\/\*.*|^.* = /g, '').trim();

export function countAlu(blocks: readonly Block[]): AluCount {
  const operations = blocks.flatMap(({ lines }) =>
    lines.flatMap((line) => line.split('::').map((part) => part.trim())),
  );
  return {
    alu: operations.filter((operation) => ALU.test(operation)).length,
    multiplyAdds: operations.filter((operation) => MULTIPLY_ADD.test(operation)).length,
  };
}

/**
 * The loop that holds the most multiply-adds itself; the loops inside it are loops of their own and are left out. Null where no loop has any.
 *
 * The compiler keeps a loop's blocks together, so a branch back to a block spans the loop.
 */
export function mainLoop(blocks: readonly Block[]): Block[] | null {
  const ends = new Map<number, number>();
  const indexOf = new Map(blocks.map(({ name }, index) => [name, index]));
  for (const [index, { lines }] of blocks.entries()) {
    for (const line of lines) {
      const target = indexOf.get(BRANCH.exec(line)?.[1] ?? '');
      if (target !== undefined && target <= index) ends.set(target, Math.max(index, ends.get(target) ?? 0));
    }
  }
  const loops = [...ends].map(([first, last]) => ({ first, last }));
  const bodies = loops.map(({ first, last }) => {
    const inner = loops.filter((other) => other.first > first && other.last <= last);
    return blocks.filter(
      (_, at) => at >= first && at <= last && !inner.some((other) => at >= other.first && at <= other.last),
    );
  });
  const most = Math.max(0, ...bodies.map((body) => countAlu(body).multiplyAdds));
  return most > 0 ? bodies.find((body) => countAlu(body).multiplyAdds === most)! : null;
}
