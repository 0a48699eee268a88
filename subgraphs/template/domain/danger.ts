import { asCouponId, type TemplateId } from '../../shared/kernel/identifiers';
import type { Candidate } from '../../shared/kernel/pricing/candidates';
import { type Cart, readCart } from '../../shared/kernel/pricing/cart';
import { type PricedCart, price } from '../../shared/kernel/pricing/price';
import type { Explanation } from '../../shared/kernel/pricing/trace';
import { couldApply } from '../../shared/kernel/promotion-reach';
import type { PromotionTerms } from '../../shared/kernel/promotion-terms';
import { recordedFacts } from '../../shared/kernel/rules/fact-sources';
import type { PromotionRules } from '../../shared/kernel/rules/promotion-rules';
import type { TenantSettings } from '../../shared/kernel/tenant-settings';
import { couponAt } from './check-examples';
import { cartsToTry, currenciesToTry, type TriedGoods } from './danger-carts';
import { alwaysBeaten, brokenFloor, freeOrder, stacksTooDeep, stoppedByFloor } from './danger-findings';
import { friendlyShopper, isInAudience, momentsTogether, type Told } from './danger-shopper';
import type { Finding, ProvingCart } from './finding';

/** What is looked at to find what is dangerous about a promotion beside the others. */
export interface DangerInput {
  subject: PromotionTerms;
  /** Every other promotion that is live or coming. */
  live: readonly PromotionTerms[];
  /** Goods in its scope, and some beside them. */
  goods: readonly TriedGoods[];
  settings: TenantSettings;
  now: Date;
  /** Whether these are all the promotions and all the goods there are. */
  isWhole: boolean;
}

/** What was found, and how far was looked. */
export interface DangerReport {
  findings: Finding[];
  search: DangerSearch;
}

/** How far was looked for carts. */
export interface DangerSearch {
  /** Carts that were priced, each once for each moment. */
  cartCount: number;
  /** Whether every cart that was thought of was priced to the end, of all goods and beside all promotions there are. */
  isExhaustive: boolean;
}

/** Nodes the search for the best combination may take on one cart. */
const nodeBudget = 2000;
/** Currencies and moments that are tried. */
const most = { currencies: 2, moments: 2 } as const;
/** Fewer carts than this show nothing about every cart. */
const fewestCarts = 3;

/**
 * What a promotion does beside everything live that its author should know before publishing it: how deep it can stack, whether
 * it gives orders away, whether floors stop it, whether it is never used. A shopper is taken to hold one coupon of each
 * promotion and to be one of whom as many conditions as can be hold. Carts are tried until there are no more or it is told
 * to stop; each finding carries the worst of them, priced by the engine that prices orders.
 */
export function findDangers(input: DangerInput, rules: PromotionRules, stop: () => boolean): DangerReport {
  const { subject, goods, now } = input;
  const live = input.live.filter(
    ({ templateId, document }) =>
      templateId !== subject.templateId && (document.trigger === 'COUPON' || document.trigger === 'AUTOMATIC'),
  );
  const search = new Search({ ...input, live }, rules, stop);
  const moments = momentsTogether(subject, live, now, most.moments);
  for (const currency of currenciesToTry(subject, goods, most.currencies)) {
    const carts = cartsToTry(subject, live, goods, currency);
    for (const at of moments) {
      const occasion = search.occasionAt(at, carts);
      for (const cart of carts) search.look(cart, occasion);
    }
  }
  return search.report();
}

/** A moment with the shoppers who come at it. */
interface Occasion {
  at: Date;
  /** Of whom as many promotions as can be hold. */
  friendly: Shopper;
  /** Of whom no more is known than that the promotion holds, with the coupons that anybody like that can have. */
  plain: Shopper;
}

interface Shopper {
  told: Told;
  candidates: readonly Candidate[];
}

/** One cart as it was priced for a shopper at a moment. */
interface Trial {
  cart: Cart;
  at: Date;
  shopper: Shopper;
  priced: PricedCart;
}

class Search {
  readonly #input: DangerInput;
  readonly #rules: PromotionRules;
  readonly #stop: () => boolean;
  #cartCount = 0;
  #isWhole: boolean;
  #free: Trial | null = null;
  #deepest: Trial | null = null;
  /** Priced without floors. */
  #belowFloor: Trial | null = null;
  /** Carts on which it could be used and another is; null once it was used, or stayed out for another reason. */
  #beaten: Trial[] | null = [];

  constructor(input: DangerInput, rules: PromotionRules, stop: () => boolean) {
    this.#input = input;
    this.#rules = rules;
    this.#stop = stop;
    this.#isWhole = input.isWhole;
  }

