import type { Identity } from '../../shared/contracts/identity';
import { type DocumentFault, pathText } from '../../shared/kernel/document-faults';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { parseTenantSettings, type TenantSettings } from '../../shared/kernel/tenant-settings';
import type { KeptSettings, TemplateStore } from '../store';
import { changeOnce, type KeyReused } from './change-once';

export interface TenantSettingsDeps {
  store: Pick<TemplateStore, 'once' | 'settingsOf'>;
}

/** An amount as somebody writes it. */
interface GivenAmount {
  currency: string;
  minorUnits: number;
}

/** Settings to change: what is undefined stays, and null goes back to the default. */
export type GivenSettings = Partial<
  Record<Exclude<keyof TenantSettings, 'shippingMethods' | 'floors'>, unknown> & {
    shippingMethods: readonly { method: string; name?: string | null; prices: readonly GivenAmount[] }[] | null;
    floors: { maxDiscountShareBasisPoints?: number | null; minPayable?: readonly GivenAmount[] | null } | null;
  }
>;

export type UpdateTenantSettingsFault = { code: 'INVALID_SETTING'; fault: DocumentFault } | KeyReused;

/** The settings of the caller's tenant, defaults where it chose nothing. */
export function tenantSettings(deps: TenantSettingsDeps, who: Identity): Promise<KeptSettings> {
  return deps.store.settingsOf(who.tenant);
}

/**
 * Changes the given settings and leaves the others; null puts a setting back to its default. Every fault is told at once
 * and then nothing is changed.
 */
export async function updateTenantSettings(
  deps: TenantSettingsDeps,
  who: Identity,
  input: { given: GivenSettings; idempotencyKey: string },
): Promise<Outcome<KeptSettings, UpdateTenantSettingsFault[]>> {
  return changeOnce<KeptSettings, UpdateTenantSettingsFault>(
    deps.store,
    who,
    'updateTenantSettings',
    input,
    async (change) => {
      const kept = await change.settings(who.tenant);
      const { wanted, faults } = withChanges(kept.settings, input.given);
      const parsed = parseTenantSettings(wanted);
      if (!parsed.ok || faults.length > 0) {
        const all = [...(parsed.ok ? [] : parsed.refusal), ...faults];
        return { outcome: refused(all.map((fault) => ({ code: 'INVALID_SETTING' as const, fault }))), keep: false };
      }
      if (JSON.stringify(parsed.value) === JSON.stringify(kept.settings))
        return { outcome: accepted(kept), keep: false };
      const changed = { revision: kept.revision + 1, settings: parsed.value };
      await change.saveSettings(who.tenant, changed);
      return { outcome: accepted(changed), keep: true };
    },
  );
}

/**
 * The settings with the changes in them, not yet checked: amounts as lists, which can name a currency twice, become amounts
 * per currency. What goes back to its default is left out, never undefined, which MongoDB would keep as null.
 */
function withChanges(
  kept: TenantSettings,
  { shippingMethods, floors, ...rest }: GivenSettings,
): { wanted: Record<string, unknown>; faults: DocumentFault[] } {
  const faults: DocumentFault[] = [];
  const perCurrency = (path: PropertyKey[], given: readonly GivenAmount[]): Record<string, number> => {
    given.forEach(({ currency }, index) => {
      if (given.findIndex((other) => other.currency === currency) < index)
        faults.push({
          path: pathText([...path, index, 'currency']),
          found: JSON.stringify(currency),
          allowed: 'each currency once',
          cure: 'send one of the amounts',
        });
    });
    return Object.fromEntries(given.map(({ currency, minorUnits }) => [currency, minorUnits]));
  };
  const changes: Record<string, unknown> = {
    ...rest,
    ...(shippingMethods !== undefined && {
      shippingMethods: shippingMethods?.map(({ method, name, prices }, index) => ({
        method,
        ...(name != null && { name }),
        prices: perCurrency(['shippingMethods', index, 'prices'], prices),
      })),
    }),
    ...(floors !== undefined && {
      floors: floors && {
        ...(floors.maxDiscountShareBasisPoints != null && {
          maxDiscountShareBasisPoints: floors.maxDiscountShareBasisPoints,
        }),
        ...(floors.minPayable && { minPayable: perCurrency(['floors', 'minPayable'], floors.minPayable) }),
      },
    }),
  };
  const wanted = Object.entries({ ...kept, ...changes }).filter(([, value]) => value != null);
  return { wanted: Object.fromEntries(wanted), faults };
}
