import type {
  ClaimCouponMutation,
  CreateTemplateMutation,
  PublishTemplateMutation,
  TemplateQuery,
} from '../../schema/generated/operations';
import { inParallel, pause, type Server } from './client';
import { documentFor, festival } from './festival';
import { progress, table } from './table';

const shoppers = 5000;
const stock = 500;
/** Requests of the crowd that are on their way at once; the others press their button as soon as one is answered. */
const width = 128;

/** One claim, asked again with the same key while the server says that a moment later is better. */
export async function claimed(
  server: Server,
  token: string,
  input: { templateId: string; idempotencyKey: string },
): Promise<ClaimCouponMutation['claimCoupon']> {
  for (let attempt = 1; ; attempt += 1) {
    const { claimCoupon } = await server.ask<ClaimCouponMutation>('claim-coupon', token, { input });
    const code = claimCoupon.userErrors[0]?.code;
    // Published this very moment, or more claims at once than one process takes.
    if ((code !== 'TEMPLATE_NOT_FOUND' && code !== 'BUSY') || attempt === 100) return claimCoupon;
    await pause(50);
  }
}

/**
 * A flash sale: a crowd wants a coupon of which there is one for every tenth, and every outcome is told.
 * @param now business time
 * @returns whether exactly as many coupons were given as there were, each to another shopper, and none twice
 */
export async function rush(server: Server, operator: string, now: Date): Promise<boolean> {
  const templateId = await publish(server, operator, now);
  const crowd = Array.from({ length: shoppers }, (_, index) => `crowd-${index + 1}`);
  let ready = 0;
  const tokens = await inParallel(crowd, width, async (shopper) => {
    const token = await server.token('shopper', shopper);
    ready += 1;
    progress('gathering', ready, shoppers);
    return token;
  });

  const input = { templateId, idempotencyKey: 'rush' };
  const began = Date.now();
  let answered = 0;
  const answers = await inParallel(tokens, width, async (token) => {
    const answer = await claimed(server, token, input);
    answered += 1;
    progress('claiming', answered, shoppers);
    return answer;
  });
  const seconds = (Date.now() - began) / 1000;

  const winners = answers.flatMap(({ coupon }, index) => (coupon ? [{ coupon, token: tokens[index] ?? '' }] : []));
  const again = await inParallel(winners, width, ({ token }) => claimed(server, token, input));
  const sameAgain = again.filter(({ coupon }, index) => coupon?.id === winners[index]?.coupon.id).length;
  const refusals = new Map<string, number>();
  for (const { coupon, userErrors } of answers) {
    const code = userErrors[0]?.code ?? 'no reason given';
    if (!coupon) refusals.set(code, (refusals.get(code) ?? 0) + 1);
  }
  const distinct = new Set(winners.map(({ coupon }) => coupon.id)).size;
  const numbers = new Set(winners.map(({ coupon }) => coupon.code)).size;
  const left = await remaining(server, operator, templateId);

  table(
    `Flash sale: ${shoppers} shoppers for ${stock} coupons, answered in ${seconds.toFixed(1)} s, ${Math.round(shoppers / seconds)} a second`,
    ['', 'expected', 'found'],
    [
      ['coupons given', stock, winners.length],
      ['different coupons', stock, distinct],
      ['different numbers on them', stock, numbers],
      ['told SOLD_OUT', shoppers - stock, refusals.get('SOLD_OUT') ?? 0],
      [
        'told anything else',
        0,
        [...refusals].reduce((sum, [code, count]) => sum + (code === 'SOLD_OUT' ? 0 : count), 0),
      ],
      ['same coupon when a winner presses again', stock, sameAgain],
      ['coupons left', 0, left],
    ],
  );
  return (
    [winners.length, distinct, numbers, sameAgain].every((count) => count === stock) &&
    refusals.get('SOLD_OUT') === shoppers - stock &&
    left === 0
  );
}

/** The platform's own promotion, made from one of the festival's. */
async function publish(server: Server, operator: string, now: Date): Promise<string> {
  const model = festival.promotions.find(({ document }) => document.trigger === 'COUPON');
  if (!model) throw new Error('Expected a promotion with coupons in promotions.json, found none.');
  const document = {
    ...documentFor(model, now),
    name: { default: '双11整点抢券', en: 'Flash sale' },
    limit: { stock, perUser: { lifetime: 1 } },
  };
  const created = await server.ask<CreateTemplateMutation>('create-template', operator, {
    input: { document, idempotencyKey: 'create-rush' },
  });
  const templateId = created.createTemplate.template?.id;
  if (!templateId) throw new Error(`createTemplate: ${JSON.stringify(created.createTemplate.userErrors)}`);
  const { publishTemplate } = await server.ask<PublishTemplateMutation>('publish-template', operator, {
    input: { templateId, idempotencyKey: 'publish-rush' },
  });
  if (publishTemplate.userErrors.length > 0)
    throw new Error(`publishTemplate: ${JSON.stringify(publishTemplate.userErrors)}`);
  return templateId;
}

async function remaining(server: Server, operator: string, templateId: string): Promise<number> {
  const { template } = await server.ask<TemplateQuery>('template', operator, { id: templateId });
  return template?.remainingCount ?? Number.NaN;
}
