import type { Identity } from '../../shared/contracts/identity';
import type { Outcome } from '../../shared/kernel/outcome';
import { raiseStock, type StockRefusal, type Template } from '../domain/template';
import type { KeyReused } from './change-once';
import {
  type ChangeDeps,
  changeTemplate,
  oneFault,
  type TemplateInput,
  type TemplateNotFound,
} from './change-template';

export type IncreaseTemplateStockFault = StockRefusal | TemplateNotFound | KeyReused;

/** Raises the number of coupons that may ever be issued to an absolute count, without a new version. */
export function increaseTemplateStock(
  deps: ChangeDeps,
  who: Identity,
  input: TemplateInput & { stockCount: number },
): Promise<Outcome<Template, IncreaseTemplateStockFault[]>> {
  const to = { mutation: 'increaseTemplateStock', act: 'STOCK_INCREASED' as const };
  return changeTemplate(deps, who, input, to, (template, _change, now) =>
    oneFault(raiseStock(template, input.stockCount, now)),
  );
}
