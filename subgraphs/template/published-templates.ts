import { LRUCache } from 'lru-cache';
import type { TemplateId, TenantId } from '../shared/kernel/identifiers';
import type { InvalidationLine } from '../shared/runtime/invalidation-line';
import type { Logger } from '../shared/runtime/logger';
import { PromotionIndex } from './domain/promotion-index';
import { isPublished, type PublishedTemplate } from './domain/template';
import type { TemplateStore } from './store';

/** The published templates of each tenant that is asked for, in this process, as new as the line of invalidations is. */
export interface PublishedTemplates {
  /** Whether a tenant's templates are neither here nor on their way: whoever reads something else may bring them along. */
  areMissing(tenant: TenantId): boolean;
  /**
   * The index of a tenant, with every change this process has heard of. At hand it costs nothing.
   * @param load brings all templates that are published and not over, when none are here; one command of its own unless told
   */
  of(tenant: TenantId, load?: () => Promise<readonly PublishedTemplate[]>): Promise<PromotionIndex>;
  /** A template was changed, and that is committed: reads it when its tenant is here, and lets the others do so. */
  changed(tenant: TenantId, id: TemplateId, seq: number): void;
  /** Resolves when every change heard of so far has been read or has failed to be. */
  settled(): Promise<void>;
}

export interface PublishedTemplatesOptions {
  store: Pick<TemplateStore, 'publishedTemplates' | 'publishedSeqs' | 'templatesByIds'>;
  line: InvalidationLine;
  /** Business time. */
  now(): Date;
  publish(channel: string, message: string): Promise<unknown>;
  logger: Logger;
  /** A tenant's templates are compared with the truth after this many milliseconds at most; 60,000 unless told. */
  checkedMs?: number;
  /** Tenants in this process; 200 unless told. */
  maxTenants?: number;
  random?: () => number;
}

/** One tenant's templates here. */
interface Held {
  index: PromotionIndex;
  /** When they were last compared with the truth as a whole, on the line's clock; null before they were first read. */
  asOf: number | null;
  until: number;
  /** Told of and not read yet, with the seq that was told. */
  told: Map<TemplateId, number>;
  /** What brings them up to date now; one at a time, so that a reading never undoes a later one. */
  work: Promise<void> | null;
}

const topic = 'template.published';

/**
 * Templates are read whole once. After that each change is told over the line by id and seq and read by itself, and
 * where something may have been missed (a break of the line, a lifetime) seqs alone are compared.
 *
 * What was told is read after it was told, so a majority read holds it: an older state cannot come back, in whatever order
 * messages and readings meet.
 */
export function createPublishedTemplates(options: PublishedTemplatesOptions): PublishedTemplates {
  const { store, line, logger } = options;
  const checkedMs = options.checkedMs ?? 60_000;
  const random = options.random ?? Math.random;
  const tenants = new LRUCache<TenantId, Held>({ max: options.maxTenants ?? 200 });

  line.follow(topic, {
    told(message) {
      const [tenant, id, seq] = JSON.parse(message) as [TenantId, TemplateId, number];
      hear(tenant, id, seq);
    },
  });

  const isChecked = (held: Held): boolean =>
    held.asOf !== null && held.asOf > line.trustedFrom() && line.now() < held.until;
  const isCurrent = (held: Held): boolean => isChecked(held) && held.told.size === 0 && held.work === null;

  function hear(tenant: TenantId, id: TemplateId, seq: number): void {
    const held = tenants.peek(tenant);
    if (!held || held.index.seqOf(id) >= seq) return;
    held.told.set(id, Math.max(seq, held.told.get(id) ?? 0));
    // Nobody asked: what fails now is tried again when somebody does.
    bringUp(tenant, held).catch((error: unknown) =>
      logger.debug({ err: error, templateId: id }, 'a changed template could not be read yet'),
    );
  }

  /** Reads until everything heard of is in the index; joins whoever does so already. */
  function bringUp(tenant: TenantId, held: Held, load?: () => Promise<readonly PublishedTemplate[]>): Promise<void> {
    held.work ??= (async () => {
      if (held.asOf === null) await readAll(tenant, held, load);
      else if (!isChecked(held)) await compare(tenant, held);
      while (held.told.size > 0) await readTold(tenant, held);
    })().finally(() => {
      held.work = null;
    });
    return held.work;
  }

  async function readAll(tenant: TenantId, held: Held, load?: () => Promise<readonly PublishedTemplate[]>) {
    const began = line.now();
    const all = await (load ? load() : store.publishedTemplates(tenant, options.now()));
    for (const template of all) held.index.put(template);
    checked(held, began);
  }

  async function compare(tenant: TenantId, held: Held): Promise<void> {
    const began = line.now();
    const seqs = await store.publishedSeqs(tenant, options.now());
    for (const id of held.index.differing(seqs)) held.told.set(id, seqs.get(id) ?? 0);
    checked(held, began);
  }

  function checked(held: Held, began: number): void {
    held.asOf = began;
    held.until = began + Math.round(checkedMs * (1 - random() / 5));
  }

  async function readTold(tenant: TenantId, held: Held): Promise<void> {
    const told = [...held.told];
    held.told.clear();
    // What was told while everything was being read is there by now.
    const ids = told.flatMap(([id, seq]) => (held.index.seqOf(id) < seq ? [id] : []));
    if (ids.length === 0) return;
    try {
      const found = await store.templatesByIds(tenant, ids);
      for (const id of ids) {
        const template = found.get(id);
        if (template && isPublished(template)) held.index.put(template);
      }
    } catch (error) {
      for (const [id, seq] of told) held.told.set(id, Math.max(seq, held.told.get(id) ?? 0));
      throw error;
    }
  }

  return {
    areMissing(tenant) {
      const held = tenants.peek(tenant);
      return !held || (held.asOf === null && held.work === null);
    },

    async of(tenant, load) {
      let held = tenants.get(tenant);
      if (!held) {
        held = { index: new PromotionIndex(), asOf: null, until: 0, told: new Map(), work: null };
        tenants.set(tenant, held);
      }
      // Work that runs may have begun before something was told; twice is enough, what is told later is later.
      if (!isCurrent(held)) await bringUp(tenant, held, load);
      if (!isCurrent(held)) await bringUp(tenant, held);
      return held.index;
    },

    changed(tenant, id, seq) {
      hear(tenant, id, seq);
      const message = JSON.stringify([tenant, id, seq]);
      line.tell(() => options.publish(line.channel(topic), message));
    },

    async settled() {
      await Promise.allSettled([...tenants.values()].map((held) => held.work));
    },
  };
}
