import { hasScope, type Identity } from '../../shared/contracts/identity';
import { asTemplateId, type TemplateId } from '../../shared/kernel/identifiers';
import { accepted, type Outcome, refused } from '../../shared/kernel/outcome';
import { newId } from '../../shared/runtime/ids';
import type { Logger } from '../../shared/runtime/logger';
import type { LiveTemplate } from '../domain/claim-rules';
import type { CodeJob } from '../domain/code-job';
import { type CodeMaker, maxCodesPerJob, maxUniqueCodes } from '../domain/promotion-code';
import type { PromotionCodes } from '../promotion-codes';
import type { TemplateCopies } from '../template-copies';
import { ruledBy } from './rule-coupon';

/** What generating codes needs. */
export interface CodeJobDeps {
  promotionCodes: PromotionCodes;
  templates: TemplateCopies;
  now(): Date;
  /** Begins with a job at once, and not at the worker's next turn. */
  wakeCodeJobs(): void;
}

/** Why codes are not generated, stopped or gone on with. */
export type CodeJobRefusal =
  | {
      code:
        | 'TEMPLATE_NOT_FOUND'
        | 'NOT_A_CODE_PROMOTION'
        | 'TEMPLATE_ENDED'
        | 'IDEMPOTENCY_KEY_REUSED'
        | 'JOB_NOT_FOUND';
    }
  | { code: 'COUNT_OUT_OF_RANGE'; found: number; most: number }
  | { code: 'JOB_NOT_RUNNING' | 'JOB_NOT_STOPPED'; found: CodeJob['state'] };

/** Codes stored by one insert, and inserts after which the job is noted down: what a killed run does again at most. */
const batchSize = 1000;
const batchesPerNote = 10;

/**
 * Asks for codes of a template, each of which becomes one coupon of one person. A worker makes them; the job tells how far
 * it is. The numbers it uses are its own from here on, whatever becomes of it.
 */
export async function generateCodes(
  deps: CodeJobDeps,
  who: Identity,
  input: { templateId: string; count: number; idempotencyKey: string },
): Promise<Outcome<CodeJob, CodeJobRefusal>> {
  const found = await codeTemplate(deps, who, asTemplateId(input.templateId));
  if (!found.ok) return found;
  if (isOver(found.value, deps.now())) return refused({ code: 'TEMPLATE_ENDED' });
  const { tenantId, templateId } = found.value;
  const { count } = input;
  if (!Number.isSafeInteger(count) || count < 1 || count > maxCodesPerJob)
    return refused({ code: 'COUNT_OUT_OF_RANGE', found: count, most: maxCodesPerJob });
  const by = ruledBy(who);
  const call = { tenant: tenantId, caller: by, mutation: 'generateCodes', key: input.idempotencyKey, input };
  const result = await deps.promotionCodes.once(call, async (addJob) => {
    const firstNumber = await deps.promotionCodes.reserveNumbers(templateId, count);
    if (firstNumber + count - 1 > maxUniqueCodes) return { outcome: null, keep: false };
    const firstCode = await deps.promotionCodes.reserveCodes(tenantId, count);
    const id = newId('cgj');
    const about = { id, tenantId, templateId, count, firstCode, firstNumber, by };
    await addJob({ ...about, doneCount: 0, state: 'RUNNING', createdAt: deps.now() });
    return { outcome: id, keep: true };
  });
  if (result.kind === 'REUSED') return refused({ code: 'IDEMPOTENCY_KEY_REUSED' });
  const job = result.outcome === null ? null : await deps.promotionCodes.job(tenantId, result.outcome);
  if (!job) return refused({ code: 'COUNT_OUT_OF_RANGE', found: count, most: maxUniqueCodes });
  deps.wakeCodeJobs();
  return accepted(job);
}

/** Stops a job after the codes it is storing; they stay good. */
export function stopCodeJob(deps: CodeJobDeps, who: Identity, id: string): Promise<Outcome<CodeJob, CodeJobRefusal>> {
  return turn(deps, who, id, 'RUNNING', 'STOPPED');
}

