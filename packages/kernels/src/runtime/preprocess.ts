import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';

/** Names that `#if` and `#elif` may test, with their values. */
export type Flags = Readonly<Record<string, boolean>>;

const CONDITION = /^[ \t]*#(?:if|elif)[ \t]+([A-Z][A-Z0-9_]*)[ \t]*$/;
const PLAIN = /^[ \t]*#(?:else|endif)[ \t]*$/;

/**
 * Expands `#if FLAG`, `#elif FLAG`, `#else` and `#endif`, each alone on its line, with wgsl-preprocessor.
 *
 * That library is a template-literal tag, so the source is cut after each `#if` and `#elif` and the tag is called with
 * the pieces. Everything it would pass through silently (`#define`, `#ifdef`, a condition on an unknown flag, a
 * directive inside a comment) is refused here.
 */
export function preprocess(name: string, source: string, flags: Flags): string {
  const strings: string[] = [''];
  const values: boolean[] = [];
  for (const [index, line] of source.split('\n').entries()) {
    const condition = CONDITION.exec(line);
    if (condition) {
      const flag = condition[1] as string;
      if (!(flag in flags)) throw new Error(`${name}.wgsl:${index + 1}: '${flag}' is not among its flags`);
      const cut = line.indexOf(flag);
      strings[strings.length - 1] += line.slice(0, cut);
      values.push(flags[flag] as boolean);
      strings.push('\n');
    } else if (/#(if|elif|else|endif|define|include|ifdef)/.test(line) && !PLAIN.test(line)) {
      throw new Error(
        `${name}.wgsl:${index + 1}: a directive stands alone on its line and tests one flag: ${line.trim()}`,
      );
    } else {
      strings[strings.length - 1] += `${line}\n`;
    }
  }
  return wgsl(Object.assign(strings, { raw: strings }) as unknown as TemplateStringsArray, ...values);
}
