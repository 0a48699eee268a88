import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Candidate } from '../../subgraphs/shared/kernel/pricing/candidates';
import { explainEach } from '../../subgraphs/shared/kernel/pricing/price';
import { rejectionText } from '../../subgraphs/shared/kernel/pricing/rejection-text';
import type { Rejection } from '../../subgraphs/shared/kernel/pricing/trace';
import { closureOf } from '../../subgraphs/shared/kernel/rules/compile';
import type { Condition } from '../../subgraphs/shared/kernel/rules/condition';
import { readRule } from '../../subgraphs/shared/kernel/rules/expression';
import { cartFacts, clockFacts, joinedFacts, recordedFacts } from '../../subgraphs/shared/kernel/rules/fact-sources';
import type { Facts } from '../../subgraphs/shared/kernel/rules/facts';
import { failingLeaf } from '../../subgraphs/shared/kernel/rules/failing-leaf';
import { steadyUntil, timingOf } from '../../subgraphs/shared/kernel/rules/steadiness';
import { automatic, cart, coupon, freshRules, line, noon, priced, terms } from '../support/promotions';
import { someCandidates, someCart, someSettings } from '../support/random-contests';
import { runs } from '../support/runs';

const zone = 'Asia/Shanghai';
type Known = Parameters<typeof recordedFacts>[0];
const rule = (condition: unknown) => ({ stackingGroup: 'SEASON', condition });
const off = { benefit: [{ kind: 'FIXED', off: { CNY: 100 } }] };
const goods = cart([line('lamp', 10_000, { brand: 'Lumen' }), line('tea', 2000, { category: '/food/tea' })]);

function rejectionFor(candidate: Candidate, known: Known = {}, now = noon): Rejection | null {
  const result = priced(goods, [candidate], { facts: recordedFacts(known), now });
  const [explanation] = result.considered;
  return explanation?.verdict === 'REJECTED' ? explanation.rejection : null;
}

/** Any condition over a few facts that the facts below tell or leave open. */
const someLeaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.constantFrom<Condition>(
    { fact: 'user.payTimes', op: 'gte', value: 2 },
    { fact: 'user.tier', op: 'eq', value: 'GOLD' },
    { fact: 'user.tags', op: 'containsAny', value: ['tea'] },
    { fact: 'user.city', op: 'exists' },
    { fact: 'user.registeredAt', op: 'withinLast', value: { hours: 2 } },
    { fact: 'context.channel', op: 'in', value: ['APP', 'WEB'] },
    { fact: 'cart.itemCount', op: 'lt', value: 4 },
    { fact: 'time.now', op: 'before', value: '2026-11-11T04:07:30.000Z' },
    { fact: 'time.now', op: 'onOrAfter', value: '2026-11-11T04:11:00.000Z' },
    { fact: 'time.minuteOfDay', op: 'lt', value: 12 * 60 + 9 },
    { fact: 'time.dayOfWeek', op: 'in', value: [3] },
    { anyLine: { fact: 'line.brand', op: 'eq', value: 'Lumen' } },
    { everyLine: { fact: 'line.amount', op: 'gte', value: 100 } },
    { anyLine: { not: { fact: 'line.brand', op: 'eq', value: 'Nord' } } },
  ),
);
const someCondition: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    someLeaf,
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((any) => ({ any })),
    tie('node').map((not) => ({ not })),
  ),
})).node;
const someKnown: fc.Arbitrary<Known> = fc.record(
  {
    'user.payTimes': fc.integer({ min: 0, max: 4 }),
    'user.tier': fc.constantFrom('GOLD', 'IRON'),
    'user.tags': fc.constantFrom([], ['tea'], ['nuts', 'tea']),
    'user.city': fc.constant('Ulm'),
    'user.registeredAt': fc.constantFrom(-7_195_000, -7_000_000, 1000).map((ms) => noon.getTime() + ms),
    'context.channel': fc.constantFrom('APP', 'SHOP'),
  },
  { requiredKeys: [] },
);

