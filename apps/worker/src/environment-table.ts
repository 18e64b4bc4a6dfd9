import { SETTINGS } from './environment.ts';

/** Every variable of the environment, as a table in Markdown. */
export function environmentTable(): string {
  const rows = Object.values(SETTINGS).map(({ name, fallback, meaning, needed }) => {
    return `| \`${name}\` | ${fallback && `\`${fallback}\``} | ${meaning} | ${needed.replaceAll('*', '\\*')} |`;
  });
  return ['| variable | without it | meaning | may be |', '|---|---|---|---|', ...rows].join('\n');
}
