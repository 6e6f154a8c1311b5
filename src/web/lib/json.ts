// json.ts -- JSON read and printed without touching a digit.
//
// JSON.parse makes every number a double: 9007199254740993 becomes ...992, 1.10 becomes 1.1.
// Here a number stays the text it was.  Neither reading nor printing recurses, for rows may nest
// as deep as their database lets them.

export type Json =
  | { kind: 'object'; members: [string, Json][] }
  | { kind: 'array'; items: Json[] }
  | { kind: 'string'; value: string }
  | { kind: 'number'; digits: string }
  | { kind: 'word'; word: 'true' | 'false' | 'null' };

type Open = { node: Json & { kind: 'object' | 'array' }; key: string | null };

const SPACE = /[ \t\n\r]*/y;
const STRING = /"[^"\\\u0000-\u001f]*(?:\\.[^"\\\u0000-\u001f]*)*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;

class Reader {
  at = 0;
  constructor(readonly text: string) {}

  take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    this.at += found?.length ?? 0;
    return found;
  }

  skip(char: string): boolean {
    this.take(SPACE);
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  fail(): never {
    throw new SyntaxError(`not JSON at character ${this.at}`);
  }

  string(): string {
    this.take(SPACE);
    return JSON.parse(this.take(STRING) ?? this.fail()) as string;
  }

  scalar(): Json {
    const digits = this.take(NUMBER);
    if (digits !== null) return { kind: 'number', digits };
    const word = this.take(WORD) as 'true' | 'false' | 'null' | null;
    return word !== null ? { kind: 'word', word } : { kind: 'string', value: this.string() };
  }

  value(): Json {
    if (this.skip('{')) return { kind: 'object', members: [] };
    if (this.skip('[')) return { kind: 'array', items: [] };
    return this.scalar();
  }
}

function put(open: Open, node: Json): void {
  if (open.node.kind === 'array') open.node.items.push(node);
  else open.node.members.push([open.key ?? '', node]);
}

function isEmpty(node: Json): boolean {
  return node.kind === 'object'
    ? node.members.length === 0
    : node.kind === 'array' && node.items.length === 0;
}

function closes(reader: Reader, open: Open): boolean {
  return reader.skip(open.node.kind === 'array' ? ']' : '}');
}

/** Moves on to where a value must come; false when what is open ends here. */
function next(reader: Reader, open: Open): boolean {
  if (closes(reader, open)) return false;
  if (!isEmpty(open.node) && !reader.skip(',')) reader.fail();
  if (open.node.kind === 'object') {
    open.key = reader.string();
    if (!reader.skip(':')) reader.fail();
  }
  return true;
}

export function readJson(text: string): Json {
  const reader = new Reader(text);
  const root = reader.value();
  const stack: Open[] = [];
  const enter = (node: Json): void => {
    if (node.kind === 'object' || node.kind === 'array') stack.push({ node, key: null });
  };
  enter(root);
  for (let open = stack.at(-1); open; open = stack.at(-1)) {
    if (!next(reader, open)) {
      stack.pop();
      continue;
    }
    const node = reader.value();
    put(open, node);
    enter(node);
  }
  reader.take(SPACE);
  return reader.at === text.length ? root : reader.fail();
}

export function member(node: Json, key: string): Json | null {
  if (node.kind !== 'object') return null;
  // The last of two equal names counts, as for JSON.parse.
  return node.members.filter(([name]) => name === key).at(-1)?.[1] ?? null;
}

export function children(node: Json): [string | null, Json][] {
  if (node.kind === 'object') return node.members;
  return node.kind === 'array' ? node.items.map((item) => [null, item]) : [];
}

export function scalarText(node: Json): string {
  switch (node.kind) {
    case 'string':
      return JSON.stringify(node.value);
    case 'number':
      return node.digits;
    case 'word':
      return node.word;
    default:
      return '';
  }
}

type Step = string | { node: Json; depth: number };

const INDENT_MOST = 50; // deeper ones stand below each other, or the spaces would be the most of it

function pad(depth: number): string {
  return '\n' + '  '.repeat(Math.min(depth, INDENT_MOST));
}

function steps(node: Json, depth: number): Step[] {
  const list = children(node);
  const [open, close] = node.kind === 'array' ? ['[', ']'] : ['{', '}'];
  if (list.length === 0) return [open + close];
  const inner = list.flatMap(([key, child], i): Step[] => [
    (i ? ',' : '') + pad(depth + 1) + (key === null ? '' : `${JSON.stringify(key)}: `),
    { node: child, depth: depth + 1 },
  ]);
  return [open, ...inner, pad(depth) + close];
}

/** Indented by two; digits and order of members as they were. */
export function printJson(root: Json): string {
  const out: string[] = [];
  const stack: Step[] = [{ node: root, depth: 0 }];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    if (typeof step === 'string') out.push(step);
    else if (step.node.kind !== 'object' && step.node.kind !== 'array')
      out.push(scalarText(step.node));
    else for (const inner of steps(step.node, step.depth).reverse()) stack.push(inner);
  }
  return out.join('');
}
