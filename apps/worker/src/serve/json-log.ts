import type { LogLevel } from '../environment.ts';

const ORDER: readonly LogLevel[] = ['info', 'warn', 'error', 'silent'];

/**
 * A log of one JSON object a line, the time first, and nothing below `least`. A line's `level` is info where it says none.
 *
 * @param write takes a line without its end
 */
export function jsonLog(least: LogLevel, write: (line: string) => void): (line: object) => void {
  const from = ORDER.indexOf(least);
  return (line) => {
    const { level = 'info' } = line as { level?: LogLevel };
    if (ORDER.indexOf(level) >= from) write(JSON.stringify({ time: new Date().toISOString(), level, ...line }));
  };
}
