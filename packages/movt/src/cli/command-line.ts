/**
 * What a shell takes to begin this process's work again.
 * @param leftOut options that only say how to go on with it
 */
export function commandLine(program: string, leftOut: readonly string[]): string {
  const args = process.argv.slice(2).filter((argument) => !leftOut.includes(argument));
  const quoted = args.map((argument) =>
    /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`,
  );
  return [program, ...quoted].join(' ');
}
