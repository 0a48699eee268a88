import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  asCouponId,
  asLockToken,
  asMerchantId,
  asOrderId,
  asTemplateId,
  asTenantId,
  asUserId,
  asVersionId,
} from '../../subgraphs/shared/kernel/identifiers';
import { type PromotionTerms, parseTemplateDocument } from '../../subgraphs/shared/kernel/promotion-terms';
import { recordedFacts } from '../../subgraphs/shared/kernel/rules/fact-sources';
import { createPromotionRules } from '../../subgraphs/shared/kernel/rules/promotion-rules';
import {
  freeSlots,
  type LiveTemplate,
  refuseClaim,
  slotLimits,
  slotsOf,
  validityOf,
} from '../../subgraphs/user-coupon/domain/claim-rules';
import { codeOf, codePrefix, codesPerDay, readCode } from '../../subgraphs/user-coupon/domain/code';
import {
  type Act,
  afterMoves,
  type Coupon,
  type CouponState,
  couponIdOf,
  couponIdPrefix,
  dueMoves,
  endOffer,
  expire,
  freeze,
  groupOfState,
  isLockable,
  legalMoves,
  letGo,
  lock,
  type Move,
  mayMove,
  readCouponId,
  redeem,
  revoke,
  stateAt,
} from '../../subgraphs/user-coupon/domain/coupon';
import { valueRank } from '../../subgraphs/user-coupon/domain/coupon-value';
import { accept, maxOffers, offer } from '../../subgraphs/user-coupon/domain/gift';
import { rule } from '../../subgraphs/user-coupon/domain/ruling';
import { runs } from '../support/runs';

const noon = new Date('2026-11-22T04:00:00Z');
const later = (ms: number) => new Date(noon.getTime() + ms);
const day = 86_400_000;
const [orderId, token] = [asOrderId('ord_1'), asLockToken('lck_1')];

function couponIn(state: CouponState): Coupon {
  const facts = {
    id: asCouponId('cpn_a-000001-0'),
    tenantId: asTenantId('t'),
    ownerId: asUserId('u'),
    templateId: asTemplateId('tpl_a'),
    versionId: asVersionId('tpv_a'),
    seq: 3,
    code: '1'.repeat(18),
    slots: ['L:1'],
    idempotencyKey: 'k',
    claimedAt: later(-day),
    validFrom: later(-day),
    expiresAt: later(day),
    valueRank: '~',
  };
  const [to, couponId] = [asUserId('friend'), asCouponId('cpn_a-000001-1')];
  switch (state) {
    case 'LOCKED':
      return { ...facts, state, orderId, token };
    case 'REDEEMED':
      return { ...facts, state, orderId, token, redeemedAt: noon };
    case 'FROZEN':
    case 'REVOKED':
      return { ...facts, state, ruling: { by: 'user:op', at: noon, note: null } };
    case 'TRANSFER_PENDING':
      return { ...facts, state, offer: { to, at: noon, until: later(1000) } };
    case 'TRANSFERRED':
      return { ...facts, state, gift: { to, couponId, at: noon } };
    default:
      return { ...facts, state };
  }
}

