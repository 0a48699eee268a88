import type { QueryResolvers, SkuResolvers } from '../../schema/generated/settlement';
import { createLoader } from '../shared/runtime/loaders';
import { badUserInput, type RequestContext } from '../shared/runtime/server';
import { previewPrice } from './application/preview-price';
import type { PriceDeps } from './application/price-cart';
import { type AlonePrice, type InHand, pricesInHand } from './application/price-in-hand';
import { priceInHandShape, quoteShape } from './price-shapes';

/** What a request carries for prices of single SKUs. */
export interface PriceContext extends RequestContext {
  pricesInHand: { load(asked: InHand): Promise<AlonePrice> };
}

/** Gathers every price in hand that one request asks for, so that all are made together. */
export function pricesInHandOf(deps: PriceDeps, { who, requestId }: RequestContext): PriceContext['pricesInHand'] {
  const asked = new Map<string, InHand>();
  const prices = createLoader(async (keys: readonly string[]) => {
    const found = await pricesInHand(
      deps,
      who,
      keys.flatMap((key) => asked.get(key) ?? []),
      requestId,
    );
    return new Map(keys.map((key, index) => [key, found[index] ?? null]));
  });
  return {
    load(one) {
      const key = JSON.stringify([one.skuId, one.quantity, one.currency, one.context]);
      asked.set(key, one);
      return prices.load(key);
    },
  };
}

/** Prices that nobody is about to pay yet: of single SKUs in lists, and of carts under documents that nobody saved. */
export function priceResolvers(deps: PriceDeps) {
  return {
    Query: {
      previewPrice: async (_parent, { input }, { who, requestId }) => {
        const { cart, documents, includeLive, facts = null, at = null } = input;
        const asked = { cart, documents, includeLive: includeLive ?? false, facts, at };
        const outcome = await previewPrice(deps, who, asked, requestId);
        if (!outcome.ok) return { quote: null, userErrors: outcome.refusal };
        // Nobody buys a preview: there is no choice by hand to be bettered, and no price to hold on to.
        const quote = { ...outcome.value, betterChoice: async () => null, heldQuote: () => null };
        return { quote: quoteShape(quote), userErrors: [] };
      },
    },
    Sku: {
      priceInHand: async ({ id }, { currency, quantity, context }, { pricesInHand: prices }) => {
        const price = await prices.load({ skuId: id, quantity: quantity ?? 1, currency, context: context ?? null });
        if (price === null) return null;
        if (price.ok) return priceInHandShape(price.value);
        const { field } = price.refusal[0] ?? { field: [] };
        const place = field[2] === 'context' ? field.slice(2) : ['quantity'];
        throw badUserInput(price.refusal.map(({ message }) => message).join(' '), place);
      },
    },
  } satisfies {
    Query: Pick<QueryResolvers<PriceContext>, 'previewPrice'>;
    Sku: Pick<SkuResolvers<PriceContext>, 'priceInHand'>;
  };
}
