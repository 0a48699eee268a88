/** One thing wrong with a document: where, what was found, what is allowed there, and what to do. */
export interface DocumentFault {
  /** E.g. `benefit[0].percentOffBasisPoints`; empty for the document as a whole. */
  path: string;
  found: string;
  allowed: string;
  cure: string;
}

/** What the schema library reports, as far as faults are made of it. */
interface SchemaIssue {
  code: string;
  path: PropertyKey[];
  message: string;
  keys?: string[];
  values?: unknown[];
  options?: unknown[];
  expected?: string;
  origin?: string;
  minimum?: number | bigint;
  maximum?: number | bigint;
  issues?: { message: string }[];
  /** Of an issue that a reader of its own raised: the fault, complete but for the path. */
  params?: Record<string, unknown>;
}

const longestFound = 80;

/** The faults of a document that its schema refused; one per issue, one per unknown key. */
export function faultsOfIssues(issues: readonly SchemaIssue[], document: unknown): DocumentFault[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return (issue.keys ?? []).map((key) => ({
        path: pathText([...issue.path, key]),
        found: foundAt(document, [...issue.path, key]),
        allowed: 'no such field',
        cure: 'remove the field or correct its name',
      }));
    }
    const own = issue.params?.fault;
    if (isFault(own)) return [{ ...own, path: pathText(issue.path) }];
    return [
      {
        path: pathText(issue.path),
        found: issue.code === 'invalid_key' ? `the key ${short(issue.path.at(-1))}` : foundAt(document, issue.path),
        ...advice(issue),
      },
    ];
  });
}

/** The value at a path of a document that nobody has checked yet; undefined where there is none. */
export function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

/** The value at a path as a fault shows it: JSON, cut after 80 characters; `nothing` where there is none. */
export function foundAt(document: unknown, path: readonly PropertyKey[]): string {
  const value = valueAt(document, path);
  return value === undefined ? 'nothing' : short(value);
}

/** `['benefit', 0, 'off', 'CNY']` → `benefit[0].off.CNY`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

/** The steps of a path: `benefit[0].off.CNY` → `['benefit', 0, 'off', 'CNY']`. */
export function stepsOf(path: string): PropertyKey[] {
  return path
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function isFault(value: unknown): value is DocumentFault {
  return typeof value === 'object' && value !== null && 'found' in value && 'allowed' in value && 'cure' in value;
}

function advice(issue: SchemaIssue): { allowed: string; cure: string } {
  switch (issue.code) {
    case 'invalid_type':
      return { allowed: kindName(issue.expected), cure: `write ${kindName(issue.expected)} here` };
    case 'invalid_value':
    case 'invalid_union': {
      const choices = (issue.values ?? issue.options ?? []).map((choice) => JSON.stringify(choice)).join(', ');
      // A choice between shapes that no field tells apart says itself what it takes.
      if (choices === '') return { allowed: issue.message, cure: 'write it as allowed' };
      return { allowed: `one of ${choices}`, cure: 'choose one of the allowed values' };
    }
    case 'too_small':
      return {
        allowed: `at least ${issue.minimum}${unitOf(issue.origin)}`,
        cure: cureOfSize(issue.origin, 'raise', 'add'),
      };
    case 'too_big':
      return {
        allowed: `at most ${issue.maximum}${unitOf(issue.origin)}`,
        cure: cureOfSize(issue.origin, 'lower', 'shorten'),
      };
    case 'invalid_key':
      return { allowed: issue.issues?.[0]?.message ?? issue.message, cure: 'correct the key or remove the entry' };
    default:
      return { allowed: issue.message, cure: 'write it as allowed' };
  }
}

function kindName(expected: string | undefined): string {
  switch (expected) {
    case 'int':
      return 'a whole number';
    case 'record':
    case 'object':
      return 'an object';
    case 'array':
      return 'a list';
    case 'string':
      return 'a text';
    case 'boolean':
      return 'true or false';
    default:
      return `a ${expected ?? 'value'}`;
  }
}

function unitOf(origin: string | undefined): string {
  if (origin === 'array') return ' entries';
  return origin === 'string' ? ' characters' : '';
}

function cureOfSize(origin: string | undefined, forNumbers: string, forSizes: string): string {
  return `${origin === 'array' || origin === 'string' ? forSizes : forNumbers} it`;
}

/** A value as a fault shows it: JSON, cut after 80 characters. */
export function short(value: unknown): string {
  const text = (typeof value === 'symbol' ? String(value) : JSON.stringify(value)) ?? String(value);
  return text.length > longestFound ? `${text.slice(0, longestFound)}…` : text;
}
