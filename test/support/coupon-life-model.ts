import type { CouponState } from '../../subgraphs/user-coupon/domain/coupon';

/** The terms that matter to the life of a coupon, in hours. */
export interface ModelTerms {
  validHours: number;
  giftHours: number;
  /** Hours a coupon has at least when it is given back; 0 is no more than it had. */
  extraHours: number;
  isReturnable: boolean;
}

/** What settlement says of a hold whose deadline passed; AWAY is no answer, and the next time it is RELEASE. */
export type ModelVerdict = 'RELEASE' | 'REDEEM' | 'EXTEND' | 'AWAY';

/** One call. Acts on holds are known by their token, all others by their key. */
export type ModelCall =
  | { kind: 'lock'; token: string; who: string; coupons: string[]; hours: number; verdict: ModelVerdict }
  | { kind: 'redeem' | 'release'; token: string; who: string }
  | { kind: 'return'; token: string; who: string; coupon: string }
  | { kind: 'freeze' | 'unfreeze' | 'revoke'; coupon: string; key: string }
  | { kind: 'gift'; coupon: string; who: string; to: string; key: string }
  | { kind: 'accept' | 'decline' | 'takeBack'; coupon: string; who: string; key: string }
  | { kind: 'look'; who: string };

/** The codes of refusals, the four counts of a wallet, or DONE. */
export type ModelAnswer = string;

/** A coupon as the model knows it: its state, and every move it has made. */
export interface ModelCoupon {
  id: string;
  owner: string;
  state: CouponState;
  /** The place it takes in its owner's limit; a received coupon takes none, so it names itself. */
  slot: string;
  expiresAt: number;
  mark: 'freeze' | 'revoke' | null;
  offer: { to: string; until: number } | null;
  acts: string[];
}

interface ModelHold {
  owner: string;
  coupons: string[];
  state: 'HELD' | 'REDEEMED' | 'RELEASED';
  returned: string[];
  until: number;
  /** What settlement would say now. */
  verdict: ModelVerdict;
  /** What it says until time passes again; null while nobody asks. */
  told: ModelVerdict | null;
}

/** Hours that settlement grants when it extends a hold. */
export const extendedHours = 24;

/**
 * The life of a few coupons as a shop would tell it, in a page: no database, no retries, no processes. What the subgraph
 * answers and keeps under random orders of calls is compared with this.
 */
export class CouponLifeModel {
  coupons: ModelCoupon[] = [];
  holds = new Map<string, ModelHold>();
  /** Calls that were done; their keys give the same answer again. */
  #done = new Set<string>();
  /** Hours since the history began. */
  #now = 0;

  constructor(readonly terms: ModelTerms) {}

  /** The same coupons, holds and time once more, to try what another order of calls comes to. */
  copy(): CouponLifeModel {
    const other = new CouponLifeModel(this.terms);
    [other.coupons, other.holds] = structuredClone([this.coupons, this.holds] as const);
    other.#done = new Set(this.#done);
    other.#now = this.#now;
    return other;
  }

  claim(id: string, owner: string): void {
    const slot = `L:${this.coupons.filter((coupon) => coupon.owner === owner).length + 1}`;
    const expiresAt = this.#now + this.terms.validHours;
    this.coupons.push({ id, owner, state: 'AVAILABLE', slot, expiresAt, mark: null, offer: null, acts: ['claim'] });
  }

