import type { CouponState } from '../../subgraphs/user-coupon/domain/coupon';

/** The terms that matter to the life of a coupon, in hours. */
export interface ModelTerms {
  validHours: number;
  giftHours: number;
  /** Hours a coupon has at least when it is given back; 0 is no more than it had. */
  extraHours: number;
  isReturnable: boolean;
}

/** A coupon as the model knows it: its state, and every move it has made. */
export interface ModelCoupon {
  id: string;
  owner: string;
  state: CouponState;
  expiresAt: number;
  mark: 'freeze' | 'revoke' | null;
  offer: { to: string; until: number } | null;
  acts: string[];
}

interface ModelHold {
  owner: string;
  coupons: ModelCoupon[];
  state: 'HELD' | 'REDEEMED' | 'RELEASED';
  returned: ModelCoupon[];
}

/** The codes of refusals, or DONE. */
export type ModelAnswer = string;

/**
 * The life of a few coupons as a shop would tell it, in a page: no database, no retries, no processes. What the subgraph
 * answers and keeps under random orders of calls is compared with this.
 */
export class CouponLifeModel {
  readonly coupons: ModelCoupon[] = [];
  readonly #holds = new Map<string, ModelHold>();
  /** Hours since the history began. */
  #now = 0;

  constructor(readonly terms: ModelTerms) {}

  claim(id: string, owner: string): void {
    const expiresAt = this.#now + this.terms.validHours;
    this.coupons.push({ id, owner, state: 'AVAILABLE', expiresAt, mark: null, offer: null, acts: ['claim'] });
  }

