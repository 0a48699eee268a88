import { accepted, type Outcome, refused } from '../outcome';
import { conditionBounds } from './condition';
import { attributeName, type FactValue } from './facts';

/** What a request says of itself beside its lines: how and where the shopper buys. Nobody vouches for it. */
export interface CartContext {
  channel?: string | null | undefined;
  country?: string | null | undefined;
  city?: string | null | undefined;
  paymentMethod?: string | null | undefined;
  shippingMethod?: string | null | undefined;
  attributes?: readonly { name: string; value: string }[] | null | undefined;
}

/** One thing wrong with a context: `['attributes', '2', 'name']`. */
export interface ContextFault {
  path: string[];
  message: string;
}

/** Attributes that one request may name. */
const mostAttributes = 20;

const factNames = {
  channel: 'context.channel',
  country: 'context.country',
  city: 'context.city',
  paymentMethod: 'order.paymentMethod',
  shippingMethod: 'order.shippingMethod',
} as const;

/** The facts `context.*` and `order.*` that a request tells, or every fault at once. What it does not say is unknown. */
export function readCartContext(
  context: CartContext | null | undefined,
): Outcome<Record<string, FactValue>, ContextFault[]> {
  const facts: Record<string, FactValue> = {};
  const faults: ContextFault[] = [];
  const text = (path: string[], fact: string, value: string) => {
    if (value.trim() !== '' && value.length <= conditionBounds.text) facts[fact] = value;
    else
      faults.push({
        path,
        message: `Expected 1 to ${conditionBounds.text} characters, found ${value.length}; correct it or leave it out.`,
      });
  };
  for (const field of ['channel', 'country', 'city', 'paymentMethod', 'shippingMethod'] as const) {
    const value = context?.[field];
    if (value != null) text([field], factNames[field], value);
  }
  const attributes = context?.attributes ?? [];
  if (attributes.length > mostAttributes)
    return refused([
      ...faults,
      {
        path: ['attributes'],
        message: `Expected at most ${mostAttributes} attributes, found ${attributes.length}; send fewer.`,
      },
    ]);
  attributes.forEach(({ name, value }, index) => {
    const path = ['attributes', String(index)];
    const fact = `context.attributes.${name}`;
    if (!attributeName.test(name))
      faults.push({
        path: [...path, 'name'],
        message: `Expected a letter, then letters, digits, _ and -, found ${JSON.stringify(name.slice(0, 80))}; rename it.`,
      });
    else if (Object.hasOwn(facts, fact))
      faults.push({ path: [...path, 'name'], message: `Expected each name once, found ${name} twice; send one.` });
    else text([...path, 'value'], fact, value);
  });
  return faults.length > 0 ? refused(faults) : accepted(facts);
}
