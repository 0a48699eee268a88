import { type DocumentFault, foundAt, pathText, valueAt } from './document-faults';
import { instant } from './promotion-bounds';

/** Rules between fields, read from the raw document so that they are told together with the faults of single fields. */
export function faultsBetweenFields(raw: unknown): DocumentFault[] {
  return [
    ...faultsOfTimes(raw),
    ...faultsOfPreheat(raw),
    ...faultsOfHours(raw),
    ...faultsOfTrigger(raw),
    ...faultsOfForcing(raw),
    ...faultsOfParting(raw),
    ...faultsOfBenefits(raw),
    ...faultsOfAward(raw),
    ...faultsOfTextTags(raw),
  ];
}

type Path = readonly PropertyKey[];

function faultAt(raw: unknown, path: Path, allowed: string, cure: string): DocumentFault {
  return { path: pathText(path), found: foundAt(raw, path), allowed, cure };
}

function faultsOfTimes(raw: unknown): DocumentFault[] {
  const faults: DocumentFault[] = [];
  const startsAt = instantAt(raw, ['time', 'startsAt']);
  const endsAt = instantAt(raw, ['time', 'endsAt']);
  const from = instantAt(raw, ['time', 'validity', 'from']);
  const until = instantAt(raw, ['time', 'validity', 'until']);
  if (startsAt !== null && endsAt !== null && endsAt <= startsAt)
    faults.push(faultAt(raw, ['time', 'endsAt'], 'an instant after time.startsAt', 'end it later or start it earlier'));
  if (from !== null && until !== null && until <= from)
    faults.push(
      faultAt(raw, ['time', 'validity', 'until'], 'an instant after time.validity.from', 'let the coupon expire later'),
    );
  else if (until !== null && endsAt !== null && until < endsAt)
    faults.push(
      faultAt(
        raw,
        ['time', 'validity', 'until'],
        'an instant not before time.endsAt',
        'let the coupon expire later or end claiming earlier: a coupon claimed past its expiry is worth nothing',
      ),
    );
  return faults;
}

/** What is announced must be announced before it begins, and is brought up at most until it ends. */
function faultsOfPreheat(raw: unknown): DocumentFault[] {
  const faults: DocumentFault[] = [];
  const preheatsAt = instantAt(raw, ['time', 'preheat', 'startsAt']);
  const recallUntil = instantAt(raw, ['time', 'preheat', 'recallUntil']);
  const startsAt = instantAt(raw, ['time', 'startsAt']);
  const endsAt = instantAt(raw, ['time', 'endsAt']);
  if (preheatsAt !== null && startsAt !== null && preheatsAt >= startsAt)
    faults.push(
      faultAt(raw, ['time', 'preheat', 'startsAt'], 'an instant before time.startsAt', 'announce it earlier'),
    );
  if (recallUntil === null) return faults;
  const path = ['time', 'preheat', 'recallUntil'];
  if (preheatsAt !== null && recallUntil <= preheatsAt)
    faults.push(faultAt(raw, path, 'an instant after time.preheat.startsAt', 'let it be brought up for longer'));
  else if (endsAt !== null && recallUntil > endsAt)
    faults.push(faultAt(raw, path, 'an instant not after time.endsAt', 'stop bringing it up when it ends'));
  return faults;
}

function faultsOfHours(raw: unknown): DocumentFault[] {
  return [
    ['time', 'hoursOfDay'],
    ['time', 'validity', 'hoursOfDay'],
  ].flatMap((path) => {
    const hours = valueAt(raw, path);
    if (!Array.isArray(hours)) return [];
    return hours.flatMap((_, index) => {
      const [from, until] = ['from', 'until'].map((end) => valueAt(raw, [...path, index, end]));
      return typeof from === 'string' && from === until
        ? [faultAt(raw, [...path, index, 'until'], 'another time than from', 'correct it, or leave the hours out')]
        : [];
    });
  });
}

function faultsOfTrigger(raw: unknown): DocumentFault[] {
  const trigger = valueAt(raw, ['trigger']);
  // What a wrong trigger was meant to be, nobody knows; what goes with it is judged once it is right.
  if (!['COUPON', 'AUTOMATIC', 'CODE', 'ACTIVITY'].some((known) => known === trigger)) return [];
  const ofCoupons = [
    { path: ['time', 'validity'], what: 'a validity for the coupons', needed: ['COUPON', 'CODE'], allowed: ['CODE'] },
    { path: ['limit', 'stock'], what: 'the number of coupons to give out', needed: ['COUPON'], allowed: ['CODE'] },
    { path: ['limit', 'perUser', 'heldUnused'], what: '', needed: [], allowed: [] },
  ];
  return ofCoupons.flatMap(({ path, what, needed, allowed }) => {
    const given = valueAt(raw, path) !== undefined;
    if (!given && needed.some((known) => known === trigger))
      return [{ path: pathText(path), found: 'nothing', allowed: what, cure: `add ${pathText(path)}` }];
    if (given && ![...allowed, 'COUPON'].some((known) => known === trigger))
      return [faultAt(raw, path, `nothing with trigger ${trigger}`, 'remove it, or set trigger to COUPON')];
    return [];
  });
}