  occasionAt(at: Date, carts: readonly Cart[]): Occasion {
    const { subject } = this.#input;
    const goods = new Map(carts.flatMap(({ lines }) => lines.map((line) => [line.skuId, line] as const)));
    const live = this.#input.live.filter(({ document, merchantId }) =>
      [...goods.values()].some((line) => couldApply(document, merchantId, line)),
    );
    const [told, plain] = [friendlyShopper([subject, ...live], at, this.#stop), friendlyShopper([subject], at, never)];
    const forAnybody = live.filter((other) => other.document.trigger === 'AUTOMATIC' || isInAudience(other, plain, at));
    const shopper = (facts: Told, others: readonly PromotionTerms[]): Shopper => ({
      told: facts,
      candidates: [subject, ...others].map((terms) => candidateAt(terms, at)),
    });
    const friendly = shopper(told, live);
    const isSame = forAnybody.length === live.length && JSON.stringify(told) === JSON.stringify(plain);
    return { at, friendly, plain: isSame ? friendly : shopper(plain, forAnybody) };
  }

  look(cart: Cart, { at, friendly, plain }: Occasion): void {
    if (this.#stop()) {
      this.#isWhole = false;
      return;
    }
    this.#cartCount += 1;
    const trial = this.#try(cart, at, friendly);
    if (this.#takesPart(trial.priced)) {
      const { subtotal, discount } = trial.priced;
      if (subtotal > 0 && discount === subtotal) this.#free = worse(this.#free, trial);
      else this.#deepest = worse(this.#deepest, trial);
    }
    const { settings } = this.#input;
    if (hasFloors(cart, settings)) {
      const priced = this.#priceWithoutFloors(cart, at, friendly, this.#stop);
      // Where other lines bear what one line may not, nobody gets less.
      const isStopped = priced.payable < trial.priced.payable && brokenFloor(cart, priced, settings) !== null;
      if (isStopped && this.#takesPart(priced)) this.#belowFloor = worse(this.#belowFloor, { ...trial, priced });
    }
    if (this.#beaten) this.#noteBeaten(plain === friendly ? trial : this.#try(cart, at, plain));
  }

  report(): DangerReport {
    const { settings } = this.#input;
    const found: (Finding | null)[] = [];
    if (this.#free) found.push(freeOrder(this.#proofOf(this.#free), this.#subjectId));
    if (this.#deepest)
      found.push(stacksTooDeep(this.#proofOf(this.#deepest), this.#subjectId, settings.warnAboveDiscountBasisPoints));
    if (this.#belowFloor) {
      const { proof, priced } = this.#proofWithoutFloors(this.#belowFloor);
      found.push(stoppedByFloor(proof, this.#subjectId, brokenFloor(this.#belowFloor.cart, priced, settings)));
    }
    if (this.#isWhole && this.#beaten && this.#beaten.length >= fewestCarts)
      found.push(this.#alwaysBeaten(this.#beaten));
    return {
      findings: found.flatMap((one) => one ?? []),
      search: { cartCount: this.#cartCount, isExhaustive: this.#isWhole },
    };
  }

  get #subjectId(): TemplateId {
    return this.#input.subject.templateId;
  }

  #try(cart: Cart, at: Date, shopper: Shopper): Trial {
    const priced = this.#price(cart, at, shopper, this.#input.settings, this.#stop);
    if (!priced.optimal) this.#isWhole = false;
    return { cart, at, shopper, priced };
  }

  #price(
    cart: Cart,
    at: Date,
    { told, candidates }: Shopper,
    settings: TenantSettings,
    stop: () => boolean,
  ): PricedCart {
    const choose = { kind: 'AUTO' as const, nodeBudget, stop };
    return price({ cart, candidates, settings, now: at, facts: recordedFacts(told), rules: this.#rules, choose });
  }

  #priceWithoutFloors(cart: Cart, at: Date, shopper: Shopper, stop: () => boolean): PricedCart {
    return this.#price(withoutLeastPrices(cart), at, shopper, { ...this.#input.settings, floors: undefined }, stop);
  }

  #takesPart({ applied }: PricedCart): boolean {
    return applied.some(({ templateId, amount }) => templateId === this.#subjectId && amount > 0);
  }

  #noteBeaten(trial: Trial): void {
    const told = this.#toldOf(trial.priced);
    if (isBeatenByRule(told, this.#input.subject)) this.#beaten?.push(trial);
    // Where it could not be used anyway, nothing is to be learned.
    else if (told?.verdict !== 'REJECTED') this.#beaten = null;
  }

  #toldOf({ considered }: PricedCart): Explanation | undefined {
    return considered.find(({ promotion }) => promotion?.templateId === this.#subjectId);
  }

  #alwaysBeaten(beaten: readonly Trial[]): Finding | null {
    const [first] = beaten;
    const told = first && this.#toldOf(first.priced);
    if (!first || told?.verdict !== 'BEATEN_BY' || told.rule === null) return null;
    const rivals = beaten.flatMap(({ priced }) => {
      const one = this.#toldOf(priced);
      return one?.verdict === 'BEATEN_BY' ? one.by.map(({ templateId }) => this.#nameOf(templateId)) : [];
    });
    return alwaysBeaten(this.#proofOf(first), [...new Set(rivals)], told.rule, beaten.length);
  }

  /** The shopper with those alone that took effect, and the promotion that is checked. */
  #alone({ told, candidates }: Shopper, { applied }: PricedCart): Shopper {
    const ids = new Set([this.#subjectId, ...applied.map(({ templateId }) => templateId)]);
    return { told, candidates: candidates.filter(({ promotion }) => ids.has(promotion.templateId)) };
  }

  /** What a finding shows: the cart priced once more with those alone that took effect. */
  #proofOf(trial: Trial): ProvingCart {
    const { cart, at, shopper, priced } = trial;
    return this.#shown(trial, this.#price(cart, at, this.#alone(shopper, priced), this.#input.settings, never), null);
  }

  /** The same without floors, and what they leave to pay. */
  #proofWithoutFloors(trial: Trial): { proof: ProvingCart; priced: PricedCart } {
    const { cart, at } = trial;
    const alone = this.#alone(trial.shopper, trial.priced);
    const priced = this.#priceWithoutFloors(cart, at, alone, never);
    const { payable } = this.#price(cart, at, alone, this.#input.settings, never);
    return { proof: this.#shown(trial, priced, payable), priced };
  }

  #shown({ cart, at, shopper }: Trial, priced: PricedCart, payableWithFloors: number | null): ProvingCart {
    return {
      currency: cart.currency,
      lines: cart.lines.map(({ lineId: _, ...line }) => line),
      at,
      told: shopper.told,
      promotions: priced.applied.map(({ templateId, amount }) => ({
        templateId,
        name: this.#nameOf(templateId),
        amount,
      })),
      listTotal: priced.subtotal,
      discount: priced.discount,
      payable: priced.payable,
      payableWithFloors,
    };
  }

  #nameOf(id: TemplateId): string {
    const { subject, live } = this.#input;
    return [subject, ...live].find(({ templateId }) => templateId === id)?.document.name.default ?? id;
  }
}

const never = () => false;

/** A promotion as somebody has it at a moment: a coupon of it in hand, claimed as late as can be, or applying by itself. */
export function candidateAt(promotion: PromotionTerms, at: Date): Candidate {
  if (promotion.document.trigger !== 'COUPON') return { promotion, source: { kind: 'AUTOMATIC' } };
  const couponId = asCouponId(`one of ${promotion.templateId}`);
  return { promotion, source: { kind: 'COUPON', couponId, ...couponAt(promotion, at) } };
}

/** The one of which a larger part is taken off; of two alike the one with fewer promotions, then the smaller, then the first. */
function worse(known: Trial | null, found: Trial): Trial {
  if (known === null) return found;
  const depth = BigInt(found.priced.discount) * BigInt(known.priced.subtotal);
  const knownDepth = BigInt(known.priced.discount) * BigInt(found.priced.subtotal);
  if (depth !== knownDepth) return depth > knownDepth ? found : known;
  if (found.cart.currency !== known.cart.currency) return known;
  const more =
    found.priced.applied.length - known.priced.applied.length || found.priced.subtotal - known.priced.subtotal;
  return more < 0 ? found : known;
}

function hasFloors(cart: Cart, { floors }: TenantSettings): boolean {
  return floors !== undefined || cart.lines.some(({ minUnitPrice }) => minUnitPrice !== undefined);
}

function withoutLeastPrices(cart: Cart): Cart {
  const read = readCart(
    cart.currency,
    cart.lines.map(({ lineId: _, minUnitPrice: __, ...line }) => line),
    cart,
  );
  return read.ok ? read.value : cart;
}

/**
 * Whether it stays out because another of its group, or one that stands alone, is used in its place and always would be: it
 * saves more, or it saves as much and costs no coupon. Between coupons that save alike their expiry decides, each time anew.
 */
function isBeatenByRule(told: Explanation | undefined, { document }: PromotionTerms): boolean {
  if (told?.verdict !== 'BEATEN_BY' || told.rule === null || told.rule === 'COUPON_LIMIT') return false;
  const costsNoCoupon = document.trigger === 'COUPON' && told.by.every(({ couponId }) => couponId === null);
  return told.difference > 0 || costsNoCoupon;
}
