import type { QuoteQuery } from '../../schema/generated/operations';
import { money, table } from './table';

type Quote = NonNullable<QuoteQuery['quote']['quote']>;

/** Prints how each cent of a price was reached, a step a row. */
export function printWaterfall(title: string, { waterfall }: Pick<Quote, 'waterfall'>): void {
  table(
    title,
    ['step', 'amount', 'left'],
    waterfall.map((step) => [wordsOf(step), money(step.amount), money(step.left)]),
  );
}

/** Prints what a little more would save: `¥20.00 more of 灯 saves ¥30.00 (满300减40)`. */
export function printHints({ hints }: Pick<Quote, 'hints'>): void {
  for (const { deficit, saving, sku, category, template } of hints)
    console.log(
      `    ${money(deficit)} more of ${sku?.name ?? category} or its like saves ${money(saving)} (${template?.name ?? '?'})`,
    );
}

const offerWords = {
  LIST: 'the list price',
  MEMBER: 'the price for members',
  FLASH_SALE: 'the flash sale',
  GROUP_BUY: 'buying as a group',
} as const;

function wordsOf({ kind, template, coupon, priceSource }: Quote['waterfall'][number]): string {
  switch (kind) {
    case 'LIST':
      return 'at list price';
    case 'OFFER':
      return priceSource ? offerWords[priceSource] : 'a lower price';
    case 'DISCOUNT':
      return `${template?.name ?? '?'}${coupon ? ' (coupon)' : ''}`;
    case 'SHIPPING':
      return 'shipping';
    case 'TAX':
      return 'tax on top';
    case 'DEPOSIT':
      return `paid ahead, ${template?.name ?? '?'}`;
    case 'PAYMENT':
      return 'gift card or points';
  }
}
