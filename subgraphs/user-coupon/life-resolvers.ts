import type {
  BulkCouponChangeErrorCode,
  CouponOfferErrorCode,
  CouponResolvers,
  CouponRulingErrorCode,
  GiftCouponErrorCode,
  MutationResolvers,
  QueryResolvers,
} from '../../schema/generated/user-coupon';
import type { Identity } from '../shared/contracts/identity';
import { asCouponId, asTemplateId, asUserId } from '../shared/kernel/identifiers';
import type { Outcome } from '../shared/kernel/outcome';
import { pageArguments, toConnection } from '../shared/runtime/pages';
import { badUserInput, forbidden, type RequestContext } from '../shared/runtime/server';
import {
  type BulkChange,
  type BulkDeps,
  type BulkRefusal,
  bulkCouponChange,
  cancelBulkCouponChange,
  freezeCoupons,
  revokeCoupons,
  unfreezeCoupons,
} from './application/bulk-coupons';
import { couponHistory, type HistoryDeps } from './application/coupon-history';
import {
  type AnswerGiftRefusal,
  acceptGift,
  declineGift,
  type GiftCouponRefusal,
  type GiftDeps,
  giftCoupon,
  takeBackGift,
} from './application/gift-coupon';
import {
  freezeCoupon,
  issuedCoupon,
  longestNote,
  type RuleCouponRefusal,
  type RulingDeps,
  revokeCoupon,
  unfreezeCoupon,
} from './application/rule-coupon';
import { bulkShape, couponShape, moveShape } from './coupon-shapes';
import type { Coupon } from './domain/coupon';
import { maxOffers } from './domain/gift';

/** Everything that freezing, revoking, giving and looking back need. */
export type LifeDeps = GiftDeps & RulingDeps & BulkDeps & HistoryDeps & { assertPrepared(): void };

/** The resolvers of what a shop rules of issued coupons, of gifts, and of what happened to a coupon. */
export function lifeResolvers(deps: LifeDeps): {
  Query: Required<Pick<QueryResolvers<RequestContext>, 'issuedCoupon' | 'bulkCouponChange'>>;
  Mutation: Required<
    Pick<
      MutationResolvers<RequestContext>,
      | 'freezeCoupon'
      | 'unfreezeCoupon'
      | 'revokeCoupon'
      | 'freezeCoupons'
      | 'unfreezeCoupons'
      | 'revokeCoupons'
      | 'cancelBulkCouponChange'
      | 'giftCoupon'
      | 'acceptGift'
      | 'declineGift'
      | 'takeBackGift'
    >
  >;
  Coupon: Required<Pick<CouponResolvers<RequestContext>, 'history'>>;
} {
  const ruled = (outcome: Outcome<Coupon, RuleCouponRefusal>) =>
    outcome.ok
      ? { coupon: couponShape(outcome.value, deps.now(), true), userErrors: [] }
      : { coupon: null, userErrors: [rulingError(outcome.refusal)] };
  const own = (coupon: Coupon) => couponShape(coupon, deps.now());
  const ruling = (input: { couponId: string; note?: string | null; idempotencyKey: string }) => {
    deps.assertPrepared();
    return { ...input, couponId: asCouponId(input.couponId), idempotencyKey: usableKey(input.idempotencyKey) };
  };
  const bulk = (input: { templateId: string; note?: string | null; idempotencyKey: string }) => {
    deps.assertPrepared();
    return { ...input, templateId: asTemplateId(input.templateId), idempotencyKey: usableKey(input.idempotencyKey) };
  };
  const offer = (couponId: string, idempotencyKey: string) => {
    deps.assertPrepared();
    return { couponId: asCouponId(couponId), idempotencyKey: usableKey(idempotencyKey) };
  };

  return {
    Query: {
      async issuedCoupon(_, { id }, { who }) {
        const coupon = await issuedCoupon(deps, who, asCouponId(id));
        return coupon && couponShape(coupon, deps.now(), true);
      },
      async bulkCouponChange(_, { id }, { who }) {
        const change = await bulkCouponChange(deps, who, id);
        return change && bulkShape(change);
      },
    },

    Mutation: {
      freezeCoupon: async (_, { input }, { who }) => ruled(await freezeCoupon(deps, who, ruling(input))),
      unfreezeCoupon: async (_, { input }, { who }) => ruled(await unfreezeCoupon(deps, who, ruling(input))),
      revokeCoupon: async (_, { input }, { who }) => ruled(await revokeCoupon(deps, who, ruling(input))),
      freezeCoupons: async (_, { input }, { who }) => begun(await freezeCoupons(deps, who, bulk(input))),
      unfreezeCoupons: async (_, { input }, { who }) => begun(await unfreezeCoupons(deps, who, bulk(input))),
      revokeCoupons: async (_, { input }, { who }) => begun(await revokeCoupons(deps, who, bulk(input))),
      async cancelBulkCouponChange(_, { input }, { who }) {
        const change = await cancelBulkCouponChange(deps, who, input.bulkCouponChangeId);
        return change
          ? { bulkCouponChange: bulkShape(change), userErrors: [] }
          : { bulkCouponChange: null, userErrors: [bulkError('CHANGE_NOT_FOUND')] };
      },
      async giftCoupon(_, { input }, { who }) {
        const wish = offer(input.couponId, input.idempotencyKey);
        const given = await giftCoupon(deps, person(who), { ...wish, receiverId: asUserId(input.receiverId) });
        return given.ok
          ? { coupon: own(given.value), userErrors: [] }
          : { coupon: null, userErrors: [giftError(given.refusal)] };
      },
      async acceptGift(_, { input }, { who }) {
        const taken = await acceptGift(deps, person(who), offer(input.offerId, input.idempotencyKey));
        return taken.ok
          ? { coupon: own(taken.value), userErrors: [] }
          : { coupon: null, userErrors: [offerError(taken.refusal, 'offerId')] };
      },
      async declineGift(_, { input }, { who }) {
        const declined = await declineGift(deps, person(who), offer(input.offerId, input.idempotencyKey));
        return { isDeclined: declined.ok, userErrors: declined.ok ? [] : [offerError(declined.refusal, 'offerId')] };
      },
      async takeBackGift(_, { input }, { who }) {
        const back = await takeBackGift(deps, person(who), offer(input.couponId, input.idempotencyKey));
        return back.ok
          ? { coupon: own(back.value), userErrors: [] }
          : { coupon: null, userErrors: [offerError(back.refusal, 'couponId')] };
      },
    },

    Coupon: {
      async history({ id }, args, { who }) {
        const { limit, after } = pageArguments(args, 1);
        const seen = await couponHistory(deps, who, asCouponId(id), { limit, after: after ? placeOf(after) : 0 });
        if (!seen) return null;
        const viewer = who.kind === 'user' ? who.subject : null;
        const page = toConnection(seen.moves, limit, ({ seq }) => [String(seq)]);
        return {
          ...page,
          edges: page.edges.map(({ cursor, node }) => ({ cursor, node: moveShape(node, viewer, seen.isRunner) })),
        };
      },
    },
  };
}

