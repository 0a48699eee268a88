import { fileRouteOf, refuseFileTo } from '../shared/contracts/files';
import { asTemplateId } from '../shared/kernel/identifiers';
import { readCsv, writeCsv } from '../shared/runtime/csv';
import { begun, download, progressAnswer, toldFaults } from '../shared/runtime/file-answers';
import type { Logger } from '../shared/runtime/logger';
import { type FileRequest, type FileResponse, fileFault } from '../shared/runtime/server';
import { spool } from '../shared/runtime/spool';
import { fileRows } from '../shared/runtime/table-file';
import { type CodeFileDeps, type CodeImportProgress, exportCodes, importCodes } from './application/code-files';
import { codeTemplate } from './application/generate-codes';
import type { TemplateCopies } from './template-copies';

/** Everything the files of `user-coupon` need. */
export type CouponFilesDeps = CodeFileDeps & { templates: TemplateCopies; spoolFolder?: string };

/** Answers `/files/…` of this subgraph: reads bytes, calls one use case, writes bytes. */
export function couponFiles(deps: CouponFilesDeps): (request: FileRequest, logger: Logger) => Promise<FileResponse> {
  return async (request, logger) => {
    const route = fileRouteOf(request.method, request.path, request.headers);
    const refusal = 'status' in route ? route : refuseFileTo(request.who, route);
    if (refusal) return fileFault(refusal.status, refusal.code, refusal.message);
    const { template: templateId, ...others } = request.query;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined || !templateId)
      return fileFault(
        400,
        'BAD_USER_INPUT',
        `Expected the parameter template and no other, found ${unknown ?? 'none'}; ask for ${request.path}?template=tpl_….`,
      );
    const template = await codeTemplate(deps, request.who, asTemplateId(templateId));
    if (!template.ok)
      return fileFault(
        404,
        'BAD_USER_INPUT',
        'template: expected a published template of yours with trigger CODE, found none with this id.',
      );
    if (request.method === 'GET') {
      const rows = await begun(exportCodes(deps, template.value));
      return download('promotion-codes.csv', 'text/csv; charset=utf-8', writeCsv(rows));
    }
    // Taken in whole, and only then the answer begins: how it is checked and written, one line of JSON at a time.
    const spooled = await spool(request.body, deps.spoolFolder);
    const progress = importCodes(deps, template.value, {
      read: () => fileRows(readCsv(spooled.read())),
      signal: request.signal,
    });
    return progressAnswer(progressLines(progress), request, logger, () => void spooled.remove());
  };
}

async function* progressLines(steps: AsyncIterable<CodeImportProgress>): AsyncGenerator<Record<string, unknown>> {
  for await (const step of steps)
    yield step.kind === 'REFUSED'
      ? { kind: step.kind, written: step.written, ...toldFaults(step.faults) }
      : { ...step };
}