  /** Time passes: offers lapse, coupons run out, settlement says what becomes of lapsed holds. */
  advance(hours: number): void {
    this.#now += hours;
    for (const coupon of this.coupons) {
      if (coupon.offer && coupon.offer.until <= this.#now) this.#endOffer(coupon, 'lapse');
      this.#expire(coupon);
    }
    for (const hold of this.holds.values()) {
      hold.told = hold.state === 'HELD' && hold.until <= this.#now ? hold.verdict : null;
      if (hold.told === 'RELEASE') this.#endHold(hold, 'RELEASED');
      else if (hold.told === 'REDEEM') this.#endHold(hold, 'REDEEMED');
      else if (hold.told === 'EXTEND') hold.until = this.#now + extendedHours;
      if (hold.told) hold.verdict = 'RELEASE';
    }
  }

  /** What a call does and what it answers. */
  answer(call: ModelCall): ModelAnswer {
    const key = 'key' in call && `${call.kind} ${call.key}`;
    if (key && this.#done.has(key)) return 'DONE';
    const answer = this.#answer(call);
    if (key && answer === 'DONE') this.#done.add(key);
    return answer;
  }

  #answer(call: ModelCall): ModelAnswer {
    switch (call.kind) {
      case 'lock':
        return this.#lock(call);
      case 'redeem':
        return this.#redeem(call.token, call.who);
      case 'release':
        return this.#release(call.token, call.who);
      case 'return':
        return this.#giveBack(call.token, call.who, call.coupon);
      case 'freeze':
      case 'unfreeze':
      case 'revoke':
        return this.#rule(call.kind, this.coupon(call.coupon));
      case 'gift':
        return this.#gift(this.coupon(call.coupon), call.who, call.to);
      case 'accept':
        return this.#accept(this.coupon(call.coupon), call.who);
      case 'decline':
      case 'takeBack':
        return this.#answerGift(call.kind, this.coupon(call.coupon), call.who);
      case 'look':
        return this.#counts(call.who);
    }
  }

  /** The coupon with this id; undefined when nobody has it yet. */
  coupon(id: string): ModelCoupon | undefined {
    return this.coupons.find((coupon) => coupon.id === id);
  }

  #lock({ token, who, coupons, hours, verdict }: ModelCall & { kind: 'lock' }): ModelAnswer {
    const known = this.holds.get(token);
    if (known) {
      const isSame = known.coupons.join() === [...coupons].sort().join();
      return isSame && known.state === 'HELD' && known.owner === who ? 'DONE' : 'STALE_TOKEN';
    }
    const refusals = coupons.flatMap((id) => {
      const coupon = this.coupon(id);
      if (coupon?.owner !== who) return ['NOT_FOUND'];
      return coupon.state === 'AVAILABLE' ? [] : ['NOT_AVAILABLE'];
    });
    if (refusals.length > 0) return refusals.sort().join();
    this.#hold(token, who, coupons, this.#now + hours, verdict);
    for (const id of coupons) move(this.coupon(id), 'lock', 'LOCKED');
    return 'DONE';
  }

