import { setTimeout as wait } from 'node:timers/promises';
import type { Identity } from '../../shared/contracts/identity';
import type { TenantId, UserId } from '../../shared/kernel/identifiers';
import { formatMoney, isCurrencyCode, money } from '../../shared/kernel/money';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { PricedCart } from '../../shared/kernel/pricing/price';
import { Unavailable } from '../../shared/runtime/unavailable';
import type { HoldRefusal } from '../coupons';
import { type HeldQuote, refuseHeldQuote, templatesOf, whyNoLongerHeld } from '../domain/held-quote';
import { couponsOf, heldCount, newOrder, type Order, withTakenCoupons } from '../domain/order';
import type { Quote, UnavailableCoupon } from '../domain/quote';
import { holdUntil, type SagaStep } from '../domain/saga';
import { fingerprintOf } from '../held-quotes';
import type { Saga, SettleCall } from '../store';
import type { PriceDeps } from './price-cart';
import { faultsOfShape, priceInput, type QuoteFault, type QuoteInput } from './quote-order';
import { payHoldDebt, type RecoveryDeps } from './recover-orders';

/** What a settlement is made with. */
export interface SettleDeps extends PriceDeps, RecoveryDeps {
  /** How old the copies of templates, catalogue and settings may be at this moment, in milliseconds. */
  copyAgeMs(): number;
  /** Beyond this age settling is refused rather than guessed, in milliseconds. */
  maxCopyAgeMs: number;
  /** Called after every step that was written down; a test that never resolves it has killed the process there. */
  afterStep(step: SagaStep): Promise<void>;
}

/** The same as for a quote, and the price the shopper was shown. */
export interface SettleInput extends QuoteInput {
  expectedPayable: { minorUnits: number; currency: string };
  /** The token of a promise of that price. */
  heldQuote?: string | null | undefined;
  idempotencyKey: string;
}

/** Why an order was refused; with PRICE_CHANGED comes the price that holds now. */
export interface SettleRefusal {
  faults: {
    code: QuoteFault['code'] | 'PRICE_CHANGED' | 'HELD_QUOTE_INVALID' | 'IDEMPOTENCY_KEY_REUSED';
    message: string;
    field: string[];
  }[];
  quote: Quote | null;
}

/** How long a repetition waits for the first run, in milliseconds. */
const repetitionWaitMs = 2000;

/**
 * Places an order at exactly the expected price, in the steps that `domain/saga.ts` names. The same key and input again
 * gives the order that came of it, as it is now; a run that was refused or undone is made again, under a new token.
 * @throws Unavailable when user-coupon is away, the copies are too old, or the same call is still running
 */
export async function settleOrder(
  deps: SettleDeps,
  who: Identity,
  ownerId: UserId,
  input: SettleInput,
  requestId: string,
): Promise<Outcome<Order, SettleRefusal>> {
  const { idempotencyKey, ...hashed } = input;
  const call: SettleCall = { tenantId: who.tenant, caller: `user:${ownerId}`, key: idempotencyKey, input: hashed };
  const until = Date.now() + repetitionWaitMs;
  for (;;) {
    const begun = await begin(deps, who, ownerId, call, input);
    switch (begun.kind) {
      case 'STARTED':
        return run(deps, who, begun.saga, input, requestId);
      case 'KNOWN':
        return accepted(begun.order);
      case 'REFUSED':
        return refused({ faults: begun.faults, quote: null });
      case 'REUSED':
        return refused({
          faults: [
            {
              code: 'IDEMPOTENCY_KEY_REUSED',
              message:
                'Expected the input that came with this key before, found another; use a fresh key for another order.',
              field: ['input', 'idempotencyKey'],
            },
          ],
          quote: null,
        });
      case 'RUNNING':
        await firstRunEnded(deps, call, until);
    }
  }
}

/** Looks, ever less often, until the first run of the call left something or was undone. Throws Unavailable past `until`. */
async function firstRunEnded(deps: SettleDeps, call: SettleCall, until: number): Promise<void> {
  for (let pauseMs = 20; Date.now() < until; pauseMs = Math.min(pauseMs * 1.5, 200)) {
    await wait(pauseMs * (0.5 + Math.random()));
    if ((await deps.store.found(call))?.kind !== 'RUNNING') return;
  }
  throw new Unavailable('settleOrder with this key is still running; send the same request again shortly.', {
    retryAt: new Date(Date.now() + 1000),
  });
}

