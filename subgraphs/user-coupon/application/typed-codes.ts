import type { CouponId, TemplateId, TenantId, UserId } from '../../shared/kernel/identifiers';
import type { Facts } from '../../shared/kernel/rules/facts';
import { freeSlots, type LiveTemplate, refuseNow, slotLimits } from '../domain/claim-rules';
import { type Coupon, couponIdOf, readCouponId, stateAt } from '../domain/coupon';
import {
  type CodeRefusal,
  codeKeyOf,
  isGateSerial,
  isMistyped,
  type PromotionCode,
  promisedCouponId,
  serialOfCode,
} from '../domain/promotion-code';
import type { GuessLimit } from '../guess-limit';
import type { PromotionCodes } from '../promotion-codes';
import type { Stock } from '../stock';
import type { CouponStore } from '../store';
import type { TemplateCopies } from '../template-copies';
import { isOver } from './generate-codes';
import { type EligibilityDeps, factsForClaims } from './shopper-facts';

/** What looking codes up needs. */
export interface TypedCodeDeps extends EligibilityDeps {
  promotionCodes: PromotionCodes;
  store: CouponStore;
  templates: TemplateCopies;
  stock: Stock;
  guesses: GuessLimit;
  now(): Date;
}

/** A coupon that a code would become for the shopper who typed it, if it were taken now. */
export interface CodePromise {
  /** How a price names it: of a unique code the id of the coupon to be, of a public one a name that no coupon has. */
  couponId: CouponId;
  code: PromotionCode;
  template: LiveTemplate;
}

/** What a typed code is for a shopper. */
export type TypedCode =
  | { kind: 'COUPON'; coupon: Coupon }
  | { kind: 'PROMISE'; promise: CodePromise }
  | { kind: 'REFUSED'; refusal: CodeRefusal };

/**
 * What each typed code is for a shopper: a coupon that came of it already, a promise of one, or nothing, with the reason. A
 * kind word, never the guard. Wrong codes are counted, and past the limit nobody is told anything.
 * @param address of the request, where it is known
 */
export async function lookUpCodes(
  deps: TypedCodeDeps,
  tenant: TenantId,
  owner: UserId,
  typed: readonly string[],
  address: string | null,
): Promise<Map<string, TypedCode>> {
  const keys = [...new Set(typed.map(codeKeyOf))];
  if (keys.length === 0) return new Map();
  const guesser = { tenantId: tenant, userId: owner, address };
  const retryAt = await deps.guesses.count(guesser, keys);
  if (retryAt) {
    const limited: TypedCode = { kind: 'REFUSED', refusal: { reason: 'RATE_LIMITED', retryAt } };
    return new Map(typed.map((text) => [text, limited]));
  }
  const found = await deps.promotionCodes.byKeys(tenant, keys);
  await deps.guesses.discount(guesser, [...found.keys()]);
  const scene = await sceneOf(deps, tenant, owner, [...found.values()]);
  return new Map(
    typed.map((text) => {
      const key = codeKeyOf(text);
      const code = found.get(key);
      if (code) return [text, judged(deps, owner, code, scene)];
      return [text, { kind: 'REFUSED', refusal: { reason: isMistyped(key) ? 'MISTYPED' : 'UNKNOWN' } }];
    }),
  );
}

/** Everything that what codes are for a shopper depends on; one question of each kind, however many codes. */
interface Scene {
  now: Date;
  zone: string;
  templates: ReadonlyMap<TemplateId, LiveTemplate>;
  /** The shopper's coupons of these templates. */
  own: readonly Coupon[];
  /** Coupons that came of unique codes, whoever has them. */
  taken: ReadonlySet<CouponId>;
  /** Public uses left by template; what the gate could not tell is absent. */
  left: ReadonlyMap<TemplateId, number>;
  shopper: Facts;
}

async function sceneOf(
  deps: TypedCodeDeps,
  tenant: TenantId,
  owner: UserId,
  codes: readonly PromotionCode[],
): Promise<Scene> {
  const templates = await deps.templates.templates(tenant, [...new Set(codes.map(({ templateId }) => templateId))]);
  const unique = codes.flatMap((code) => (code.kind === 'UNIQUE' ? couponOfCode(code) : []));
  const counted = [...templates.values()].flatMap(({ templateId, stock }) =>
    stock !== null && codes.some((code) => code.kind === 'PUBLIC' && code.templateId === templateId)
      ? [{ templateId, stock }]
      : [],
  );
  const [{ zone }, own, taken, left, shopper] = await Promise.all([
    deps.templates.settings(tenant),
    deps.store.ownedOf(tenant, owner, [...templates.keys()]),
    deps.store.claimantsOf(unique),
    // Without the gate the promise stands, and whoever takes it is told.
    deps.stock.remaining(counted).catch(() => new Map<TemplateId, number>()),
    factsForClaims(deps, tenant, owner, [...templates.values()]),
  ]);
  return { now: deps.now(), zone, templates, own, taken: new Set(taken.keys()), left, shopper };
}

function judged({ rules }: EligibilityDeps, owner: UserId, code: PromotionCode, scene: Scene): TypedCode {
  const refusal = (reason: CodeRefusal['reason'], retryAt?: Date): TypedCode => ({
    kind: 'REFUSED',
    refusal: { reason, ...(retryAt && { retryAt }) },
  });
  const { now, own } = scene;
  const template = scene.templates.get(code.templateId);
  if (!template) return refusal('UNKNOWN');
  const couponId = code.kind === 'UNIQUE' ? couponOfCode(code) : promisedCouponId(code);
  if (code.kind === 'UNIQUE') {
    const coupon = own.find(({ id }) => id === couponId);
    if (coupon) return { kind: 'COUPON', coupon };
    if (code.recipient !== null && code.recipient !== owner) return refusal('NOT_YOURS');
    if (scene.taken.has(couponId)) return refusal('USED');
  } else {
    // What an order took and gave back is used first, so that a public code is not used up by carts that were left.
    const spare = own.find((coupon) => isSpare(coupon, code.templateId, now));
    if (spare) return { kind: 'COUPON', coupon: spare };
    if (code.isClosed) return refusal('ENDED');
  }
  if (isOver(template, now)) return refusal('ENDED');
  const refused = refuseNow(template, rules, scene.shopper, now);
  if (refused) return refusal(refused.code, refused.retryAt);
  const slots = own.flatMap((coupon) => (coupon.templateId === code.templateId ? coupon.slots : []));
  if (!freeSlots(slotLimits(template.terms, now, scene.zone), new Set(slots))) return refusal('LIMIT_REACHED');
  if (code.kind === 'PUBLIC' && (template.stock === null || scene.left.get(code.templateId) === 0))
    return refusal('SOLD_OUT');
  return { kind: 'PROMISE', promise: { couponId, code, template } };
}

function couponOfCode({ templateId, number }: Extract<PromotionCode, { kind: 'UNIQUE' }>): CouponId {
  return couponIdOf({ templateId, serial: serialOfCode(number), hop: 0 });
}

function isSpare(coupon: Coupon, templateId: TemplateId, now: Date): boolean {
  const number = readCouponId(coupon.id);
  return (
    coupon.templateId === templateId &&
    stateAt(coupon, now) === 'AVAILABLE' &&
    number !== null &&
    isGateSerial(number.serial) &&
    number.hop === 0
  );
}
