import type { Identity } from '../../shared/contracts/identity';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import {
  foreignMerchant,
  type GivenSku,
  isForeign,
  isUnchanged,
  readSkus,
  type Sku,
  type SkuFacts,
  type SkuFault,
} from '../domain/sku';
import type { TemplateStore } from '../store';
import { changeOnce, type KeyReused } from './change-once';

export interface CatalogueDeps {
  store: Pick<TemplateStore, 'once'>;
}

export type UpsertSkusFault = SkuFault | KeyReused;

/** How much of a call was news. */
export interface UpsertedSkus {
  changedCount: number;
  unchangedCount: number;
}

/**
 * Takes over SKUs of the shop's catalogue: all of them or none. Only those that are new or differ are written and told
 * to the followers, so repeating an import costs them nothing.
 */
export async function upsertSkus(
  deps: CatalogueDeps,
  who: Identity,
  input: { skus: readonly GivenSku[]; idempotencyKey: string },
): Promise<Outcome<UpsertedSkus, UpsertSkusFault[]>> {
  const own = who.kind === 'user' ? who.merchant : null;
  const read = readSkus(input.skus, own);
  if (!read.ok) return read;
  const given = read.value;
  return changeOnce<UpsertedSkus, UpsertSkusFault>(deps.store, who, 'upsertSkus', input, async (change) => {
    const known = await change.skus(
      who.tenant,
      given.map((sku) => sku.skuId),
    );
    const foreign = given.flatMap((sku, index) =>
      isForeign(known.get(sku.skuId), own) ? [foreignMerchant(index, 'id', sku.skuId)] : [],
    );
    if (foreign.length > 0) return { outcome: refused(foreign), keep: false };
    const changed = given.flatMap((sku) => changeOf(known.get(sku.skuId), sku));
    await change.saveSkus(who.tenant, changed);
    return {
      outcome: accepted({ changedCount: changed.length, unchangedCount: given.length - changed.length }),
      keep: changed.length > 0,
    };
  });
}

function changeOf(known: Sku | undefined, given: SkuFacts): Sku[] {
  if (!known) return [{ ...given, revision: 1 }];
  return isUnchanged(known, given) ? [] : [{ ...given, revision: known.revision + 1 }];
}