/** STARTED comes first, unless something that can be seen at once forbids it; a known outcome always comes before a refusal. */
async function begin(deps: SettleDeps, who: Identity, ownerId: UserId, call: SettleCall, input: SettleInput) {
  const faults = [...faultsOfShape(who, input), ...faultsOfHeldQuote(deps, who.tenant, ownerId, input)];
  if (faults.length > 0) return (await deps.store.found(call)) ?? ({ kind: 'REFUSED', faults } as const);
  const ageMs = deps.copyAgeMs();
  if (ageMs > deps.maxCopyAgeMs) {
    const known = await deps.store.found(call);
    if (known) return known;
    throw new Unavailable(
      `Expected promotions and prices no older than ${deps.maxCopyAgeMs} ms, found ${Number.isFinite(ageMs) ? `${Math.round(ageMs)} ms` : 'an unknown age'}; send the same request again shortly.`,
    );
  }
  return deps.store.start(call, ownerId);
}

/** How long an answer waits for coupons of an order that was called off to be free. */
const releasePatienceMs = 1000;

async function run(
  deps: SettleDeps,
  who: Identity,
  saga: Saga,
  input: SettleInput,
  requestId: string,
): Promise<Outcome<Order, SettleRefusal>> {
  const undo = { hold: 'NONE' as 'NONE' | 'TO_RELEASE' };
  try {
    await deps.afterStep('STARTED');
    const priced = await expectedPrice(deps, who, input, requestId);
    if (!priced.ok) {
      await deps.store.cancelStarted(saga.orderId, 'NONE');
      return priced;
    }
    const price = priced.value;
    await deps.afterStep('PRICED');

    const { paymentMinutes } = await deps.store.tenantSettings(who.tenant);
    let order = newOrder(
      { id: saga.orderId, tenantId: saga.tenantId, ownerId: saga.ownerId },
      price,
      deps.clock.now(),
      paymentMinutes,
    );
    if (heldCount(order) > 0) {
      undo.hold = 'TO_RELEASE'; // from here on it may be held, whatever the answer says or does not say
      const held = await deps.coupons.lock({
        tenantId: saga.tenantId,
        token: saga.token,
        orderId: saga.orderId,
        ownerId: saga.ownerId,
        couponIds: couponsOf(order.price),
        codes: [...new Set(input.coupons.codes ?? [])],
        uses: order.uses,
        until: holdUntil(order.payBefore, order.placedAt),
      });
      if (!held.ok) return refused(await withoutRefused(deps, who, saga, input, requestId, held.refusal));
      order = { ...order, price: withTakenCoupons(order.price, held.value) };
      await deps.afterStep('LOCKED');
    }

    if (!(await deps.store.place(order))) {
      deps.wakeRecovery();
      throw new Unavailable('The order took too long and was called off; send the same request again.');
    }
    await deps.afterStep('PLACED');
    if (order.state === 'PAID') await payHoldDebt(deps, order.id);
    return accepted(order);
  } catch (error) {
    await callOff(deps, saga, undo.hold);
    throw error;
  }
}

/** The price at which the order is placed: the promised one while its promise binds, else the price of now if it is the expected one. */
async function expectedPrice(
  deps: SettleDeps,
  who: Identity,
  input: SettleInput,
  requestId: string,
): Promise<Outcome<Pick<Order, 'price' | 'uses'>, SettleRefusal>> {
  const held = input.heldQuote ? deps.heldQuotes.read(input.heldQuote) : null;
  const whyNot = held && (await whyNotHonoured(deps, held));
  if (held && whyNot === null && isExpected(held.price, input)) return accepted(held);
  const quoted = await priceInput(deps, who, input, requestId, {
    couponsWhenAway: 'REFUSE',
    promotions: 'NOW',
    withoutCoupons: [],
  });
  if (!quoted.ok) return refused({ faults: quoted.refusal, quote: null });
  const { price, uses } = quoted.value;
  if (isExpected(price, input)) return accepted({ price, uses: uses() });
  return refused(priceChanged(quoted.value, input, whyNot ?? 'The price is another one now.'));
}

async function whyNotHonoured({ store, clock }: SettleDeps, held: HeldQuote): Promise<string | null> {
  const [paused, { heldQuotesSurvivePause }] = await Promise.all([
    store.pausedTemplates(held.tenantId, templatesOf(held)),
    store.tenantSettings(held.tenantId),
  ]);
  return whyNoLongerHeld(held, clock.now(), paused, heldQuotesSurvivePause);
}