/** The longest idempotency key, in characters; longer ones are not keys. */
const maxKeyLength = 200;

/** The key as it came. Throws BAD_USER_INPUT for what is none. */
export function usableKey(key: string): string {
  if (key.length >= 1 && key.length <= maxKeyLength) return key;
  throw badUserInput(
    `input.idempotencyKey: expected 1 to ${maxKeyLength} characters, found ${key.length}; send a random id, the same one when you retry.`,
    ['input', 'idempotencyKey'],
  );
}

/** Somebody who can own coupons. */
function person(who: Identity): Identity & { kind: 'user' } {
  if (who.kind === 'user') return who;
  throw forbidden(`Gifts expect a person, found a ${who.kind}; only people own coupons.`);
}

function placeOf([seq]: string[]): number {
  const place = Number(seq);
  if (Number.isSafeInteger(place) && place >= 0) return place;
  throw badUserInput(
    'after: expected a cursor of this list, found something else; use pageInfo.endCursor as it came.',
    ['after'],
  );
}

function begun(outcome: Outcome<BulkChange, BulkRefusal>) {
  return outcome.ok
    ? { bulkCouponChange: bulkShape(outcome.value), userErrors: [] }
    : { bulkCouponChange: null, userErrors: [bulkError(outcome.refusal.code)] };
}

const keyReused = 'Expected the input that came with this key before, found another; use a fresh key.';
const noteTooLong = `Expected at most ${longestNote} characters, found more; shorten the note.`;

function rulingError(refusal: RuleCouponRefusal) {
  const told: Record<CouponRulingErrorCode, [message: string, field: string]> = {
    COUPON_NOT_FOUND: ['Expected a coupon of a promotion that the caller runs, found none with this id.', 'couponId'],
    COUPON_OVER: [
      `Expected a coupon that is not over, found it ${'state' in refusal ? refusal.state : 'over'}; there is nothing left to rule.`,
      'couponId',
    ],
    NOTE_TOO_LONG: [noteTooLong, 'note'],
    IDEMPOTENCY_KEY_REUSED: [keyReused, 'idempotencyKey'],
  };
  return errorOf(refusal.code, told[refusal.code]);
}

function bulkError(code: BulkCouponChangeErrorCode) {
  const told: Record<BulkCouponChangeErrorCode, [message: string, field: string]> = {
    TEMPLATE_NOT_FOUND: ['Expected a promotion that the caller runs, found none with this id.', 'templateId'],
    CHANGE_NOT_FOUND: ['Expected a change of many coupons, found none with this id.', 'bulkCouponChangeId'],
    NOTE_TOO_LONG: [noteTooLong, 'note'],
    IDEMPOTENCY_KEY_REUSED: [keyReused, 'idempotencyKey'],
  };
  return errorOf(code, told[code]);
}

function giftError(refusal: GiftCouponRefusal) {
  const told: Record<GiftCouponErrorCode, [message: string, field: string]> = {
    COUPON_NOT_FOUND: ['Expected a coupon of the caller, found none with this id.', 'couponId'],
    NOT_AVAILABLE: [
      `Expected a coupon that can be used, found it ${'state' in refusal ? refusal.state : 'in use'}; give another one.`,
      'couponId',
    ],
    OWN_COUPON: ['Expected another person, found the owner; the coupon is theirs already.', 'receiverId'],
    INVALID_RECEIVER: ['Expected the id of a person, 1 to 200 characters, found another length.', 'receiverId'],
    TOO_MANY_OFFERS: [`Expected at most ${maxOffers} open offers, found as many; take one back first.`, 'couponId'],
    IDEMPOTENCY_KEY_REUSED: [keyReused, 'idempotencyKey'],
  };
  return errorOf(refusal.code, told[refusal.code]);
}

function offerError({ code }: AnswerGiftRefusal, of: 'offerId' | 'couponId') {
  const told: Record<CouponOfferErrorCode, [message: string, field: string]> = {
    OFFER_NOT_FOUND: ['Expected an open offer to or of the caller, found none; it may be answered already.', of],
    OFFER_OVER: ['Expected an answer in time, found the offer lapsed; the coupon is its owner’s again.', of],
    IDEMPOTENCY_KEY_REUSED: [keyReused, 'idempotencyKey'],
  };
  return errorOf(code, told[code]);
}

function errorOf<Code extends string>(code: Code, [message, field]: [message: string, field: string]) {
  return { code, message, field: ['input', field] };
}