  /** Time passes: offers lapse, coupons run out. */
  advance(hours: number): void {
    this.#now += hours;
    for (const coupon of this.coupons) {
      if (coupon.offer && coupon.offer.until <= this.#now) this.#endOffer(coupon, 'lapse');
      this.#expire(coupon);
    }
  }

  lock(token: string, owner: string, coupons: readonly ModelCoupon[]): ModelAnswer {
    const known = this.#holds.get(token);
    if (known) {
      const isSame = known.state === 'HELD' && known.owner === owner && sameCoupons(known.coupons, coupons);
      return isSame ? 'DONE' : 'STALE_TOKEN';
    }
    const refusals = coupons.flatMap((coupon) => {
      if (coupon.owner !== owner) return ['NOT_FOUND'];
      return coupon.state === 'AVAILABLE' ? [] : ['NOT_AVAILABLE'];
    });
    if (refusals.length > 0) return refusals.sort().join();
    for (const coupon of coupons) move(coupon, 'lock', 'LOCKED');
    this.#holds.set(token, { owner, coupons: [...coupons], state: 'HELD', returned: [] });
    return 'DONE';
  }

  redeem(token: string, owner: string): ModelAnswer {
    const hold = this.#holds.get(token);
    if (!hold || hold.owner !== owner || hold.state === 'RELEASED') return 'STALE_TOKEN';
    if (hold.state === 'HELD') for (const coupon of hold.coupons) move(coupon, 'redeem', 'REDEEMED');
    hold.state = 'REDEEMED';
    return 'DONE';
  }

  release(token: string, owner: string): ModelAnswer {
    const hold = this.#holds.get(token);
    if (!hold) this.#holds.set(token, { owner, coupons: [], state: 'RELEASED', returned: [] });
    else if (hold.owner !== owner || hold.state === 'REDEEMED') return 'STALE_TOKEN';
    else {
      if (hold.state === 'HELD') for (const coupon of hold.coupons) this.#comeBack(coupon, 'release', coupon.expiresAt);
      hold.state = 'RELEASED';
    }
    return 'DONE';
  }

  giveBack(token: string, owner: string, coupon: ModelCoupon): ModelAnswer {
    const hold = this.#holds.get(token);
    if (hold?.owner !== owner || hold.state !== 'REDEEMED') return 'STALE_TOKEN';
    if (!hold.coupons.includes(coupon)) return 'NOT_FOUND';
    if (!hold.returned.includes(coupon)) {
      hold.returned.push(coupon);
      const { extraHours, isReturnable } = this.terms;
      if (isReturnable)
        this.#comeBack(
          coupon,
          'return',
          extraHours ? Math.max(coupon.expiresAt, this.#now + extraHours) : coupon.expiresAt,
        );
    }
    return 'DONE';
  }

  rule(act: 'freeze' | 'unfreeze' | 'revoke', coupon: ModelCoupon): ModelAnswer {
    switch (coupon.state) {
      case 'LOCKED':
      case 'REDEEMED': {
        const wanted = act === 'unfreeze' ? null : act;
        if (coupon.mark === wanted || (coupon.mark === 'revoke' && act !== 'revoke')) return 'DONE';
        coupon.mark = wanted;
        coupon.acts.push('mark');
        return 'DONE';
      }
      case 'FROZEN':
        if (act === 'unfreeze') {
          move(coupon, 'unfreeze', 'AVAILABLE');
          this.#expire(coupon);
        } else if (act === 'revoke') move(coupon, 'revoke', 'REVOKED');
        return 'DONE';
      case 'AVAILABLE':
      case 'TRANSFER_PENDING':
        if (act === 'unfreeze') return 'DONE';
        coupon.offer = null;
        move(coupon, act, act === 'freeze' ? 'FROZEN' : 'REVOKED');
        return 'DONE';
      default:
        return coupon.state === 'REVOKED' && act === 'revoke' ? 'DONE' : 'COUPON_OVER';
    }
  }

  gift(coupon: ModelCoupon, giver: string, receiver: string): ModelAnswer {
    if (coupon.owner !== giver) return 'COUPON_NOT_FOUND';
    if (giver === receiver) return 'OWN_COUPON';
    if (coupon.state !== 'AVAILABLE') return 'NOT_AVAILABLE';
    coupon.offer = { to: receiver, until: Math.min(this.#now + this.terms.giftHours, coupon.expiresAt) };
    move(coupon, 'offer', 'TRANSFER_PENDING');
    return 'DONE';
  }

  /** @param id of the receiver's coupon, which follows from the giver's */
  accept(coupon: ModelCoupon, who: string, id: string): ModelAnswer {
    if (coupon.offer?.to !== who) return 'OFFER_NOT_FOUND';
    coupon.offer = null;
    move(coupon, 'accept', 'TRANSFERRED');
    const { expiresAt } = coupon;
    this.coupons.push({ id, owner: who, state: 'AVAILABLE', expiresAt, mark: null, offer: null, acts: ['receive'] });
    return 'DONE';
  }

  endGift(act: 'decline' | 'takeBack', coupon: ModelCoupon, who: string): ModelAnswer {
    if (!coupon.offer || who !== (act === 'decline' ? coupon.offer.to : coupon.owner)) return 'OFFER_NOT_FOUND';
    this.#endOffer(coupon, act);
    return 'DONE';
  }

  #endOffer(coupon: ModelCoupon, act: string): void {
    coupon.offer = null;
    move(coupon, act, 'AVAILABLE');
    this.#expire(coupon);
  }

  #comeBack(coupon: ModelCoupon, act: string, expiresAt: number): void {
    const { mark } = coupon;
    coupon.mark = null;
    coupon.expiresAt = expiresAt;
    move(coupon, act, 'AVAILABLE');
    if (mark === 'revoke') move(coupon, 'revoke', 'REVOKED');
    else this.#expire(coupon);
    if (mark === 'freeze' && coupon.state === 'AVAILABLE') move(coupon, 'freeze', 'FROZEN');
  }

  #expire(coupon: ModelCoupon): void {
    if (coupon.state === 'AVAILABLE' && coupon.expiresAt <= this.#now) move(coupon, 'expire', 'EXPIRED');
  }
}

function move(coupon: ModelCoupon, act: string, to: CouponState): void {
  coupon.state = to;
  coupon.acts.push(act);
}

function sameCoupons(one: readonly ModelCoupon[], other: readonly ModelCoupon[]): boolean {
  return one.length === other.length && one.every((coupon) => other.includes(coupon));
}