/** What is wrong with the token of a promise that nobody can put right, whatever the time. */
function faultsOfHeldQuote(
  { heldQuotes }: SettleDeps,
  tenantId: TenantId,
  ownerId: UserId,
  input: SettleInput,
): SettleRefusal['faults'] {
  if (input.heldQuote == null) return [];
  const held = heldQuotes.read(input.heldQuote);
  const message = held
    ? refuseHeldQuote(held, { tenantId, ownerId, asked: fingerprintOf(input) })
    : 'Expected the token of a quote as it was given, found another text; quote again.';
  return message === null ? [] : [{ code: 'HELD_QUOTE_INVALID', message, field: ['input', 'heldQuote'] }];
}

/**
 * A lock is all or none, so nothing is held now. The price without what was refused is what the shopper may decide on next:
 * without the coupons, and under what is left of promotions by now.
 */
async function withoutRefused(
  deps: SettleDeps,
  who: Identity,
  saga: Saga,
  input: SettleInput,
  requestId: string,
  refusals: readonly HoldRefusal[],
): Promise<SettleRefusal> {
  // A refused token is no answer about what it was to hold: somebody called this run off, and the shopper may simply try again.
  if (refusals.every(({ couponId, templateId }) => couponId === null && templateId === null))
    throw new Unavailable('The coupons could not be held for this order; send the same request again.');
  const withoutCoupons = await whyRefused(deps, saga, input, refusals, requestId);
  await deps.store.cancelStarted(saga.orderId, 'NONE');
  const again = await priceInput(deps, who, input, requestId, {
    couponsWhenAway: 'LEAVE_OUT',
    promotions: 'NOW',
    withoutCoupons,
  });
  return again.ok ? priceChanged(again.value, input, whyChanged(refusals)) : { faults: again.refusal, quote: null };
}

function whyChanged(refusals: readonly HoldRefusal[]): string {
  return refusals.some(({ couponId }) => couponId !== null)
    ? 'A coupon that the price rests on cannot be used any more.'
    : 'What is left of a promotion that the price rests on does not suffice any more.';
}

/** The refused coupons, each with what user-coupon says of it a moment later; without an answer they are just not available. */
async function whyRefused(
  deps: SettleDeps,
  { tenantId, ownerId }: Saga,
  { coupons: { codes } }: SettleInput,
  refusals: readonly HoldRefusal[],
  requestId: string,
): Promise<UnavailableCoupon[]> {
  const couponIds = refusals.flatMap(({ couponId }) => couponId ?? []);
  if (couponIds.length === 0) return [];
  const facts = await deps.coupons
    .pricingFacts({ tenantId, ownerId, couponIds, codes: codes ?? [], requestId })
    .catch(() => null);
  const states = new Map(facts?.coupons.map(({ couponId, state }) => [couponId, state]));
  const foreign = new Set(facts?.unknownCouponIds);
  return couponIds.map((couponId): UnavailableCoupon => {
    if (foreign.has(couponId)) return { couponId, reason: 'NOT_OWNED' };
    const state = states.get(couponId);
    if (state === 'LOCKED') return { couponId, reason: 'COUPON_LOCKED' };
    return { couponId, reason: state === 'EXPIRED' ? 'COUPON_EXPIRED' : 'COUPON_NOT_AVAILABLE' };
  });
}

/**
 * Best effort: what it does not get done, the recovery worker finds in the stored state. An order that was placed stays.
 * What may be held is let go before the answer, where that is quick: whoever presses the button again at once must not
 * find a coupon held by the own first try, and the price changed.
 */
async function callOff(deps: SettleDeps, saga: Saga, hold: 'NONE' | 'TO_RELEASE'): Promise<void> {
  try {
    if (!(await deps.store.cancelStarted(saga.orderId, hold)) || hold === 'NONE') return;
    await Promise.race([payHoldDebt(deps, saga.orderId), wait(releasePatienceMs)]);
  } catch (error) {
    deps.onTrouble(error, 'a saga could not be called off; recovery will');
  }
}

function isExpected({ payable, currency }: PricedCart, { expectedPayable }: SettleInput): boolean {
  return payable === expectedPayable.minorUnits && currency === expectedPayable.currency;
}

function priceChanged(quote: Quote, { expectedPayable }: SettleInput, why: string): SettleRefusal {
  const { minorUnits, currency } = expectedPayable;
  const expected = isCurrencyCode(currency) ? formatMoney(money(minorUnits, currency)) : `${minorUnits} ${currency}`;
  const found = formatMoney(money(quote.price.payable, quote.price.currency));
  return {
    faults: [
      {
        code: 'PRICE_CHANGED',
        message: `${why} Expected ${expected}, found ${found}; show the new quote and ask again.`,
        field: ['input', 'expectedPayable'],
      },
    ],
    quote,
  };
}