function terms(document: Record<string, unknown> = {}, merchantId: string | null = 'm'): PromotionTerms {
  const parsed = parseTemplateDocument({
    name: { default: '立减' },
    trigger: 'COUPON',
    time: {
      startsAt: '2026-11-01T00:00:00+08:00',
      endsAt: '2026-12-01T00:00:00+08:00',
      validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 },
    },
    limit: { stock: 10 },
    rule: { stackingGroup: 'MERCHANT_COUPON' },
    benefit: [{ kind: 'FIXED', off: { CNY: 500 } }],
    ...document,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  return {
    templateId: asTemplateId('tpl_a'),
    versionId: asVersionId('tpv_a'),
    version: 1,
    tenantId: asTenantId('t'),
    merchantId: merchantId === null ? null : asMerchantId(merchantId),
    document: parsed.value,
  };
}

const template = (over: Partial<LiveTemplate> = {}): LiveTemplate => ({
  templateId: asTemplateId('tpl_a'),
  tenantId: asTenantId('t'),
  merchantId: asMerchantId('m'),
  revision: 1,
  state: 'LIVE',
  terms: terms(),
  stock: 10,
  ...over,
});

describe('the moves of a coupon', () => {
  const states = Object.keys(groupOfState) as CouponState[];
  const ruling = { by: 'user:op', at: noon, note: 'why' };
  /** The moves that can be made by themselves; `mark` and `unfreeze` are decided by `rule`, a gift by `offer` and `accept`. */
  type Made = Exclude<Act, 'claim' | 'receive' | 'mark' | 'unfreeze' | 'offer' | 'accept'>;
  const make: Record<Made, (coupon: Coupon) => Move | undefined> = {
    lock: (coupon) => lock(coupon, { token, orderId, until: later(1000) }, 'test', noon),
    redeem: (coupon) => redeem(coupon, orderId, token, 'test', noon),
    release: (coupon) => letGo('release', coupon, orderId, 'test', noon)[0],
    return: (coupon) => letGo('return', coupon, orderId, 'test', noon)[0],
    expire: (coupon) => expire(coupon, 'test', noon),
    freeze: (coupon) => freeze(coupon, ruling),
    revoke: (coupon) => revoke(coupon, ruling),
    decline: (coupon) => endOffer('decline', coupon, 'test', noon)[0],
    takeBack: (coupon) => endOffer('takeBack', coupon, 'test', noon)[0],
    lapse: (coupon) => endOffer('lapse', coupon, 'test', noon)[0],
  };

  it('are exactly those of the table: every other act on every other state is impossible', () => {
    for (const [act, move] of Object.entries(make) as [Made, (typeof make)['lock']][])
      for (const state of states) {
        if (!mayMove(act, state)) {
          expect(() => move(couponIn(state))).toThrow(act);
          continue;
        }
        const made = move(couponIn(state));
        expect(made).toMatchObject({ act, before: state, after: { state: legalMoves[act].to, seq: 4 } });
      }
  });

  it('make every ruling true, or wait for the order, or say that the coupon is over', () => {
    const outcomes = Object.fromEntries(
      states.map((state) => [
        state,
        (['freeze', 'unfreeze', 'revoke'] as const).map((act) => {
          const ruled = rule(act, couponIn(state), ruling);
          if (!ruled.ok) return ruled.refusal.code;
          for (const { act, before, after } of ruled.value) {
            const { from, to }: { from: readonly CouponState[]; to: string } = legalMoves[act];
            expect(from).toContain(before);
            expect(after.state).toBe(to === 'SAME' ? before : to);
          }
          return ruled.value.map((move) => move.act).join('+') || 'NOTHING';
        }),
      ]),
    );
    expect(outcomes).toEqual({
      AVAILABLE: ['freeze', 'NOTHING', 'revoke'],
      LOCKED: ['mark', 'NOTHING', 'mark'],
      REDEEMED: ['mark', 'NOTHING', 'mark'],
      EXPIRED: ['COUPON_OVER', 'COUPON_OVER', 'COUPON_OVER'],
      REVOKED: ['COUPON_OVER', 'COUPON_OVER', 'NOTHING'],
      FROZEN: ['NOTHING', 'unfreeze', 'revoke'],
      TRANSFER_PENDING: ['freeze', 'NOTHING', 'revoke'],
      TRANSFERRED: ['COUPON_OVER', 'COUPON_OVER', 'COUPON_OVER'],
    });
  });

  it('let a mark take effect when the coupon comes back, a revocation before an expiry, an expiry before a freeze', () => {
    const marked = (state: 'LOCKED' | 'REDEEMED', ...acts: ('freeze' | 'unfreeze' | 'revoke')[]) =>
      acts.reduce((coupon, act) => {
        const ruled = rule(act, coupon, ruling);
        return ruled.ok ? afterMoves(coupon, ruled.value) : coupon;
      }, couponIn(state));
    const back = (coupon: Coupon, at = noon) =>
      letGo(coupon.state === 'LOCKED' ? 'release' : 'return', coupon, orderId, 'test', at).map(({ act }) => act);
    expect(back(marked('LOCKED', 'freeze'))).toEqual(['release', 'freeze']);
    expect(back(marked('REDEEMED', 'revoke'))).toEqual(['return', 'revoke']);
    expect(back(marked('LOCKED', 'freeze', 'unfreeze'))).toEqual(['release']);
    expect(back(marked('LOCKED', 'revoke', 'freeze', 'unfreeze'))).toEqual(['release', 'revoke']);
    expect(back(marked('LOCKED', 'freeze'), later(day))).toEqual(['release', 'expire']);
    expect(back(marked('LOCKED', 'revoke'), later(day))).toEqual(['release', 'revoke']);
    // A mark outlives being spent.
    const spent = redeem(marked('LOCKED', 'freeze'), orderId, token, 'test', noon).after;
    expect(back(spent)).toEqual(['return', 'freeze']);
  });

  it('hand a coupon over with its terms, the next hop, a place of its own, and what it was made from', () => {
    const given = couponIn('TRANSFER_PENDING');
    if (given.state !== 'TRANSFER_PENDING') throw new Error('Expected an offer');
    const [over, mine] = accept(given, { code: '2', idempotencyKey: 'r' }, 'user:friend', noon);
    expect(over?.after).toMatchObject({ state: 'TRANSFERRED', seq: 4, gift: { to: 'friend' } });
    expect(mine).toMatchObject({
      act: 'receive',
      before: null,
      after: {
        id: 'cpn_a-000001-1',
        ownerId: 'friend',
        seq: 1,
        state: 'AVAILABLE',
        slots: ['C:cpn_a-000001-1'],
        transferredFrom: given.id,
        expiresAt: given.expiresAt,
        versionId: given.versionId,
      },
    });
    expect(mine?.after).not.toHaveProperty('offer');
    const refusedFor = (coupon: Coupon, to = 'friend', offered = 0) => {
      const made = offer(coupon, asUserId(to), { by: 'user:u', at: noon, hours: 48, offered });
      return made.ok ? made.value.at(-1)?.after : made.refusal.code;
    };
    // The offer ends with the coupon at the latest.
    expect(refusedFor(couponIn('AVAILABLE'))).toMatchObject({ offer: { until: later(day) } });
    expect(refusedFor(couponIn('AVAILABLE'), 'u')).toBe('OWN_COUPON');
    expect(refusedFor(couponIn('LOCKED'))).toBe('NOT_AVAILABLE');
    expect(refusedFor(couponIn('AVAILABLE'), 'friend', maxOffers)).toBe('TOO_MANY_OFFERS');
  });

  it('bring back what time has changed before anybody writes it down', () => {
    const offered = couponIn('TRANSFER_PENDING');
    expect([stateAt(offered, later(999)), stateAt(offered, later(1000)), stateAt(offered, later(day))]).toEqual([
      'TRANSFER_PENDING',
      'AVAILABLE',
      'EXPIRED',
    ]);
    expect(isLockable(offered, later(1000))).toBe(true);
    for (const coupon of states.map(couponIn))
      for (const at of [later(0), later(1000), later(day)])
        expect(afterMoves(coupon, dueMoves(coupon, 'test', at)).state).toBe(stateAt(coupon, at));
  });

  it('rank a coupon by its face value, largest first, each currency by itself and the cart’s own at the end', () => {
    const rank = (...benefit: unknown[]) => valueRank(terms({ benefit }).document);
    const ranks = [
      rank({ kind: 'FIXED', off: { CNY: 5000 } }),
      rank({ kind: 'PERCENT', percentOffBasisPoints: 1000, maxAmount: { CNY: 4000 } }),
      rank({ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 30_000 }, off: { CNY: 900 } }),
      rank({ kind: 'FIXED', off: { USD: 9000 } }),
      rank({ kind: 'PERCENT', percentOffBasisPoints: 1000 }),
    ];
    expect([...ranks].sort()).toEqual(ranks);
    expect(new Set(ranks).size).toBe(5);
    expect(rank({ kind: 'FIXED', off: { CNY: 4000 } })).toBe('CNY9007199254736991');
  });

  it('leave no order and no token on a coupon that is free again', () => {
    const [back] = letGo('return', couponIn('REDEEMED'), orderId, 'test', noon);
    expect(Object.keys(back?.after ?? {})).toEqual(expect.not.arrayContaining(['orderId', 'token', 'redeemedAt']));
  });

  it('end in EXPIRED when a coupon is let go past its expiry, as two moves', () => {
    const made = letGo('release', couponIn('LOCKED'), orderId, 'test', later(day));
    expect(made.map(({ act, after }) => [act, after.state, after.seq])).toEqual([
      ['release', 'AVAILABLE', 4],
      ['expire', 'EXPIRED', 5],
    ]);
    expect(letGo('release', couponIn('LOCKED'), orderId, 'test', later(day - 1))).toHaveLength(1);
  });

  it('begin with validity and end with it: a coupon can be held from its first instant to before its last', () => {
    const coupon = couponIn('AVAILABLE');
    expect([later(-day - 1), later(-day), later(day - 1), later(day)].map((now) => isLockable(coupon, now))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect([later(day - 1), later(day)].map((now) => stateAt(coupon, now))).toEqual(['AVAILABLE', 'EXPIRED']);
    expect(stateAt(couponIn('LOCKED'), later(2 * day))).toBe('LOCKED');
  });
});

describe('the id of a coupon', () => {
  it('encodes template, serial and hop, and sorts by serial within its template', () => {
    const number = fc.record({
      template: fc.stringMatching(/^tpl_[0-9A-Za-z]{1,22}$/),
      serial: fc.integer({ min: 1, max: 1_000_000_000 }),
      hop: fc.integer({ min: 0, max: 99 }),
    });
    fc.assert(
      fc.property(number, fc.integer({ min: 1, max: 1_000_000_000 }), ({ template, serial, hop }, other) => {
        const parts = { templateId: asTemplateId(template), serial, hop };
        const id = couponIdOf(parts);
        expect(readCouponId(id)).toEqual(parts);
        expect(id.startsWith(couponIdPrefix(parts.templateId))).toBe(true);
        const beside = couponIdOf({ ...parts, serial: other });
        expect(Math.sign(id < beside ? -1 : id > beside ? 1 : 0)).toBe(Math.sign(serial - other));
      }),
      { numRuns: runs(1000) },
    );
  });

  it('is read from nothing else', () => {
    for (const text of ['', 'cpn_', 'cpn_a-1-0', 'tpl_a', "cpn_a-00000z-0'; drop"])
      expect(readCouponId(text)).toBeNull();
    expect(() => couponIdPrefix(asTemplateId('sku-1'))).toThrow('template id');
  });
});

/** The refusal of a shopper of whom these facts are known. */
const refusalOf = (of: LiveTemplate, now: Date, known: Parameters<typeof recordedFacts>[0] = {}) =>
  refuseClaim(of, createPromotionRules(10), recordedFacts(known), now);

describe('who may claim', () => {
  it('is told in the order in which a shopper would want to hear it', () => {
    const [before, open, end] = [new Date('2026-10-31T15:59:59Z'), noon, new Date('2026-11-30T16:00:00Z')];
    expect(refusalOf(template(), open)).toBeNull();
    expect(refusalOf(template(), before)).toEqual({
      code: 'NOT_YET_OPEN',
      retryAt: new Date('2026-10-31T16:00:00Z'),
    });
    expect(refusalOf(template(), end)).toEqual({ code: 'ENDED' });
    expect(refusalOf(template({ state: 'PAUSED' }), before)).toEqual({ code: 'PAUSED' });
    expect(refusalOf(template({ state: 'PAUSED' }), end)).toEqual({ code: 'ENDED' });
    expect(refusalOf(template({ state: 'ENDED' }), open)).toEqual({ code: 'ENDED' });
    expect(refusalOf(template({ terms: terms({ user: { audience: { kind: 'NEW_USERS' } } }) }), open)).toEqual({
      code: 'NOT_ELIGIBLE',
      unmet: { path: 'user.audience', required: 'user.isNew: true', observed: null },
    });
    const automatic = terms({
      trigger: 'AUTOMATIC',
      limit: {},
      time: { startsAt: '2026-11-01T00:00:00+08:00', endsAt: '2026-12-01T00:00:00+08:00' },
    });
    expect(refusalOf(template({ terms: automatic, stock: null }), end)).toEqual({ code: 'NOT_CLAIMABLE' });
  });

  const open = new Date('2026-11-11T04:00:00Z');
  const tagged = { user: { audience: { kind: 'TAGS', tags: ['tea'] }, excludes: { groups: ['staff'] } } };
  const frequent = {
    rule: {
      stackingGroup: 'MERCHANT_COUPON',
      condition: {
        all: [
          { fact: 'user.payTimes', op: 'gte', value: 2 },
          { fact: 'cart.itemCount', op: 'gte', value: 3 },
          { not: { fact: 'user.city', op: 'eq', value: 'Ulm' } },
        ],
      },
    },
  };
  it.each<[string, Record<string, unknown>, Parameters<typeof recordedFacts>[0], string | null]>([
    ['one of an audience', tagged, { 'user.tags': ['tea'], 'user.groups': [] }, null],
    ['not one outside', tagged, { 'user.tags': ['nuts'], 'user.groups': [] }, 'user.audience.tags'],
    ['not one of whom nothing is known', tagged, {}, 'user.audience.tags'],
    ['not one who is left out', tagged, { 'user.tags': ['tea'], 'user.groups': ['staff'] }, 'user.excludes.groups'],
    ['not one who might be left out', tagged, { 'user.tags': ['tea'] }, 'user.excludes.groups'],
    ['one of whom the rule holds, the cart left open', frequent, { 'user.payTimes': 2, 'user.city': 'Bonn' }, null],
    ['not one of whom it does not', frequent, { 'user.payTimes': 1, 'user.city': 'Bonn' }, 'rule.condition.all[0]'],
    ['not one of whom a denial is unknown', frequent, { 'user.payTimes': 2 }, 'rule.condition.all[2].not'],
    ['anybody where nothing is asked', {}, {}, null],
  ])('is %s', (_, document, known, path) => {
    const refusal = refusalOf(template({ terms: terms(document) }), open, known);
    expect(refusal).toEqual(path === null ? null : { code: 'NOT_ELIGIBLE', unmet: expect.objectContaining({ path }) });
  });

  it('is anybody within the hours of claiming, and outside is told when they come', () => {
    const evening = terms({
      time: {
        startsAt: '2026-11-11T21:00:00+08:00',
        endsAt: '2026-11-13T20:30:00+08:00',
        hoursOfDay: [{ from: '20:00', until: '22:00' }],
        validity: { kind: 'DAYS_AFTER_CLAIM', days: 7 },
      },
    });
    const at = (local: string) => refusalOf(template({ terms: evening }), new Date(`2026-11-${local}:00+08:00`));
    const opensAt = (local: string) => ({ code: 'NOT_YET_OPEN', retryAt: new Date(`2026-11-${local}:00+08:00`) });
    expect(at('10T20:30')).toEqual(opensAt('11T21:00'));
    expect(at('11T21:00')).toBeNull();
    expect(at('11T22:00')).toEqual(opensAt('12T20:00'));
    expect(at('12T21:59')).toBeNull();
    expect(at('13T20:29')).toBeNull();
    const lunch = terms({
      time: { ...evening.document.time, hoursOfDay: [{ from: '11:00', until: '14:00' }] },
    });
    const late = new Date('2026-11-13T14:00:00+08:00');
    expect(refusalOf(template({ terms: lunch }), late)).toEqual({ code: 'ENDED' });
  });

  it('counts days and weeks where the tenant lives: at 17:00 UTC it is tomorrow in Shanghai', () => {
    const limited = terms({ limit: { stock: 1, perUser: { lifetime: 5, perWeek: 3, perDay: 2 } } });
    const sunday = new Date('2026-11-22T17:00:00Z');
    expect(slotLimits(limited, sunday, 'Asia/Shanghai')).toEqual([
      { prefix: 'L', max: 5 },
      { prefix: 'W:2026-48', max: 3 },
      { prefix: 'D:2026-11-23', max: 2 },
    ]);
    expect(slotLimits(limited, sunday, 'UTC').map(({ prefix }) => prefix)).toEqual(['L', 'W:2026-47', 'D:2026-11-22']);
    expect(slotLimits(terms(), sunday, 'UTC')).toEqual([]);
  });

  it('gives the lowest free place of every limit, as often as the tightest limit allows and never a place twice', () => {
    const limits = fc.uniqueArray(
      fc.record({ prefix: fc.constantFrom('L', 'W:2026-47', 'D:2026-11-22'), max: fc.integer({ min: 1, max: 6 }) }),
      { minLength: 1, selector: ({ prefix }) => prefix },
    );
    fc.assert(
      fc.property(limits, (own) => {
        const taken = new Set<string>();
        let count = 0;
        for (let slots = freeSlots(own, taken); slots; slots = freeSlots(own, taken)) {
          for (const slot of slots) {
            expect(taken.has(slot)).toBe(false);
            taken.add(slot);
          }
          count += 1;
        }
        expect(count).toBe(Math.min(...own.map(({ max }) => max)));
      }),
      { numRuns: runs(400) },
    );
    expect(freeSlots([{ prefix: 'L', max: 3 }], new Set(['L:1', 'L:3']))).toEqual(['L:2']);
    expect(slotsOf([], asCouponId('cpn_a-000001-0'))).toEqual(['C:cpn_a-000001-0']);
  });

  it('gets a coupon with the validity that the terms say', () => {
    expect(validityOf(terms(), noon)).toEqual({ validFrom: noon, expiresAt: later(7 * day) });
    const fixed = terms({
      time: {
        startsAt: '2026-11-01T00:00:00Z',
        endsAt: '2026-12-01T00:00:00Z',
        validity: { kind: 'FIXED', from: '2026-12-01T00:00:00Z', until: '2026-12-12T00:00:00Z' },
      },
    });
    expect(validityOf(fixed, noon)).toEqual({
      validFrom: new Date('2026-12-01T00:00:00Z'),
      expiresAt: new Date('2026-12-12T00:00:00Z'),
    });
  });
});

describe('coupon codes', () => {
  const key = Uint8Array.from({ length: 16 }, (_, i) => i * 7);
  const parts = fc.record({
    prefix: fc.stringMatching(/^\d{4}$/),
    day: fc.integer({ min: 0, max: 999_999 }),
    sequence: fc.integer({ min: 0, max: codesPerDay - 1 }),
  });

  it('are 18 digits that lead back to exactly their parts, so that no two are alike', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.string(), parts, (anyKey, tenant, of) => {
        const code = codeOf(anyKey, tenant, of);
        expect(code).toMatch(/^\d{18}$/);
        expect(code.slice(0, 4)).toBe(of.prefix);
        expect(readCode(anyKey, tenant, code)).toEqual(of);
      }),
      { numRuns: runs(2000) },
    );
    const many = new Set(
      Array.from({ length: 5000 }, (_, sequence) => codeOf(key, 't', { prefix: '1001', day: 20_779, sequence })),
    );
    expect(many.size).toBe(5000);
  });

  it('show no pattern: neighbours share digits as often as strangers do', () => {
    const tails = Array.from({ length: 2000 }, (_, sequence) =>
      codeOf(key, 't', { prefix: '1001', day: 20_779, sequence }).slice(10),
    );
    const alike = tails.slice(1).map((tail, i) => [...tail].filter((digit, at) => digit === tails[i]?.[at]).length);
    const mean = alike.reduce((sum, n) => sum + n, 0) / alike.length;
    expect(mean).toBeGreaterThan(0.65); // 8 digits that agree by chance in one of ten
    expect(mean).toBeLessThan(0.95);
    const days = [0, 1, 2, 3].map((n) => codeOf(key, 't', { prefix: '1001', day: 20_779 + n, sequence: 5 }).slice(4));
    expect(new Set(days.map((text) => text.slice(0, 6))).size).toBe(4);
    expect(new Set(days.map((text) => text.slice(6))).size).toBe(4);
    expect(codeOf(key, 'other', { prefix: '1001', day: 20_779, sequence: 5 })).not.toBe(
      codeOf(key, 't', { prefix: '1001', day: 20_779, sequence: 5 }),
    );
  });

  it('begin with the product line and the kind of the benefit', () => {
    expect(codePrefix(terms())).toBe('1003');
    expect(codePrefix(terms({ benefit: [{ kind: 'PERCENT', percentOffBasisPoints: 1500 }] }, null))).toBe('2002');
    for (const wrong of ['', '12345678901234567', 'abc', '1234567890123456789'])
      expect(readCode(key, 't', wrong)).toBeNull();
  });
});
