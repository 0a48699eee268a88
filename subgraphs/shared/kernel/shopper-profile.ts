import type { UserId } from './identifiers';
import type { FactValue } from './rules/facts';

/**
 * What the marketplace told of one shopper: the source of the facts `user.*`. A field that is absent is unknown, which is
 * neither yes nor no; an empty list says that there is none. Instants are ISO 8601 texts in UTC.
 */
export interface ShopperProfile {
  userId: UserId;
  registeredAt?: string;
  lastPaidAt?: string;
  payTimes?: number;
  /** Minor units, in the currency the marketplace keeps its books in. */
  paidAmount?: number;
  /** As the marketplace says itself; else it follows from `payTimes`. */
  isNew?: boolean;
  tier?: string;
  tags?: readonly string[];
  segments?: readonly string[];
  groups?: readonly string[];
  /** ISO 3166 code, e.g. `CN`. */
  country?: string;
  city?: string;
  /** By the names that the marketplace gave them. */
  attributes?: Readonly<Record<string, string>>;
}

/** Whether the shopper has never paid: what the marketplace says, else what follows from the orders paid; else unknown. */
export function isNewShopper({ isNew, payTimes }: Omit<ShopperProfile, 'userId'>): boolean | null {
  return isNew ?? (payTimes === undefined ? null : payTimes === 0);
}

/** The facts `user.*` by name, unknown ones left out: `{ 'user.id': 'u-1', 'user.isNew': true, 'user.payTimes': 0 }`. */
export function factsOfShopper(profile: ShopperProfile): Record<string, FactValue> {
  const { userId, registeredAt, lastPaidAt, attributes, isNew: _, ...told } = profile;
  const facts: Record<string, FactValue | null | undefined> = {
    id: userId,
    isNew: isNewShopper(profile),
    registeredAt: registeredAt && Date.parse(registeredAt),
    lastPaidAt: lastPaidAt && Date.parse(lastPaidAt),
    ...told,
  };
  for (const [name, value] of Object.entries(attributes ?? {})) facts[`attributes.${name}`] = value;
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value == null ? [] : [[`user.${name}`, value]])),
  );
}