/** Only what applies by itself can be forced in; a coupon is used when its owner gains by it. */
function faultsOfForcing(raw: unknown): DocumentFault[] {
  if (valueAt(raw, ['rule', 'always']) !== true || valueAt(raw, ['trigger']) === 'AUTOMATIC') return [];
  return [
    {
      path: 'rule.always',
      found: 'true',
      allowed: 'true only with trigger AUTOMATIC',
      cure: 'remove it, or set trigger to AUTOMATIC',
    },
  ];
}

/** What each line gets by itself is taken of what that line still costs; another base would be a promise nobody keeps. */
function faultsOfParting(raw: unknown): DocumentFault[] {
  const base = valueAt(raw, ['rule', 'base']);
  if (valueAt(raw, ['rule', 'allocation']) !== 'EACH' || (base !== 'PHASE_START' && base !== 'ORIGINAL')) return [];
  return [
    faultAt(
      raw,
      ['rule', 'base'],
      '"REMAINING" with rule.allocation EACH',
      'leave the base out, or part the amount otherwise',
    ),
  ];
}

/** Amounts that belong together: a reduction above its own threshold would give goods away by a slip of the pen. */
function faultsOfBenefits(raw: unknown): DocumentFault[] {
  const benefits = valueAt(raw, ['benefit']);
  if (!Array.isArray(benefits)) return [];
  return benefits.flatMap((_, index) => {
    const path = ['benefit', index];
    switch (valueAt(raw, [...path, 'kind'])) {
      case 'THRESHOLD_REDUCTION':
      case 'FIXED':
      case 'FIXED_PER_UNIT':
        return offWithin(raw, path, 'threshold');
      case 'EVERY_X':
        return offWithin(raw, path, 'every');
      case 'TIERS':
        return faultsOfTiers(raw, [...path, 'tiers']);
      case 'DEPOSIT_EXPANSION':
        return eachAmount(raw, [...path, 'worth'], (currency, worth) => {
          const deposit = valueAt(raw, [...path, 'deposit', currency]);
          return typeof deposit === 'number' && worth <= deposit
            ? { allowed: `more than the deposit, ${deposit}`, cure: 'let the deposit count for more than it is' }
            : null;
        });
      default:
        return [];
    }
  });
}

function offWithin(raw: unknown, path: Path, field: 'threshold' | 'every'): DocumentFault[] {
  return eachAmount(raw, [...path, field], (currency, threshold) => {
    const off = valueAt(raw, [...path, 'off', currency]);
    return typeof off === 'number' && threshold < off
      ? { allowed: `at least the reduction, ${off}`, cure: 'raise the threshold or lower the reduction' }
      : null;
  });
}

/** Tiers rise in every currency they share, so that there is one highest tier for every amount. */
function faultsOfTiers(raw: unknown, path: Path): DocumentFault[] {
  const tiers = valueAt(raw, path);
  if (!Array.isArray(tiers)) return [];
  return tiers.flatMap((_, index) => [
    ...offWithin(raw, [...path, index], 'threshold'),
    ...(index === 0
      ? []
      : eachAmount(raw, [...path, index, 'threshold'], (currency, threshold) => {
          const before = valueAt(raw, [...path, index - 1, 'threshold', currency]);
          return typeof before === 'number' && threshold <= before
            ? { allowed: `more than the tier before, ${before}`, cure: 'put the tiers in rising order' }
            : null;
        })),
  ]);
}

function eachAmount(
  raw: unknown,
  path: Path,
  judge: (currency: string, amount: number) => { allowed: string; cure: string } | null,
): DocumentFault[] {
  const amounts = valueAt(raw, path);
  if (typeof amounts !== 'object' || amounts === null) return [];
  return Object.entries(amounts).flatMap(([currency, amount]) => {
    const verdict = typeof amount === 'number' ? judge(currency, amount) : null;
    return verdict ? [{ path: pathText([...path, currency]), found: String(amount), ...verdict }] : [];
  });
}

/** An award time without anything to award would be a promise nobody notices. */
function faultsOfAward(raw: unknown): DocumentFault[] {
  const benefits = valueAt(raw, ['benefit']);
  if (valueAt(raw, ['time', 'award']) === undefined || !Array.isArray(benefits)) return [];
  const awarded = benefits.some((_, index) =>
    ['GIFT', 'POINTS'].some((kind) => valueAt(raw, ['benefit', index, 'kind']) === kind),
  );
  return awarded
    ? []
    : [faultAt(raw, ['time', 'award'], 'nothing without a GIFT or POINTS benefit', 'remove it or add such a benefit')];
}

function faultsOfTextTags(raw: unknown): DocumentFault[] {
  return ['name', 'description', 'badge'].flatMap((field) => {
    const written = valueAt(raw, [field]);
    if (typeof written !== 'object' || written === null) return [];
    return Object.keys(written)
      .filter((tag) => tag !== 'default' && !/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag))
      .map((tag) => ({
        path: pathText([field, tag]),
        found: `the key ${JSON.stringify(tag)}`,
        allowed: '"default" or a language tag such as "en" or "zh-CN"',
        cure: 'correct the key or remove the text',
      }));
  });
}

function instantAt(raw: unknown, path: Path): number | null {
  const parsed = instant.safeParse(valueAt(raw, path));
  return parsed.success ? Date.parse(parsed.data) : null;
}