/** Goes on with a stopped job at the very next code. */
export async function resumeCodeJob(
  deps: CodeJobDeps,
  who: Identity,
  id: string,
): Promise<Outcome<CodeJob, CodeJobRefusal>> {
  const resumed = await turn(deps, who, id, 'STOPPED', 'RUNNING');
  if (resumed.ok) deps.wakeCodeJobs();
  return resumed;
}

/** A job of a template of the caller; null when there is no such. */
export async function codeJob(deps: CodeJobDeps, who: Identity, id: string): Promise<CodeJob | null> {
  const job = await deps.promotionCodes.job(who.tenant, id);
  return job && (await codeTemplate(deps, who, job.templateId)).ok ? job : null;
}

/** The jobs of a template of the caller in the order they were asked for, after one; null when there is no such template. */
export async function codeJobs(
  deps: CodeJobDeps,
  who: Identity,
  templateId: TemplateId,
  page: { afterNumber: number; limit: number },
): Promise<CodeJob[] | null> {
  const found = await codeTemplate(deps, who, templateId);
  return found.ok ? deps.promotionCodes.jobsOf(who.tenant, templateId, page.afterNumber, page.limit) : null;
}

/**
 * Works on the oldest running job: one portion, then it is asked for again. Two processes at once, one of them stalled,
 * store the same codes under the same keys.
 * @param codesOf the codes of a tenant by their numbers
 */
export async function workOnCodeJob(
  { promotionCodes, logger }: { promotionCodes: PromotionCodes; logger: Logger },
  codesOf: (tenant: string) => CodeMaker,
  signal: AbortSignal,
): Promise<'MORE' | 'IDLE'> {
  const job = await promotionCodes.runningJob();
  if (!job) return 'IDLE';
  const { id, tenantId, templateId, count, firstCode, firstNumber } = job;
  const maker = codesOf(tenantId);
  const until = Math.min(job.doneCount + batchesPerNote * batchSize, count);
  const batchAt = (done: number): string[] => maker.codes(firstCode + done, Math.min(batchSize, until - done));
  let batch = batchAt(job.doneCount);
  for (let done = job.doneCount; done < until && !signal.aborted; ) {
    const stored = promotionCodes.addGenerated(tenantId, templateId, firstNumber + done, batch);
    done += batch.length;
    // Made while the ones before are on their way.
    if (done < until) batch = batchAt(done);
    const met = await stored;
    if (met > 0) logger.warn({ jobId: id, templateId, met }, 'generated codes equal codes that somebody chose before');
    if (done === until) await promotionCodes.noteProgress(id, done, count);
  }
  return signal.aborted ? 'IDLE' : 'MORE';
}

/** A template of the caller that has codes, or why there is none; another merchant's reads as absent. */
export async function codeTemplate(
  { templates }: Pick<CodeJobDeps, 'templates'>,
  who: Identity,
  templateId: TemplateId,
): Promise<Outcome<LiveTemplate, { code: 'TEMPLATE_NOT_FOUND' | 'NOT_A_CODE_PROMOTION' }>> {
  const template = await templates.template(who.tenant, templateId);
  const merchantId = who.kind === 'user' ? who.merchant : null;
  if (!template || !hasScope(who, 'template:write') || merchantId !== template.merchantId)
    return refused({ code: 'TEMPLATE_NOT_FOUND' });
  return template.terms.document.trigger === 'CODE' ? accepted(template) : refused({ code: 'NOT_A_CODE_PROMOTION' });
}

/** Whether no code of a template can be used any more. */
export function isOver({ state, terms }: LiveTemplate, now: Date): boolean {
  return state === 'ENDED' || now >= new Date(terms.document.time.endsAt);
}

async function turn(
  deps: CodeJobDeps,
  who: Identity,
  id: string,
  from: CodeJob['state'],
  to: CodeJob['state'],
): Promise<Outcome<CodeJob, CodeJobRefusal>> {
  const job = await codeJob(deps, who, id);
  if (!job) return refused({ code: 'JOB_NOT_FOUND' });
  const turned = await deps.promotionCodes.turnJob(who.tenant, id, from, to);
  if (turned) return accepted(turned);
  const now = (await deps.promotionCodes.job(who.tenant, id)) ?? job;
  if (now.state === to) return accepted(now);
  return refused({ code: from === 'RUNNING' ? 'JOB_NOT_RUNNING' : 'JOB_NOT_STOPPED', found: now.state });
}
