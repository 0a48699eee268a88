import { asUserId, type UserId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { attributeName, factCatalogue } from '../../shared/kernel/rules/facts';
import type { ShopperProfile } from '../../shared/kernel/shopper-profile';

/** A shopper's profile as it is kept. */
export interface KeptProfile {
  profile: ShopperProfile;
  /** Grows with every change, from 1. */
  revision: number;
}

/** What a marketplace tells of a shopper, not yet looked at: an absent field stays as it was, null makes it unknown. */
export interface GivenProfile {
  userId: string;
  registeredAt?: Date | null;
  lastPaidAt?: Date | null;
  payTimes?: number | null;
  paidAmount?: number | null;
  isNew?: boolean | null;
  tier?: string | null;
  tags?: readonly string[] | null;
  segments?: readonly string[] | null;
  groups?: readonly string[] | null;
  country?: string | null;
  city?: string | null;
  attributes?: readonly { name: string; value: string }[] | null;
}

/** The fields of a profile that a call names: a value to take over, or null to forget it. */
export type ProfilePatch = { userId: UserId } & {
  [Field in keyof Omit<ShopperProfile, 'userId'>]?: ShopperProfile[Field] | null;
};

/** One thing wrong with a list of profiles. */
export interface ProfileFault {
  code: 'INVALID_PROFILE' | 'TOO_MANY';
  /** `['3', 'country']` is the fourth profile's country; empty for the list as a whole. */
  path: string[];
  message: string;
}

/** Profiles that one call may carry. */
export const maxProfilesPerCall = 1000;
/** How much one profile may hold, so that reading it stays one small read. */
export const profileBounds = { text: 128, list: 200, attributes: 50, attributeValue: 500 } as const;

/** What a call says of each shopper, in one way to write it, or everything that is wrong with it at once. */
export function readProfiles(given: readonly GivenProfile[]): Outcome<ProfilePatch[], ProfileFault[]> {
  if (given.length > maxProfilesPerCall)
    return refused([
      {
        code: 'TOO_MANY',
        path: [],
        message: `profiles: expected at most ${maxProfilesPerCall}, found ${given.length}; send them in several calls.`,
      },
    ]);
  const faults = [
    ...given.flatMap(faultsOf),
    ...faultsOfRepeats(
      given.map(({ userId }) => userId),
      (index) => [String(index), 'userId'],
    ),
  ];
  return faults.length > 0 ? refused(faults) : accepted(given.map(patchOf));
}

/** A profile after a call: what the call names is taken over or forgotten, the rest stays. */
export function patched(known: ShopperProfile | null, patch: ProfilePatch): ShopperProfile {
  const merged = { ...known, ...patch };
  const told = Object.entries(merged).filter(([, value]) => value !== null && value !== undefined);
  return { ...Object.fromEntries(told), userId: patch.userId };
}

/** Whether a profile says the same as another. */
export function isSameProfile(one: ShopperProfile, other: ShopperProfile): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

/** The fields that rules can ask for and of which nothing is known, as the facts they are the source of. */
export function unknownFacts(facts: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(factCatalogue).filter((fact) => fact.startsWith('user.') && !Object.hasOwn(facts, fact));
}

function patchOf(given: GivenProfile): ProfilePatch {
  const { userId, registeredAt, lastPaidAt, tags, segments, groups, attributes, ...rest } = given;
  const patch = {
    ...rest,
    registeredAt: instantOf(registeredAt),
    lastPaidAt: instantOf(lastPaidAt),
    tags: setOf(tags),
    segments: setOf(segments),
    groups: setOf(groups),
    attributes: attributes && Object.fromEntries(attributes.map(({ name, value }) => [name, value])),
  };
  const named = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(named), userId: asUserId(userId) };
}

function instantOf(given: Date | null | undefined): string | null | undefined {
  return given ? given.toISOString() : given;
}

/** A set has one way to be written, so that the same tags in another order are no news. */
function setOf(given: readonly string[] | null | undefined): string[] | null | undefined {
  return given && [...new Set(given)].sort();
}

function faultsOf(given: GivenProfile, index: number): ProfileFault[] {
  const faults: ProfileFault[] = [];
  const invalid = (path: string[], expected: string, found: unknown, cure: string) =>
    faults.push(invalidProfile([String(index), ...path], expected, found, cure));
  const text = (path: string[], value: string | null | undefined, cure: string) => {
    if (value != null && (value.trim() === '' || value.length > profileBounds.text))
      invalid(path, `1 to ${profileBounds.text} characters`, value, cure);
  };
  const whole = (field: 'payTimes' | 'paidAmount') => {
    const value = given[field];
    const { min, max } = factCatalogue[`user.${field}`]?.range ?? { min: 0, max: 0 };
    if (value != null && !(Number.isSafeInteger(value) && value >= min && value <= max))
      invalid([field], `a whole number from ${min} to ${max}`, value, 'correct the number');
  };

  text(['userId'], given.userId, "use the marketplace's own id");
  for (const field of ['tier', 'city'] as const) text([field], given[field], 'correct it, or send null to forget it');
  if (given.country != null && !/^[A-Z]{2}$/.test(given.country))
    invalid(['country'], 'an ISO 3166 code of two capitals', given.country, 'write a code such as CN');
  whole('payTimes');
  whole('paidAmount');

  for (const field of ['tags', 'segments', 'groups'] as const) {
    const list = given[field] ?? [];
    if (list.length > profileBounds.list)
      invalid([field], `at most ${profileBounds.list}`, list.length, 'send those that promotions ask for');
    else
      list.forEach((value, at) => {
        text([field, String(at)], value, 'correct it or leave it out');
      });
  }

  const attributes = given.attributes ?? [];
  if (attributes.length > profileBounds.attributes)
    invalid(['attributes'], `at most ${profileBounds.attributes}`, attributes.length, 'send fewer');
  else {
    attributes.forEach(({ name, value }, at) => {
      const path = ['attributes', String(at)];
      if (!attributeName.test(name))
        invalid([...path, 'name'], 'a letter, then letters, digits, _ and -, 64 at most', name, 'rename it');
      if (value.length > profileBounds.attributeValue)
        invalid([...path, 'value'], `at most ${profileBounds.attributeValue} characters`, value, 'shorten it');
    });
    const names = attributes.map(({ name }) => name);
    faults.push(...faultsOfRepeats(names, (at) => [String(index), 'attributes', String(at), 'name']));
  }
  return faults;
}

/** One fault for each value that stands in the list already. */
function faultsOfRepeats(values: readonly string[], pathOf: (index: number) => string[]): ProfileFault[] {
  const first = new Map<string, number>();
  return values.flatMap((value, index) => {
    const earlier = first.get(value);
    if (earlier === undefined) {
      first.set(value, index);
      return [];
    }
    return [invalidProfile(pathOf(index), `each once, it is at ${earlier} already`, value, 'send one of them')];
  });
}

function invalidProfile(path: string[], expected: string, found: unknown, cure: string): ProfileFault {
  const where = `profiles${path.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('')}`;
  return { code: 'INVALID_PROFILE', path, message: `${where}: expected ${expected}, found ${shown(found)}; ${cure}.` };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function inOrder(profile: ShopperProfile): [string, unknown][] {
  const { attributes, ...rest } = profile;
  const entries: [string, unknown][] = Object.entries({
    ...rest,
    attributes: attributes && Object.entries(attributes).sort(byName),
  });
  return entries.filter(([, value]) => value !== undefined).sort(byName);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
