import type { Identity } from '../../shared/contracts/identity';
import type { VersionId } from '../../shared/kernel/identifiers';
import { type Outcome, refused } from '../../shared/kernel/outcome';
import { type Finding, isError } from '../domain/finding';
import { isApproved } from '../domain/review';
import { type PublishRefusal, publish, type Template } from '../domain/template';
import type { CheckReader } from '../named-goods';
import type { Change } from '../store';
import type { KeyReused } from './change-once';
import { type ChangeDeps, changeTemplate, type TemplateInput, type TemplateNotFound } from './change-template';
import { dangersIn, findingsOf } from './check-template';
import type { DangerDeps } from './find-dangers';

export interface PublishDeps extends ChangeDeps, DangerDeps {
  newVersionId(): VersionId;
  checks: CheckReader;
}

/** A check found that the draft could never do what it promises. */
export interface CheckFailed {
  code: 'CHECK_FAILED';
  finding: Finding;
}

/**
 * Why a draft was not published: `WARNING` where a check asks for a yes that was not given, `APPROVAL_REQUIRED` where the
 * tenant wants a second person's word on this very draft.
 */
export type PublishFault =
  | PublishRefusal
  | CheckFailed
  | { code: 'WARNING'; finding: Finding }
  | { code: 'APPROVAL_REQUIRED' };
export type PublishTemplateFault = PublishFault | TemplateNotFound | KeyReused;

/**
 * Publishes the draft as the next immutable version. The version, the template, the event to the followers and the answer
 * commit in one transaction: of many publications of one draft at once, one makes a version and the others find nothing.
 */
export function publishTemplate(
  deps: PublishDeps,
  who: Identity,
  input: TemplateInput & { acceptWarnings: boolean },
): Promise<Outcome<Template, PublishTemplateFault[]>> {
  const to = { mutation: 'publishTemplate', act: 'PUBLISHED' as const };
  return changeTemplate(deps, who, input, to, publishing(deps, who, input.acceptWarnings));
}

/**
 * The decision to publish, under the tenant's settings as they are in the same transaction. What it does beside other
 * promotions is tried last, and only where it would have to be told: whoever said yes to all warnings is not kept waiting.
 * @param searchMs how long it may be tried
 */
export function publishing(deps: PublishDeps, who: Identity, acceptWarnings: boolean, searchMs?: number) {
  return async (template: Template, change: Change, now: Date): Promise<Outcome<Template, PublishFault[]>> => {
    const { settings } = await change.settings(who.tenant);
    const groups = settings.stackingGroups.map(({ name }) => name);
    const published = publish(template, deps.newVersionId(), now, groups);
    const refusals: PublishFault[] = published.ok ? [] : published.refusal;
    if (template.draft !== null) {
      const findings = await findingsOf(deps, template, template.draft, settings);
      refusals.push(...failedChecks(findings));
      if (!acceptWarnings)
        refusals.push(
          ...findings.flatMap((finding) => (isError(finding) ? [] : [{ code: 'WARNING' as const, finding }])),
        );
      if (settings.approvalRequired && !isApproved(template)) refusals.push({ code: 'APPROVAL_REQUIRED' });
      if (!acceptWarnings && refusals.every(({ code }) => code === 'WARNING')) {
        const dangers = await dangersIn(deps, template, template.draft, settings, searchMs);
        refusals.push(...dangers.findings.map((finding) => ({ code: 'WARNING' as const, finding })));
      }
    }
    return refusals.length > 0 ? refused(refusals) : published;
  };
}

/** What only the checks find; what the publication refuses itself is not told twice. */
export function failedChecks(findings: readonly Finding[]): CheckFailed[] {
  const toldAlready = ['NOT_PUBLISHABLE', 'STOCK_LOWERED', 'OVER'];
  return findings.flatMap((finding) =>
    isError(finding) && !toldAlready.includes(finding.code) ? [{ code: 'CHECK_FAILED', finding }] : [],
  );
}
