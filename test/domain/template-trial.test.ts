import { describe, expect, it } from '@jest/globals';
import { noFacts, recordedFacts } from '../../subgraphs/shared/kernel/rules/fact-sources';
import { tryPromotion } from '../../subgraphs/template/domain/trial';
import { cart, line, terms } from '../support/promotions';

const week = { startsAt: '2026-11-09T00:00:00+08:00', endsAt: '2026-11-16T00:00:00+08:00' };
const evenings = { hoursOfDay: [{ from: '18:00', until: '22:00' }], daysOfWeek: ['MONDAY', 'TUESDAY', 'FRIDAY'] };
const automatic = (modules: Record<string, unknown> = {}) =>
  terms('t', { trigger: 'AUTOMATIC', time: week, limit: {}, ...modules });
const lamp = cart([line('lamp-1', 40_000)]);
const at = (local: string) => new Date(`2026-11-${local}:00+08:00`);
const paths = (promotion: ReturnType<typeof terms>, of = lamp, now = at('11T12:00'), told = noFacts) =>
  tryPromotion(promotion, of, told, now).unmet.map(({ path }) => path);

describe('a promotion on trial', () => {
  it('applies within its window and hours, for its audience, to enough of its goods', () => {
    expect(tryPromotion(automatic(), lamp, noFacts, at('11T12:00'))).toEqual({ verdict: true, unmet: [], cure: [] });
  });

  it.each([
    // 11 November 2026 is a Wednesday; the next evening of its days is Friday's.
    ['11T20:00', ['time.hoursOfDay'], '2026-11-13T10:00:00.000Z'],
    ['13T22:00', ['time.hoursOfDay'], null],
    ['01T12:00', ['time.startsAt', 'time.hoursOfDay'], '2026-11-09T10:00:00.000Z'],
    ['16T00:00', ['time.endsAt', 'time.hoursOfDay'], null],
  ])('at %s waits for a moment at which window and hours are both open, or for none', (local, unmet, next) => {
    const tried = tryPromotion(automatic({ time: { ...week, ...evenings } }), lamp, noFacts, at(local));
    expect(tried.verdict).toBe(false);
    expect(tried.unmet.map(({ path }) => path)).toEqual(unmet);
    expect(tried.cure).toEqual(next && [{ fact: 'time.now', message: `wait until ${next}` }]);
    if (next === null) return;
    expect(tryPromotion(automatic({ time: { ...week, ...evenings } }), lamp, noFacts, new Date(next)).verdict).toBe(
      true,
    );
  });

  it('is a coupon that is held: its hours of use count, those of its claim do not', () => {
    const held = terms('t', {
      time: {
        ...week,
        ...evenings,
        validity: { kind: 'DAYS_AFTER_CLAIM', days: 3, hoursOfDay: [{ from: '09:00', until: '10:00' }] },
      },
    });
    expect(paths(held, lamp, at('11T09:30'))).toEqual([]);
    expect(paths(held, lamp, at('11T20:00'))).toEqual(['time.validity.hoursOfDay']);
    // Claimed at the very end of the window it is still good for three days.
    expect(paths(held, lamp, at('18T09:30'))).toEqual([]);
    expect(paths(held, lamp, at('20T09:30'))).toEqual(['time.validity.days']);
  });

  it('asks for enough of the goods in scope, in a currency it has values for', () => {
    const dear = automatic({
      benefit: [{ kind: 'THRESHOLD_REDUCTION', threshold: { CNY: 50_000 }, off: { CNY: 4000 } }],
    });
    expect(tryPromotion(dear, lamp, noFacts, at('11T12:00'))).toMatchObject({
      verdict: false,
      unmet: [{ path: 'benefit[0].threshold', observed: '40000' }],
      cure: [{ fact: 'cart.subtotal', message: 'add goods in scope worth ¥100.00' }],
    });
    const yen = cart([line('lamp-1', 40_000)], 'JPY');
    expect(tryPromotion(dear, yen, noFacts, at('11T12:00'))).toMatchObject({
      verdict: false,
      unmet: [{ path: 'benefit[0]', observed: 'JPY' }],
      cure: null,
    });
    const either = automatic({ benefit: [...dear.document.benefit, { kind: 'FIXED', off: { CNY: 1 } }] });
    expect(paths(either)).toEqual([]);
  });

  it('takes nothing off goods that members pay less for, unless it applies by itself and asks for no amount', () => {
    const member = cart([line('lamp-1', 40_000, { offers: [{ source: 'MEMBER', unitPrice: 30_000 }] })]);
    const coupon = terms('t', { time: { ...week, validity: { kind: 'DAYS_AFTER_CLAIM', days: 3 } } });
    expect(tryPromotion(coupon, member, noFacts, at('11T12:00'))).toMatchObject({
      verdict: false,
      unmet: [{ path: 'product', observed: 'MEMBER' }],
    });
    const off = (more: object) => automatic({ benefit: [{ kind: 'FIXED', off: { CNY: 100 }, ...more }] });
    expect(paths(off({}), member)).toEqual([]);
    expect(paths(off({ threshold: { CNY: 100 } }), member)).toEqual(['benefit[0].threshold']);
  });

  it('asks how a cart is sent before it takes off what that costs', () => {
    const free = automatic({ benefit: [{ kind: 'FREE_SHIPPING', methods: ['EXPRESS'] }] });
    const sent = (method: string, amount: number) => ({ ...lamp, shipping: { method, amount } });
    const lacks = { unmet: [{ path: 'benefit[0].methods', fact: 'order.shippingMethod' }] };
    expect(tryPromotion(free, lamp, noFacts, at('11T12:00'))).toMatchObject({ verdict: null, ...lacks });
    expect(tryPromotion(free, sent('POST', 900), noFacts, at('11T12:00'))).toMatchObject({ verdict: false, ...lacks });
    expect(tryPromotion(free, sent('EXPRESS', 0), noFacts, at('11T12:00'))).toMatchObject({ verdict: false, ...lacks });
    expect(paths(free, sent('EXPRESS', 900))).toEqual([]);
  });

  it('asks nobody to change what cannot be, and tells unknown from wrong', () => {
    const loyal = automatic({
      rule: { stackingGroup: 'ITEM', condition: 'user.payTimes >= 3' },
      product: { scope: { kind: 'BRANDS', brands: ['Lumen'] } },
    });
    const unknown = tryPromotion(loyal, null, noFacts, at('11T12:00'));
    expect(unknown).toMatchObject({
      verdict: null,
      unmet: [
        { path: 'rule.condition', observed: null },
        { path: 'product', observed: null },
      ],
    });
    const known = tryPromotion(loyal, lamp, recordedFacts({ 'user.payTimes': 1 }), at('11T12:00'));
    expect(known.verdict).toBe(false);
    expect(known.cure?.map(({ fact }) => fact)).toEqual(['user.payTimes', 'cart.skus']);
  });
});