describe('a condition', () => {
  it.each<[string, unknown, Known, { path: string; required: string; observed: unknown } | null]>([
    ['that holds', { fact: 'user.payTimes', op: 'gte', value: 2 }, { 'user.payTimes': 2 }, null],
    [
      'that does not',
      { fact: 'user.payTimes', op: 'gte', value: 2 },
      { 'user.payTimes': 1 },
      { path: 'rule.condition', required: 'user.payTimes: at least 2', observed: 1 },
    ],
    [
      'of which nothing is known',
      { fact: 'user.payTimes', op: 'gte', value: 2 },
      {},
      { path: 'rule.condition', required: 'user.payTimes: at least 2', observed: null },
    ],
    [
      'that is denied of somebody unknown',
      { not: { fact: 'user.city', op: 'eq', value: 'Ulm' } },
      {},
      { path: 'rule.condition.not', required: 'user.city: not Ulm', observed: null },
    ],
    [
      'with one side that holds',
      {
        any: [
          { fact: 'user.tier', op: 'eq', value: 'GOLD' },
          { fact: 'context.channel', op: 'eq', value: 'APP' },
        ],
      },
      { 'context.channel': 'APP' },
      null,
    ],
    [
      'of which the second part fails on both sides',
      {
        all: [
          { fact: 'cart.subtotal', op: 'gte', value: 12_000 },
          {
            any: [
              { fact: 'order.paymentMethod', op: 'in', value: ['card', 'wallet'] },
              { fact: 'context.channel', op: 'eq', value: 'APP' },
            ],
          },
        ],
      },
      { 'order.paymentMethod': 'cash', 'context.channel': 'WEB' },
      {
        path: 'rule.condition.all[1].any[0]',
        required: 'order.paymentMethod: one of card, wallet',
        observed: 'cash',
      },
    ],
    [
      'about lines of which none will do',
      { anyLine: { fact: 'line.brand', op: 'eq', value: 'Nord' } },
      {},
      { path: 'rule.condition.anyLine', required: 'line.brand: Nord', observed: 'Lumen' },
    ],
    [
      'about tags: of these only what it names is told',
      { fact: 'user.tags', op: 'containsNone', value: ['employee', 'fraud'] },
      { 'user.tags': ['employee', 'gold'] },
      { path: 'rule.condition', required: 'user.tags: none of employee, fraud', observed: 'employee' },
    ],
    [
      'about an instant',
      { fact: 'user.registeredAt', op: 'before', value: '2026-01-01T00:00:00Z' },
      { 'user.registeredAt': Date.parse('2026-02-01T00:00:00Z') },
      {
        path: 'rule.condition',
        required: 'user.registeredAt: before 2026-01-01T00:00:00.000Z',
        observed: '2026-02-01T00:00:00.000Z',
      },
    ],
    [
      'about the cart, whatever a caller says of it',
      { fact: 'cart.subtotal', op: 'gte', value: 99_000 },
      { 'cart.subtotal': 99_000, 'time.now': 0 },
      { path: 'rule.condition', required: 'cart.subtotal: at least 99000', observed: 12_000 },
    ],
  ])('%s decides whether a promotion applies, by itself and by coupon', (_, condition, known, unmet) => {
    const modules = { ...off, rule: rule(condition) };
    for (const candidate of [automatic('t', modules), coupon('c', terms('t', modules))])
      expect(rejectionFor(candidate, known)).toEqual(unmet && { code: 'NOT_ELIGIBLE', deficit: null, ...unmet });
  });

  it('never changes a price while it does not hold, whatever else is in the cart', () => {
    fc.assert(
      fc.property(
        someCart,
        someCandidates,
        someSettings,
        someCondition,
        someKnown,
        fc.constantFrom('COUPON', 'AUTOMATIC'),
        (of, others, settings, condition, known, trigger) => {
          // What always or never holds is refused when a document is read.
          fc.pre(readRule(condition).ok);
          const facts = recordedFacts(known);
          const modules = { ...off, rule: rule(condition) };
          const asked =
            trigger === 'COUPON' ? coupon('asked', terms('asked', modules, null)) : automatic('asked', modules, null);
          const holds = closureOf(condition, zone)(joinedFacts(clockFacts(noon), cartFacts(of), facts)) === true;
          const without = priced(of, others, { settings, facts });
          const { considered, ...together } = priced(of, [...others, asked], { settings, facts });
          const own = considered.find(({ promotion }) => promotion?.templateId === 'asked');
          if (holds) return expect(own).not.toMatchObject({ rejection: { code: 'NOT_ELIGIBLE' } });
          const { considered: _, ...alone } = without;
          expect(together).toEqual(alone);
          expect(own).toMatchObject({ verdict: 'REJECTED', rejection: { code: 'NOT_ELIGIBLE' } });
        },
      ),
      { numRuns: runs(1500) },
    );
  });

  it('names a question exactly when it does not hold', () => {
    fc.assert(
      fc.property(someCondition, someKnown, someCart, (condition, known, of) => {
        const facts = joinedFacts(clockFacts(noon), cartFacts(of), recordedFacts(known));
        const failing = failingLeaf(condition, facts, zone, 'rule.condition');
        expect(failing === null).toBe(closureOf(condition, zone)(facts) === true);
      }),
      { numRuns: runs(1000) },
    );
  });

  it('tells nobody which shoppers a promotion names', () => {
    const named = automatic('t', { ...off, user: { audience: { kind: 'USER_IDS', userIds: ['u-1', 'u-2'] } } });
    expect(rejectionFor(named, { 'user.id': 'u-3' })).toMatchObject({
      code: 'NOT_ELIGIBLE',
      path: 'user.audience.userIds',
      required: 'user.id: one of the shoppers it names',
    });
    expect(rejectionFor(named, { 'user.id': 'u-2' })).toBeNull();
    const excluded = automatic('t', { ...off, user: { excludes: { userIds: ['u-1'] } } });
    expect(rejectionFor(excluded, { 'user.id': 'u-1' })).toMatchObject({ path: 'user.excludes.userIds' });
  });

  it('is told in a sentence, with what was found or that nothing is known', () => {
    const asks = { code: 'NOT_ELIGIBLE', path: 'rule.condition', required: 'user.payTimes: at least 2' } as const;
    const textOf = (observed: number | null) => rejectionText({ ...asks, observed, deficit: null }, goods.currency);
    expect(textOf(1)).toContain('rule.condition asks for user.payTimes: at least 2 and finds 1.');
    expect(textOf(null)).toContain('of which nothing is known.');
  });
});

