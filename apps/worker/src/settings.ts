import { badInput } from '@movt/kernels';

/** A variable of the environment: what it is called, what it may hold, what it means. */
export interface Setting<Value> {
  readonly name: string;
  /** What holds where it is not set, as it would be written. */
  readonly fallback: string;
  /** What it may hold, in words. */
  readonly needed: string;
  readonly meaning: string;
  /** Undefined for a text that it may not hold. */
  parse(text: string): Value | undefined;
}

type Text = Omit<Setting<string>, 'parse'>;

/** A whole number of `lowest` to `highest`. */
export function wholeSetting(
  name: string,
  fallback: number,
  [lowest, highest]: readonly [number, number],
  meaning: string,
): Setting<number> {
  const parse = (text: string) => {
    const value = Number(text);
    return /^\d{1,15}$/.test(text) && value >= lowest && value <= highest ? value : undefined;
  };
  return { name, fallback: `${fallback}`, needed: `a whole number of ${lowest} to ${highest}`, meaning, parse };
}

/** One of several words. */
export function wordSetting<Word extends string>(
  name: string,
  fallback: Word,
  words: readonly Word[],
  meaning: string,
): Setting<Word> {
  return {
    name,
    fallback,
    needed: words.join(', '),
    meaning,
    parse: (text) => words.find((word) => word === text),
  };
}

/** 1 for yes; 0, or nothing, for no. */
export function flagSetting(name: string, meaning: string): Setting<boolean> {
  const parse = (text: string) => (text === '1' ? true : text === '0' ? false : undefined);
  return { name, fallback: '0', needed: '0 or 1', meaning, parse };
}

/** Any text that `accepts` takes; null where there is none. */
export function textSetting(text: Text, accepts: (text: string) => boolean = () => true): Setting<string | null> {
  return { ...text, parse: (value) => (value === '' ? null : accepts(value) ? value : undefined) };
}

/** Texts between commas, each of which `accepts` takes, at most 1,000 of them. */
export function listSetting(text: Text, accepts: (item: string) => boolean): Setting<readonly string[]> {
  const parse = (value: string) => {
    const items = value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return items.length <= 1000 && items.every(accepts) ? items : undefined;
  };
  return { ...text, parse };
}

/**
 * A variable's value; one that is set to nothing counts as not set.
 * @param secret keeps the value out of the message
 * @throws MovtError bad_input with what it may hold
 */
export function readSetting<Value>(
  setting: Setting<Value>,
  env: Readonly<Record<string, string | undefined>>,
  secret = false,
): Value {
  const text = env[setting.name]?.trim() || setting.fallback;
  const value = setting.parse(text);
  if (value !== undefined) return value;
  throw badInput({
    action: `reading ${setting.name}`,
    given: secret ? 'something else (not shown)' : JSON.stringify(text.slice(0, 100)),
    needed: setting.needed,
    // Kubernetes sets NAME_PORT for every Service of the namespace.
    ...(text.startsWith('tcp://') && { fix: 'A Service called movt sets it: write enableServiceLinks: false.' }),
  });
}
