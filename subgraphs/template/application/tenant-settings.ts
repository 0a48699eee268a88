import type { Identity } from '../../shared/contracts/identity';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import type { DocumentFault } from '../../shared/kernel/promotion-terms';
import { parseTenantSettings, type TenantSettings } from '../../shared/kernel/tenant-settings';
import type { KeptSettings, TemplateStore } from '../store';
import { changeOnce, type KeyReused } from './change-once';

export interface TenantSettingsDeps {
  store: Pick<TemplateStore, 'once' | 'settingsOf'>;
}

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
  input: { given: Partial<Record<keyof TenantSettings, unknown>>; idempotencyKey: string },
): Promise<Outcome<KeptSettings, UpdateTenantSettingsFault[]>> {
  return changeOnce<KeptSettings, UpdateTenantSettingsFault>(
    deps.store,
    who,
    'updateTenantSettings',
    input,
    async (change) => {
      const kept = await change.settings(who.tenant);
      const parsed = parseTenantSettings({ ...kept.settings, ...withDefaultsForNull(input.given) });
      if (!parsed.ok) {
        const faults = parsed.refusal.map((fault) => ({ code: 'INVALID_SETTING' as const, fault }));
        return { outcome: refused(faults), keep: false };
      }
      if (JSON.stringify(parsed.value) === JSON.stringify(kept.settings))
        return { outcome: accepted(kept), keep: false };
      const changed = { revision: kept.revision + 1, settings: parsed.value };
      await change.saveSettings(who.tenant, changed);
      return { outcome: accepted(changed), keep: true };
    },
  );
}

/** What is undefined, the parser fills with the default. */
function withDefaultsForNull(given: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ?? undefined]));
}