describe('an audience', () => {
  const newcomers = { ...off, user: { audience: { kind: 'NEW_USERS' } }, rule: { stackingGroup: 'SEASON' } };

  it.each<[string, Known, boolean]>([
    ['in it', { 'user.isNew': true }, true],
    ['outside', { 'user.isNew': false }, false],
    ['unknown', {}, false],
  ])('of one who is %s decides what applies by itself', (_, known, applies) => {
    expect(rejectionFor(automatic('t', newcomers), known)).toEqual(
      applies ? null : expect.objectContaining({ code: 'NOT_ELIGIBLE', path: 'user.audience' }),
    );
  });

  it('is not asked again of a coupon: who holds one was in it', () => {
    expect(rejectionFor(coupon('c', terms('t', newcomers)), { 'user.isNew': false })).toBeNull();
  });
});

describe('hours', () => {
  const days = { daysOfWeek: ['WEDNESDAY', 'THURSDAY'] };
  const evening = { hoursOfDay: [{ from: '20:00', until: '22:00' }] };
  const window = { startsAt: '2026-11-01T00:00:00+08:00', endsAt: '2026-11-13T21:00:00+08:00' };
  const at = (local: string) => new Date(`2026-11-${local}:00+08:00`);
  const happyHour = automatic('t', { ...off, time: { ...window, ...days, ...evening } });
  const supper = coupon(
    'c',
    terms('t', { ...off, time: { ...window, validity: { kind: 'DAYS_AFTER_CLAIM', days: 7, ...evening } } }),
    at('14T20:30').toISOString(),
  );

  // 11 November 2026 is a Wednesday.
  it.each<[string, Candidate, string, Partial<Rejection> | null]>([
    ['that run let it apply', happyHour, '11T20:00', null],
    [
      'of the same day begin later',
      happyHour,
      '11T19:59',
      { code: 'NOT_STARTED', path: 'time.hoursOfDay', required: at('11T20:00').toISOString() },
    ],
    [
      'of the next day come after those of this',
      happyHour,
      '11T22:00',
      { code: 'NOT_STARTED', path: 'time.hoursOfDay', required: at('12T20:00').toISOString() },
    ],
    [
      'on other days do not count',
      happyHour,
      '09T20:30',
      { code: 'NOT_STARTED', path: 'time.daysOfWeek', required: at('11T20:00').toISOString() },
    ],
    [
      'that are all past make it over',
      happyHour,
      '12T22:00',
      { code: 'ENDED', path: 'time.hoursOfDay', required: null },
    ],
    ['of use let a coupon be used', supper, '11T21:59', null],
    [
      'of use can lie ahead',
      supper,
      '11T12:00',
      { code: 'COUPON_NOT_YET_VALID', path: 'time.validity.hoursOfDay', required: at('11T20:00').toISOString() },
    ],
    ['of use are not those of claiming', coupon('d', happyHour.promotion), '11T12:00', null],
    ['of use end with the coupon', supper, '14T20:29', null],
  ])('%s', (_, candidate, local, reason) => {
    const rejection = rejectionFor(candidate, {}, at(local));
    expect(rejection).toEqual(reason && expect.objectContaining(reason));
    const [alone] = explainEach({
      cart: goods,
      candidates: [candidate],
      now: at(local),
      facts: recordedFacts({}),
      rules: freshRules(),
    });
    expect(alone?.usable).toBe(reason === null);
  });

  it('that no longer come before the coupon expires end it', () => {
    const lastNight = { ...supper, source: { ...supper.source, expiresAt: at('14T19:00') } } as Candidate;
    expect(rejectionFor(lastNight, {}, at('13T22:30'))).toMatchObject({
      code: 'COUPON_EXPIRED',
      path: 'time.validity.hoursOfDay',
      required: null,
    });
  });
});