  #redeem(token: string, who: string): ModelAnswer {
    const hold = this.holds.get(token);
    if (hold?.owner !== who || hold.state === 'RELEASED') return 'STALE_TOKEN';
    this.#endHold(hold, 'REDEEMED');
    return 'DONE';
  }

  #release(token: string, who: string): ModelAnswer {
    const hold = this.holds.get(token) ?? this.#hold(token, who, [], this.#now, 'RELEASE');
    if (hold.owner !== who || hold.state === 'REDEEMED') return 'STALE_TOKEN';
    this.#endHold(hold, 'RELEASED');
    return 'DONE';
  }

  #giveBack(token: string, who: string, id: string): ModelAnswer {
    const hold = this.holds.get(token);
    if (hold?.owner !== who || hold.state !== 'REDEEMED') return 'STALE_TOKEN';
    if (!hold.coupons.includes(id)) return 'NOT_FOUND';
    if (hold.returned.includes(id)) return 'DONE';
    hold.returned.push(id);
    const coupon = this.coupon(id);
    if (!coupon || !this.terms.isReturnable) return 'DONE';
    const { extraHours } = this.terms;
    if (extraHours > 0) coupon.expiresAt = Math.max(coupon.expiresAt, this.#now + extraHours);
    this.#comeBack(coupon, 'return');
    return 'DONE';
  }

  #rule(act: 'freeze' | 'unfreeze' | 'revoke', coupon: ModelCoupon | undefined): ModelAnswer {
    if (!coupon) return 'COUPON_NOT_FOUND';
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

  #gift(coupon: ModelCoupon | undefined, giver: string, receiver: string): ModelAnswer {
    if (coupon?.owner !== giver) return 'COUPON_NOT_FOUND';
    if (giver === receiver) return 'OWN_COUPON';
    if (coupon.state !== 'AVAILABLE') return 'NOT_AVAILABLE';
    coupon.offer = { to: receiver, until: Math.min(this.#now + this.terms.giftHours, coupon.expiresAt) };
    move(coupon, 'offer', 'TRANSFER_PENDING');
    return 'DONE';
  }

  #accept(coupon: ModelCoupon | undefined, who: string): ModelAnswer {
    if (coupon?.offer?.to !== who) return 'OFFER_NOT_FOUND';
    coupon.offer = null;
    move(coupon, 'accept', 'TRANSFERRED');
    // The last part of an id counts how often the coupon was given away.
    const id = coupon.id.replace(/\d+$/, (hop) => String(Number(hop) + 1));
    const { expiresAt } = coupon;
    const own = { id, owner: who, slot: `C:${id}`, expiresAt, mark: null, offer: null };
    this.coupons.push({ ...own, state: 'AVAILABLE', acts: ['receive'] });
    return 'DONE';
  }

  #answerGift(act: 'decline' | 'takeBack', coupon: ModelCoupon | undefined, who: string): ModelAnswer {
    if (!coupon?.offer || who !== (act === 'decline' ? coupon.offer.to : coupon.owner)) return 'OFFER_NOT_FOUND';
    this.#endOffer(coupon, act);
    return 'DONE';
  }

  #counts(owner: string): ModelAnswer {
    const groups: CouponState[][] = [
      ['AVAILABLE'],
      ['LOCKED', 'FROZEN', 'TRANSFER_PENDING'],
      ['REDEEMED', 'TRANSFERRED'],
      ['EXPIRED', 'REVOKED'],
    ];
    const own = this.coupons.filter((coupon) => coupon.owner === owner);
    return groups.map((states) => own.filter(({ state }) => states.includes(state)).length).join();
  }

  #hold(token: string, owner: string, coupons: readonly string[], until: number, verdict: ModelVerdict): ModelHold {
    const hold: ModelHold = {
      owner,
      coupons: [...coupons].sort(),
      state: 'HELD',
      returned: [],
      until,
      verdict,
      told: null,
    };
    this.holds.set(token, hold);
    return hold;
  }

  #endHold(hold: ModelHold, state: 'REDEEMED' | 'RELEASED'): void {
    if (hold.state === 'HELD')
      for (const id of hold.coupons) {
        const coupon = this.coupon(id);
        if (state === 'REDEEMED') move(coupon, 'redeem', 'REDEEMED');
        else if (coupon) this.#comeBack(coupon, 'release');
      }
    hold.state = state;
  }

  #endOffer(coupon: ModelCoupon, act: string): void {
    coupon.offer = null;
    move(coupon, act, 'AVAILABLE');
    this.#expire(coupon);
  }

  #comeBack(coupon: ModelCoupon, act: string): void {
    const { mark } = coupon;
    coupon.mark = null;
    move(coupon, act, 'AVAILABLE');
    if (mark === 'revoke') move(coupon, 'revoke', 'REVOKED');
    else this.#expire(coupon);
    if (mark === 'freeze' && coupon.state === 'AVAILABLE') move(coupon, 'freeze', 'FROZEN');
  }

  #expire(coupon: ModelCoupon): void {
    if (coupon.state === 'AVAILABLE' && coupon.expiresAt <= this.#now) move(coupon, 'expire', 'EXPIRED');
  }
}

function move(coupon: ModelCoupon | undefined, act: string, to: CouponState): void {
  if (!coupon) throw new Error(`Expected a coupon to ${act}, found none; the model is wrong.`);
  coupon.state = to;
  coupon.acts.push(act);
}
