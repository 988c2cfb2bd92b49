import { SluiceError } from '../../../../errors.ts';

/** A variable in a text: `${name}`, or with a function such as `${name:=default}` or `${name/old/new}`. */
export interface Expansion {
  name: string;
  /** What is done with its value: `:=`, `//`, `^^`, …; '' for nothing. */
  operator: string;
  /** What the function is given; each is text or another expansion. */
  operands: readonly Template[number][];
}

/** A text cut into what stands as it is and what is to be put in. */
export type Template = readonly (string | Expansion)[];

/** Expansions within expansions deeper than this are nobody's honest manifest. */
const deepest = 100;

const letter = /^[\p{L}\p{Nd}_]$/u;

/**
 * Cuts a text at its variables, as Flux' substitution does (a subset of Bash with habits of its own): `$$` is a dollar sign,
 * `$name` without braces is text, a function that is not known is an error. Throws `failed` in Flux' words.
 */
export function parseTemplate(text: string): Template {
  let at = 0;

  function fail(reason: string): never {
    throw new SluiceError('failed', `variable substitution failed: ${reason}`);
  }

  function opensHere(): boolean {
    return text[at] === '$' && text[at + 1] === '{';
  }

  function current(): string {
    const code = text.codePointAt(at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  /** As many characters as `accepts` takes, `count` being how many there are with this one; at least one. */
  function take(accepts: (character: string, count: number) => boolean, reason = 'bad substitution'): string {
    const from = at;
    for (let count = 1, next = current(); next !== '' && accepts(next, count); count += 1, next = current()) {
      at += next.length;
    }
    return at === from ? fail(reason) : text.slice(from, at);
  }

  function takeText(accepts: (character: string) => boolean, escapes: string): string {
    let taken = '';
    let any = false;
    while (at < text.length && !opensHere()) {
      const next = current();
      if (escapes !== '' && isEscaped(next)) {
        taken += text[at + 1];
        at += 2;
      } else if (accepts(next)) {
        taken += next;
        at += next.length;
      } else break;
      any = true;
    }
    return any ? taken : fail('unable to parse substitution within function');

    function isEscaped(character: string): boolean {
      const following = text[at + 1];
      if (character === '$') return following === '$';
      return escapes.includes('\\') && character === '\\' && (following === '/' || following === '\\');
    }
  }

  function operand(depth: number, accepts: (character: string) => boolean, escapes = ''): Template[number] {
    return opensHere() ? expansion(depth + 1) : takeText(accepts, escapes);
  }

  function close(reason = 'bad substitution'): void {
    if (text[at] !== '}') fail(reason);
    at += 1;
  }

  const notClosing = (character: string) => character !== '}';

  function withDefault(name: string, operator: string, depth: number): Expansion {
    at += operator.length;
    const operands: Template[number][] = [];
    while (text[at] !== '}') operands.push(operand(depth, notClosing));
    close();
    return { name, operator, operands };
  }

  function substring(name: string, depth: number): Expansion {
    at += 1;
    const operands = [operand(depth, (character) => character !== ':' && character !== '}')];
    if (text[at] !== '}') {
      take((character) => character === ':');
      operands.push(operand(depth, notClosing));
    }
    close();
    return { name, operator: ':', operands };
  }

  function replacement(name: string, depth: number): Expansion {
    const operator = take((character, count) =>
      count === 1 ? character === '/' : count === 2 && '/#%'.includes(character),
    );
    const operands = [operand(depth, (character) => character !== '/', '$\\')];
    take((character) => character === '/');
    if (text[at] !== '}') operands.push(operand(depth, notClosing, '$\\'));
    close();
    return { name, operator, operands };
  }

  function removal(name: string, depth: number): Expansion {
    const sign = text[at];
    const operator = take((character, count) => character === sign && count < 3);
    const operands = [operand(depth, notClosing)];
    close();
    return { name, operator, operands };
  }

  function expansion(depth: number): Expansion {
    if (depth > deepest) fail('too many substitutions within each other');
    at += 2;
    if (text[at] === '#') {
      at += 1;
      const name = take((character) => letter.test(character));
      close();
      return { name, operator: '#', operands: [] };
    }
    const name = take((character) => letter.test(character), 'unable to parse variable name');
    const next = text[at] ?? '';
    if (next === ':' && '=-?+'.includes(text[at + 1] ?? ' ')) return withDefault(name, text.slice(at, at + 2), depth);
    if (next === ':') return substring(name, depth);
    if (next === '=') return withDefault(name, '=', depth);
    if (next === '/') return replacement(name, depth);
    if (next === '#' || next === '%') return removal(name, depth);
    if (next === ',' || next === '^') {
      const operator = take((character, count) => ',^'.includes(character) && count < 3);
      close();
      return { name, operator, operands: [] };
    }
    close('missing closing brace');
    return { name, operator: '', operands: [] };
  }

  const template: (string | Expansion)[] = [];
  while (at < text.length) template.push(opensHere() ? expansion(0) : takeText(() => true, '$'));
  return template;
}

/** The names of all variables of a template, those within functions included. */
export function* namesIn(template: Template): Generator<string> {
  for (const each of template) {
    if (typeof each === 'string') continue;
    yield each.name;
    yield* namesIn(each.operands);
  }
}