describe('what a price rests on stays as it is', () => {
  const minute = 60_000;
  const factsAt =
    (known: Known): ((instant: Date) => Facts) =>
    (instant) =>
      joinedFacts(clockFacts(instant), cartFacts(goods), recordedFacts(known));
  const question = (condition: Condition, inZone = zone) => ({
    evaluate: closureOf(condition, inZone),
    timing: timingOf(condition),
  });
  const later = (from: Date, ms: number) => new Date(from.getTime() + ms);

  it('until exactly the first instant at which an answer changes', () => {
    fc.assert(
      fc.property(
        fc.array(someCondition, { minLength: 1, maxLength: 3 }),
        someKnown,
        fc.integer({ min: 0, max: 12 * minute }),
        (conditions, known, offset) => {
          const now = later(noon, offset);
          const limit = later(now, 15 * minute);
          const facts = factsAt(known);
          const questions = conditions.map((condition) => question(condition));
          const answers = (at: Date) => questions.map(({ evaluate }) => evaluate(facts(at)) === true).join();
          const until = steadyUntil(questions, facts, now, limit);
          for (let at = now; at < until; at = later(at, 2993)) expect(answers(at)).toBe(answers(now));
          expect(answers(later(until, -1))).toBe(answers(now));
          if (until < limit) expect(answers(until)).not.toBe(answers(now));
        },
      ),
      { numRuns: runs(100) },
    );
  });

  it('for as long as it may where nothing asks for the time', () => {
    const limit = later(noon, 24 * 60 * minute);
    expect(steadyUntil([question({ fact: 'user.payTimes', op: 'gte', value: 2 })], factsAt({}), noon, limit)).toEqual(
      limit,
    );
  });

  it('also where the clocks are changed, and an hour at most where somebody asks for the hour', () => {
    // In Berlin 02:00 on 28 March 2027 becomes 03:00.
    const early = question({ fact: 'time.minuteOfDay', op: 'lt', value: 150 }, 'Europe/Berlin');
    const eve = new Date('2027-03-28T00:50:00Z');
    const limit = later(eve, 24 * 60 * minute);
    expect(steadyUntil([early], factsAt({}), eve, limit)).toEqual(new Date('2027-03-28T01:00:00Z'));
    const never = question({ fact: 'time.minuteOfDay', op: 'gte', value: 0 });
    expect(steadyUntil([never], factsAt({}), eve, limit)).toEqual(later(eve, 60 * minute));
  });
});
