/** A header is an object of objects with lists of numbers. */
const MAX_DEPTH = 3;

/**
 * What JSON.parse would let pass in a header's text: a key that an object repeats (it keeps the last in silence, so
 * that two readers of one file could see two different tensors), or nesting so deep that parsing or printing it
 * exhausts the stack. Takes time linear in the text, valid JSON or not. Returns the fault in words, or null.
 */
export function headerTextFault(text: string): string | null {
  const scopes: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{' || character === '[') {
      if (scopes.push(new Set()) > MAX_DEPTH) return `more than ${MAX_DEPTH} levels of nesting`;
    } else if (character === '}' || character === ']') {
      scopes.pop();
    } else if (character === '"') {
      const start = i++;
      while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
      if (!isKey(text, i + 1)) continue;
      const key: string = JSON.parse(text.slice(start, i + 1));
      const scope = scopes.at(-1);
      if (scope?.has(key)) return `the key ${JSON.stringify(key.slice(0, 80))} twice`;
      scope?.add(key);
    }
  }
  return null;
}

/** Whether a colon follows, after white space at most. */
function isKey(text: string, index: number): boolean {
  while (text[index] === ' ' || text[index] === '\t' || text[index] === '\n' || text[index] === '\r') index++;
  return text[index] === ':';
}
