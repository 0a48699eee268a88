import { setTimeout as pause } from 'node:timers/promises';
import { Unavailable } from '../../subgraphs/shared/runtime/unavailable';
import type { ClaimServices } from '../support/claim-services';
import { shopper } from '../support/people';

/** One attempt: the same owner and key again is a repetition of the same claim. */
export interface Attempt {
  ownerId: string;
  key: string;
}

/** What the crowd was told, in the end, to every attempt. */
export interface Told {
  /** Every coupon that was acknowledged, as often as it was. */
  coupons: (Attempt & { couponId: string; serial: number })[];
  /** Final refusals by code. */
  refusals: (Attempt & { code: string })[];
  /** Attempts that got no final answer in time, with the last thing they heard. */
  unanswered: (Attempt & { heard: string })[];
  /** How often a client asked again. */
  repeats: number;
  /** Answers that no client can make anything of, such as INTERNAL_SERVER_ERROR. */
  mistakes: number;
}

/** How long one client goes on with one attempt, in milliseconds. */
const patienceMs = 90_000;

const claimMutation =
  'mutation ($input: ClaimCouponInput!) { claimCoupon(input: $input) { coupon { id } userErrors { code retryAt } } }';

interface ClaimAnswer {
  claimCoupon: { coupon: { id: string } | null; userErrors: { code: string; retryAt: string | null }[] };
}

/**
 * So many patient clients at once, who claim for everybody in turn: whoever hears UNAVAILABLE, a broken connection or
 * "for now" asks again with the same key, of any process, until there is a coupon or a final refusal.
 * @param heard is called after every acknowledged coupon and every final answer
 */
export async function claimTogether(
  services: ClaimServices,
  templateId: string,
  attempts: readonly Attempt[],
  clients: number,
  heard: (told: Told) => void,
): Promise<Told> {
  const told: Told = { coupons: [], refusals: [], unanswered: [], repeats: 0, mistakes: 0 };
  let next = 0;
  const client = async (): Promise<void> => {
    for (let attempt = attempts[next++]; attempt; attempt = attempts[next++]) {
      await claimPatiently(services, templateId, attempt, told);
      heard(told);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return told;
}

async function claimPatiently(
  services: ClaimServices,
  templateId: string,
  attempt: Attempt,
  told: Told,
): Promise<void> {
  const who = shopper(attempt.ownerId);
  const input = { templateId, idempotencyKey: attempt.key };
  let last = 'nothing';
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; told.repeats += 1) {
    try {
      const { data, errors } = await services.ask(claimMutation, { input }, who);
      const code = errors?.[0]?.extensions?.code;
      if (errors?.[0] && code !== 'UNAVAILABLE') {
        // Whatever happens to stores and processes, a claim is answered with its kind of answer.
        told.mistakes += 1;
        last = `${String(code)}: ${errors[0].message}`;
      } else if (errors) last = 'UNAVAILABLE';
      else {
        const { coupon, userErrors } = (data as ClaimAnswer).claimCoupon; // the shape of the mutation above
        if (coupon) {
          told.coupons.push({ ...attempt, couponId: coupon.id, serial: serialOf(coupon.id) });
          return;
        }
        const [refusal] = userErrors;
        if (refusal && !refusal.retryAt) {
          told.refusals.push({ ...attempt, code: refusal.code });
          return;
        }
        last = `${refusal?.code} for now`;
        await pause(150 + Math.random() * 200);
        continue;
      }
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      last = String(error);
    }
    await pause(50 + Math.random() * 100);
  }
  told.unanswered.push({ ...attempt, heard: last });
}

/** The serial in a coupon's id, `cpn_9x-000011-0` → 37. */
export function serialOf(couponId: string): number {
  return Number.parseInt(couponId.split('-').at(-2) ?? '', 36);
}
